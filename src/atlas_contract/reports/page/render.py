"""The page itself: plain views of a document, put into templates. The same document gives the same bytes."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from atlas_contract.errors import MissingExtra
from atlas_contract.reports.page import wording
from atlas_contract.reports.page.compare import compare
from atlas_contract.reports.page.findings import broken
from atlas_contract.reports.page.headline import headline, lede
from atlas_contract.reports.page.heat import heat
from atlas_contract.reports.page.picture import bands, tiles
from atlas_contract.reports.page.times import HALF, LANE, WIDTH, times

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = resources.files(__package__).joinpath("templates")


def render(document: Mapping[str, Any], former: Mapping[str, Any] | None = None) -> str:
    """The page of one run as HTML, which loads nothing from anywhere.

    Args:
        document: as `reports/report.schema.json` describes it, secrets already taken out.
        former: the document of an earlier run to compare with.

    Raises:
        MissingExtra: the templating library is not installed.
    """
    since = compare(former, document) if former is not None else None
    groups = broken(document, since)
    view = {
        "document": document,
        "headline": headline(document),
        "lede": lede(document),
        "tiles": tiles(document["kind"], document["clauses"]),
        "bands": bands(document["clauses"]),
        "broken": groups,
        "anchors": {group.clause: group.anchor for group in groups},
        "heat": heat(document["matrix"]),
        "times": times(document["timeline"], document["seconds"]),
        "since": since,
        "operations": _operations(document),
    }
    return _environment().get_template("page.html.jinja").render(view)


def _operations(document: Mapping[str, Any]) -> list[str]:
    """Every operation that something on the page is about, in the document's order."""
    named = [name for clause in document["clauses"] for name in clause["operations"]]
    return list(dict.fromkeys((*named, *(each["operation"] for each in document["findings"]))))


@cache
def _environment() -> Environment:
    try:
        from jinja2 import Environment, FunctionLoader, StrictUndefined
    except ImportError:
        msg = "The report page needs a library that is not installed."
        raise MissingExtra(msg, hint="pip install 'atlas-contract[suite]'") from None
    environment = Environment(
        loader=FunctionLoader(_read),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=wording.visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        counted=wording.counted, lasting=wording.lasting, moment=wording.moment, clock=wording.clock
    )
    style, script = _read("page.css"), _read("page.js")
    environment.globals.update(
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
        width=WIDTH,
        half=HALF,
        lane_height=LANE,
    )
    return environment


def _read(name: str) -> str:
    return FOLDER.joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """The hash by which the page's security policy allows just this text."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
