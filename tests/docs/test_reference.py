"""The reference leaves nothing out: what the code or the contract has is on the page that is made from it."""

from __future__ import annotations

import ast
import re

import click
import pytest
from tests.docs.blocks import PAGES, ROOT

from atlas_contract.checks import CHECKS
from atlas_contract.cli.main import COMMANDS, INTERRUPTED, cli
from atlas_contract.cli.streams import UNREAD
from atlas_contract.contract import Contract
from atlas_contract.errors import AtlasContractError
from atlas_contract.faults import catalogue
from atlas_contract.faults.catalogue import SHORT
from reference import checks, commands, errors, faults, settings
from reference.markdown import plain
from reference.pages import MAKERS, filled

pytestmark = pytest.mark.checkout

SOURCE = ROOT / "src" / "atlas_contract"
FINDING = re.compile(r"""Finding\(\s*"(\w+)"|^CHECK = "(\w+)"$""", re.MULTILINE)


def rows(text: str) -> set[str]:
    """What stands as code in the first column of a page's tables."""
    return set(re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE))


def test_every_command_and_flag_is_there() -> None:
    """By the names under which the command line takes them, each with what it is for."""
    text = commands.commands()
    for path, command in commands.walk():
        section = text.partition(f"# atlas-contract {' '.join(path)}\n")[2].partition("\n#")[0]
        told = dict(re.findall(r"^\| `([^`]+)` \| (.+) \|$", section, re.MULTILINE))
        for each in command.params:
            if isinstance(each, click.Option):
                row = next(
                    meaning for names, meaning in told.items() if each.opts[0] in re.split("[ ,]+", names)
                )
                assert plain(each.help or "") in row


def test_every_command_of_the_help_has_a_section() -> None:
    """In the order of the help; those still being written apart."""
    there = [name for name in COMMANDS if (SOURCE / "cli" / f"{name}.py").exists()]
    found = re.findall(r"^## atlas-contract (\w+)$", commands.commands(), re.MULTILINE)
    assert found == there


def test_every_command_has_help_and_examples() -> None:
    """Groups of one tag apart, whose only use is to hold commands."""
    for path, command in commands.walk():
        assert command.help, path
        if len(path) == 1:
            assert commands.examples(command), path


def test_every_check_is_there(contract: Contract) -> None:
    """Those of the catalogue, those that a fault is found by, and those that a run itself speaks as."""
    known = {check.__name__ for check in CHECKS}
    known |= {name for fault in catalogue(contract).values() for name in fault.caught_by}
    for path in SOURCE.rglob("*.py"):
        for found in FINDING.findall(path.read_text(encoding="utf-8")):
            known |= set(filter(None, found))
    assert rows(checks.checks()) == known


def test_every_fault_is_there(contract: Contract) -> None:
    """By its id, in the section of its family; short names, too."""
    text = faults.faults()
    for family in {fault.family for fault in catalogue(contract).values()}:
        section = text.partition(f"(faults-{family})=")[2].partition("\n(faults-")[0]
        listed = set(re.findall(r"^(?:- |\| )`([^`]+)`", section, re.MULTILINE))
        assert listed == {fault.id for fault in catalogue(contract).values() if fault.family == family}
    assert set(SHORT) <= rows(text)


def test_every_operation_and_behaviour_is_there(contract: Contract) -> None:
    """Each in a section of its own, with statuses, statement and source."""
    operations, behaviours = MAKERS["operations"](), MAKERS["behaviours"]()
    for operation in contract.operations.values():
        section = operations.partition(f"## {operation.id}\n")[2].partition("\n## ")[0]
        assert f"{operation.method} {operation.path}\n" in section
        assert all(f"| {status} |" in section for status in operation.replies)
    for behaviour in contract.behaviours.values():
        section = behaviours.partition(f"## {behaviour.id}\n")[2].partition("\n## ")[0]
        assert f"**{behaviour.source.capitalize()}.**" in section
        assert behaviour.statement.split("<")[0].strip() in section


def test_every_difference_has_its_evidence(contract: Contract) -> None:
    """Each clause that the overlay touched stands under what is said about it."""
    text = MAKERS["differences"]()
    for clause, told in contract.document["x-atlas-provenance"].items():
        assert f"- `{clause}`\n" in f"{text}\n"
        assert told["date"] in text


def test_every_exit_code_has_a_meaning() -> None:
    """In the help, and so on the page: those of all errors, clean, findings, and interrupted."""
    codes = {kind.exit_code for kind, _ in errors.tree()}
    assert set(errors.meanings(cli.help or "")) == {0, 1, INTERRUPTED, UNREAD} | codes


def test_the_readme_has_the_same_exit_codes() -> None:
    """Word for word."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert errors.meanings(readme) == errors.meanings(cli.help or "")


def test_every_error_is_in_the_tree() -> None:
    """On the page, and in the drawing at the top of the module."""
    module = ast.parse((SOURCE / "errors.py").read_text(encoding="utf-8"))
    classes = {node.name for node in module.body if isinstance(node, ast.ClassDef)}
    drawn = set(re.findall(r"^[│├└─ ]*([A-Z]\w+) (?=\.\.|  )", ast.get_docstring(module) or "", re.MULTILINE))
    listed = set(re.findall(r"^ *- `(\w+)`", errors.errors(), re.MULTILINE))
    assert listed == classes == drawn
    assert AtlasContractError.__name__ in listed


def test_every_environment_variable_is_there() -> None:
    """Whatever text in capitals stands in the one room that reads the environment."""
    module = ast.parse((SOURCE / "settings.py").read_text(encoding="utf-8"))
    texts = {node.value for node in ast.walk(module) if isinstance(node, ast.Constant)}
    known = {text for text in texts if isinstance(text, str) and re.fullmatch(r"[A-Z]+(_[A-Z]+)+", text)}
    assert set(settings.VARIABLES) == rows(settings.variables()) == known


def test_everything_that_is_made_has_a_page() -> None:
    """Each maker is named by exactly one page."""
    named = [
        found
        for page in PAGES
        for found in re.findall(r"<!-- made from the code: (\w+) -->", page.read_text())
    ]
    assert sorted(named) == sorted(MAKERS)


def test_a_page_that_names_what_nothing_makes_is_noticed() -> None:
    """So a wrong name cannot leave an empty page."""
    with pytest.raises(KeyError):
        filled("<!-- made from the code: nothing -->\n")


@pytest.mark.parametrize("made", MAKERS)
def test_what_is_made_is_the_same_every_time(made: str) -> None:
    """The site is deterministic."""
    assert MAKERS[made]() == MAKERS[made]()
