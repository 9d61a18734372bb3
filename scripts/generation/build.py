"""Makes the whole content of generated/ in an empty folder: the contract, the client, the manifest."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from atlas_contract.errors import BadInput
from atlas_contract.spec import client_uses, enums, uses
from atlas_contract.spec.client_view import client_view
from atlas_contract.spec.documents import load
from atlas_contract.spec.effective import compose
from atlas_contract.spec.files import BEHAVIOURS, FRAGMENT
from atlas_contract.spec.standard import check_standard
from atlas_contract.spec.wording import nearest, one_of, shown
from generation import manifest
from generation.formatting import format_tree
from generation.layout import BANNER, Layout
from generation.render import render_client

CONTRACT = "openapi.json"
_SETTINGS = {"package": str, "allowed_warnings": list}


def build(layout: Layout, target: Path, versions: dict[str, str], say: Callable[[str], None]) -> None:
    """Fills the empty folder `target`; BadInput for anything that the user has to mend."""
    settings = _settings(layout.config)
    say("composing the contract")
    document = {"x-atlas-generated": BANNER, **compose(layout.spec)}
    fragment = load(layout.spec / FRAGMENT)
    check_standard(document, fragment)
    enums.check(document, fragment)
    client_uses.check(document, fragment)
    for unread in uses.check(load(layout.spec / BEHAVIOURS), document):
        say(f"note: nothing reads the behaviour {unread}")
    (target / CONTRACT).write_bytes(to_json(document))
    say("generating the client")
    package = target / settings["package"]
    render_client(client_view(document), package, layout.templates, settings["allowed_warnings"])
    say("formatting it")
    format_tree(package)
    manifest.write(layout, target, versions)


def to_json(content: Any) -> bytes:
    """The content in its own order, indented by two, in UTF-8 with one line end at the end."""
    return (json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _settings(config: Path) -> dict[str, Any]:
    document = load(config)
    for key in document.content:
        if key not in _SETTINGS:
            msg = f"unknown key {key!r}"
            hint = nearest(key, _SETTINGS)
            raise BadInput(msg, where=document.place(f"/{key}"), expected=one_of(_SETTINGS), hint=hint)
    for key, kind in _SETTINGS.items():
        value = document.content.get(key)
        if not isinstance(value, kind):
            msg = f"`{key}` is {shown(value)}"
            raise BadInput(
                msg, where=document.place(f"/{key}"), expected="a list" if kind is list else "a text"
            )
    if not str(document.content["package"]).isidentifier():
        msg = f"`package` is {shown(document.content['package'])}"
        raise BadInput(msg, where=document.place("/package"), expected="a Python identifier")
    return document.content
