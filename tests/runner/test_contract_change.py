"""A change of the contract changes cases, mock, faults and client, and nothing else has to be touched."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.changing import with_enum_value, with_parameter, with_property

from atlas_contract.cases import derived_cases
from atlas_contract.contract import Contract
from atlas_contract.faults import catalogue
from atlas_contract.runner import Session, embedded

ROOT = Path(__file__).parents[2]
TEXT = {"type": "string", "minLength": 2, "maxLength": 5}
NUMBER = {"type": "integer", "minimum": 3, "maximum": 9}


def changes(contract: Contract) -> dict[str, Contract]:
    """Copies of the contract, each with one change that Atlas could make tomorrow."""
    mode = {"name": "mode", "in": "query", "schema": {"type": "string", "enum": ["fast", "slow"]}}
    reason = {"name": "X-Reason", "in": "header", "required": True, "schema": NUMBER}
    return {
        "enum value in a request": with_enum_value(contract, "RetentionUnit", "DECADES"),
        "enum value in a reply": with_enum_value(contract, "CloudProvider", "ORACLE"),
        "required text in a request": with_property(contract, "SnapshotRequest", "tag", TEXT, required=True),
        "optional number in a request": with_property(
            contract, "SnapshotRequest", "level", NUMBER, required=False
        ),
        "required flag in a request": with_property(
            contract, "SnapshotRequest", "urgent", {"type": "boolean"}, required=True
        ),
        "required list in a request": with_property(
            contract,
            "SnapshotRequest",
            "tags",
            {"type": "array", "items": TEXT, "minItems": 1},
            required=True,
        ),
        "required property in a reply": with_property(
            contract, "ReplicaSetSnapshot", "region", {"type": "string", "enum": ["EU", "US"]}, required=True
        )
        if "properties" in contract.document["components"]["schemas"]["ReplicaSetSnapshot"]
        else with_property(
            contract, "SnapshotBase", "region", {"type": "string", "enum": ["EU", "US"]}, required=True
        ),
        "required property of projects": with_property(contract, "Project", "region", NUMBER, required=True),
        "optional query parameter": with_parameter(contract, mode),
        "required query parameter": with_parameter(contract, {**mode, "required": True}),
        "required header": with_parameter(contract, reason),
    }


CHANGES = (
    "enum value in a request", "enum value in a reply", "required text in a request", "optional number in a request",
    "required flag in a request", "required list in a request", "required property in a reply",
    "required property of projects", "optional query parameter", "required query parameter", "required header",
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_cases_and_mock_follow_a_change_together(contract: Contract, change: str) -> None:
    """The sound mock over the changed contract still passes every case that is derived from it."""
    changed = changes(contract)[change]
    session = Session(changed, embedded(changed))
    for case in derived_cases(changed, session.target.ground):
        found = [f"{each.check}: {each.message}" for each in session.perform(case).findings]
        assert found == [], case.name


@pytest.mark.parametrize("change", [name for name in CHANGES if name != "enum value in a reply"])
def test_faults_follow_a_change(contract: Contract, change: str) -> None:
    """There are new faults that nobody has named."""
    assert set(catalogue(changes(contract)[change])) - set(catalogue(contract))


@pytest.mark.parametrize(
    "change", ["required text in a request", "required query parameter", "required header"]
)
def test_the_unchanged_mock_no_longer_passes(contract: Contract, change: str) -> None:
    """A server that has not followed a stricter contract is found out."""
    changed = changes(contract)[change]
    old = embedded(changed, bend=lambda _, build: build(contract).handle)
    session = Session(changed, old)
    assert any(
        session.perform(case).findings
        for case in derived_cases(changed, old.ground)
        if case.operation == changed.main.id
    )


@pytest.mark.checkout
def test_the_client_follows_a_change_of_the_fragment(tmp_path: Path) -> None:
    """After an edit of spec/ alone, regenerating gives models and a method that know what is new."""
    for part in ("spec", "scripts", "generated", "src", "pyproject.toml"):
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / part)
    fragment = tmp_path / "spec" / "atlas-snapshots.yaml"
    text = fragment.read_text(encoding="utf-8")
    text = text.replace("enum: [DAYS, WEEKS, MONTHS, YEARS]", "enum: [DAYS, WEEKS, MONTHS, YEARS, DECADES]")
    fragment.write_text(text, encoding="utf-8")
    subprocess.run([sys.executable, "scripts/generate.py"], cwd=tmp_path, check=True, capture_output=True)
    made = (tmp_path / "generated" / "atlas_snapshots" / "models" / "retention_unit.py").read_text(
        encoding="utf-8"
    )
    assert "DECADES" in made
