"""Faults of lists, envelopes and layouts, named by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeAlias

from atlas_contract.contract import Contract
from atlas_contract.faults.bending import asked, json_in, operation_of, retargeted, with_body, with_json
from atlas_contract.faults.fault import Bend, Build, Fault
from atlas_contract.faults.lies import is_list
from atlas_contract.mock import Handler
from atlas_contract.model import Operation, Reply, Request

Row: TypeAlias = tuple[str, str, tuple[str, ...], Bend]


def wrapping_faults(_: Contract) -> Iterator[Fault]:
    """Every fault of this table."""
    for name, (harm, clause, caught_by, bend) in TABLE.items():
        yield Fault(name, "state", harm, clause, frozenset(caught_by), bend, derived=False)


def _deleted_listed(contract: Contract, build: Build) -> Handler:
    """Keeps removed snapshots on the list."""
    mock = build(contract)
    last: dict[str, list[Any]] = {}

    def handle(request: Request) -> Reply:
        reply = mock.handle(request)
        operation = operation_of(contract, request)
        if operation is None or not reply.succeeded or not is_list(contract, operation):
            return reply
        whole = json_in(reply.body)
        if "?" in request.target or not isinstance(whole, dict):
            return reply
        before = last.setdefault(request.target, [])
        ids = {each["id"] for each in whole["results"]}
        before += [each for each in whole["results"] if each["id"] not in {old["id"] for old in before}]
        extra = [each for each in before if each["id"] not in ids]
        return with_json(
            reply,
            {**whole, "results": [*extra, *whole["results"]], "totalCount": whole["totalCount"] + len(extra)},
        )

    return handle


def _on_lists(edit: Callable[[dict[str, Any]], dict[str, Any]]) -> Bend:
    """A server whose lists are wrong as a whole."""

    def bend(contract: Contract, build: Build) -> Handler:
        mock = build(contract)

        def handle(request: Request) -> Reply:
            reply = mock.handle(request)
            operation = operation_of(contract, request)
            whole = json_in(reply.body)
            if (
                operation is None
                or operation.method != "GET"
                or not reply.succeeded
                or not isinstance(whole, dict)
            ):
                return reply
            return with_json(reply, edit(whole)) if "results" in whole and b"\n" not in reply.body else reply

        return handle

    return bend


def _without_query(*names: str) -> Bend:
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


def _wrong_place(contract: Contract, build: Build) -> Handler:
    """Lists the snapshots of the first cluster, whichever was asked for."""
    mock = build(contract)

    def handle(request: Request) -> Reply:
        found = asked(contract, request)
        if found is None or not is_list(contract, found.operation) or not mock.handle(request).succeeded:
            return mock.handle(request)
        name = list(found.arguments)[1]
        other = next(each.name for each in mock.world.home.clusters if each.name != found.arguments[name])
        arguments = {**found.arguments, name: other}
        return mock.handle(replace(request, target=retargeted(found, arguments, found.query)))

    return handle


def _enveloped(edit: Callable[[dict[str, Any]], dict[str, Any]]) -> Bend:
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
    """Says another century in replies laid out for people."""
    mock = build(contract)

    def handle(request: Request) -> Reply:
        reply = mock.handle(request)
        wrong = re.sub(rb'("expiresAt"\s*:\s*)"20', rb'\1"21', reply.body)
        return replace(reply, body=wrong) if b"\n" in reply.body else reply

    return handle


def _a_century_on(content: Any) -> Any:
    expiry = content.get("expiresAt") if isinstance(content, dict) else None
    return {**content, "expiresAt": f"21{expiry[2:]}"} if isinstance(expiry, str) else content


def _pretty_without_description(contract: Contract, build: Build) -> Handler:
    """Leaves the line with the description out."""
    mock = build(contract)

    def handle(request: Request) -> Reply:
        reply = mock.handle(request)
        if b"\n" not in reply.body or not reply.succeeded:
            return reply
        kept = [line for line in reply.body.split(b"\n") if not line.lstrip().startswith(b'"description"')]
        return with_body(reply, b"\n".join(kept))

    return handle


def _plain_posts(contract: Contract, build: Build) -> Handler:
    """Lays out nothing that answers a change."""
    mock = build(contract)

    def handle(request: Request) -> Reply:
        target = (
            request.target
            if request.method == "GET"
            else request.target.replace("pretty=true", "pretty=false")
        )
        return mock.handle(replace(request, target=target))

    return handle


def _hiding_sharded(contract: Contract, build: Build) -> Handler:
    """Answers for a sharded snapshot as for none when it is asked for by the plain path."""
    mock = build(contract)
    sharded = contract.behaviour("sharded-snapshot-parts").operations

    def handle(request: Request) -> Reply:
        reply, found = mock.handle(request), asked(contract, request)
        if found is None or not _shows_one(found.operation) or not reply.succeeded:
            return reply
        if found.operation.id in sharded or b'"replicaSetName"' in reply.body:
            return reply
        *_, last = found.arguments
        unknown = {**found.arguments, last: "0" * len(found.arguments[last])}
        return mock.handle(replace(request, target=retargeted(found, unknown, found.query)))

    return handle


def _shows_one(operation: Operation) -> bool:
    """Whether an operation reads a single snapshot."""
    return operation.method == "GET" and operation.path.count("{") == SINGLE


SINGLE = 3  # arguments of a path that names one snapshot


def _with_twins(whole: dict[str, Any]) -> dict[str, Any]:
    """The list with every unfinished snapshot in it once more, under another id."""
    items = whole["results"]
    twins = [
        {**each, "id": each["id"][::-1]} for each in items if "status" in each and "createdAt" not in each
    ]
    return {**whole, "results": [*items, *twins], "totalCount": whole.get("totalCount", 0) + len(twins)}


# fmt: off
TABLE: dict[str, Row] = {
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
    "envelope-moves-expiry": ("says another expiry in envelopes", "envelope-wraps-only",
                              ("reads_agree", "expiry_follows_retention", "expiry_moves_at_completion"),
                              _enveloped(lambda whole: {**whole, "content": _a_century_on(whole["content"])})),
    "pretty-drops-description": ("leaves descriptions out of replies laid out for people", "pretty-changes-layout-only",
                                 ("known_stays_known", "description_is_echoed"), _pretty_without_description),
    "pretty-only-when-reading": ("lays out only reads", "pretty-layout", ("json_is_laid_out",), _plain_posts),
    "plain-path-hides-sharded": ("does not find sharded snapshots by the plain path", "sharded-by-plain-path",
                                 ("outcome_is_expected",), _hiding_sharded),
    "list-twins": ("lists a twin of an unfinished snapshot", "one-unfinished-at-a-time",
                   ("one_unfinished_at_a_time",), _on_lists(_with_twins)),
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
}
# fmt: on
