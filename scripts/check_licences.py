"""Says whether every dependency may be used freely, and keeps the list of their licences.

pip-licenses --from=mixed --format=json --output-file=found.json
python scripts/check_licences.py found.json docs/licences.md
python scripts/check_licences.py found.json docs/licences.md --write

A licence that is not permissive needs an exception with a reason, below. Versions are left out of the list: they are
those of constraints.txt, and a licence hardly ever changes with them.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

PACKAGE = "atlas-contract"
# As packages state them: SPDX identifiers, and the classifiers of those that have none.
PERMISSIVE = {
    "Apache-2.0",
    "Apache Software License",
    "BSD License",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "ISC License (ISCL)",
    "MIT",
    "MIT License",
    "PSF-2.0",
}
MPL = "MPL-2.0: changes of its own files must be shared; nothing of ours is touched, and we neither change nor ship it"
EXCEPTIONS = {
    ("certifi", "Mozilla Public License 2.0 (MPL 2.0)"): MPL,
    ("hypothesis", "MPL-2.0"): MPL,
    ("orjson", "MPL-2.0"): MPL,
}
HEADER = """\
# Licences of the dependencies

Everything that `pip install 'atlas-contract[suite,generate]'` brings along, with the licence that each package states.
Written by `nox -s licences -- --write`; `nox -s licences` fails on a licence that is neither permissive nor excused.

| package | licence | excused because |
|---|---|---|
"""


def rows(packages: Sequence[Mapping[str, str]]) -> list[tuple[str, str]]:
    """Name and licence of each package but our own, by name."""
    pairs = [(_normal(each["Name"]), each["License"]) for each in packages]
    return sorted(pair for pair in pairs if pair[0] != PACKAGE)


def refused(found: Sequence[tuple[str, str]]) -> list[str]:
    """A sentence for each licence that is neither permissive nor excused."""
    return [
        f"{name} is under {part!r}, which is not among the permissive licences and not excused"
        for name, licence in found
        for part in parts(licence)
        if part not in PERMISSIVE and (name, part) not in EXCEPTIONS
    ]


def listed(found: Sequence[tuple[str, str]]) -> str:
    """The list as Markdown."""
    return HEADER + "".join(f"| {name} | {licence} | {_reason(name)} |\n" for name, licence in found)


def needless(found: Sequence[tuple[str, str]]) -> list[str]:
    """A sentence for each exception that nothing needs any more."""
    stated = {(name, part) for name, licence in found for part in parts(licence)}
    return [
        f"the exception of {name} is not needed" for name, part in EXCEPTIONS if (name, part) not in stated
    ]


def parts(licence: str) -> list[str]:
    """The licences that an expression such as `MIT AND (A OR B)` names; each must do, also where one may choose."""
    named = (each.strip() for each in re.split(r"\bAND\b|\bOR\b|;", licence))
    return [each if each.count("(") == each.count(")") else each.strip("()") for each in named]


def _reason(name: str) -> str:
    return next((reason for (package, _), reason in EXCEPTIONS.items() if package == name), "")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command: 0 all may be used and the list is right, 1 not."""
    parser = argparse.ArgumentParser(
        prog="check_licences.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("found", type=Path, help="what pip-licenses found")
    parser.add_argument("list", type=Path, help="the list that is kept")
    parser.add_argument("--write", action="store_true", help="write the list anew")
    options = parser.parse_args(argv)
    found = rows(json.loads(options.found.read_text(encoding="utf-8")))
    wrong = [*refused(found), *needless(found)]
    if options.write and not wrong:
        options.list.write_text(listed(found), encoding="utf-8")
    elif not options.list.is_file() or options.list.read_text(encoding="utf-8") != listed(found):
        wrong.append(f"{options.list} is not the list of today; write it anew with --write")
    for sentence in wrong:
        print(f"error: {sentence}", file=sys.stderr)
    if not wrong:
        print(f"{len(found)} dependencies may be used freely; {options.list} lists them")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
