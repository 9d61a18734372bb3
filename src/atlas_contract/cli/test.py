"""`atlas-contract test`: the contract suite, run by pytest in its own configuration and no one else's."""

from __future__ import annotations

from importlib import resources
from importlib.util import find_spec
from pathlib import Path

import click

from atlas_contract import settings
from atlas_contract.cli.delivery import baseline_option, report_options
from atlas_contract.cli.main import INTERRUPTED
from atlas_contract.cli.usage import Seconds, refuse_beside
from atlas_contract.errors import BadInput, MissingExtra

EMBEDDED = "mock"


@click.command(name="test")
@click.option(
    "--target", default=EMBEDDED, show_default=True, help="`mock` (embedded), or the URL of a server."
)
@click.option("--cluster", metavar="NAME", help="A cluster of the target's project.  [default: Cluster0]")
@click.option("--sharded-cluster", metavar="NAME", help="A sharded cluster of it, if it has one.")
@click.option(
    "--wait",
    type=Seconds(),
    metavar="SECONDS",
    help="How long to wait for snapshots, all in all.  [default: 600]",
)
@click.option("--gate", is_flag=True, help="Only the smallest set of cases that proves as much.")
@click.option("--seed", type=int, metavar="N", help="Explore other cases than the fixed default ones.")
@click.option(
    "--max-cases",
    type=click.IntRange(min=1),
    help="Random cases for each test.  [default: 25]",
)
@click.option("--fault", metavar="ID", help="Give the embedded mock a fault on purpose, to see it caught.")
@baseline_option
@report_options
def command(
    *,
    target: str,
    cluster: str | None,
    sharded_cluster: str | None,
    wait: float | None,
    gate: bool,
    seed: int | None,
    max_cases: int | None,
    fault: str | None,
    baseline: Path | None,
    report: Path | None,
    former: Path | None,
) -> int:
    """Run the contract suite against a server.

    A server behind a URL is reached with the project that the environment names in
    MONGODB_ATLAS_PROJECT_ID, and with a service account (MONGODB_ATLAS_CLIENT_ID,
    MONGODB_ATLAS_CLIENT_SECRET), an API key (MONGODB_ATLAS_PUBLIC_API_KEY,
    MONGODB_ATLAS_PRIVATE_API_KEY) or both; only addresses on this machine are allowed.

    \b
    Examples:
      atlas-contract test
      atlas-contract test --gate
      atlas-contract test --max-cases 200 --seed 7
      atlas-contract test --target http://127.0.0.1:8080
      atlas-contract test --fault drops-id
      atlas-contract test --report out --baseline accepted.yaml
    """
    of_a_server = {"--cluster": cluster, "--sharded-cluster": sharded_cluster, "--wait": wait}
    if target == EMBEDDED:
        why, hint = (
            "the embedded mock has its own clusters, and no time passes there",
            "name a server: --target URL",
        )
        refuse_beside("--target mock", of_a_server, why=why, hint=hint)
    if gate:
        refuse_beside("--gate", {"--max-cases": max_cases}, why="the gate has no random cases")
    flags = ["--target", target]
    given = {
        **of_a_server,
        "--max-cases": max_cases,
        "--seed": seed,
        "--fault": fault,
        "--baseline": baseline,
        "--report": report,
        "--former": former,
    }
    for name, value in given.items():
        flags += [] if value is None else [name, str(value)]
    flags += ["--gate"] if gate else []
    return run(flags)


def run(flags: list[str]) -> int:
    """Run the suite's tests in this process with the suite's own pytest configuration; the exit code."""
    if any(find_spec(name) is None for name in ("pytest", "hypothesis", "schemathesis", "jsonschema_rs")):
        msg = "The suite is not installed."
        raise MissingExtra(msg, hint="pip install 'atlas-contract[suite]'")
    import pytest

    from atlas_contract.runner.frames import with_room

    folder = suite_folder()
    quiet = [
        "--quiet",
        "--no-header",
        "--tb=no",
        "-rN",
        "-p",
        "no:cacheprovider",
        "--disable-plugin-autoload",
    ]
    settings.forget(settings.PYTEST)
    words = [str(folder), "--config-file", str(folder / "pytest.ini"), *quiet, *flags]
    return _exit_code(int(with_room(lambda: pytest.main(words))))


def _exit_code(code: int) -> int:
    from atlas_contract.runner.plugin import TOOLKIT_EXIT

    if code >= TOOLKIT_EXIT:
        return code - TOOLKIT_EXIT
    return {0: 0, 1: 1, 2: INTERRUPTED}.get(code, BadInput.exit_code)


def suite_folder() -> Path:
    """Where the suite's tests lie: in the installed package, or at the top of the checkout.

    Raises:
        BadInput: in neither place.
    """
    installed = Path(str(resources.files("atlas_contract"))) / "contract_tests"
    for folder in (installed, Path(__file__).parents[3] / "contract_tests"):
        if folder.is_dir():
            return folder
    msg = "The suite's tests are missing from this installation."
    raise BadInput(msg, where=str(installed), hint="install atlas-contract again")
