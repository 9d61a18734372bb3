"""Runs openapi-python-client as a library, with our templates, and treats its warnings as failures."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import jinja2
from openapi_python_client import Project
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.errors import GeneratorError

from atlas_contract.errors import BadInput
from generation.expressions import NotRenderedError
from generation.facts import Facts
from generation.layout import BANNER

SUPPORT_MODULES = ("limits", "open_enum", "reading", "writing")
_OBJECT_ADDRESS = re.compile(r"<\S+ object at 0x[0-9a-f]+>")


def render_client(
    view: dict[str, Any], package: Path, templates: Path, allowed_warnings: Sequence[str]
) -> None:
    """Writes the client package; BadInput, with every complaint, where a part cannot be written."""
    config = _config(package)
    try:
        parsed = GeneratorData.from_dict(view, config=config)
    except (ValueError, TypeError, AttributeError) as error:  # the generator's way of giving up on odd enums
        msg = f"openapi-python-client refuses the contract: {error}"
        raise BadInput(msg, where="spec/") from error
    if isinstance(parsed, GeneratorError):
        raise _refused([parsed])
    _refuse_warnings(parsed.errors, allowed_warnings)  # a template asks for what was left out, and crashes
    project = Project(openapi=parsed, config=config, custom_template_path=templates)
    project.env.undefined = jinja2.StrictUndefined
    project.env.globals["facts"] = Facts(view, parsed, config)
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # it announces a folder that is gone a moment later
            complaints = project.build()
        _write_support(project, package)
    except (TypeError, ValueError, jinja2.TemplateError) as error:
        msg = f"openapi-python-client cannot write the client: {error}"
        hint = "undo the last change of spec/; one enum, for instance, holds values of one type only"
        raise BadInput(msg, where="spec/", hint=hint) from error
    except NotRenderedError as error:
        raise BadInput(
            str(error), where="spec/", hint="describe it in simpler terms, or extend scripts/"
        ) from error
    _refuse_warnings(complaints, allowed_warnings)
    _mark_files(package)


def _config(package: Path) -> Config:
    return Config.from_sources(
        ConfigFile(package_name_override=package.name, post_hooks=[]),
        meta_type=MetaType.NONE,
        document_source=package,
        file_encoding="utf-8",
        overwrite=False,
        output_path=package,
    )


def _write_support(project: Project, package: Path) -> None:
    for name in SUPPORT_MODULES:
        text = project.env.get_template(f"{name}.py.jinja").render()
        (package / f"{name}.py").write_text(text, encoding="utf-8", newline="\n")
    (package / "py.typed").write_bytes(b"")


def _mark_files(package: Path) -> None:
    for path in package.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        path.write_text(f"# {BANNER}\n{text}", encoding="utf-8", newline="\n")


def _refuse_warnings(complaints: Iterable[GeneratorError], allowed: Sequence[str]) -> None:
    unknown = [each for each in complaints if not any(part in _text(each) for part in allowed)]
    if unknown:
        raise _refused(unknown)


def _refused(complaints: Sequence[GeneratorError]) -> BadInput:
    lines = "\n".join(f"- {_text(each)}" for each in complaints)
    hint = "describe it in a way the generator reads, or list the warning in scripts/client_config.yaml"
    return BadInput(
        f"openapi-python-client leaves out parts of the contract:\n{lines}", where="spec/", hint=hint
    )


def _text(complaint: GeneratorError) -> str:
    text = " ".join(part.strip() for part in (complaint.header, complaint.detail) if part)
    return _OBJECT_ADDRESS.sub("…", text)
