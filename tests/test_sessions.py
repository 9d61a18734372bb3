"""What the project's pages say of its sessions is what the noxfile says."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"^\| `nox -s (\w+)` \| (●?) ?\|", re.MULTILINE)


def sessions() -> dict[str, bool]:
    """The sessions of the noxfile, and whether `nox` alone runs them."""
    tree = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    decorated = {
        node.name: "".join(map(ast.unparse, node.decorator_list)) for node in functions if node.decorator_list
    }
    return {name: "default=False" not in text for name, text in decorated.items() if "nox.session" in text}


def test_the_table_of_contributing_has_every_session() -> None:
    """CONTRIBUTING.md lists just the sessions that exist, and marks those that `nox` alone runs."""
    table = ROW.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert {name: bool(mark) for name, mark in table} == sessions()


def test_ci_runs_the_command_of_the_readme() -> None:
    """`.ci/run` ends with the README's test command, word for word."""
    command = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1]
    assert f"```sh\n{command}\n```" in (ROOT / "README.md").read_text(encoding="utf-8")
