"""A fact about Atlas stands in `spec/` and nowhere else: no code spells one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from atlas_contract.contract import Contract

pytestmark = pytest.mark.checkout
ROOT = Path(__file__).parents[1]
CODE = ("src/atlas_contract", "contract_tests", "scripts")
STATED = ("enum", "const", "pattern", "errorCode", "error")
DISTINCT = re.compile(r"[A-Z]+_[A-Z_]+|\^.{4,}|.*/vnd\..*")
"""Facts that mean nothing else, so that they are found within other texts, too."""
ELSEWHERE = {
    "application/json": "the media type of JSON (RFC 8259)",
    "application/x-www-form-urlencoded": "the media type of forms (HTML)",
    "Bearer": "the scheme of OAuth 2.0 tokens (RFC 6750)",
    "client_credentials": "the grant of OAuth 2.0 (RFC 6749)",
    "self": "a relation of links (RFC 8288), and a method's first argument",
    "none": "a word of many tables",
    "failed": "what a test, a run or a request did",
}
"""Words that are facts about Atlas, and mean something else besides."""
OWN = {
    ("mock/scenario_file.py", "replicaSet"): "a kind of cluster in the form of a scenario",
    ("mock/control.py", "replicaSet"): "the same form",
    ("model.py", "completed"): "the name of a scene",
    ("benchmarks/escapes.py", "DAYS"): "an argument as a caller writes it",
}


def stated(node: Any) -> Iterator[str]:
    """What a document says of values, as texts."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in STATED:
                yield from (
                    each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)
                )
            if key == "content" and isinstance(value, dict):
                yield from value
            yield from stated(value)
    elif isinstance(node, list):
        for each in node:
            yield from stated(each)


def spelled(source: str) -> Iterator[tuple[int, str]]:
    """Each text in a module that is no docstring, with its line."""
    tree = ast.parse(source)
    words = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in words:
            yield node.lineno, node.value


def facts_in(source: str, facts: frozenset[str]) -> list[tuple[int, str]]:
    """Which facts a module spells, and in which line."""
    distinct = [fact for fact in facts if DISTINCT.fullmatch(fact)]
    return [
        (line, fact)
        for line, text in spelled(source)
        for fact in {text} & facts | {each for each in distinct if each in text}
        if fact not in ELSEWHERE
    ]


@pytest.fixture(scope="module")
def facts(contract: Contract) -> frozenset[str]:
    """Every pattern, enum value, constant, error code and media type of the effective contract."""
    return frozenset(stated(contract.document))


@pytest.mark.parametrize("folder", CODE)
def test_no_module_spells_a_fact_of_the_contract(facts: frozenset[str], folder: str) -> None:
    """It asks the contract instead."""
    found = [
        f"{path.relative_to(ROOT)}, line {line}: {fact}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line, fact in facts_in(path.read_text(encoding="utf-8"), facts)
        if not any(str(path).endswith(end) and fact == own for end, own in OWN)
    ]
    assert found == []


def test_a_fact_in_a_text_is_noticed(facts: frozenset[str], contract: Contract) -> None:
    """By itself or within another text, but not in a docstring."""
    media = contract.main.success.contents[0].media_type
    code = str((contract.behaviour("unfinished-snapshot").reply or {})["errorCode"])
    source = f'"""Of {code}."""\nTYPE = "{media}"\nSAID = "was {code}, again"\nSTATE = "inProgress"\n'
    assert facts_in(source, facts) == [(2, media), (3, code), (4, "inProgress")]


def test_every_exception_is_one(facts: frozenset[str]) -> None:
    """A word that is no fact any more needs no excuse."""
    assert set(ELSEWHERE) <= facts
    assert {fact for _, fact in OWN} <= facts
