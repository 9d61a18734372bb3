"""`atlas-contract verify`: judges recorded traffic, and sends nothing."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from os.path import realpath
from pathlib import Path
from typing import TYPE_CHECKING

import click

from atlas_contract.cli.delivery import baseline_option, report_options
from atlas_contract.cli.progress import Progress
from atlas_contract.errors import BadInput, MissingExtra

if TYPE_CHECKING:
    from atlas_contract.contract import Contract
    from atlas_contract.recordings import Recorded
    from atlas_contract.reports.verification import Verified
    from atlas_contract.runner.verify import Verifier

MOST_NAMED = 5  # files that a complaint names
OFTEN = 20_000  # exchanges between two words of progress


@click.command(name="verify")
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option(
    "--layer",
    type=click.Choice(["documented", "effective"]),
    default="effective",
    show_default=True,
    help="Hold it against what Atlas documents, or against that as corrected by what was observed.",
)
@click.option(
    "--propose",
    is_flag=True,
    help="Print an overlay that would make legal what was seen; the report then goes to standard error.",
)
@click.option("--json", "as_json", is_flag=True, help="The report for programs.")
@baseline_option
@report_options
def command(
    *,
    files: tuple[Path, ...],
    layer: str,
    propose: bool,
    as_json: bool,
    baseline: Path | None,
    report: Path | None,
    former: Path | None,
) -> int:
    """Judge recorded traffic without sending anything.

    Each exchange is matched to its operation and judged by the suite's own checks, in the order of
    the files, so give them in the order in which they were recorded. What a recorder left out is not
    held against anybody. Exits with 1 if the traffic deviates from the contract, with 2 if a file
    cannot be read, or if there was nothing to judge.

    \b
    A FILE (- is the standard input, gzip is unpacked) is one of
      HAR          what browsers and proxies export
      JSON         one exchange, a list of them, or one after the other (JSON Lines), each
                   {"request": {"method", "path", "headers", "body"},
                    "response": {"status", "headers", "body"}, "at"}
                   with `rawBody` instead of `body` for the exact text

    \b
    Examples:
      atlas-contract verify session.har
      atlas-contract verify --layer documented recordings/*.json
      atlas-contract verify --report out --baseline accepted.yaml session.har
      atlas-contract verify --propose session.har > proposal.overlay.yaml
      zcat traffic.jsonl.gz | atlas-contract verify --json -
    """
    if any(find_spec(name) is None for name in ("jsonschema_rs", "orjson", "yaml")):
        msg = "The suite's checks are not installed."
        raise MissingExtra(msg, hint="pip install 'atlas-contract[suite]'")
    from atlas_contract.reports import verification
    from atlas_contract.reports.baseline import known
    from atlas_contract.reports.console import accepted_lines
    from atlas_contract.reports.delivery import Wanted, deliver, wanted

    delivery, accepted, began = wanted(report, former), known(baseline), time.time()
    contract = _contract(layer)
    verifier, found = verified_files(files, contract, layer, clauses=delivery != Wanted())
    run = verifier.traffic.summary(found, accepted, began)
    text = (*verification.lines(found), *accepted_lines(run))
    for line in [json.dumps(verification.document(found), indent=2)] if as_json else text:
        click.echo(line, err=propose)
    if propose:
        from atlas_contract.reports import proposals

        click.echo(proposals.overlay_text(found, contract, datetime.now(UTC).date()), nl=False)
    if delivery != Wanted():
        say = partial(click.echo, err=propose or as_json)
        deliver(verifier.traffic.document(run, found), delivery, say, run.new)
    if not found.judged:
        raise _nothing_judged(found, contract, files)
    return 1 if run.new else 0


def _nothing_judged(found: Verified, contract: Contract, files: tuple[Path, ...]) -> BadInput:
    told = f"none of {found.read:,} exchanges can be" if found.read else "the recording has no exchange"
    hint = "record the client while it takes a snapshot"
    return BadInput(
        f"Nothing was judged: {told}.",
        where=", ".join(map(str, files[:MOST_NAMED])) + (", …" if len(files) > MOST_NAMED else ""),
        expected=f"traffic such as {contract.main.method} {contract.main.path}",
        hint=f"{hint}; what is listed as not judged says why" if found.read else hint,
    )


def _contract(layer: str) -> Contract:
    from atlas_contract.contract import load

    effective = load()
    if layer == "effective":
        return effective
    from atlas_contract.spec.documented import documented

    return documented(effective)


def verified_files(
    files: tuple[Path, ...], contract: Contract, layer: str, *, clauses: bool = False
) -> tuple[Verifier, Verified]:
    """Judge files one after the other, with progress on standard error: who judged them, and what was found."""
    from atlas_contract.runner.verify import Layer, Verifier

    once, again = _each_once(files)
    verifier, started = Verifier(contract, Layer(layer), clauses=clauses), time.monotonic()
    with Progress(sys.stderr) as progress:
        for recorded in _read(once):
            verifier.take(recorded)
            if verifier.read % OFTEN == 0:
                progress.say(f"{verifier.read:,} exchanges, now in {recorded.place}", key=verifier.read)
    return verifier, verifier.result(files=len(once), seconds=time.monotonic() - started, repeated=again)


def _each_once(files: tuple[Path, ...]) -> tuple[list[Path], tuple[str, ...]]:
    """The files, each only once, however it is named; and those that come again, by the name they have then."""
    once, again = dict[str, Path](), dict[str, None]()
    for path in files:
        if once.setdefault(realpath(path), path) is not path:
            again[str(path)] = None
    return list(once.values()), tuple(again)


def _read(files: list[Path]) -> Iterator[Recorded]:
    from atlas_contract.recordings import read

    for path in files:
        yield from read(path)
