"""`atlas-contract diff`: what a change of the contract means for its callers, each breaking verdict with a witness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from atlas_contract.cli.generate import checkout_root
from atlas_contract.cli.telling import format_options, tell
from atlas_contract.errors import BadInput
from atlas_contract.model import Accepted

if TYPE_CHECKING:
    from atlas_contract.reports.changes import Comparison
    from atlas_contract.spec.versions import Version

FINDINGS = 1


@click.command(name="diff")
@click.argument("old", default="HEAD")
@click.argument("new", required=False)
@format_options("for a comment on a pull request")
@click.option(
    "--waivers",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Accepted breaking changes.  [default: waivers.yaml beside the new contract]",
)
def command(*, old: str, new: str | None, form: str, output: Path | None, waivers: Path | None) -> int:
    """Compare two contracts: say of every change whether it breaks callers.

    OLD and NEW are each a folder with the files of spec/, an effective contract (openapi.json), a fragment on
    its own (.yaml), or a git revision, whose spec/ is meant. Without NEW it is spec/ as it lies here, without
    OLD the last commit.

    A change is breaking if a request that was right is refused now, or if a reply may come that could not come
    before. The proof is a witness: a whole request or reply that was held against both contracts. docs/how-to/diff.md
    has the table of grades.

    \b
    Examples:
      atlas-contract diff                           what have I changed since the last commit?
      atlas-contract diff main                      … and since I left main?
      atlas-contract diff v1.0 v1.1 --format markdown
      atlas-contract diff old/spec new/openapi.json --format json --output verdict.json

    \b
    Exit codes:
      0 nothing breaking, or all of it waived · 1 breaking changes · 2 usage or bad input
    """
    from atlas_contract.changes import Grade, gravest
    from atlas_contract.reports import changes

    comparison = _compared(old, new, waivers)
    tell(changes, comparison, form, output)
    return FINDINGS if gravest(comparison.changes) is Grade.BREAKING else 0


def changes_between(
    old: Version, new: Version, accepted: Sequence[Accepted] = (), today: date | None = None
) -> Comparison:
    """The changes from one version of the contract to another, with the waivers that hold today."""
    from atlas_contract.changes import compare, waived
    from atlas_contract.contract import Contract
    from atlas_contract.reports.changes import Comparison

    old, new, remarks = _comparable(old, new)
    found = compare(Contract(old.document), Contract(new.document))
    changes, notes = waived(found, accepted, today or datetime.now(tz=UTC).date())
    return Comparison(old.name, new.name, changes, (*remarks, *notes))


def _compared(old: str, new: str | None, waivers: Path | None) -> Comparison:
    from atlas_contract.changes import FACTS, WORDS
    from atlas_contract.spec import accepted, files, versions

    here = _checkout()
    if new is None:
        folder = checkout_root(here) / files.FOLDER
        newer = versions.of_folder(folder, files.short(folder) + "/")
    else:
        newer = versions.read(new, here)
    older = versions.read(old, here)
    if waivers is not None:
        return changes_between(older, newer, accepted.read(waivers, FACTS, WORDS))
    beside = accepted.entries(newer.waivers, FACTS, WORDS) if newer.waivers else ()
    return changes_between(older, newer, beside)


def _checkout() -> Path:
    """The checkout around the working directory; the directory itself where there is none, for files need none."""
    try:
        return checkout_root(Path.cwd())
    except BadInput:
        return Path.cwd()


def _comparable(old: Version, new: Version) -> tuple[Version, Version, tuple[str, ...]]:
    """Both without behaviours, if one of them is a fragment alone that states none."""
    if old.has_behaviours == new.has_behaviours:
        return old, new, ()
    alone = new if old.has_behaviours else old
    remark = f"{alone.name} is a contract without behaviours, so behaviours are not compared"
    return _bare(old), _bare(new), (remark,)


def _bare(version: Version) -> Version:
    return replace(version, document={**version.document, "x-atlas-behaviours": []})
