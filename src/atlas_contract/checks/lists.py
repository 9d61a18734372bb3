"""Lists: whole, without doubles, linked as stated, and nobody on them whom nobody asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from atlas_contract.checks.history import History
from atlas_contract.checks.moment import Moment
from atlas_contract.checks.reading import text_in
from atlas_contract.contract.judge import read_text
from atlas_contract.dates import iso_second
from atlas_contract.model import Gap, Violation


def one_unfinished_at_a_time(moment: Moment, _: History) -> Iterator[Violation]:
    """A cluster never has two snapshots that are queued or in progress."""
    told = [each for each, document in moment.snapshots if _is_unfinished(moment, document)]
    if len(told) > 1 and moment.items is not None:
        yield Violation("one-unfinished-at-a-time", "", f"{len(told)} snapshots are unfinished at once")


def list_is_whole(moment: Moment, history: History) -> Iterator[Violation]:
    """A list counts what it has, has no more than a page takes, nothing twice, and nothing missing."""
    items = moment.items
    if items is None or not moment.succeeded:
        return
    yield from _count(moment, items)
    doubles = [each for each, times in Counter(map(_id, items)).items() if each and times > 1]
    if doubles:
        yield Violation("id-unique", "", f"the list has {doubles[0]} more than once")
    if moment.is_about_snapshots and moment.is_whole_list and moment.knows(Gap.MEANWHILE):
        listed = {snapshot for snapshot, _ in moment.snapshots}
        for snapshot, seen in history.of_place(moment.place):
            if snapshot not in listed and not _may_be_gone(moment, seen.document):
                yield Violation("list-agrees-with-get", "", f"snapshot {snapshot} is not on the whole list")


def nothing_appears_unasked(moment: Moment, history: History) -> Iterator[Violation]:
    """No snapshot is on a list that nobody has asked for since the list was last known whole."""
    cluster = history.clusters.get(moment.place)
    if not moment.is_about_snapshots or moment.items is None or cluster is None or not cluster.whole:
        return
    for snapshot, _ in moment.snapshots:
        if snapshot not in cluster.ids and snapshot not in history.snapshots:
            message = f"snapshot {snapshot} came from nowhere: nothing that was granted has asked for it"
            yield Violation("refusals-change-nothing", "", message)


def list_links_are_as_stated(moment: Moment, _: History) -> Iterator[Violation]:
    """A list links to itself with its query, page and page size last, and to the next page if there is one."""
    if (
        not moment.facts.speaks("list-links", moment.operation.id)
        or moment.items is None
        or not moment.succeeded
    ):
        return
    stated, links = moment.facts.values("list-links"), moment.value.get("links")
    by_rel = (
        {text_in(each, "rel"): text_in(each, "href") for each in links} if isinstance(links, list) else {}
    )
    for name, page in (("self", 0), ("next", 1)):
        rule = stated[name]
        href = by_rel.get(rule["rel"])
        if name == "next" and moment.knows(Gap.QUERY) and (href is not None) != _has_next(moment):
            told = "a link to the next page" if href is not None else "no link to the next page"
            yield Violation("list-links", "/links", f"there is {told}")
        elif href is None and name == "self":
            yield Violation("list-links", "/links", "there is no link to the list itself")
        elif href is not None:
            yield from _link(moment, href, rule["last"], page)


def _link(moment: Moment, href: str, last: list[str], further: int) -> Iterator[Violation]:
    try:
        parts = urlsplit(href)
    except ValueError:
        return
    path = moment.exchange.request.target.partition("?")[0]
    if parts.path != path:
        yield Violation("list-links", "/links", f"the link leads to {parts.path}, not to {path}")
    query = parse_qsl(parts.query, keep_blank_values=True)
    if not moment.knows(Gap.QUERY):
        if [name for name, _ in query[-len(last) :]] != last:
            message = f"the link's query is {parts.query}, which does not end with {' and '.join(last)}"
            yield Violation("list-links", "/links", message)
        return
    values = {"pageNum": str(_page(moment) + further), "itemsPerPage": str(_size(moment))}
    others = [pair for pair in moment.query.items() if pair[0] not in values]
    wanted = [*others, *((name, values[name]) for name in last)]
    if query != wanted:
        yield Violation("list-links", "/links", f"the link's query is {parts.query}, not {urlencode(wanted)}")


def _count(moment: Moment, items: list[Any]) -> Iterator[Violation]:
    if not moment.facts.speaks("list-count", moment.operation.id):
        return
    total = moment.value.get("totalCount")
    if not moment.knows(Gap.QUERY):
        if type(total) is int and len(items) > total:
            yield Violation("list-count", "/totalCount", f"{len(items)} items, {total} in all")
        return
    counted = moment.query.get("includeCount", "true") != "false"
    if counted != (total is not None):
        told = "missing" if counted else "there, though nobody wanted it"
        yield Violation("list-count", "/totalCount", f"totalCount is {told}")
    if len(items) > _size(moment):
        message = f"{len(items)} items on a page of {_size(moment)}"
        yield Violation("list-count", "/results", message)
    if type(total) is not int:
        return
    before = (_page(moment) - 1) * _size(moment)
    if len(items) != min(_size(moment), max(0, total - before)):
        message = f"{len(items)} items on page {_page(moment)} of {_size(moment)} each, {total} in all"
        yield Violation("list-count", "/totalCount", message)


def _has_next(moment: Moment) -> bool:
    total = moment.value.get("totalCount")
    if type(total) is not int:
        links = moment.value.get("links")
        return isinstance(links, list) and any(text_in(each, "rel") == "next" for each in links)
    return _page(moment) * _size(moment) < total


def _page(moment: Moment) -> int:
    return _number(moment, "pageNum")


def _size(moment: Moment) -> int:
    return _number(moment, "itemsPerPage")


def _number(moment: Moment, name: str) -> int:
    """A paging parameter as it was sent, else its default."""
    parameter = next(each for each in moment.operation.parameters if each.name == name)
    default = parameter.schema.get("default", 1)
    sent = read_text(parameter.schema, moment.query[name]) if name in moment.query else default
    return sent if type(sent) is int else int(default)


def _id(item: Any) -> str:
    return text_in(item, "id")


def _is_unfinished(moment: Moment, document: Mapping[str, Any]) -> bool:
    return text_in(document, "status") in moment.facts.unfinished


def _may_be_gone(moment: Moment, document: Mapping[str, Any]) -> bool:
    expires = iso_second(document.get("expiresAt"))
    return expires is None or moment.second is None or expires <= moment.second + 1
