"""A snapshot followed through its life: what each look at it must have to do with the looks before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from atlas_contract.checks.history import History, Seen
from atlas_contract.checks.moment import Moment
from atlas_contract.checks.reading import same, shown, text_in
from atlas_contract.dates import iso_second
from atlas_contract.model import Violation


def status_moves_forward(moment: Moment, history: History) -> Iterator[Violation]:
    """A snapshot never goes back to an earlier status, and keeps a final one."""
    for seen, document in _known(moment, history):
        before, now = text_in(seen.document, "status"), text_in(document, "status")
        ranks = moment.facts.order
        back = ranks.get(now, 0) < ranks.get(before, 0)
        if before in ranks and now in ranks and (back or (before in moment.facts.final and now != before)):
            yield Violation("status-only-moves-forward", "/status", f"it was {before}, and now is {now}")


def known_stays_known(moment: Moment, history: History) -> Iterator[Violation]:
    """What was once known of a snapshot does not disappear, and what cannot change does not change."""
    for seen, document in _known(moment, history):
        for key in moment.facts.kept:
            if key not in seen.document:
                continue
            before, now = seen.document[key], document.get(key)
            if isinstance(now, str) and now == before:
                continue  # most are texts, and most stay
            if key not in document:
                yield Violation("snapshot-lifecycle", f"/{key}", f"{key} has disappeared")
            elif not same(now, before) and not _may_change(key, seen, moment):
                message = f"{key} was {shown(before)}, and now is {shown(now)}"
                yield Violation("snapshot-lifecycle", f"/{key}", message)


def stages_bring_what_they_add(moment: Moment, history: History) -> Iterator[Violation]:
    """A snapshot of a replica set has what its status has brought it, and nothing that comes later."""
    del history
    for _, document in moment.snapshots:
        least, most = moment.facts.stages.get(text_in(document, "status"), (frozenset(), None))
        if "replicaSetName" not in document:
            continue
        for key in sorted(least - document.keys()):
            message = f"a snapshot that is {document.get('status')} has no {key}"
            yield Violation("snapshot-lifecycle", f"/{key}", message)
        for key in sorted(moment.facts.gained - most) if most is not None else ():
            if key in document and key != "storageSizeBytes":
                message = f"a snapshot that is {document.get('status')} has {key} already"
                yield Violation("snapshot-lifecycle", f"/{key}", message)
        if text_in(document, "status") == moment.facts.done and same(document.get("storageSizeBytes"), 0):
            yield Violation("snapshot-lifecycle", "/storageSizeBytes", "a completed snapshot has no size")


def times_are_in_order(moment: Moment, history: History) -> Iterator[Violation]:
    """A snapshot is taken after it was asked for, no later than now, and removed after that."""
    for snapshot, document in moment.snapshots:
        created, expires = iso_second(document.get("createdAt")), iso_second(document.get("expiresAt"))
        if created is None:
            continue
        if expires is not None and created > expires:
            yield Violation("snapshot-lifecycle", "/createdAt", "it was taken after the time of its removal")
        if moment.second is not None and created > moment.second + 1:
            yield Violation("snapshot-lifecycle", "/createdAt", "it was taken in the future")
        seen = history.snapshots.get(snapshot)
        if seen is not None and seen.requested is not None and created < seen.requested - 1:
            yield Violation("snapshot-lifecycle", "/createdAt", "it was taken before it was asked for")


def expiry_moves_at_completion(moment: Moment, history: History) -> Iterator[Violation]:
    """When a snapshot is completed, its expiry moves to the completion plus the retention."""
    for seen, document in _known(moment, history):
        expires = iso_second(document.get("expiresAt"))
        if text_in(document, "status") != moment.facts.done or seen.changed or expires is None:
            continue
        if moment.operation.id in moment.facts.changes or seen.expiry is None or seen.requested is None:
            continue
        completed = expires - (seen.expiry - seen.requested)
        first = seen.finished_at if seen.finished_at is not None else moment.second
        early = seen.unfinished_at is not None and completed < seen.unfinished_at - moment.facts.tolerance
        late = first is not None and completed > first + moment.facts.tolerance
        if (early or late) and expires < LAST_SECOND:
            message = f"by its expiry it was completed {completed - seen.requested:+.0f} s after the request"
            yield Violation("expiry-moves-at-completion", "/expiresAt", message)


LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z, where calendars end


def retention_change_is_applied(moment: Moment, history: History) -> Iterator[Violation]:
    """A new retention counts from the completion, as the old one did."""
    if moment.operation.id not in moment.facts.changes or not moment.succeeded:
        return
    asked, days = moment.asked or {}, moment.facts.values("retention-units")["days"]
    unit, value = asked.get("retentionUnit"), asked.get("retentionValue")
    for seen, document in _known(moment, history):
        expires = iso_second(document.get("expiresAt"))
        if (
            not isinstance(unit, str)
            or unit not in days
            or type(value) is not int
            or expires is None
            or seen.finished_at is None
        ):
            continue
        completed = expires - value * days[unit] * moment.facts.day
        early = seen.unfinished_at is not None and completed < seen.unfinished_at - moment.facts.tolerance
        if (early or completed > seen.finished_at + moment.facts.tolerance) and expires < LAST_SECOND:
            message = f"{value} {unit} were asked for, it now expires at {document.get('expiresAt')}"
            yield Violation("retention-change", "/expiresAt", message)


def reads_agree(moment: Moment, history: History) -> Iterator[Violation]:
    """A snapshot that has not moved on looks as it did, however it is read: alone, listed, wrapped or laid out."""
    for seen, document in _known(moment, history):
        if moment.operation.id in moment.facts.changes or text_in(document, "status") != text_in(
            seen.document, "status"
        ):
            continue
        for key in ("expiresAt", "id"):
            if not same(document.get(key), seen.document.get(key)):
                told = f"{key} was {shown(seen.document.get(key))}, and now is {shown(document.get(key))}"
                yield Violation(_clause(moment), f"/{key}", f"nothing happened, yet {told}")


def deleted_stays_deleted(moment: Moment, history: History) -> Iterator[Violation]:
    """Once removed, a snapshot can be neither read nor listed nor removed again."""
    if not moment.is_about_snapshots or not moment.succeeded:
        return
    named = [moment.snapshot] if moment.snapshot else []
    for snapshot in dict.fromkeys([*named, *(each for each, _ in moment.snapshots)]):
        seen = history.snapshots.get(snapshot)
        if seen is not None and seen.removed and seen.place == moment.place:
            yield Violation(
                "deleted-stays-deleted", "", f"snapshot {snapshot} was removed, and is still there"
            )


def the_asked_snapshot_comes(moment: Moment, _: History) -> Iterator[Violation]:
    """Who asks for one snapshot gets that one."""
    if moment.snapshot and moment.items is None:
        for snapshot, _document in moment.snapshots:
            if snapshot != moment.snapshot:
                message = f"asked for {moment.snapshot}, answered with {snapshot}"
                yield Violation("self-link-leads-back", "/id", message)


def sharded_parts_agree(moment: Moment, _: History) -> Iterator[Violation]:
    """The ids of a sharded snapshot's parts are those of its members, and are told by the sharded paths only."""
    for _snapshot, document in moment.snapshots:
        members, ids = document.get("members"), document.get("snapshotIds")
        only = moment.facts.values("sharded-by-plain-path")["onlyOnShardedPath"]
        if moment.operation.id in moment.facts.sharded_reads:
            told = [text_in(each, "id") for each in members] if isinstance(members, list) else None
            if told is None or not told or ids != told:
                message = f"the members are {shown(told)}, the snapshot ids {shown(ids)}"
                yield Violation("sharded-snapshot-parts", "/snapshotIds", message)
        elif present := [key for key in only if key in document]:
            yield Violation("sharded-by-plain-path", "", f"the plain path shows {', '.join(present)}")


def _known(moment: Moment, history: History) -> Iterator[tuple[Seen, Mapping[str, Any]]]:
    """The snapshots of a reply that were seen before at the same place, with what was seen."""
    for snapshot, document in moment.snapshots:
        seen = history.snapshots.get(snapshot)
        if seen is not None and seen.place == moment.place and not moment.took:
            yield seen, document


def _may_change(key: str, seen: Seen, moment: Moment) -> bool:
    """The size is 0 until the snapshot is taken."""
    del moment
    return key == "storageSizeBytes" and same(seen.document[key], 0)


def _clause(moment: Moment) -> str:
    """The promise that two reads broke by differing."""
    if moment.wants("envelope"):
        return "envelope-wraps-only"
    if moment.wants("pretty"):
        return "pretty-changes-layout-only"
    return "list-agrees-with-get" if moment.items is not None else "reads-change-nothing"
