"""`atlas-contract upstream`: how the fragment stands to Atlas's full published specification."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from atlas_contract.cli.generate import checkout_root
from atlas_contract.cli.progress import Progress
from atlas_contract.cli.telling import format_options, tell

if TYPE_CHECKING:
    from atlas_contract.reports.drift import Standing
    from atlas_contract.spec.documents import Document

FINDINGS = 1
LARGEST = 16 * 2**20
"""Bytes of the document; Atlas's has 4 MB."""
MOST_VALUES = 1_000_000
"""Values of the document; Atlas's has 150,000."""


@click.command(name="upstream")
@click.argument("file", type=click.Path(path_type=Path))
@format_options("as title and text of a pull request")
@click.option(
    "--slice",
    "part",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Also write there, as JSON, the part of the document that was compared.",
)
@click.option(
    "--spec",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Where the fragment and the declarations lie.  [default: spec/ of this checkout]",
)
def command(*, file: Path, form: str, output: Path | None, part: Path | None, spec: Path | None) -> int:
    """Hold the fragment against FILE, Atlas's full OpenAPI document (JSON or YAML).

    Our operations are found in it by method and path, else by any of their names, and compared with all that they
    refer to: structure, not words or the names of components. Each difference is declared in spec/upstream.yaml (with
    reason, owner and expiry), new upstream, or ours only. docs/how-to/upstream.md shows the weekly run.

    \b
    Examples:
      atlas-contract upstream openapi-v2.yaml
      atlas-contract upstream openapi-v2.json --format json
      atlas-contract upstream openapi-v2.json --format markdown --output pull-request.md
      atlas-contract upstream openapi-v2.json --slice ours.json

    \b
    Exit codes:
      0 no undeclared drift · 1 undeclared drift · 2 usage or bad input
    """
    from atlas_contract.reports import drift
    from atlas_contract.reports.output import check_outputs, write_whole
    from atlas_contract.spec import files

    folder = spec or checkout_root(Path.cwd()) / files.FOLDER
    files.check_folder(folder)
    read = (file, folder / files.FRAGMENT, folder / files.DECLARED)
    check_outputs({"--output": output, "--slice": part}, read)
    standing = _standing(file, folder)
    if part is not None:
        write_whole(part, json.dumps(standing.comparison.slice.content, indent=2) + "\n")
    tell(drift, standing, form, output)
    return FINDINGS if standing.verdict.undeclared else 0


def _standing(file: Path, folder: Path) -> Standing:
    """What comes of it, with the declarations that hold today."""
    from atlas_contract import upstream
    from atlas_contract.reports.drift import Standing
    from atlas_contract.spec import accepted, files
    from atlas_contract.spec.documents import load

    fragment = load(folder / files.FRAGMENT)
    declarations = folder / files.DECLARED
    declared = accepted.read(declarations, upstream.FACTS, upstream.WORDS) if declarations.exists() else ()
    with Progress(sys.stderr) as progress:
        progress.say(f"reading {file}")
        full = load(file, largest=LARGEST, most=MOST_VALUES)
    comparison = upstream.compare(fragment, full)
    verdict = upstream.sort(comparison.differences, declared, datetime.now(tz=UTC).date())
    names = (files.short(file), _version(full), fragment.name, files.short(declarations))
    return Standing(*names, comparison, verdict)


def _version(full: Document) -> str:
    info = full.content.get("info")
    told = [info.get(key) for key in ("title", "version")] if isinstance(info, dict) else []
    return " ".join([*(str(each) for each in told if each), f"(OpenAPI {full.content['openapi']})"])
