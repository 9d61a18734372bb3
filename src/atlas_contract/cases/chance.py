"""Cases by chance: thousands a second, each with several things right or wrong at once, judged before it is sent."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from typing import Any

from atlas_contract.cases.bench import Bench
from atlas_contract.cases.exploration import judged
from atlas_contract.cases.ground import SNAPSHOT, Ground, is_sharded
from atlas_contract.cases.ways import NEAR_MISSES, ODD_TEXTS, edges, misses, text_of
from atlas_contract.cases.wire import FORM
from atlas_contract.contract import Contract
from atlas_contract.contract.document import body_properties
from atlas_contract.contract.judge import judge_of
from atlas_contract.contract.plain import plain_value
from atlas_contract.model import Case, Parameter, Place

LETTERS = "aZ09-_. /%?&#\x00\n\"'\\{}[]é漢🍃"
NO_BODIES = (b"", b"{", b"[]", b"null", b'"x"', b"\xff", b"{}", b"[" * 50)


def random_cases(contract: Contract, ground: Ground, chance: random.Random) -> Iterator[Case]:
    """Cases without end; the same chance gives the same cases."""
    judge = judge_of(contract)
    benches = [
        Bench(contract, judge, ground, operation)
        for operation in contract.operations.values()
        if operation.id != contract.token.id and (ground.sharded or not is_sharded(contract, operation))
    ]
    while True:
        bench = chance.choice(benches)
        query = _query(bench, chance)
        yield judged(
            bench, _path(bench, chance), query, _body(bench, chance) if bench.operation.body else b""
        )


def _path(bench: Bench, chance: random.Random) -> Mapping[str, str]:
    path = dict(bench.plain.path)
    if path and chance.random() < 0.2:  # noqa: PLR2004  most cases are about something that is there
        name = chance.choice(list(path))
        sample = bench.made_up[name]
        miss = chance.choice(list(NEAR_MISSES.values()))(sample) if chance.random() < 0.5 else _text(chance)  # noqa: PLR2004
        path = {**bench.made_up, name: miss or "x"} if miss != sample or path[name] != SNAPSHOT else path
    return path


def _query(bench: Bench, chance: random.Random) -> dict[str, str]:
    found = dict(bench.plain.query)
    for parameter in bench.operation.parameters_in(Place.QUERY):
        if chance.random() < 0.3:  # noqa: PLR2004
            found[parameter.name] = _argument(bench, parameter, chance)
    return found


def _argument(bench: Bench, parameter: Parameter, chance: random.Random) -> str:
    valid = [text_of(value) for _, value in edges(parameter.schema)]
    plain = plain_value(bench.contract.document, parameter.pointer)
    near = [text_of(value) for _, value in misses(parameter.schema, plain)]
    return chance.choice(
        [chance.choice(valid or [text_of(plain)]), *near, *ODD_TEXTS.values(), _text(chance)]
    )


def _body(bench: Bench, chance: random.Random) -> bytes:
    if chance.random() < 0.05 or bench.operation.body[0].media_type == FORM:  # noqa: PLR2004
        return chance.choice(NO_BODIES)
    body: dict[str, Any] = {}
    for name, (_, schema) in body_properties(bench.contract, bench.operation).items():
        if chance.random() < 0.8:  # noqa: PLR2004
            body[name] = _value(schema, bench.plain_body[name], chance)
    if chance.random() < 0.05:  # noqa: PLR2004
        body[_text(chance)] = 1
    return json.dumps(body).encode()


def _value(schema: Mapping[str, Any], plain: Any, chance: random.Random) -> Any:
    valid = [value for _, value in edges(schema)] or [plain]
    wrong = [value for _, value in misses(schema, plain)]
    kind = chance.random()
    if kind < 0.6:  # noqa: PLR2004
        return chance.choice(valid)
    return chance.choice(wrong) if kind < 0.8 else chance.choice([_text(chance), chance.randint(-9, 4000)])  # noqa: PLR2004


def _text(chance: random.Random) -> str:
    return "".join(chance.choices(LETTERS, k=chance.randint(1, 12)))
