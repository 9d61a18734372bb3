"""The layer table of ARCHITECTURE.md holds in the code."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

pytestmark = pytest.mark.checkout
ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "atlas_contract"
ROW = re.compile(r"^\| (\d) \| `(\w+)` \|[^|]*\|([^|]*)\|$", re.MULTILINE)
GENERATED = "atlas_snapshots"


@dataclass(frozen=True)
class Room:
    """One row of the table."""

    layer: int
    also: frozenset[str]


def table() -> dict[str, Room]:
    """The rooms of ARCHITECTURE.md."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    return {
        name: Room(int(layer), frozenset(re.findall(r"`(\w+)`", also)))
        for layer, name, also in ROW.findall(text)
    }


def room_of(path: Path) -> str:
    """The room a source file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Every module a file imports anywhere in it, late imports included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")
IDS = [str(path.relative_to(PACKAGE)) for path in SOURCES]


def test_every_room_is_in_the_table() -> None:
    """The table lists just the rooms that exist."""
    assert {room_of(path) for path in SOURCES} == set(table())


@pytest.mark.parametrize("path", SOURCES, ids=IDS)
def test_a_room_imports_only_what_the_table_allows(path: Path) -> None:
    """No upward import, and within a layer only the named ones."""
    rooms, own = table(), room_of(path)
    known = {name.split(".")[1] for name in imported(path) if name.startswith("atlas_contract.")}
    allowed = (
        {name for name, room in rooms.items() if room.layer < rooms[own].layer} | rooms[own].also | {own}
    )
    assert known <= allowed


@pytest.mark.parametrize("path", SOURCES, ids=IDS)
def test_only_the_client_room_imports_generated_code(path: Path) -> None:
    """The generated package has one importer."""
    uses = any(name.split(".")[0] == GENERATED for name in imported(path))
    assert not uses or room_of(path) == "client"


def test_the_named_imports_of_a_layer_make_no_cycle() -> None:
    """Following the named imports within a layer never leads back."""
    rooms = table()

    def leads_to(name: str, seen: tuple[str, ...]) -> None:
        assert name not in seen, " -> ".join((*seen, name))
        for other in rooms[name].also:
            leads_to(other, (*seen, name))

    for name in rooms:
        leads_to(name, ())


@pytest.mark.parametrize("path", SOURCES, ids=IDS)
def test_mock_knows_nothing_of_the_suite(path: Path) -> None:
    """The mock imports neither checks nor cases, and they don't import it."""
    strangers = {"mock": {"checks", "cases", "runner"}, "checks": {"mock"}, "cases": {"mock"}}
    known = {name.split(".")[1] for name in imported(path) if name.startswith("atlas_contract.")}
    assert not known & strangers.get(room_of(path), set())


def test_help_stays_light() -> None:
    """`atlas-contract --help` imports neither httpx nor the suite's libraries."""
    code = (
        "import sys\n"
        "from atlas_contract.cli.main import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'httpx', 'pytest', 'hypothesis', 'schemathesis', 'jsonschema_rs', 'httptools', 'atlas_snapshots'}\n"
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
