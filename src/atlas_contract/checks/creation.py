"""A snapshot just asked for: what its first reply promises."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote, urlsplit

from atlas_contract.checks.facts import Facts
from atlas_contract.checks.history import History
from atlas_contract.checks.moment import Moment
from atlas_contract.checks.reading import same, shown, text_in
from atlas_contract.dates import iso_second
from atlas_contract.model import Violation


def description_is_echoed(moment: Moment, history: History) -> Iterator[Violation]:
    """A snapshot carries the description that was asked for, to the letter, whenever it is shown."""
    for snapshot, document in moment.snapshots:
        seen = history.snapshots.get(snapshot)
        asked = moment.asked if moment.took else seen.asked if seen else None
        if asked is not None and isinstance(asked.get("description"), str):
            wanted, found = asked["description"], document.get("description")
            if not same(found, wanted):
                message = f"asked for {shown(wanted)}, answered {shown(found)}"
                yield Violation("description-echoed", "/description", message)


def expiry_follows_retention(moment: Moment, history: History) -> Iterator[Violation]:
    """Until it is completed, a snapshot expires the asked number of days after the request, by the target's clock."""
    for snapshot, document in moment.snapshots:
        seen = history.snapshots.get(snapshot)
        asked = moment.asked if moment.took else seen.asked if seen else None
        start = moment.second if moment.took else seen.requested if seen else None
        if asked is None or start is None or text_in(document, "status") not in moment.facts.unfinished:
            continue
        days, found = asked.get("retentionInDays"), iso_second(document.get("expiresAt"))
        if type(days) is not int or found is None:
            continue
        off = found - start - days * moment.facts.day
        if abs(off) > moment.facts.tolerance and found < LAST_SECOND:
            message = f"asked for {days} days, it expires {off:+.0f} s off from that"
            yield Violation("expiry-follows-retention", "/expiresAt", message)


LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z, where calendars end


def creation_is_as_stated(moment: Moment, _: History) -> Iterator[Violation]:
    """A new snapshot is queued and empty, without what only a finished one has."""
    if not moment.took or not isinstance(moment.value, dict):
        return
    stated, document = moment.facts.values("snapshot-creation"), moment.value
    if moment.reply.status != stated["status"]:
        yield Violation(
            "snapshot-creation", "", f"the status is {moment.reply.status}, not {stated['status']}"
        )
    for key, wanted in stated["constants"].items():
        if key in document and not same(document[key], wanted):
            message = f"{key} is {shown(document[key])}, not {wanted!r}"
            yield Violation("snapshot-creation", f"/{key}", message)
    for key in stated["absent"]:
        if key in document:
            yield Violation("snapshot-creation", f"/{key}", f"a new snapshot has {key} already")
    for key, argument in stated["equals"].items():
        if key in document and not same(document[key], moment.case.path.get(argument)):
            message = f"{key} is {shown(document[key])}, the path says {moment.case.path.get(argument)!r}"
            yield Violation("snapshot-creation", f"/{key}", message)


def id_is_new(moment: Moment, history: History) -> Iterator[Violation]:
    """No new snapshot has the id of another one."""
    if moment.took:
        for snapshot, _ in moment.snapshots:
            if snapshot in history.snapshots:
                yield Violation("id-unique", "/id", f"the id {snapshot} was seen before")


def id_carries_request_time(moment: Moment, _: History) -> Iterator[Violation]:
    """The first digits of a new snapshot's id are the second of the request."""
    values = moment.facts.values("id-carries-request-time")
    if not moment.took or moment.second is None:
        return
    for snapshot, _document in moment.snapshots:
        try:
            second = int(snapshot[: values["digits"]], 16)
        except ValueError:
            continue
        if abs(second - moment.second) > values["toleranceSeconds"]:
            message = f"the id says second {second}, the reply {moment.second:.0f}"
            yield Violation("id-carries-request-time", "/id", message)


def links_are_as_stated(moment: Moment, _: History) -> Iterator[Violation]:
    """A snapshot links to itself and to its cluster, by the addresses at which they can be read."""
    for snapshot, document in moment.snapshots:
        links = document.get("links")
        if not isinstance(links, list):
            continue
        wanted = _links(moment.facts, tuple(moment.case.path.items())[: moment.facts.depth], snapshot)
        found = [(text_in(each, "rel"), _path(text_in(each, "href"))) for each in links]
        if found != wanted:
            message = f"the links are {shown(found)}, not {shown(wanted)}"
            yield Violation("self-link-leads-back", "/links", message)


def token_is_as_stated(moment: Moment, _: History) -> Iterator[Violation]:
    """A token is of the stated kind and lasts as long as stated."""
    if moment.operation.id != moment.contract.token.id or not moment.succeeded:
        return
    stated, document = moment.facts.values("access-token"), moment.value
    told = document if isinstance(document, dict) else {}
    pairs = (("token_type", stated["tokenType"]), ("expires_in", stated["lifetimeSeconds"]))
    for key, wanted in pairs:
        if key in told and not same(told[key], wanted):
            yield Violation("access-token", f"/{key}", f"{key} is {shown(told[key])}, not {wanted!r}")


@lru_cache(maxsize=1024)
def _links(facts: Facts, cluster: tuple[tuple[str, str], ...], snapshot: str) -> list[tuple[str, str]]:
    """The links that a snapshot of a cluster has: relation and path of each."""
    quoted = {name: quote(value, safe="") for name, value in (*cluster, ("snapshotId", snapshot))}
    stated = facts.values("snapshot-creation")["links"]
    return [(each["rel"], each["path"].format_map(quoted)) for each in stated]


def _path(href: str) -> str:
    try:
        return urlsplit(href).path if "://" in href else href and f"relative:{href}"
    except ValueError:
        return href
