"""No secret that a run knows is in any of its reports, wherever a server puts it and however it writes it."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from atlas_contract import redact
from atlas_contract.contract import Contract
from atlas_contract.model import Case, Exchange, Expectation, Finding, Reply, Request, Source
from atlas_contract.reports import console, github, junit, page
from atlas_contract.reports.document import document

PRINTABLE = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=8)
INNOCENT = "an innocent word"
BODIES: Mapping[str, Callable[[Any], str]] = {
    "JSON": json.dumps,
    "JSON without escapes": lambda value: json.dumps(value, ensure_ascii=False),
    "repr of a dict": repr,
    "JSON in JSON": lambda value: json.dumps({"body": json.dumps(value)}),
}


def run(contract: Contract, secret: str, body: str) -> console.Summary:
    """A run with a finding whose exchange shows a secret in every place."""
    case = Case("op", "clause", f"sent with {secret}", Expectation.REFUSED, path={})
    headers = (("X-Echo", secret), ("X-Other", f"it was {secret!r}"))
    request = Request("POST", f"/x?key={quote_plus(secret)}", headers, body.encode() + b"\xff")
    exchange = Exchange(case, request, Reply(200, headers, body.encode()))
    finding = Finding("check", "clause", Source.OBSERVED, f"it said {secret!r:.20}… and {secret}", exchange)
    return console.Summary(
        contract=contract,
        target=f"http://{secret}@host",
        base_url="http://127.0.0.1:1",
        cases={"clause": 3},
        requests=7,
        seconds=1.25,
        findings=(finding,),
        notes=(f"a note on {secret}",),
        troubles=(f"trouble with {secret}",),
        left_out={f"no {secret}": 2},
        secrets=(secret,),
    )


def reports(contract: Contract, secret: str, body: str) -> str:
    """Every report of that run, one after the other."""
    summary = run(contract, secret, body)
    found = document("test", summary, learned=[f"learned {secret}"])
    parts = [json.dumps(found, ensure_ascii=False), page.render(found), junit.junit(found).decode()]
    parts += [*console.summary(summary), github.step_summary(found), *github.commands(found)]
    return "\n".join(parts)


@pytest.mark.parametrize("write", BODIES.values(), ids=BODIES)
@settings(max_examples=40)
@given(secret=PRINTABLE, key=st.text(st.characters(exclude_categories=["Cs"])))
def test_no_report_shows_a_known_secret(
    contract: Contract, write: Callable[[Any], str], secret: str, key: str
) -> None:
    """Neither as it is nor in the ways in which reports and bodies write texts."""
    shown = reports(contract, secret, write({key: secret, "more": [secret]}))
    spellings = {secret, json.dumps(secret)[1:-1], html.escape(secret), quote_plus(secret)}
    without = reports(contract, INNOCENT, write({key: INNOCENT})) + redact.MASK
    assume(not any(each in without for each in spellings))
    assert not [each for each in spellings if each in shown]
