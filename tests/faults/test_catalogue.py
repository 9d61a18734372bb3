"""The catalogue of faults: large, derived, stable, and every one of them can be served."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter

import pytest
from tests.changing import with_enum_value, with_property

from atlas_contract.contract import Contract, pointers
from atlas_contract.contract.judge import judge_of
from atlas_contract.contract.plain import plain_value
from atlas_contract.errors import BadInput
from atlas_contract.faults import catalogue, find
from atlas_contract.faults.catalogue import SHORT
from atlas_contract.faults.schemas import breaks
from atlas_contract.mock import ManualClock, Mock, default_world
from atlas_contract.model import Request


def build(contract: Contract) -> Mock:
    """A mock in the default world."""
    return Mock(contract, default_world(contract, clock=ManualClock()))


def test_the_catalogue_is_large_and_mostly_derived(contract: Contract) -> None:
    """At least 300 faults, at least 200 of which nobody has named."""
    faults = catalogue(contract).values()
    assert len(faults) >= 300
    assert sum(fault.derived for fault in faults) >= 200


def test_every_family_is_there(contract: Contract) -> None:
    """Replies, headers, protocol, acceptance, refusal, promises, requests, state, wire and client."""
    families = Counter(fault.family for fault in catalogue(contract).values())
    wanted = [
        "reply",
        "header",
        "protocol",
        "acceptance",
        "refusal",
        "promise",
        "request",
        "state",
        "wire",
        "client",
    ]
    assert set(families) == set(wanted)


def test_ids_are_the_same_in_any_process(contract: Contract) -> None:
    """Nothing depends on the hash seed."""
    program = (
        "import json\nfrom atlas_contract.contract import load\nfrom atlas_contract.faults import catalogue\n"
        "print(json.dumps(list(catalogue(load()))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONHASHSEED": "7"}, capture_output=True, check=True
    )
    assert json.loads(done.stdout) == list(catalogue(contract))


def test_every_fault_names_a_clause_that_there_is(contract: Contract) -> None:
    """A behaviour's id, or a pointer that leads somewhere."""
    for fault in catalogue(contract).values():
        if fault.clause not in contract.behaviours:
            holder = fault.clause.removesuffix("/required")
            pointers.get(contract.document, holder)


def test_every_fault_can_be_served(contract: Contract) -> None:
    """A bent mock answers whatever is asked; those that break the connection do so by an error of the wire."""
    request = Request("GET", "/api/atlas/v2/groups")
    for fault in catalogue(contract).values():
        reply = fault.bend(contract, build)(request)
        assert 200 <= reply.status < 600, fault.id


def test_each_break_of_a_reply_violates_its_clause(contract: Contract) -> None:
    """Whatever a fault puts into a reply is what its schema forbids, by the judge's own word."""
    judge = judge_of(contract)
    for operation in contract.operations.values():
        for content in operation.success.contents:
            if content.pointer is None:
                continue
            for found in breaks(contract, judge, content.pointer):
                if not found.kind[0]:
                    sample = plain_value(contract.document, content.pointer)
                    clauses = {each.clause for each in judge.violations(content.pointer, found.apply(sample))}
                    assert found.clause in clauses, found


def test_a_change_of_the_contract_changes_the_faults(contract: Contract) -> None:
    """A new enum value, a new bound and a new required property each make faults, with no other edit."""
    wider = with_enum_value(contract, "RetentionUnit", "DECADES")
    wider = with_property(wider, "SnapshotRequest", "tags", {"type": "string", "maxLength": 5}, required=True)
    new = set(catalogue(wider)) - set(catalogue(contract))
    assert "refuses.updateGroupClusterBackupSnapshot.body-retentionUnit-enum-DECADES" in new
    assert "accepts.takeGroupClusterBackupSnapshots.body-without-tags" in new
    assert "accepts.takeGroupClusterBackupSnapshots.body-tags-type" in new


@pytest.mark.parametrize("short", SHORT)
def test_short_names_stand_for_derived_faults(contract: Contract, short: str) -> None:
    """The handful of names that people remember lead to faults of the catalogue."""
    assert find(short, contract).id in catalogue(contract)


def test_an_unknown_fault_names_the_nearest(contract: Contract) -> None:
    """A mistyped fault id is one clear error."""
    with pytest.raises(BadInput, match="drops-idd") as caught:
        find("drops-idd", contract)
    assert "'drops-id'" in str(caught.value)


def test_equivalent_faults_say_why(contract: Contract) -> None:
    """What nobody can see has a reason, and is rare."""
    equivalent = [fault for fault in catalogue(contract).values() if fault.equivalent]
    assert len(equivalent) <= 5
    assert all(len(fault.equivalent.split()) > 4 for fault in equivalent)
