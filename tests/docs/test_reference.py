"""The reference has everything that it is a reference of, and what is written by hand agrees with the code."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from tests.docs.blocks import PAGES, ROOT, name

from atlas_contract import errors as tree
from atlas_contract import settings
from atlas_contract.checks import CHECKS
from atlas_contract.contract import Contract
from atlas_contract.errors import AtlasContractError
from atlas_contract.faults import catalogue
from reference.checks import checks
from reference.commands import commands, walk
from reference.contract import behaviours, operations
from reference.errors import errors, exit_codes
from reference.faults import faults
from reference.settings import variables

MARKS = re.compile(r"made from the code: (\w+)")


def test_every_check_is_told_with_its_sentence() -> None:
    """Each by its name and by what it holds a server to."""
    text = checks()
    for check in CHECKS:
        assert f"`{check.__name__}`" in text
        assert check.__doc__
        assert check.__doc__.strip().splitlines()[0].rstrip(".") in text


def test_every_fault_is_told(contract: Contract) -> None:
    """Each by the id by which the mock takes it."""
    text = faults()
    assert [fault for fault in catalogue(contract) if fault not in text] == []


def test_every_behaviour_and_operation_is_told(contract: Contract) -> None:
    """By their ids, which are those of findings."""
    told, asked = behaviours(), operations()
    assert [each for each in contract.behaviours if each not in told] == []
    assert [each for each in contract.operations if each not in asked] == []


def test_every_command_and_flag_is_told() -> None:
    """From the live command line."""
    text = commands()
    for path, command in walk():
        assert f"atlas-contract {' '.join(path)}" in text
        for option in (each for each in command.params if isinstance(each, click.Option)):
            assert any(opt in text for opt in option.opts), (path, option.name)


def test_every_error_and_exit_code_is_told() -> None:
    """Each class with its code; the hand-written list of the README has the same codes."""
    text, codes = errors(), exit_codes()
    classes = [
        each
        for each in vars(tree).values()
        if isinstance(each, type) and issubclass(each, AtlasContractError)
    ]
    assert [each.__name__ for each in classes if each.__name__ not in text] == []
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for code in {0, 130, *(each.exit_code for each in classes)}:
        assert f"| {code} |" in codes
        assert f"`{code}`" in readme


def test_every_variable_of_the_environment_is_told() -> None:
    """Those that Atlas's own tools use, by their names."""
    text = variables()
    for each in (settings.CLIENT_ID, settings.CLIENT_SECRET, settings.PUBLIC_KEY, settings.PRIVATE_KEY):
        assert each in text
    assert settings.BASE_URL in text
    assert settings.PROJECT_ID in text


def test_everything_that_is_made_stands_on_a_page() -> None:
    """No maker is forgotten by the pages."""
    told = {found for page in PAGES for found in MARKS.findall(page.read_text(encoding="utf-8"))}
    makers = {behaviours, checks, commands, errors, exit_codes, faults, operations, variables}
    assert {each.__name__ for each in makers} <= told


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """Also those of pages that are read on a code host, and not as a site."""
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text):
        assert (page.parent / target).exists(), target
