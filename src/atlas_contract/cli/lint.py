"""`atlas-contract lint`: hold `spec/` to rules beyond those without which it cannot be read."""

from __future__ import annotations

import json
import shlex
import subprocess
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from atlas_contract.cli.generate import checkout_root
from atlas_contract.errors import BadInput

if TYPE_CHECKING:
    from atlas_contract.spec.lint import Complaint, Subject

PATIENCE = 120  # seconds for another linter


@click.command(name="lint")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--rules", is_flag=True, help="List the rules, and lint nothing.")
@click.option(
    "--spectral", metavar="COMMAND", help="Also ask Spectral, by this command, with spec/spectral.yaml."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(*, folder: Path | None, rules: bool, spectral: str | None, form: str) -> int:
    """Check spec/ (of this checkout, or FOLDER) by OpenAPI's rules and by our own.

    What is no valid OpenAPI or overlay, or lacks its evidence, is refused with exit code 2, as by `generate`. What the
    rules complain of beyond that is listed with file and line: errors give exit code 1, notes give 0.

    \b
    Examples:
      atlas-contract lint
      atlas-contract lint --rules
      atlas-contract lint --spectral "npx @stoplight/spectral-cli" --format json
    """
    from atlas_contract.spec import files, lint

    if rules:
        for rule in lint.RULES:
            click.echo(f"{rule.id:<22} {rule.severity:<6} {rule.sentence}")
        return 0
    place = folder or checkout_root(Path.cwd()) / "spec"
    files.check_folder(place)
    subject = lint.subject_of(place, datetime.now(UTC).date())
    found = list(lint.findings(subject))
    if spectral is not None:
        found += _asked(spectral, subject, place)
    _say(found, form, len(lint.RULES))
    return int(any(each.severity is lint.Severity.ERROR for each in found))


def _say(found: list[Complaint], form: str, rules: int) -> None:
    if form == "json":
        click.echo(json.dumps([asdict(each) for each in found], indent=2, ensure_ascii=False))
        return
    for each in found:
        click.echo(f"{each.severity}: {each.message}\n  where: {each.place}\n  rule: {each.rule}")
    errors = sum(each.severity == "error" for each in found)
    click.echo(f"verdict    {errors} error(s), {len(found) - errors} note(s) by {rules} rules of our own")


def _asked(spectral: str, subject: Subject, place: Path) -> list[Complaint]:
    """What Spectral says, which reads the effective contract from a file of its own."""
    from atlas_contract.spec.lint import spectral as answers

    with tempfile.TemporaryDirectory(prefix="atlas-contract-") as folder:
        contract = Path(folder) / "openapi.json"
        contract.write_text(json.dumps(subject.content), encoding="utf-8")
        asked = [
            "lint",
            str(contract),
            "--ruleset",
            str(place / answers.RULESET),
            "--format",
            "json",
            "--quiet",
        ]
        try:
            done = subprocess.run(  # noqa: S603
                [*shlex.split(spectral), *asked],
                capture_output=True,
                text=True,
                check=False,
                timeout=PATIENCE,
            )
        except (OSError, ValueError, subprocess.TimeoutExpired) as error:
            msg = f"Spectral cannot be run: {error}"
            hint = "npm install @stoplight/spectral-cli, and name its command"
            raise BadInput(msg, where="--spectral", hint=hint) from None
        return list(answers.complaints(done.returncode, done.stdout, done.stderr, subject))
