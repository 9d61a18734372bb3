"""Faults of single snapshots, named by hand: what a server says wrongly of one, where, and who finds out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeAlias

from atlas_contract.contract import Contract
from atlas_contract.faults.bending import json_in, operation_of, unwrapped, with_json
from atlas_contract.faults.fault import Bend, Build, Fault
from atlas_contract.faults.words import Words
from atlas_contract.mock import Handler
from atlas_contract.model import Operation, Reply, Request

Document: TypeAlias = dict[str, Any]
Memory: TypeAlias = dict[str, Any]
Edit: TypeAlias = Callable[[Document, Memory], Document]


class _Lie(NamedTuple):
    """What a server says wrongly of single snapshots, where, and who finds out."""

    id: str
    harm: str
    clause: str
    caught_by: tuple[str, ...]
    where: str
    edit: Edit


def lie_faults(_: Contract) -> Iterator[Fault]:
    """Every fault of this table."""
    for lie in LIES:
        caught_by = frozenset(lie.caught_by)
        yield Fault(lie.id, "state", lie.harm, lie.clause, caught_by, _lying(lie), derived=False)


def _lying(lie: _Lie) -> Bend:
    def bend(contract: Contract, build: Build) -> Handler:
        mock, memory = build(contract), Memory()
        memory["now"], memory["words"] = mock.world.clock.now, Words.of(contract)

        def handle(request: Request) -> Reply:
            reply = mock.handle(request)
            operation = operation_of(contract, request)
            if operation is None or not reply.succeeded or not WHERE[lie.where](contract, operation):
                return reply
            return _edited(contract, reply, lambda document: lie.edit(document, memory))

        return handle

    return bend


def _edited(contract: Contract, reply: Reply, edit: Callable[[Document], Document]) -> Reply:
    """The reply with each snapshot in it edited; replies laid out for people stay as they are."""
    whole = json_in(reply.body)
    if not isinstance(whole, dict) or b"\n" in reply.body:
        return reply
    inner, wrap = unwrapped(whole, contract)
    key = contract.behaviour("envelope-layout").values["listKey"]
    if isinstance(inner, dict) and isinstance(inner.get(key), list):
        return with_json(reply, wrap({**inner, key: [edit(each) for each in inner[key]]}))
    return with_json(reply, wrap(edit(inner))) if isinstance(inner, dict) else reply


def is_take(contract: Contract, operation: Operation) -> bool:
    """Whether an operation takes snapshots."""
    return operation.id == contract.main.id


def is_snapshot(contract: Contract, operation: Operation) -> bool:
    """Whether an operation is about snapshots."""
    return operation.path.startswith(contract.main.path)


def is_read(contract: Contract, operation: Operation) -> bool:
    """Whether an operation shows snapshots."""
    return is_snapshot(contract, operation) and operation.method == "GET"


def is_list(contract: Contract, operation: Operation) -> bool:
    """Whether an operation lists snapshots by the plain path."""
    return operation.method == "GET" and operation.path == contract.main.path


def is_change(contract: Contract, operation: Operation) -> bool:
    """Whether an operation changes a snapshot's retention."""
    return operation.method == "PATCH" and is_snapshot(contract, operation)


WHERE: dict[str, Callable[[Contract, Operation], bool]] = {
    "take": is_take,
    "read": is_read,
    "list": is_list,
    "change": is_change,
    "any": is_snapshot,
}


def _put(key: str, make: Callable[[Any], Any]) -> Edit:
    def edit(document: Document, _: Memory) -> Document:
        return {**document, key: make(document[key])} if key in document else document

    return edit


def _status(name: str) -> Edit:
    """Another state, by its name among the words."""
    return lambda document, memory: {**document, "status": getattr(memory["words"], name)}


def _moved(key: str, **by: float) -> Edit:
    def edit(document: Document, memory: Memory) -> Document:
        if key not in document or document[key] >= "9990":
            return document
        moved = datetime.fromisoformat(document[key]) + timedelta(**by)
        return {**document, key: moved.strftime(memory["words"].time)}

    return edit


def _if_done(edit: Edit, *, done: bool = True) -> Edit:
    def conditional(document: Document, memory: Memory) -> Document:
        return edit(document, memory) if ("createdAt" in document) is done else document

    return conditional


def _once_more(document: Document, memory: Memory) -> Document:
    """The first snapshot's id for every snapshot."""
    return {**document, "id": memory.setdefault("id", document["id"])}


def _frozen_expiry(document: Document, memory: Memory) -> Document:
    """The expiry that a snapshot was first seen with, for ever."""
    first = memory.setdefault(document["id"], document["expiresAt"])
    return {**document, "expiresAt": first}


def _creeping_expiry(document: Document, memory: Memory) -> Document:
    """An expiry that each read moves by an hour."""
    looks = memory[document["id"]] = memory.get(document["id"], -1) + 1
    return _moved("expiresAt", hours=looks)(document, memory) if "createdAt" in document else document


def _relapsing(document: Document, memory: Memory) -> Document:
    """Completed at the first look, in progress at every second one after it."""
    if "createdAt" not in document:
        return document
    looks = memory[document["id"]] = memory.get(document["id"], 0) + 1
    return _status("underway")(document, memory) if looks % 2 == 0 else document


def _forgetting(key: str) -> Edit:
    """A property that was there at the first look and is gone at the next."""

    def edit(document: Document, memory: Memory) -> Document:
        if key in document and document["id"] in memory:
            return {name: value for name, value in document.items() if name != key}
        if key in document:
            memory[document["id"]] = True
        return document

    return edit


def _without(*keys: str) -> Edit:
    return lambda document, _: {key: value for key, value in document.items() if key not in keys}


def _replaced(key: str, old: str, new: str) -> Edit:
    def edit(document: Document, _: Memory) -> Document:
        links = document.get(key)
        if not isinstance(links, list):
            return document
        return {**document, key: [{**each, "href": each["href"].replace(old, new)} for each in links]}

    return edit


def _relative(document: Document, memory: Memory) -> Document:
    """Links without the server's URL."""
    return _replaced("links", memory["words"].server, "")(document, memory)


def _failing(document: Document, memory: Memory) -> Document:
    """Failed at every look but the first at a completed snapshot."""
    if "createdAt" not in document or memory.setdefault(document["id"], 0) == 0:
        memory[document["id"]] = int("createdAt" in document)
        return document
    return _status("failed")(document, memory)


def _growing(document: Document, memory: Memory) -> Document:
    """A size that grows with every look, once there is one."""
    memory["looks"] = memory.get("looks", 0) + 1
    size = document["storageSizeBytes"]
    return {**document, "storageSizeBytes": size and size + memory["looks"]}


# fmt: off
LIES = (
    _Lie("trims-description", "trims descriptions", "description-echoed", ("description_is_echoed",), "any",
         _put("description", lambda text: text and text.strip())),
    _Lie("upper-cases-description", "upper-cases descriptions", "description-echoed", ("description_is_echoed",),
         "take", _put("description", lambda text: text and text.upper())),
    _Lie("cuts-description", "cuts descriptions after 100 characters", "description-echoed",
         ("description_is_echoed",), "take", _put("description", lambda text: text and text[:100])),
    _Lie("ascii-description", "loses letters beyond ASCII", "description-echoed", ("description_is_echoed",), "take",
         _put("description", lambda text: text and text.encode("ascii", "replace").decode())),
    _Lie("loses-description", "forgets the description when read", "description-echoed",
         ("description_is_echoed", "known_stays_known"), "read", _without("description")),
    _Lie("expiry-a-day-late", "keeps snapshots a day longer", "expiry-follows-retention",
         ("expiry_follows_retention",), "take", _moved("expiresAt", days=1)),
    _Lie("expiry-three-seconds-late", "counts the retention from three seconds later", "expiry-follows-retention",
         ("expiry_follows_retention",), "take", _moved("expiresAt", seconds=3)),
    _Lie("expiry-in-hours", "counts the retention from another time zone", "expiry-follows-retention",
         ("expiry_follows_retention",), "any", _if_done(_moved("expiresAt", hours=2), done=False)),
    _Lie("expiry-not-moved", "leaves the expiry where it was when the snapshot is completed",
         "expiry-moves-at-completion", ("expiry_moves_at_completion",), "any", _frozen_expiry),
    _Lie("expiry-moved-too-far", "counts the retention from a day after completion", "expiry-moves-at-completion",
         ("expiry_moves_at_completion",), "read", _if_done(_moved("expiresAt", days=1))),
    _Lie("expiry-creeps", "moves the expiry at every look", "reads-change-nothing",
         ("reads_agree", "expiry_moves_at_completion"), "read", _creeping_expiry),
    _Lie("relapses", "lets completed snapshots be in progress again", "status-only-moves-forward",
         ("status_moves_forward",), "read", _relapsing),
    _Lie("id-repeated", "gives every snapshot the id of the first", "id-unique", ("id_is_new",), "take", _once_more),
    _Lie("id-shuffled", "gives ids that say nothing of the time", "id-carries-request-time",
         ("id_carries_request_time",), "take", _put("id", lambda text: text[::-1])),
    _Lie("id-a-minute-early", "dates ids a minute before the request", "id-carries-request-time",
         ("id_carries_request_time",), "take", _put("id", lambda text: f"{int(text[:8], 16) - 60:08x}{text[8:]}")),
    _Lie("fails-afterwards", "lets completed snapshots fail at a later look", "status-only-moves-forward",
         ("status_moves_forward",), "read", _failing),
    _Lie("times-with-fractions", "writes times with fractions of a second", "timestamps", ("body_conforms",), "any",
         _put("expiresAt", lambda text: text.replace("Z", ".000Z"))),
    _Lie("times-with-offset", "writes times with an offset", "timestamps", ("body_conforms",), "any",
         _put("expiresAt", lambda text: text.replace("Z", "+00:00"))),
    _Lie("id-of-another", "answers with another id than was asked for", "self-link-leads-back",
         ("the_asked_snapshot_comes", "links_are_as_stated", "reads_agree"), "read",
         _put("id", lambda text: text[:-1] + ("0" if text[-1] != "0" else "1"))),
    _Lie("starts-in-progress", "calls a new snapshot in progress", "snapshot-creation", ("creation_is_as_stated",),
         "take", _status("underway")),
    _Lie("starts-completed", "calls a new snapshot completed", "snapshot-creation", ("creation_is_as_stated",),
         "take", _status("done")),
    _Lie("never-completed", "never completes a snapshot", "snapshot-lifecycle", ("snapshots_finish",), "any",
         _status("first")),
    _Lie("created-at-birth", "dates new snapshots at once", "snapshot-creation",
         ("creation_is_as_stated", "stages_bring_what_they_add"), "take",
         lambda document, _: {**document, "createdAt": document["expiresAt"]}),
    _Lie("created-after-expiry", "dates snapshots after their removal", "snapshot-lifecycle", ("times_are_in_order",),
         "read", _moved("createdAt", days=40000 // 365)),
    _Lie("created-before-request", "dates snapshots before they were asked for", "snapshot-lifecycle",
         ("times_are_in_order",), "read", _moved("createdAt", hours=-3)),
    _Lie("creation-forgotten", "forgets when a snapshot was taken", "snapshot-lifecycle",
         ("known_stays_known", "stages_bring_what_they_add"), "read", _forgetting("createdAt")),
    _Lie("version-forgotten", "forgets the version of the host", "snapshot-lifecycle",
         ("known_stays_known", "stages_bring_what_they_add"), "read", _forgetting("mongodVersion")),
    _Lie("version-missing", "never tells the version of the host", "snapshot-lifecycle",
         ("stages_bring_what_they_add",), "any", _without("mongodVersion")),
    _Lie("provider-missing", "never tells the provider", "snapshot-lifecycle", ("stages_bring_what_they_add",), "any",
         _without("cloudProvider")),
    _Lie("size-stays-zero", "never tells the size", "snapshot-lifecycle",
         ("stages_bring_what_they_add",), "any", _put("storageSizeBytes", lambda _: 0)),
    _Lie("size-changes", "tells another size at every look", "snapshot-lifecycle", ("known_stays_known",), "read",
         _growing),
    _Lie("self-link-of-another", "links to another snapshot", "self-link-leads-back", ("links_are_as_stated",), "any",
         _replaced("links", "/snapshots/", "/snapshots/0")),
    _Lie("self-link-elsewhere", "links into another project's clusters", "self-link-leads-back",
         ("links_are_as_stated",), "any", _replaced("links", "/groups/", "/groups/0")),
    _Lie("self-link-relative", "links without a host", "self-link-leads-back", ("links_are_as_stated",), "any",
         _relative),
    _Lie("links-reversed", "links to the cluster first", "self-link-leads-back", ("links_are_as_stated",), "any",
         _put("links", lambda links: links[::-1])),
    _Lie("links-doubled", "links to everything twice", "self-link-leads-back", ("links_are_as_stated",), "any",
         _put("links", lambda links: links * 2)),
    _Lie("cluster-name-lost", "calls the replica set by another name", "snapshot-creation",
         ("creation_is_as_stated",), "take", _put("replicaSetName", lambda name: f"atlas-{name}")),
    _Lie("list-shows-other-status", "lists snapshots as queued that are not", "list-agrees-with-get",
         ("status_moves_forward",), "list", _status("first")),
    _Lie("list-shows-other-expiry", "lists snapshots with another expiry", "list-agrees-with-get",
         ("reads_agree", "expiry_moves_at_completion"), "list", _if_done(_moved("expiresAt", minutes=10))),
    _Lie("list-shows-less", "lists snapshots without their dates", "list-agrees-with-get",
         ("known_stays_known", "stages_bring_what_they_add"), "list", _without("createdAt")),
    _Lie("drops-id", "leaves the id out of a snapshot", "snapshot-creation", ("body_conforms",), "any",
         _without("id")),
    _Lie("change-loses-description", "forgets the description when the retention changes", "retention-change",
         ("known_stays_known", "description_is_echoed"), "change", _without("description")),
    _Lie("change-in-hours", "takes a new retention to begin a day early", "retention-change",
         ("retention_change_is_applied",), "change", _moved("expiresAt", days=-1)),
    _Lie("change-unseen", "shows the old expiry after a change", "retention-change",
         ("retention_change_is_applied", "reads_agree"), "change", lambda document, _: {
             **document, "expiresAt": document.get("createdAt", document["expiresAt"])}),
    _Lie("members-mixed-up", "lists other parts than members", "sharded-snapshot-parts", ("sharded_parts_agree",),
         "read", _put("snapshotIds", lambda ids: ids[::-1])),
    _Lie("members-everywhere", "shows the parts of sharded snapshots by the plain paths", "sharded-by-plain-path",
         ("sharded_parts_agree",), "read", lambda document, _: {
             **document, **({"members": []} if "replicaSetName" not in document else {})}),
    _Lie("members-missing", "forgets the members of sharded snapshots", "sharded-snapshot-parts",
         ("sharded_parts_agree",), "read", _without("members", "snapshotIds")),
)
# fmt: on
