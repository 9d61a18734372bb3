"""What it means for the caller that two clients made something else of the same reply, or of the same call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from atlas_contract.callers.difference import Difference, Kind, Layer, plain
from atlas_contract.callers.outcomes import NULL, RAW, REST, Outcome
from atlas_contract.changes import Grade

_SHOWN = ("method", "header")
"""Places of a request whose values are few, and say more than that there is another."""
_INDEX = re.compile(r"\[\d+\]|(?<=/)\d+(?=/|$)")


def of_replies(old: Outcome, new: Outcome) -> Difference:
    """The difference between two readings of one reply.

    A member that had no name in the client and has one now is no loss.
    """
    if old.error or new.error:
        return _errors(old, new, "replies")
    gone = {place for place in old.facts if place not in new.facts and not _moved(place, old, new)}
    lost = gone | {
        place for place in old.facts.keys() & new.facts.keys() if old.facts[place] != new.facts[place]
    }
    if lost:
        said = [_turned(place, old.facts, new.facts) for place in sorted(lost)]
        return _difference(Grade.BREAKING, Kind.CHANGED, f"replies are read otherwise: {_joined(said)}", lost)
    more = new.facts.keys() - old.facts.keys()
    what = f"more of replies is read: {_joined(f'`{_everywhere(place)}`' for place in sorted(more))}"
    return _difference(Grade.COMPATIBLE, Kind.ADDED, what, more)


def _moved(place: str, old: Outcome, new: Outcome) -> bool:
    """Whether what had no name in the old client has one in the new; a null without a name may be just absent."""
    steps = _steps(place)
    if REST not in steps:
        return False
    name = [plain(step) for step in steps if step != REST]
    return old.facts[place] == NULL or name in ([plain(step) for step in _steps(each)] for each in new.facts)


def of_calls(old: Outcome, new: Outcome) -> Difference:
    """The difference between the requests that one call makes."""
    if old.error or new.error:
        return _errors(old, new, "calls")
    places = {place for place, _ in old.facts.items() ^ new.facts.items()}
    if len(places) > 1:
        places.discard(RAW)  # the members that differ say more
    said = [_turned(place, old.facts, new.facts, whole=place.startswith(_SHOWN)) for place in sorted(places)]
    what = f"the same calls send something else: {_joined(said)}"
    return _difference(Grade.BREAKING, Kind.CHANGED, what, places)


def _errors(old: Outcome, new: Outcome, what: str) -> Difference:
    """One of the two is an error, or both are; `what` is the name of what went through them."""
    if old.error == new.error:
        return _difference(Grade.EDITORIAL, Kind.CHANGED, f"{old.error} has other words", ())
    if old.error and new.error:
        return _difference(
            Grade.BREAKING, Kind.CHANGED, f"{what} raise {new.error}, no longer {old.error}", ()
        )
    about = (old if old.error else new).about
    subjects = [about[key] for key in ("name", "pointer") if key in about]
    if old.error:
        said = f"{what} pass that raised {_named(old)}"
        return _difference(Grade.COMPATIBLE, Kind.FIXED, said, subjects)
    return _difference(Grade.BREAKING, Kind.CHANGED, f"{what} that passed raise {_named(new)}", subjects)


def _named(error: Outcome) -> str:
    """The error's type, and which member or argument it is about."""
    place = _INDEX.sub("*", error.about.get("pointer", "")) or error.about.get("name", "")
    return f"{error.error} at `{place}`" if place else error.error


def _turned(place: str, old: Mapping[str, str], new: Mapping[str, str], *, whole: bool = False) -> str:
    """What became of one place: the types before and after; the values where they say more."""
    where, before, after = f"`{_everywhere(place)}`", old.get(place), new.get(place)
    if before is None or after is None:
        return f"{where} is {'new' if before is None else 'gone'}"
    if whole:
        return f"{where} is `{after}`, was `{before}`"
    kinds = _kind(before), _kind(after)
    return f"{where} is another" if kinds[0] == kinds[1] else f"{where} is {kinds[1]}, was {kinds[0]}"


def _kind(fact: str) -> str:
    return fact.partition(" ")[0]


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(parts))


def _everywhere(place: str) -> str:
    """The place without the numbers of list items."""
    return _INDEX.sub("[]", place)


def _steps(place: str) -> list[str]:
    return [step for step in re.split(r"[./]", _INDEX.sub("", place)) if step]


def _difference(grade: Grade, kind: Kind, what: str, places: Iterable[str]) -> Difference:
    last = (_steps(place)[-1:] for place in places)
    subjects = frozenset(plain(step) for steps in last for step in steps)
    return Difference(Layer.BEHAVIOUR, grade, kind, "", what, subjects=subjects)
