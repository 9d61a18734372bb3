"""`atlas-contract generate`: hands over to the checkout's own generator, the only writer of `generated/`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

from atlas_contract.errors import BadInput


@click.command(name="generate")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 and say what is stale, if anything is.")
@click.option(
    "--rebuild", is_flag=True, help="With --check: build all anew even where hashes say nothing has changed."
)
@click.option("--json", "as_json", is_flag=True, help="Print the verdict for callers as JSON.")
@click.option(
    "--replies",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Recorded traffic, as for `verify`, whose replies go through both clients, too; may be repeated.",
)
def command(*, check: bool, rebuild: bool, as_json: bool, replies: tuple[Path, ...]) -> int:
    """Regenerate generated/ from spec/, or say what is stale.

    Generating ends with a verdict: what the change does to Python callers (names, signatures and types; values read,
    errors raised, bytes sent), the next version, and a draft for the changelog.

    Works in a checkout of the project (this folder or one above it), since it rewrites the checkout.

    \b
    Examples:
      atlas-contract generate
      atlas-contract generate --json > verdict.json
      atlas-contract generate --replies session.har
      atlas-contract generate --check
    """
    root = checkout_root(Path.cwd())
    given = {"--check": check, "--rebuild": rebuild, "--json": as_json}
    flags = [flag for flag, wanted in given.items() if wanted]
    flags += [part for path in replies for part in ("--replies", str(path.resolve()))]
    script = root / "scripts" / "generate.py"
    return subprocess.run([sys.executable, str(script), "--root", str(root), *flags], check=False).returncode  # noqa: S603


def checkout_root(start: Path) -> Path:
    """The nearest folder, from `start` upwards, that is a checkout of the project.

    Raises:
        BadInput: there is none.
    """
    for folder in (start, *start.parents):
        if (folder / "spec" / "atlas-snapshots.yaml").is_file() and (
            folder / "scripts" / "generate.py"
        ).is_file():
            return folder
    msg = "This is no checkout of atlas-contract: there is no spec/ to generate from."
    raise BadInput(msg, where=str(start), hint="clone the project and run the command inside it")
