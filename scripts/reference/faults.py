"""The catalogue of faults, by family, and in a family by what the fault is about."""

from __future__ import annotations

from collections.abc import Iterator

from atlas_contract.contract import Contract, load
from atlas_contract.faults import Fault, catalogue
from atlas_contract.faults.catalogue import SHORT
from reference.markdown import bullets, code, folded, page, plain, table

FAMILIES = {
    "reply": "Breaks one keyword of one place in the JSON of one reply.",
    "header": "Leaves out a header that a reply must have, or sends a value that the header cannot have.",
    "protocol": "Answers with another status, media type or kind of body than the contract names.",
    "acceptance": "Takes a request that breaks a clause and must be refused.",
    "refusal": "Refuses a request at the very edge of what is allowed.",
    "promise": "Follows a contract in which a single fact of `spec/behaviours.yaml` is another.",
    "request": "Judges requests by a schema in which a single keyword is dropped, narrowed or added.",
    "state": "Forgets, repeats or does what it says it won't: named by hand, since no clause alone tells of it.",
    "wire": "Sends bytes that are cut, late, mislabelled, or somebody else's error page.",
    "client": "Answers what a careless reader would take for a success.",
}
"""What the server does wrong, by family."""

FEW = 3  # checks that can be named in a line


def faults() -> str:
    """Every fault with what a server that has it does wrong."""
    return page(_parts(load()))


def _parts(contract: Contract) -> Iterator[str]:
    every = catalogue(contract)
    families: dict[str, list[Fault]] = {}
    for fault in every.values():
        families.setdefault(fault.family, []).append(fault)
    yield f"There are {len(every):,} faults in {len(families)} families."
    rows = ((f"[{name}](#faults-{name})", f"{len(of):,}", FAMILIES[name]) for name, of in families.items())
    yield table(("family", "faults", "a server that has one"), rows)
    yield "## Short names"
    yield "Some of them can be called by a shorter name:"
    yield table(
        ("short", "for"),
        ((code(short), code(whole.format(main=contract.main.id))) for short, whole in SHORT.items()),
    )
    for name, of in families.items():
        yield f"(faults-{name})=\n\n## {name.capitalize()}"
        yield f"{len(of):,} faults. {FAMILIES[name]}"
        yield from _named(of) if any("." not in fault.id for fault in of) else _derived(of)


def _named(faults: list[Fault]) -> Iterator[str]:
    rows = ((code(each.id), _harm(each), code(each.clause), _found_by(each)) for each in faults)
    yield table(("fault", "a server that …", "breaks", "found by"), rows)


def _derived(faults: list[Fault]) -> Iterator[str]:
    subjects: dict[str, list[Fault]] = {}
    for fault in faults:
        subjects.setdefault(fault.id.split(".")[1], []).append(fault)
    if len(subjects) == len(faults):
        yield bullets(map(_line, faults))
        return
    for subject, of in subjects.items():
        yield folded(f"<code>{subject}</code>: {len(of)}", bullets(map(_line, of)))


def _line(fault: Fault) -> str:
    hidden = f" Nobody can see it: {plain(fault.equivalent)}." if fault.equivalent else ""
    return f"{code(fault.id)}: {_harm(fault)}.{hidden}"


def _harm(fault: Fault) -> str:
    return plain(fault.harm)


def _found_by(fault: Fault) -> str:
    names = sorted(fault.caught_by)
    return ", ".join(map(code, names)) if len(names) <= FEW else f"any of {len(names)} checks"
