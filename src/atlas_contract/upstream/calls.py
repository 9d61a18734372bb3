"""Two operations held against each other: names, logins, parameters, bodies and replies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from atlas_contract.spec.documents import pointer_of
from atlas_contract.upstream.dialect import told
from atlas_contract.upstream.difference import Difference, Spot
from atlas_contract.upstream.operations import Match, Told
from atlas_contract.upstream.schemas import Pair, compare
from atlas_contract.upstream.shape import summary
from atlas_contract.upstream.side import Part, Side

_BODILESS = (str(int(HTTPStatus.NO_CONTENT)), str(int(HTTPStatus.NOT_MODIFIED)))
_IGNORED_HEADERS = ("accept", "authorization", "content-type")
"""Parameters that OpenAPI itself says are ignored: other parts of the document tell of them."""
_FORM = ("query", "cookie")
_SUNSET = "x-sunset"


def differences(ours: Side, theirs: Side, match: Match) -> Iterator[Difference]:
    """Everything that is told differently of an operation; one that is published no more is a single difference."""
    spot, one, other = Spot(match.ours.id), match.ours, match.theirs
    if other is None:
        yield spot.step("operation").differs(one.part.pointer, "operation", one.line)
        return
    if match.renamed:
        where = one.part.pointer + "/operationId"
        yield spot.step("operationId").differs(where, "operationId", one.id, other.id)
    if match.moved:
        yield spot.step("path").differs(one.part.pointer, "path", one.line, other.line)
    if other.part.value.get("deprecated") and not one.part.value.get("deprecated"):
        yield spot.step("deprecated").differs(one.part.pointer + "/deprecated", "deprecated", upstream="true")
    pair = Pair(ours, theirs)
    yield from _security(pair, one, other, spot)
    yield from _parameters(pair, one, other, spot)
    yield from _bodies(pair, one.part, other.part, spot)
    yield from _replies(pair, one.part, other.part, spot)


def _security(pair: Pair, ours: Told, theirs: Told, spot: Spot) -> Iterator[Difference]:
    mine, yours = _logins(pair.ours, ours.part), _logins(pair.theirs, theirs.part)
    for login in sorted(mine ^ yours):
        said = (login, "") if login in mine else ("", login)
        yield spot.step("security").differs(ours.part.pointer + "/security", "login", *said)


def _logins(side: Side, operation: Part) -> set[str]:
    """The ways to log in that an operation takes, by kind; what the root says holds where the operation is silent."""
    holder = operation if "security" in side.mapping(operation) else Part(side.source.content, "")
    components = Part(side.source.content.get("components", {}), "/components")
    schemes = dict(side.members(components, "securitySchemes"))
    found = set()
    for way in side.items(holder, "security"):
        kinds = [_kind(side, schemes[name]) if name in schemes else name for name in side.mapping(way)]
        found.add(" and ".join(sorted(kinds)) or "none")
    return found


def _kind(side: Side, scheme: Part) -> str:
    value = side.mapping(scheme)
    flows = value["flows"] if isinstance(value.get("flows"), dict) else ()
    return " ".join(
        str(each) for each in (value.get("type"), value.get("scheme"), value.get("in"), *flows) if each
    )


def _parameters(pair: Pair, ours: Told, theirs: Told, spot: Spot) -> Iterator[Difference]:
    mine, yours = _named(pair.ours, ours, ours), _named(pair.theirs, theirs, ours)
    for key in sorted(mine.keys() | yours.keys()):
        here = spot.step(" ".join(key))
        one, other = mine.get(key), yours.get(key)
        if one and other:
            yield from _forms(one, other, here)
            yield from compare(pair, _schema(pair.ours, one), _schema(pair.theirs, other), here)
        elif one:
            yield here.differs(one.pointer, "parameter", summary(pair.ours, _schema(pair.ours, one)))
        elif other:
            where = ours.part.pointer + "/parameters"
            words = summary(pair.theirs, _schema(pair.theirs, other))
            words += ", required" if other.value.get("required") else ""
            yield here.differs(where, "parameter", upstream=words)


def _named(side: Side, operation: Told, ours: Told) -> dict[tuple[str, str], Part]:
    """The parameters of an operation by place and name, those of its path included; path parameters have our names."""
    item = side.part(operation.part.pointer.rpartition("/")[0])
    alike = operation.template == ours.template
    own = dict(zip(operation.path_names, ours.path_names, strict=True)) if alike else {}
    found = {}
    for each in (*side.items(item, "parameters"), *side.items(operation.part, "parameters")):
        part = side.followed(each)
        place, name = (_text(side, part, key) for key in ("in", "name"))
        if place == "header" and name.lower() in _IGNORED_HEADERS:
            continue
        key = name.lower() if place == "header" else own.get(name, name) if place == "path" else name
        found[place, key] = part
    return found


def _text(side: Side, part: Part, key: str) -> str:
    value = side.mapping(part).get(key)
    if not isinstance(value, str):
        raise side.bad(Part(value, f"{part.pointer}/{key}"), expected="a text")
    return value


def _forms(ours: Part, theirs: Part, spot: Spot) -> Iterator[Difference]:
    """How a parameter is written, and whether it may be left out."""
    mine, yours = _form(ours.value), _form(theirs.value)
    for key in mine:
        if mine[key] != yours[key]:
            said = (told(each[key]) if each[key] else "" for each in (mine, yours))
            yield spot.step(key).differs(f"{ours.pointer}/{key}", key, *said)


def _form(parameter: Mapping[str, Any]) -> dict[str, Any]:
    style = parameter.get("style") or ("form" if parameter.get("in") in _FORM else "simple")
    return {
        "required": bool(parameter.get("required")),
        "deprecated": bool(parameter.get("deprecated")),
        "style": style,
        "explode": bool(parameter.get("explode", style == "form")),
    }


def _schema(side: Side, holder: Part) -> tuple[Part, ...]:
    """The schema of a parameter or header, told by a media type or not; one that allows all if it has none."""
    if "schema" in side.mapping(holder):
        return (holder.at("schema"),)
    for _, media in side.members(holder, "content"):
        return _schema(side, media)
    return (Part({}, holder.pointer + "/schema"),)


def _bodies(pair: Pair, ours: Part, theirs: Part, spot: Spot) -> Iterator[Difference]:
    one, other = pair.ours.member(ours, "requestBody"), pair.theirs.member(theirs, "requestBody")
    here = spot.step("body")
    if one and other:
        mine, yours = pair.ours.mapping(one).get("required"), pair.theirs.mapping(other).get("required")
        if bool(mine) != bool(yours):
            said = ("true" if each else "" for each in (mine, yours))
            yield here.step("required").differs(one.pointer + "/required", "required", *said)
        yield from _contents(pair, one, other, here)
    elif one or other:
        words = (_told_contents(side, each) for side, each in ((pair.ours, one), (pair.theirs, other)))
        yield here.differs(ours.pointer + "/requestBody", "body", *words)


def _replies(pair: Pair, ours: Part, theirs: Part, spot: Spot) -> Iterator[Difference]:
    mine, yours = dict(pair.ours.members(ours, "responses")), dict(pair.theirs.members(theirs, "responses"))
    for status in sorted(mine.keys() | yours.keys()):
        here = spot.step(f"reply {status}")
        one, other = mine.get(status), yours.get(status)
        if one and other:
            yield from _headers(pair, one, other, here)
            yield from _contents(pair, one, other, here, bodiless=status in _BODILESS)
        else:
            where = ours.pointer + pointer_of(["responses", status])
            words = (_told_contents(side, each) for side, each in ((pair.ours, one), (pair.theirs, other)))
            yield here.differs(where, "reply", *words)


def _told_contents(side: Side, holder: Part | None) -> str:
    """What a body may be, in its media types; "" where there is none at all."""
    return "" if holder is None else ", ".join(sorted(_media(side, holder))) or "no body"


def _headers(pair: Pair, ours: Part, theirs: Part, spot: Spot) -> Iterator[Difference]:
    mine, yours = (
        {name.lower(): part for name, part in side.members(reply, "headers")}
        for side, reply in ((pair.ours, ours), (pair.theirs, theirs))
    )
    for name in sorted((mine.keys() | yours.keys()) - {"content-type"}):
        here = spot.step(f"header {name}")
        one, other = mine.get(name), yours.get(name)
        if one and other:
            yield from compare(pair, _schema(pair.ours, one), _schema(pair.theirs, other), here)
        else:
            where = ours.pointer + pointer_of(["headers", name])
            words = (
                summary(side, _schema(side, part)) if part else ""
                for side, part in ((pair.ours, one), (pair.theirs, other))
            )
            yield here.differs(where, "header", *words)


def _contents(
    pair: Pair, ours: Part, theirs: Part, spot: Spot, *, bodiless: bool = False
) -> Iterator[Difference]:
    """Media types, how long they will be served, and the schemas of those that both sides have."""
    mine, yours = _media(pair.ours, ours), _media(pair.theirs, theirs)
    for name in sorted(mine.keys() ^ yours.keys()):
        said = (name, "") if name in mine else ("", name)
        where = ours.pointer + pointer_of(["content", *([name] if name in mine else [])])
        yield spot.step("media type").differs(where, "media type", *said)
    both = sorted(mine.keys() & yours.keys())
    for name in both:
        one, other = mine[name], yours[name]
        here = spot.step(name) if len(both) > 1 else spot
        if _SUNSET in pair.theirs.mapping(other):
            yield here.step("sunset").differs(one.pointer, "sunset", upstream=told(other.value[_SUNSET]))
        if not bodiless and "schema" in one.value and "schema" in other.value:
            yield from compare(pair, (one.at("schema"),), (other.at("schema"),), here)
        elif not bodiless and ("schema" in one.value or "schema" in other.value):
            words = (
                summary(side, (part.at("schema"),)) if "schema" in part.value else ""
                for side, part in ((pair.ours, one), (pair.theirs, other))
            )
            yield here.step("schema").differs(one.pointer + "/schema", "schema", *words)


def _media(side: Side, holder: Part) -> dict[str, Part]:
    """The media types of a body, without their parameters."""
    return {name.partition(";")[0].strip().lower(): media for name, media in side.members(holder, "content")}
