"""Faults of memory, named by hand: what a server forgets, repeats, mixes up or moves the wrong way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeAlias

from atlas_contract.contract import Contract
from atlas_contract.faults.bending import (
    asked,
    authorized,
    json_in,
    operation_of,
    retargeted,
    unwrapped,
    with_header,
    with_json,
)
from atlas_contract.faults.fault import Build, Fault
from atlas_contract.mock import Handler, Mock
from atlas_contract.model import Operation, Reply, Request

Document: TypeAlias = dict[str, Any]
Memory: TypeAlias = dict[str, Any]
Edit: TypeAlias = Callable[[Document, Memory], Document]
Where: TypeAlias = Callable[[Operation], bool]


class _Lie(NamedTuple):
    """What a server says wrongly of single snapshots, where, and who finds out."""

    id: str
    harm: str
    clause: str
    caught_by: tuple[str, ...]
    where: str
    edit: Edit


def state_faults(contract: Contract) -> Iterator[Fault]:
    """Every fault of this room."""
    for lie in LIES:
        yield _fault(lie.id, lie.harm, lie.clause, lie.caught_by, _lying(lie))
    for name, (harm, clause, caught_by, bend) in HANDLERS.items():
        yield _fault(name, harm, clause, caught_by, bend)
    del contract


def _fault(name: str, harm: str, clause: str, caught_by: tuple[str, ...], bend: Any) -> Fault:
    return Fault(name, "state", harm, clause, frozenset(caught_by), bend, derived=False)


def _lying(lie: _Lie) -> Callable[[Contract, Build], Handler]:
    def bend(contract: Contract, build: Build) -> Handler:
        mock, memory = build(contract), Memory()
        memory["now"] = mock.world.clock.now

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


def _is_take(contract: Contract, operation: Operation) -> bool:
    return operation.id == contract.main.id


def _is_snapshot(contract: Contract, operation: Operation) -> bool:
    return operation.path.startswith(contract.main.path)


def _is_read(contract: Contract, operation: Operation) -> bool:
    return _is_snapshot(contract, operation) and operation.method == "GET"


def _is_list(contract: Contract, operation: Operation) -> bool:
    return operation.method == "GET" and operation.path == contract.main.path


def _is_change(contract: Contract, operation: Operation) -> bool:
    return operation.method == "PATCH" and _is_snapshot(contract, operation)


WHERE: dict[str, Callable[[Contract, Operation], bool]] = {
    "take": _is_take,
    "read": _is_read,
    "list": _is_list,
    "change": _is_change,
    "any": _is_snapshot,
}


def _put(key: str, make: Callable[[Any], Any]) -> Edit:
    def edit(document: Document, _: Memory) -> Document:
        return {**document, key: make(document[key])} if key in document else document

    return edit


def _moved(key: str, **by: float) -> Edit:
    def make(text: str) -> str:
        return (datetime.fromisoformat(text) + timedelta(**by)).strftime("%Y-%m-%dT%H:%M:%SZ")

    return _put(key, lambda text: make(text) if text < "9990" else text)


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
    return {**document, "status": "inProgress"} if looks % 2 == 0 else document


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
    _Lie("id-of-another", "answers with another id than was asked for", "self-link-leads-back",
         ("the_asked_snapshot_comes", "links_are_as_stated", "reads_agree"), "read",
         _put("id", lambda text: text[:-1] + ("0" if text[-1] != "0" else "1"))),
    _Lie("starts-in-progress", "calls a new snapshot in progress", "snapshot-creation", ("creation_is_as_stated",),
         "take", _put("status", lambda _: "inProgress")),
    _Lie("starts-completed", "calls a new snapshot completed", "snapshot-creation", ("creation_is_as_stated",),
         "take", _put("status", lambda _: "completed")),
    _Lie("never-completed", "never completes a snapshot", "snapshot-lifecycle", ("snapshots_finish",), "any",
         _put("status", lambda _: "queued")),
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
         lambda document, memory: {
             **document,
             "storageSizeBytes": document["storageSizeBytes"] and 10**9 + len(memory.setdefault("looks", [])) * 7
             + len(memory["looks"].append(0) or memory["looks"]),
         }),
    _Lie("self-link-of-another", "links to another snapshot", "self-link-leads-back", ("links_are_as_stated",), "any",
         _replaced("links", "/snapshots/", "/snapshots/0")),
    _Lie("self-link-elsewhere", "links into another project's clusters", "self-link-leads-back",
         ("links_are_as_stated",), "any", _replaced("links", "/groups/", "/groups/0")),
    _Lie("self-link-relative", "links without a host", "self-link-leads-back", ("links_are_as_stated",), "any",
         _replaced("links", "https://cloud.mongodb.com", "")),
    _Lie("links-reversed", "links to the cluster first", "self-link-leads-back", ("links_are_as_stated",), "any",
         _put("links", lambda links: links[::-1])),
    _Lie("links-doubled", "links to everything twice", "self-link-leads-back", ("links_are_as_stated",), "any",
         _put("links", lambda links: links * 2)),
    _Lie("cluster-name-lost", "calls the replica set by another name", "snapshot-creation",
         ("creation_is_as_stated",), "take", _put("replicaSetName", lambda name: f"atlas-{name}")),
    _Lie("list-shows-other-status", "lists snapshots as queued that are not", "list-agrees-with-get",
         ("status_moves_forward",), "list", _put("status", lambda _: "queued")),
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
             **document, **({"members": []} if document.get("type") == "shardedCluster" else {})}),
    _Lie("members-missing", "forgets the members of sharded snapshots", "sharded-snapshot-parts",
         ("sharded_parts_agree",), "read", _without("members", "snapshotIds")),
)


def _two_unfinished(contract: Contract, build: Build) -> Handler:
    """Takes a second snapshot while the first is unfinished."""
    mock = build(contract)
    busy = (contract.behaviour("unfinished-snapshot").reply or {})["errorCode"].encode()

    def handle(request: Request) -> Reply:
        reply = mock.handle(request)
        if busy not in reply.body:
            return reply
        found = asked(contract, request)
        place = tuple(found.arguments.values())[:2] if found else ()
        kept = mock.world.snapshots.get(place, [])  # type: ignore[call-overload]
        held, kept[:] = list(kept), []
        reply = mock.handle(request)
        kept[:] = [*held, *kept]
        return reply

    return handle


def _ghost(contract: Contract, build: Build) -> Handler:
    """A refused take creates a snapshot all the same."""
    mock = build(contract)

    def handle(request: Request) -> Reply:
        reply = mock.handle(request)
        found = asked(contract, request)
        if found is not None and found.operation.id == contract.main.id and reply.status == 400:  # noqa: PLR2004
            target = retargeted(found, found.arguments, {})
            mock.handle(replace(request, target=target, body=b"{}"))
        return reply

    return handle


def _deleting(effect: Callable[[Mock, Request, Reply], Reply]) -> Callable[[Contract, Build], Handler]:
    """A server that does something wrong at each removal."""

    def bend(contract: Contract, build: Build) -> Handler:
        mock = build(contract)

        def handle(request: Request) -> Reply:
            operation = operation_of(contract, request)
            if operation is None or operation.method != "DELETE" or not _is_snapshot(contract, operation):
                return mock.handle(request)
            return effect(mock, request, mock.handle(request))

        return handle

    return bend


def _undeleted(contract: Contract, build: Build) -> Handler:
    """Says that it removes, and does not."""
    mock = build(contract)

    def handle(request: Request) -> Reply:
        found = asked(contract, request)
        if found is None or found.operation.method != "DELETE":
            return mock.handle(request)
        place = tuple(found.arguments.values())[:2]
        kept = list(mock.world.snapshots.get(place, ()))  # type: ignore[call-overload]
        reply = mock.handle(request)
        if reply.succeeded:
            mock.world.snapshots[place] = kept  # type: ignore[index]
        return reply

    return handle


def _deleted_twice(contract: Contract, build: Build) -> Handler:
    """Answers a second removal like the first one."""
    mock = build(contract)
    gone: dict[str, Reply] = {}

    def handle(request: Request) -> Reply:
        reply = mock.handle(request)
        if request.method == "DELETE" and reply.succeeded:
            gone[request.target] = reply
        return gone.get(request.target, reply) if request.method == "DELETE" else reply

    return handle


def _deleted_listed(contract: Contract, build: Build) -> Handler:
    """Keeps removed snapshots on the list."""
    mock = build(contract)
    last: dict[str, list[Any]] = {}

    def handle(request: Request) -> Reply:
        reply = mock.handle(request)
        operation = operation_of(contract, request)
        if operation is None or not reply.succeeded or not _is_list(contract, operation):
            return reply
        whole = json_in(reply.body)
        if "?" in request.target or not isinstance(whole, dict):
            return reply
        before = last.setdefault(request.target, [])
        ids = {each["id"] for each in whole["results"]}
        before += [each for each in whole["results"] if each["id"] not in {old["id"] for old in before}]
        extra = [each for each in before if each["id"] not in ids]
        return with_json(
            reply, {**whole, "results": [*extra, *whole["results"]], "totalCount": whole["totalCount"] + len(extra)}
        )

    return handle


def _on_lists(edit: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Contract, Build], Handler]:
    """A server whose lists are wrong as a whole."""

    def bend(contract: Contract, build: Build) -> Handler:
        mock = build(contract)

        def handle(request: Request) -> Reply:
            reply = mock.handle(request)
            operation = operation_of(contract, request)
            whole = json_in(reply.body)
            if operation is None or operation.method != "GET" or not reply.succeeded or not isinstance(whole, dict):
                return reply
            return with_json(reply, edit(whole)) if "results" in whole and b"\n" not in reply.body else reply

        return handle

    return bend


def _without_query(*names: str) -> Callable[[Contract, Build], Handler]:
    """A server that does not read some query parameters."""

    def bend(contract: Contract, build: Build) -> Handler:
        mock = build(contract)

        def handle(request: Request) -> Reply:
            found = asked(contract, request)
            if found is None or found.operation.id == contract.token.id:
                return mock.handle(request)
            first = mock.handle(request)
            if not first.succeeded:
                return first
            kept = {name: value for name, value in found.query.items() if name not in names}
            read = replace(request, target=retargeted(found, found.arguments, kept))
            return mock.handle(read) if request.method == "GET" and len(kept) < len(found.query) else first

        return handle

    return bend


def _override(contract: Contract, build: Build) -> Handler:
    """Obeys a header that asks for another method."""
    mock = build(contract)

    def handle(request: Request) -> Reply:
        return mock.handle(replace(request, method=request.header("X-HTTP-Method-Override") or request.method))

    return handle


def _enveloped(edit: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Contract, Build], Handler]:
    """A server whose envelopes are wrong."""

    def bend(contract: Contract, build: Build) -> Handler:
        mock = build(contract)
        key = contract.behaviour("envelope-layout").values["contentKey"]

        def handle(request: Request) -> Reply:
            reply = mock.handle(request)
            whole = json_in(reply.body)
            single = isinstance(whole, dict) and key in whole and reply.succeeded and b"\n" not in reply.body
            return with_json(reply, edit(whole)) if single else reply

        return handle

    return bend


def _pretty_number(contract: Contract, build: Build) -> Handler:
    """Moves the expiry by a minute in replies laid out for people."""
    mock = build(contract)

    def handle(request: Request) -> Reply:
        reply = mock.handle(request)
        if b"\n" not in reply.body or not reply.succeeded or b"Z" not in reply.body:
            return reply
        return replace(reply, body=reply.body.replace(b':00Z"', b':30Z"').replace(b':0', b':0'))

    return handle


def _old_nonce(contract: Contract, build: Build) -> Handler:
    """Challenges everybody with the same nonce."""
    mock = build(contract)
    first: list[str] = []

    def handle(request: Request) -> Reply:
        reply = mock.handle(request)
        challenge = reply.header("WWW-Authenticate")
        if challenge is None or (request.header("Authorization") or "").startswith("Digest"):
            return reply
        first.append(challenge)
        return with_header(reply, "WWW-Authenticate", first[0])

    return handle


def _unverified(start: str) -> Callable[[Contract, Build], Handler]:
    """A server that lets everybody in who says anything in one scheme."""

    def bend(contract: Contract, build: Build) -> Handler:
        mock = build(contract)

        def handle(request: Request) -> Reply:
            reply = mock.handle(request)
            sent = request.header("Authorization") or ""
            found = operation_of(contract, request)
            if reply.status != 401 or not sent.startswith(start) or found is None:  # noqa: PLR2004
                return reply
            return reply if found.id == contract.token.id else mock.handle(authorized(mock, request))

        return handle

    return bend


def _any_client(contract: Contract, build: Build) -> Handler:
    """Sells tokens to everybody."""
    mock = build(contract)

    def handle(request: Request) -> Reply:
        reply = mock.handle(request)
        found = operation_of(contract, request)
        if found is None or found.id != contract.token.id or reply.status != 401:  # noqa: PLR2004
            return reply
        import base64

        account = mock.world.manager.account
        basic = base64.b64encode(f"{account.id}:{account.secret}".encode()).decode()
        return mock.handle(replace(request, headers=(*request.headers[:0], ("Authorization", f"Basic {basic}"),
                                                     ("Content-Type", found.body[0].media_type))))

    return handle


def _stuck_level(contract: Contract, build: Build) -> Handler:
    """Always says that the same number of requests is left."""
    mock = build(contract)
    name = contract.behaviour("rate-limit").values["headers"]["remaining"]

    def handle(request: Request) -> Reply:
        reply = mock.handle(request)
        return reply if reply.header(name) is None else with_header(reply, name, "700")

    return handle


def _without_header(kind: str) -> Callable[[Contract, Build], Handler]:
    """A server that leaves one of the rate limit's headers out."""

    def bend(contract: Contract, build: Build) -> Handler:
        mock = build(contract)
        name = contract.behaviour("rate-limit").values["headers"][kind]
        return lambda request: with_header(mock.handle(request), name, None)

    return bend


def _with_header(name: str, value: str) -> Callable[[Contract, Build], Handler]:
    """A server that sends a header where none belongs."""

    def bend(contract: Contract, build: Build) -> Handler:
        mock = build(contract)

        def handle(request: Request) -> Reply:
            reply = mock.handle(request)
            return with_header(reply, name, value) if reply.succeeded else reply

        return handle

    return bend


def _wrong_place(contract: Contract, build: Build) -> Handler:
    """Lists the snapshots of the first cluster, whichever was asked for."""
    mock = build(contract)

    def handle(request: Request) -> Reply:
        found = asked(contract, request)
        if found is None or not _is_list(contract, found.operation) or not mock.handle(request).succeeded:
            return mock.handle(request)
        name = list(found.arguments)[1]
        other = next(each.name for each in mock.world.home.clusters if each.name != found.arguments[name])
        arguments = {**found.arguments, name: other}
        return mock.handle(replace(request, target=retargeted(found, arguments, found.query)))

    return handle


def _numbers_as_text(contract: Contract, build: Build) -> Handler:
    """Takes numbers written as text."""
    mock = build(contract)

    def handle(request: Request) -> Reply:
        sent = json_in(request.body)
        if isinstance(sent, dict):
            read = {key: int(each) if isinstance(each, str) and each.isdecimal() else each for key, each in sent.items()}
            import json

            request = replace(request, body=json.dumps(read).encode()) if read != sent else request
        return mock.handle(request)

    return handle


HANDLERS: dict[str, tuple[str, str, tuple[str, ...], Any]] = {
    "two-unfinished": ("takes a second snapshot while one is unfinished", "unfinished-snapshot",
                       ("outcome_is_expected", "one_unfinished_at_a_time"), _two_unfinished),
    "ghost-of-refused": ("creates a snapshot though it refuses to", "refusals-change-nothing",
                         ("nothing_appears_unasked", "outcome_is_expected", "one_unfinished_at_a_time"), _ghost),
    "undeleted": ("says that it removes, and does not", "deleted-stays-deleted",
                  ("deleted_stays_deleted", "outcome_is_expected"), _undeleted),
    "deleted-twice": ("removes the same snapshot again and again", "deleted-stays-deleted",
                      ("deleted_stays_deleted", "outcome_is_expected"), _deleted_twice),
    "deleted-listed": ("keeps removed snapshots on the list", "deleted-stays-deleted",
                       ("deleted_stays_deleted",), _deleted_listed),
    "list-omits-newest": ("leaves the newest snapshot off the list", "list-agrees-with-get", ("list_is_whole",),
                          _on_lists(lambda whole: {**whole, "results": whole["results"][:-1]})),
    "list-hides-newest": ("leaves the newest snapshot off the list and out of the count", "list-agrees-with-get",
                          ("list_is_whole",), _on_lists(lambda whole: {
                              **whole, "results": whole["results"][:-1],
                              **({"totalCount": max(0, whole["totalCount"] - 1)} if "totalCount" in whole else {})})),
    "list-doubles": ("lists snapshots twice", "id-unique", ("list_is_whole",),
                     _on_lists(lambda whole: {**whole, "results": whole["results"] * 2})),
    "list-miscounts": ("counts one too many", "list-count", ("list_is_whole", "list_links_are_as_stated"),
                       _on_lists(lambda whole: {**whole, "totalCount": whole.get("totalCount", 0) + 1})),
    "list-uncounted": ("never counts", "list-count", ("list_is_whole",),
                       _on_lists(lambda whole: {key: each for key, each in whole.items() if key != "totalCount"})),
    "list-without-next": ("never links to the next page", "list-links", ("list_links_are_as_stated",),
                          _on_lists(lambda whole: {**whole, "links": [
                              each for each in whole["links"] if each["rel"] != "next"]})),
    "list-without-self": ("never links to the list itself", "list-links", ("list_links_are_as_stated",),
                          _on_lists(lambda whole: {**whole, "links": [
                              each for each in whole["links"] if each["rel"] != "self"]})),
    "list-of-another": ("lists another cluster's snapshots", "list-agrees-with-get",
                        ("list_is_whole", "links_are_as_stated", "nothing_appears_unasked"), _wrong_place),
    "ignores-itemsPerPage": ("ignores the page size", "list-count", ("list_is_whole", "list_links_are_as_stated"),
                             _without_query("itemsPerPage")),
    "ignores-pageNum": ("always shows the first page", "list-links",
                        ("list_is_whole", "list_links_are_as_stated"), _without_query("pageNum")),
    "ignores-includeCount": ("always counts", "list-count", ("list_is_whole",), _without_query("includeCount")),
    "ignores-envelope": ("never wraps", "envelope-layout", ("envelope_is_as_asked", "list_links_are_as_stated"),
                         _without_query("envelope")),
    "ignores-pretty": ("never lays out for people", "pretty-layout", ("json_is_laid_out",), _without_query("pretty")),
    "obeys-override": ("obeys a header that asks for another method", "reads-change-nothing",
                       ("outcome_is_expected", "status_is_documented", "body_conforms", "deleted_stays_deleted"),
                       _override),
    "envelope-status-wrong": ("says another status in the envelope", "envelope-layout", ("envelope_is_as_asked",),
                              _enveloped(lambda whole: {**whole, "status": 201})),
    "envelope-status-as-text": ("says the status as text", "envelope-layout", ("envelope_is_as_asked",),
                                _enveloped(lambda whole: {**whole, "status": "200"})),
    "envelope-changes-value": ("drops a property in envelopes", "envelope-wraps-only",
                               ("known_stays_known", "body_conforms", "creation_is_as_stated"),
                               _enveloped(lambda whole: {**whole, "content": {
                                   key: each for key, each in whole["content"].items() if key != "description"}
                                   if isinstance(whole["content"], dict) else whole["content"]})),
    "pretty-changes-value": ("says other times in replies laid out for people", "pretty-changes-layout-only",
                             ("reads_agree", "known_stays_known", "times_are_in_order", "expiry_follows_retention"),
                             _pretty_number),
    "nonce-reused": ("challenges with the same nonce again", "digest-challenge", ("challenge_is_fresh",), _old_nonce),
    "digest-unverified": ("lets everybody in who answers a challenge", "credentials-missing",
                          ("outcome_is_expected",), _unverified("Digest")),
    "basic-accepted": ("takes a secret in the clear", "credentials-missing", ("outcome_is_expected",),
                       _unverified("Basic")),
    "token-unverified": ("lets everybody in who shows any token", "credentials-missing", ("outcome_is_expected",),
                         _unverified("Bearer")),
    "token-for-anybody": ("sells tokens to everybody", "token-client-invalid", ("outcome_is_expected",), _any_client),
    "rest-stuck": ("never counts requests", "rate-limit", ("rate_limit_headers_agree",), _stuck_level),
    "rest-untold": ("tells the capacity and not what is left of it", "rate-limit",
                    ("rate_limit_headers_agree", "retry_after_is_told"), _without_header("remaining")),
    "retry-untold": ("does not say when to come back", "rate-limited", ("retry_after_is_told",),
                     _without_header("retryAfter")),
    "location": ("sends a Location for what it has created", "snapshot-creation", ("headers_stay_away",),
                 _with_header("Location", "/elsewhere")),
    "deprecated": ("calls itself deprecated", "never-deprecated", ("headers_stay_away",),
                   _with_header("Deprecation", "Mon, 5 Aug 2024 00:00:00 GMT")),
    "sunset": ("says that it will be gone", "never-deprecated", ("headers_stay_away",),
               _with_header("Sunset", "Thu, 1 Jul 2027 00:00:00 GMT")),
    "numbers-as-text": ("takes numbers written as text", "attribute-wrong-type", ("outcome_is_expected",),
                        _numbers_as_text),
}
