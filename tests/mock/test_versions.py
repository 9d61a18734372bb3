"""Which Accept headers are served, and with which version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from atlas_contract.contract import Contract
from atlas_contract.mock.versions import Versions
from atlas_contract.model import Request

if TYPE_CHECKING:
    from tests.mock.conftest import Caller


@pytest.mark.parametrize(
    "accept",
    [
        "application/vnd.atlas.2023-01-01+json",
        "application/vnd.atlas.2023-11-15+json",
        "application/vnd.atlas.2999-12-31+json",
        "Application/Vnd.Atlas.2024-02-29+JSON",
        "text/html, application/vnd.atlas.2023-02-01+json;q=0.5, */*;q=0.1",
        "application/vnd.atlas.2023-02-01+json; charset=utf-8",
    ],
)
def test_a_date_means_the_newest_version_up_to_it(caller: Caller, accept: str) -> None:
    """The reply shows which one that is."""
    reply = caller.call("GET", caller.snapshots, headers=(("Accept", accept),))
    assert reply.status == 200
    assert reply.header("Content-Type") == "application/vnd.atlas.2023-01-01+json;charset=utf-8"


@pytest.mark.parametrize(
    "accept",
    [
        "",
        "*/*",
        "application/json",
        "application/*",
        "application/vnd.atlas.2022-12-31+json",
        "application/vnd.atlas.2023-02-30+json",
        "application/vnd.atlas.2023-1-1+json",
        "application/vnd.atlas.\u0662\u0660\u0662\u0663-\u0660\u0661-\u0660\u0661+json",
        "application/vnd.atlas.2023-01-01+json\n",
        "application/vnd.atlas.2023-01-01+json x",
        "application/vnd.atlas.preview+json",
        "application/vnd.atlas.2023-01-01.upcoming+json",
        "application/vnd.atlas.2023-01-01+csv",
        "application/vnd.atlas.2023-01-01+json;q=0",
        "application/vnd.atlas.2023-01-01+json;q=lots",
        ",;,;;q",
    ],
)
def test_anything_else_is_not_acceptable(caller: Caller, accept: str) -> None:
    """A missing version, an impossible date, one before the first version, another stability."""
    accepted = accept.endswith("\n")  # white space around a media range means nothing
    status = caller.call("GET", caller.snapshots, headers=(("Accept", accept),)).status
    assert status == (200 if accepted else 406)


def test_the_version_is_judged_before_the_path(caller: Caller) -> None:
    """As the check order has it."""
    token = caller.mock.token_for(caller.mock.world.manager.account)
    reply = caller.send(Request("GET", "/nowhere", (("Authorization", f"Bearer {token}"),)))
    assert reply.status == 406


def test_of_several_published_versions_the_newest_that_fits_is_meant(contract: Contract) -> None:
    """The best quality decides between media ranges, not the newest date."""
    get = contract.document["paths"]["/api/atlas/v2/groups"]["get"]
    versions = ("2023-01-01", "2024-08-05", "2025-03-12")
    body: dict[str, object] = {f"application/vnd.atlas.{version}+json": {} for version in versions}
    paths = {"/x": {"get": {**get, "responses": {"200": {"description": "", "content": body}}}}}
    larger = Contract({**contract.document, "paths": paths})
    operation = larger.operations[get["operationId"]]
    resolve = Versions(larger).resolve
    assert resolve(operation, "application/vnd.atlas.2025-03-11+json") == "2024-08-05"
    assert resolve(operation, "application/vnd.atlas.2026-01-01+json") == "2025-03-12"
    both = "application/vnd.atlas.2025-03-12+json;q=0.3, application/vnd.atlas.2023-05-05+json;q=0.9"
    assert resolve(operation, both) == "2023-01-01"
