"""Where the promises of two contracts differ, and replies that keep one of them and break the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from atlas_contract.changes import promises
from atlas_contract.changes.change import Change, Grade, Side
from atlas_contract.changes.exchanges import header_text, reply
from atlas_contract.changes.parts import UNSEEN, one_sided
from atlas_contract.changes.suspect import Direction, Edit, Pair, Suspect
from atlas_contract.changes.wording import gone_and_new, shown
from atlas_contract.contract import Contract
from atlas_contract.errors import BadInput
from atlas_contract.model import Behaviour, Json, Operation, ReplyRule

_WORDS = ("detail", "errorDescription", "detailSource")


def suspects(old: Contract, new: Contract, both: list[Pair]) -> Iterator[Suspect]:
    """Every difference of the promises about operations that both contracts have, one clause a behaviour."""
    for name in {**old.behaviours, **new.behaviours}:
        before, after = old.behaviours.get(name), new.behaviours.get(name)
        if before is not None and after is not None:
            yield from _compared(both, before, after)
        elif after is not None and _concerned(both, [after]):
            yield _one_sided(both, after, is_new=True)
        elif before is not None and _concerned(both, [before]):
            yield _one_sided(both, before, is_new=False)


def texts(old: Contract, new: Contract, both: list[Pair]) -> Iterator[Change]:
    """Every difference of a promise's words and source, and every promise that comes or goes with its operations."""
    for name in {**old.behaviours, **new.behaviours}:
        before, after = old.behaviours.get(name), new.behaviours.get(name)
        if before is not None and after is not None:
            told = [part for part, known, stated in _worded(before, after) if known != stated]
            if told:
                what = f"the promise {name}: {', '.join(told)}"
                yield Change(name, Side.TEXT, Grade.EDITORIAL, what, after.operations)
        elif not _concerned(both, [each for each in (before, after) if each is not None]):
            verb = "comes" if after else "goes"
            what = f"the promise {name} {verb} with the operations that it is about"
            yield Change(name, Side.TEXT, Grade.EDITORIAL, what)


def _worded(before: Behaviour, after: Behaviour) -> Iterator[tuple[str, Json, Json]]:
    yield "the statement is worded otherwise", before.statement, after.statement
    yield "the evidence is another", before.evidence, after.evidence
    source = f"known as {after.source}, not as {before.source} any more"
    yield source, before.source, after.source
    for key in _WORDS:
        yield f"`{key}` is another text", (before.reply or {}).get(key), (after.reply or {}).get(key)


def _one_sided(both: list[Pair], behaviour: Behaviour, *, is_new: bool) -> Suspect:
    """A promise makes fewer replies possible; where it is dropped, any reply may come that is documented."""
    what = f"the promise {behaviour.id} is {'new' if is_new else 'gone'}"
    direction = Direction.NARROWER if is_new else Direction.WIDER
    edit = Edit(behaviour.id, what, direction)
    return _suspect(both, edit, [behaviour], seen=bool(promises.replies(behaviour)))


def _compared(both: list[Pair], before: Behaviour, after: Behaviour) -> Iterator[Suspect]:
    about = [before, after]
    for edit in _of_operations(both, before, after):
        seen = bool(promises.replies(before) or promises.replies(after))
        yield _suspect(both, edit, about, seen=seen)
    if _data(before) != _data(after) or before.values.get("accepts") != after.values.get("accepts"):
        told = [[promises.shown(each) for each in promises.replies(behaviour)] for behaviour in about]
        edit = _moved("reply", after, *told)
        yield _suspect(both, replace(edit, direction=_of_replies(*told)), about, seen=True)
    for key in {**before.values, **after.values}:
        known, stated = before.values.get(key), after.values.get(key)
        if known != stated and key != "accepts":
            yield _suspect(both, _moved(key, after, known, stated), about, seen=key == "omits")


def _of_replies(known: list[str], stated: list[str]) -> Direction:
    """Without any reply that is promised, every one may come."""
    if not (known and stated):
        return Direction.WIDER if known else Direction.NARROWER
    gone, more = set(known) - set(stated), set(stated) - set(known)
    return one_sided(gone, more) if gone or more else Direction.UNCLEAR


def _of_operations(both: list[Pair], before: Behaviour, after: Behaviour) -> Iterator[Edit]:
    """An edit of which operations a promise is about, of those that both contracts have."""
    known = [pair.operation for pair in both if before.speaks_of(pair.old_operation.id)]
    stated = [pair.operation for pair in both if after.speaks_of(pair.new_operation.id)]
    gone, more = (
        [each for each in known if each not in stated],
        [each for each in stated if each not in known],
    )
    if gone or more:
        what = gone_and_new(f"the promise {after.id} for {{}}", gone, more)
        yield Edit(after.id, what, one_sided(gone, more).reversed, old=known, new=stated)


def _moved(key: str, behaviour: Behaviour, old: Json, new: Json) -> Edit:
    what = f"the promise {behaviour.id}: `{key}` was {shown(old)}, is {shown(new)}"
    return Edit(behaviour.id, what, Direction.UNCLEAR, old=old, new=new)


def _data(behaviour: Behaviour) -> dict[str, Any] | None:
    """What a program sees of a promised reply."""
    reply = behaviour.reply
    return None if reply is None else {key: value for key, value in reply.items() if key not in _WORDS}


def _suspect(both: list[Pair], edit: Edit, about: list[Behaviour], *, seen: bool) -> Suspect:
    concerned = _concerned(both, about)
    operations = tuple(pair.operation for pair in concerned)
    if not seen:
        return Suspect(edit, Side.BEHAVIOUR, operations, tuple, UNSEEN)

    def trials() -> Iterator[Json]:
        for pair in concerned:
            for contract, operation in pair.sides:
                yield from _replies(contract, operation, about)

    return Suspect(replace(edit, marks=frozenset({edit.clause})), Side.BEHAVIOUR, operations, trials)


def _concerned(both: list[Pair], about: list[Behaviour]) -> list[Pair]:
    """The operations that any of the promises is about, on either side."""
    return [
        pair
        for pair in both
        if any(each.speaks_of(operation.id) for each in about for _, operation in pair.sides)
    ]


def _replies(contract: Contract, operation: Operation, about: list[Behaviour]) -> Iterator[Json]:
    """The promised replies, the same with headers that should stay away, and a plain one of every status."""
    for behaviour in about:
        for promised in promises.replies(behaviour):
            with suppress(BadInput):
                yield from _kept(contract, operation, behaviour, promised, about)
    for rule in operation.replies.values():
        with suppress(BadInput):
            plain = {**reply(contract, operation, rule), "when": about[0].id}
            yield plain
            yield from _with_omitted(contract, rule, plain, about)


def _kept(
    contract: Contract,
    operation: Operation,
    behaviour: Behaviour,
    promised: Mapping[str, Any],
    about: list[Behaviour],
) -> Iterator[Json]:
    """A promised reply with its codes and its placeholders filled in; none where its status is not documented."""
    rule = operation.replies.get(promised["status"])
    if rule is None:
        return
    facts = {name: f"some {name}" for name in promises.placeholders(promised)}
    whole = {**reply(contract, operation, rule), "when": behaviour.id}
    if facts:
        whole["facts"] = facts
    told = {code: promised[code] for code in promises.CODES if code in promised}
    if told and "parameters" in promised:
        told["parameters"] = list(facts.values())
    if told:
        whole["body"] = {**whole.get("body", {}), **told}
    yield whole
    yield from _with_omitted(contract, rule, whole, about)


def _with_omitted(
    contract: Contract, rule: ReplyRule, whole: Mapping[str, Json], about: list[Behaviour]
) -> Iterator[Json]:
    """The reply with one more of the headers that should stay away, and the reply without any of them."""
    described = {header.name: header for header in rule.headers}
    names = {name: None for behaviour in about for name in promises.omitted(behaviour)}
    bare = {name: text for name, text in whole["headers"].items() if name not in names}
    yield {**whole, "headers": bare}
    for name in names:
        text = header_text(contract, described[name]) if name in described else "something"
        yield {**whole, "headers": {**bare, name: text}}
