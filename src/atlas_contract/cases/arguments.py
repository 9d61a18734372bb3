"""Cases of path, query and header arguments: each edge of each schema, each near miss, each one left out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from atlas_contract.cases.bench import Bench
from atlas_contract.cases.ground import SNAPSHOT
from atlas_contract.cases.ways import NEAR_MISSES, ODD_TEXTS, TAME, edges, misses, near_misses, text_of
from atlas_contract.contract import pointers
from atlas_contract.contract.plain import plain_value
from atlas_contract.model import Case, Parameter, Place


def path_cases(bench: Bench) -> Iterator[Case]:
    """Every near miss of a good path argument that breaks its schema."""
    for parameter in bench.operation.parameters_in(Place.PATH):
        known = bench.plain.path[parameter.name]
        sample = _sample(bench, parameter) if known == SNAPSHOT else known
        for label, text in near_misses(sample):
            clause = _broken(bench, parameter, text)
            if clause:
                sent = f"{SNAPSHOT}/{label}" if known == SNAPSHOT else text
                yield _path_case(bench, parameter, clause, label, sent)


def near_miss_of(template: str, snapshot: str) -> str:
    """The path argument that a template speaks of: the snapshot's id, or one of its near misses."""
    label = template.removeprefix(SNAPSHOT).removeprefix("/")
    return NEAR_MISSES[label](snapshot) if label else snapshot


def query_cases(bench: Bench) -> Iterator[Case]:
    """Every edge of every query parameter, everything near that breaks it, and what is required left out."""
    for parameter in bench.operation.parameters_in(Place.QUERY):
        for label, value in edges(parameter.schema):
            text = text_of(value)
            yield bench.accepted(
                f"query/{parameter.name}/{label}",
                pointers.join(parameter.pointer, "type"),
                f"{parameter.name}={text} is allowed",
                query=_with(bench, parameter.name, text),
            )
        if not bench.speaks("query-parameter-invalid"):
            continue
        for label, text in _candidates(bench, parameter):
            clause = _broken(bench, parameter, text)
            if clause:
                yield _query_case(bench, parameter, clause, label, text)
        if parameter.required:
            left = tuple(pair for pair in bench.plain.query if pair[0] != parameter.name)
            clause = pointers.join(_parameter_pointer(parameter), "required")
            name, reason = f"query/{parameter.name}/left-out", f"{parameter.name} is left out"
            yield bench.refused(name, clause, reason, query=left)


def header_cases(bench: Bench) -> Iterator[Case]:
    """Every edge of every header parameter, everything near that breaks it, and what is required left out."""
    for parameter in bench.operation.parameters_in(Place.HEADER):
        for label, value in edges(parameter.schema):
            reason = f"{parameter.name}: {text_of(value)} is allowed"
            headers = bench.with_header(parameter.name, text_of(value))
            clause = pointers.join(parameter.pointer, "type")
            yield bench.accepted(f"header/{parameter.name}/{label}", clause, reason, headers=headers)
        for label, text in _candidates(bench, parameter):
            clause = _broken(bench, parameter, text) if text.isascii() and text.isprintable() else ""
            if clause and text == text.strip():
                name, headers = f"header/{parameter.name}/{label}", bench.with_header(parameter.name, text)
                yield bench.refused(name, clause, f"{parameter.name} is {text!r}", headers=headers)
        if parameter.required:
            clause = pointers.join(_parameter_pointer(parameter), "required")
            name, headers = f"header/{parameter.name}/left-out", bench.with_header(parameter.name, None)
            yield bench.refused(name, clause, f"{parameter.name} is left out", headers=headers)


def _path_case(bench: Bench, parameter: Parameter, clause: str, label: str, sent: str) -> Case:
    stated = (each.id for each in bench.behaviours("about") if each.values["about"] == parameter.name)
    keyword = clause.rpartition("/")[2]
    return bench.refused(
        f"path/{parameter.name}/{label}",
        clause,
        f"{parameter.name} breaks its {keyword}: {label}",
        path=bench.with_path(parameter.name, sent),
        refusal=next(stated, "") if label in TAME else "",
    )


def _query_case(bench: Bench, parameter: Parameter, clause: str, label: str, text: str) -> Case:
    return bench.refused(
        f"query/{parameter.name}/{label}",
        clause,
        f"{parameter.name} is {text!r}, which breaks its {clause.rpartition('/')[2]}",
        query=_with(bench, parameter.name, text),
        refusal="query-parameter-invalid",
    )


def _candidates(bench: Bench, parameter: Parameter) -> Iterator[tuple[str, str]]:
    plain = plain_value(bench.contract.document, parameter.pointer)
    made: Iterator[tuple[str, Any]] = chain(ODD_TEXTS.items(), misses(parameter.schema, plain))
    seen = set()
    for label, value in made:
        text = text_of(value)
        if text not in seen:
            seen.add(text)
            yield label, text


def _broken(bench: Bench, parameter: Parameter, text: str) -> str:
    """The clause that a text breaks, "" if it breaks none."""
    return next((found.clause for found in bench.judge.argument_violations(parameter, text)), "")


def _sample(bench: Bench, parameter: Parameter) -> str:
    return text_of(plain_value(bench.contract.document, parameter.pointer))


def _with(bench: Bench, name: str, text: str) -> tuple[tuple[str, str], ...]:
    return (*(pair for pair in bench.plain.query if pair[0] != name), (name, text))


def _parameter_pointer(parameter: Parameter) -> str:
    return parameter.pointer.removesuffix("/schema")
