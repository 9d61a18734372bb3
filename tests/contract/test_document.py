"""The effective contract as operations, behaviours and sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from atlas_contract.contract import Contract, load, pointers
from atlas_contract.errors import BadInput
from atlas_contract.model import Place, Source


def test_main_operation_is_the_one_that_is_no_companion(contract: Contract) -> None:
    """Just one operation is not marked as a companion, and it is a POST with two path parameters."""
    others = [operation for operation in contract.operations.values() if not operation.companion]
    assert others == [contract.main]
    assert contract.main.method == "POST"
    assert len(contract.main.parameters_in(Place.PATH)) == 2


def test_every_pointer_of_an_operation_leads_somewhere(contract: Contract) -> None:
    """Parameters, bodies, replies and headers all point into the document."""
    for operation in contract.operations.values():
        found = [operation.pointer, *(parameter.pointer for parameter in operation.parameters)]
        found += [content.pointer for content in operation.body if content.pointer]
        for rule in operation.replies.values():
            found += [rule.pointer, *(header.pointer for header in rule.headers)]
            found += [content.pointer for content in rule.contents if content.pointer]
        for pointer in found:
            pointers.get(contract.document, pointer)


def test_every_operation_has_one_success(contract: Contract) -> None:
    """Each operation documents a 2xx reply."""
    assert all(200 <= operation.success.status < 300 for operation in contract.operations.values())


def test_match_finds_the_operation_of_a_raw_path(contract: Contract) -> None:
    """Path arguments come back decoded, one a segment."""
    path = contract.main.path.replace("{groupId}", "a%2Fb").replace("{clusterName}", "%C3%A9")
    assert contract.match("POST", path) == (contract.main, {"groupId": "a/b", "clusterName": "é"})


def test_match_prefers_a_literal_segment_to_a_parameter(contract: Contract) -> None:
    """A path that could be two operations is the one with more literal segments."""
    found = contract.match("GET", contract.main.path + "/shardedClusters")
    assert found is not None
    assert found[0].path.endswith("/shardedClusters")


@pytest.mark.parametrize("path", ["", "/", "/api/atlas/v2/groups/", "//api/atlas/v2/groups"])
def test_match_is_none_for_an_unknown_path(contract: Contract, path: str) -> None:
    """A path is matched as it stands: nothing is trimmed or collapsed."""
    assert contract.match("GET", path) is None


def test_methods_are_those_of_the_path(contract: Contract) -> None:
    """A known path has the methods of its operations."""
    assert set(contract.methods(contract.main.path)) == {"GET", "POST"}


def test_source_of_an_overlaid_keyword_is_observed(contract: Contract) -> None:
    """What the overlay adds is observed, what it leaves alone is documented, a behaviour says itself."""
    assert contract.source("#/components/schemas/ReplicaSetSnapshot/required") is Source.OBSERVED
    assert contract.source("#/components/parameters/groupId/schema/pattern") is Source.DOCUMENTED
    assert contract.source("attribute-unknown") is Source.INFERRED


def test_an_unknown_behaviour_is_bad_input(contract: Contract) -> None:
    """Asking for a behaviour that nobody stated names the file to mend."""
    with pytest.raises(BadInput, match="no behaviour called 'tea'") as caught:
        contract.behaviour("tea")
    assert "behaviours.yaml" in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]", "{}", "{", '{"paths": {}}'])
def test_load_refuses_what_is_no_effective_contract(tmp_path: Path, text: str) -> None:
    """A file that is no JSON, or JSON of something else, is one clear error."""
    path = tmp_path / "openapi.json"
    path.write_text(text)
    with pytest.raises(BadInput) as caught:
        load(path)
    assert str(path) in str(caught.value)


def test_load_refuses_a_missing_file(tmp_path: Path) -> None:
    """A missing contract says where it was looked for and what to do."""
    with pytest.raises(BadInput, match="cannot be read") as caught:
        load(tmp_path / "nowhere.json")
    assert "atlas-contract generate" in str(caught.value)
