"""Cases of request bodies: each edge of each attribute, each way to break it, and bodies that are none."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from atlas_contract.cases.bench import Bench
from atlas_contract.cases.ways import edges, misses
from atlas_contract.cases.wire import FORM, written
from atlas_contract.contract import pointers
from atlas_contract.contract.document import body_properties
from atlas_contract.model import Case

SHOWN = 40  # characters of a value in a reason
STRANGERS = ("Description", "retention", "snapshotType", "__proto__")


def body_cases(bench: Bench) -> Iterator[Case]:
    """Every case of the operation's body, if it has one."""
    if not bench.operation.body:
        return
    for name, (pointer, schema) in body_properties(bench.contract, bench.operation).items():
        yield from _edge_cases(bench, name, pointer, schema)
        yield from _broken_cases(bench, name, schema)
    yield from _selections(bench)
    if bench.operation.body[0].media_type != FORM:
        yield from _malformed(bench)
        yield from _shapes(bench)
        yield from _media_types(bench)


def _edge_cases(bench: Bench, name: str, pointer: str, schema: Mapping[str, Any]) -> Iterator[Case]:
    for label, value in edges(schema):
        reason = f"{name} is {_short(value)}, which is allowed"
        yield bench.accepted(f"body/{name}/{label}", pointer, reason, body=bench.body(**{name: value}))


def _broken_cases(bench: Bench, name: str, schema: Mapping[str, Any]) -> Iterator[Case]:
    full = bench.operation.body[0].pointer or ""
    for label, value in misses(schema, bench.plain_body[name]):
        broken = [found.clause for found in bench.judge.violations(full, {**bench.plain_body, name: value})]
        if broken and (not isinstance(value, int) or _is_plain_int(value)):
            keyword = broken[0].rpartition("/")[2]
            reason = f"{name} is {_short(value)}, which breaks its {keyword}"
            yield bench.refused(
                f"body/{name}/{label}",
                broken[0],
                reason,
                body=bench.body(**{name: value}),
                refusal=_refusal(bench, keyword),
            )


def _selections(bench: Bench) -> Iterator[Case]:
    """Each attribute alone, and each left out: accepted or refused as the schema says."""
    full = bench.operation.body[0].pointer or ""
    plain = bench.plain_body
    alone = {f"only-{name}": {name: value} for name, value in plain.items()}
    without = {f"no-{name}": {key: plain[key] for key in plain if key != name} for name in plain}
    for label, body in {"nothing": {}, **alone, **without}.items():
        broken = next((found.clause for found in bench.judge.violations(full, body)), "")
        sent = {"body": written(bench.operation, body)}
        if broken:
            refusal = _refusal(bench, broken.rpartition("/")[2])
            yield bench.refused(f"body/{label}", broken, f"the body has {label}", refusal=refusal, **sent)
        else:
            yield bench.accepted(f"body/{label}", full, f"the body has {label}", **sent)


def _malformed(bench: Bench) -> Iterator[Case]:
    whole = bench.plain.body
    texts = {
        "empty": b"",
        "cut": whole[:-1],
        "half": whole[: len(whole) // 2],
        "brace": b"{",
        "extra-brace": whole + b"}",
        "no-unicode": b'{"description": "\xff\xfe"}',
        "single-quotes": whole.replace(b'"', b"'"),
        "no-number": b'{"retentionInDays": NaN}',
        "markup": b"<xml/>",
        "deep": b"[" * 9000,
    }
    for label, body in texts.items():
        reason = f"the body {body[:40]!r} is no JSON text"
        yield from bench.stated("json-malformed", f"body/malformed/{label}", reason, body=body)


def _shapes(bench: Bench) -> Iterator[Case]:
    values = {"list": [], "text": "x", "number": 1, "null": None, "true": True, "wrapped": [bench.plain_body]}
    for label, value in values.items():
        body = json.dumps(value).encode()
        reason = f"the body {body[:40]!r} is no JSON object"
        yield from bench.stated("json-not-object", f"body/shape/{label}", reason, body=body)
    pointer, _ = pointers.follow(bench.contract.document, bench.operation.body[0].pointer or "")
    known = bench.judge.properties(pointer)
    for name in STRANGERS:
        if name not in known:
            reason, body = f"the body has the attribute {name!r}", bench.body(**{name: 1})
            yield from bench.stated("attribute-unknown", f"body/unknown/{name}", reason, body=body)


def _media_types(bench: Bench) -> Iterator[Case]:
    for media_type in ("text/plain", "application/xml", FORM):
        reason, headers = f"the body is sent as {media_type}", bench.with_header("Content-Type", media_type)
        name = f"media-type/{media_type.rpartition('/')[2]}"
        yield from bench.stated("media-type-not-json", name, reason, headers=headers)
    for behaviour in bench.behaviours("takes"):
        for template in behaviour.values["takes"]:
            if "{" not in template:
                headers = bench.with_header("Content-Type", template)
                reason = f"a body may be sent as {template}"
                yield bench.accepted("media-type/json", behaviour.id, reason, headers=headers)
    for behaviour in bench.behaviours("maximumBytes"):
        body = bench.body() + b" " * int(behaviour.values["maximumBytes"])
        reason = f"the body has {len(body):,} bytes"
        yield from bench.stated(behaviour.id, "body/too-large", reason, body=body)


def _refusal(bench: Bench, keyword: str) -> str:
    """The behaviour that says how a body is refused that breaks a keyword, "" if none does."""
    stated = (each.id for each in bench.behaviours("keywords") if keyword in each.values["keywords"])
    return next(stated, "")


def _is_plain_int(value: Any) -> bool:
    return isinstance(value, bool) or abs(value) < 10**40


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"
