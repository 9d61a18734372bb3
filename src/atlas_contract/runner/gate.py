"""The gate: the fewest cases that kill what all cases kill, and how few it could be at best."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from atlas_contract.errors import BadInput

FILE = "gate.json"


@dataclass(frozen=True, slots=True)
class Gate:
    """Cases by name, and the number below which no set of cases with the same kills can be."""

    cases: tuple[str, ...]
    at_least: int


def smallest(kills: Mapping[str, Collection[str]], order: Iterable[str]) -> Gate:
    """A smallest set of cases, as far as can be told quickly, that kills every fault some case kills.

    What only one case kills needs that case. Of two faults, one is dropped if every case that kills the other kills it;
    of two cases, one is dropped if the other kills all that it kills. What is left is covered greedily, and a
    packing of faults no two of which share a case bounds the result from below.

    Args:
        kills: by fault, the cases that kill it.
        order: every case, in the order in which they are sent; it decides between equals.
    """
    rank = {name: index for index, name in enumerate(order)}
    left = _essential_faults({fault: frozenset(cases) for fault, cases in kills.items() if cases})
    chosen: set[str] = set()
    while left:
        only = {next(iter(cases)) for cases in left.values() if len(cases) == 1}
        picked = only or {_best(left, rank)}
        chosen |= picked
        left = {fault: cases for fault, cases in left.items() if not cases & picked}
        left = _essential_faults(_without_weak_cases(left, rank))
    needed = {fault: frozenset(cases) for fault, cases in kills.items() if cases}
    kept = _without_spare(chosen, needed, rank)
    return Gate(tuple(sorted(kept, key=lambda name: rank[name])), _packing(needed))


def helpers(
    chosen: Collection[str], candidates: Iterable[str], finds: Callable[[frozenset[str]], bool]
) -> frozenset[str]:
    """The fewest candidates, as far as halving can tell, that make chosen cases find what they find only together.

    Some faults show only after something else has happened. The candidates are left out piece by piece, in ever
    smaller pieces, as long as the rest still finds the fault; all of them together must find it.
    """
    kept, base = list(candidates), frozenset(chosen)
    size = max(1, len(kept) // 2)
    while kept:
        pieces = [kept[start : start + size] for start in range(0, len(kept), size)]
        spare = next((piece for piece in pieces if finds(base | (frozenset(kept) - frozenset(piece)))), None)
        if spare is not None:
            kept = [name for name in kept if name not in set(spare)]
        elif size == 1:
            break
        else:
            size = max(1, size // 2)
    return frozenset(kept)


def read_gate(path: Path | None = None) -> frozenset[str]:
    """The names of the gate's cases, from the file that lies with the suite's tests.

    Raises:
        BadInput: there is no such file, or it is none.
    """
    path = path or gate_path()
    try:
        return frozenset(json.loads(path.read_text(encoding="utf-8"))["cases"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        msg = f"The gate cannot be read: {error}"
        hint = "`atlas-contract faults run --full --write-gate` makes it anew"
        raise BadInput(msg, where=str(path), hint=hint) from error


def gate_path() -> Path:
    """Where the gate lies: with the suite's tests, in the installed package or in the checkout."""
    installed = Path(str(resources.files("atlas_contract"))) / "contract_tests" / FILE
    return installed if installed.exists() else Path(__file__).parents[3] / "contract_tests" / FILE


def _best(left: Mapping[str, frozenset[str]], rank: Mapping[str, int]) -> str:
    """The case that kills most of what is left."""
    counts: dict[str, int] = {}
    for cases in left.values():
        for case in cases:
            counts[case] = counts.get(case, 0) + 1
    return min(counts, key=lambda case: (-counts[case], rank[case]))


def _essential_faults(kills: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """The faults that are hardest to kill; whoever kills them kills the others as well."""
    kept: list[tuple[str, frozenset[str]]] = []
    for fault, cases in sorted(kills.items(), key=lambda pair: len(pair[1])):
        if not any(other <= cases for _, other in kept):
            kept.append((fault, cases))
    return dict(kept)


def _without_weak_cases(
    kills: Mapping[str, frozenset[str]], rank: Mapping[str, int]
) -> dict[str, frozenset[str]]:
    """The same faults, without the cases that kill nothing but what one other case kills as well."""
    killed: dict[str, set[str]] = {}
    for fault, cases in kills.items():
        for case in cases:
            killed.setdefault(case, set()).add(fault)
    strong: list[str] = []
    for case in sorted(killed, key=lambda each: (-len(killed[each]), rank[each])):
        if not any(killed[case] <= killed[other] for other in strong):
            strong.append(case)
    return {fault: cases & frozenset(strong) for fault, cases in kills.items()}


def _without_spare(
    chosen: set[str], kills: Mapping[str, frozenset[str]], rank: Mapping[str, int]
) -> set[str]:
    """The chosen cases without those that the others make needless."""
    kept = set(chosen)
    for case in sorted(chosen, key=lambda each: -rank[each]):
        others = kept - {case}
        if all(cases & others for cases in kills.values()):
            kept = others
    return kept


def _packing(kills: Mapping[str, frozenset[str]]) -> int:
    """How many faults there are no two of which one case can kill: as many cases are needed."""
    taken: set[str] = set()
    found = 0
    for _, cases in sorted(kills.items(), key=lambda pair: (len(pair[1]), pair[0])):
        if not cases & taken:
            taken |= cases
            found += 1
    return found
