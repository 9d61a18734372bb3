"""The line that says how to finish can be pasted, whatever is in it."""

from __future__ import annotations

import shlex
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from atlas_contract.cli.cleanup import command
from atlas_contract.cli.place import finish_line
from atlas_contract.guard import origin_of
from atlas_contract.runner.careful import Place
from atlas_contract.runner.target import Credentials

URL = "http://127.0.0.1:8080"
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1).filter(
    lambda text: not text.startswith("-")
)


def place(cluster: str = "Cluster0") -> Place:
    """A place with a cluster of that name."""
    return Place(URL, origin_of(URL), "5" * 24, cluster, Credentials("id", "secret"))


@given(cluster=WORDS, ledger=WORDS, leave=st.none() | WORDS)
def test_the_line_to_finish_names_all_that_the_run_was_given(
    cluster: str, ledger: str, leave: str | None
) -> None:
    """A shell reads back the same cluster, ledger and permission, and the command line takes them."""
    line = finish_line(place(cluster), Path(ledger), leave=Path(leave) if leave else None)
    program, name, *words = shlex.split(line)
    assert (program, name) == ("atlas-contract", "cleanup")
    given = command.make_context("cleanup", words).params
    assert given["cluster"] == cluster
    assert given["ledger"] == Path(ledger).absolute()
    assert given["live"] == bool(leave)
    assert given["config"] == (Path(leave).absolute() if leave else Path("atlas-contract.toml"))
    assert given["apply"]


def test_what_was_not_given_is_not_named() -> None:
    """On this machine, with the usual ledger, the line is short."""
    assert finish_line(place(), None, leave=None) == (
        f"atlas-contract cleanup --apply --target {URL} --project {'5' * 24} --cluster Cluster0"
    )
