"""How each clause of the contract stands after a run: violated, proved, exercised, or judged by nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable

from atlas_contract.cases import Ground, derived_cases
from atlas_contract.checks import STATE
from atlas_contract.contract import Contract
from atlas_contract.contract.titles import title_of
from atlas_contract.model import Finding, Source
from atlas_contract.reports.record import Standing, State
from atlas_contract.runner.coverage import Covered, coverage
from atlas_contract.runner.session import Session
from atlas_contract.runner.witness import Witness


def after_session(session: Session, findings: Iterable[Finding]) -> tuple[Standing, ...]:
    """Every clause after a session that had these findings."""
    broken = frozenset(finding.clause for finding in findings)
    target = session.target
    return standings(session.contract, target.ground, session.witness, broken, asserts=target.asserts)


def standings(
    contract: Contract,
    ground: Ground,
    witness: Witness,
    broken: Collection[str],
    *,
    asserts: Callable[[Source], bool] = lambda _: True,
) -> tuple[Standing, ...]:
    """Every clause after a run that judged exchanges, those that its findings name included.

    Args:
        witness: what the run has judged.
        broken: the clauses that its findings name.
        asserts: whether a clause known in this way could be found broken at all.
    """
    known = coverage(contract, ground)
    touched = _touched(contract, ground, witness, known)
    listed = {each.clause for each in known}
    more = [Covered(each, "reply", (), (), ()) for each in sorted(broken) if each not in listed]

    def state(covered: Covered) -> State:
        if covered.clause in broken:
            return State.VIOLATED
        if not touched[covered.clause] or not asserts(contract.source(covered.clause)):
            return State.UNJUDGED
        return State.PROVED if covered.faults else State.EXERCISED

    return tuple(standing_of(contract, each, state(each), touched[each.clause]) for each in (*known, *more))


def _touched(contract: Contract, ground: Ground, witness: Witness, known: Iterable[Covered]) -> Counter[str]:
    """By clause: how many judged exchanges would have shown a breach of it.

    A behaviour that has cases of its own needs one of them. Any other is seen in what its operations answer.
    """
    touched = witness.probed + witness.shown
    cases = derived_cases(contract, ground)
    probed = {case.clause for case in cases} | {case.refusal for case in cases}
    for covered in known:
        behaviour = contract.behaviours.get(covered.clause)
        if behaviour is not None and behaviour.reply is None and behaviour.id not in probed:
            touched[behaviour.id] = witness.spoken_of(behaviour, _checks(covered))
    return touched


def _checks(covered: Covered) -> Collection[str]:
    """The names of the checks without which a breach of a behaviour would not be noticed."""
    return {STATE[covered.clause].__name__} if covered.clause in STATE else covered.checks


def standing_of(contract: Contract, covered: Covered, state: State, cases: int) -> Standing:
    """The standing of a clause, with what is known of it beyond the run."""
    return Standing(
        clause=covered.clause,
        side=covered.side,
        source=contract.source(covered.clause),
        title=title_of(contract, covered.clause),
        state=state,
        cases=cases,
        checks=covered.checks,
        faults=len(covered.faults),
        operations=covered.operations,
    )
