"""A client package imported from its folder under a name of its own, and forgotten again."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from atlas_contract.callers.difference import plain
from atlas_contract.errors import BadInput


@dataclass(frozen=True, slots=True)
class Client:
    """An imported client: its models by name, and its modules by the plain name of the operation each is for."""

    models: Mapping[str, Any]
    operations: Mapping[str, ModuleType]

    def operation(self, operation_id: str) -> ModuleType | None:
        """The module of an operation; None where the client has none."""
        return self.operations.get(plain(operation_id))


@contextmanager
def loaded(package: Path, name: str) -> Iterator[Client]:
    """The client in a folder, imported as `name` for as long as the context lasts; no bytecode is written.

    It has to stay known that long, since models import one another when they read.

    Raises:
        BadInput: the folder holds no package, or importing it fails.
    """
    cached, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield _client(package, name)
    finally:
        sys.dont_write_bytecode = cached
        for known in [each for each in sys.modules if each == name or each.startswith(f"{name}.")]:
            del sys.modules[known]


def _client(package: Path, name: str) -> Client:
    try:
        _import(package, name)
        models = importlib.import_module(f"{name}.models")
        found = {
            path.stem: importlib.import_module(f"{name}.api.{path.parent.name}.{path.stem}")
            for path in sorted(package.glob("api/*/*.py"))
            if path.stem != "__init__"
        }
    except (Exception, SystemExit) as error:
        msg = f"The client cannot be imported: {type(error).__name__}: {error}"
        raise BadInput(msg, where=str(package), expected="the package of a generated client") from error
    return Client(vars(models), {plain(stem): module for stem, module in found.items()})


def _import(package: Path, name: str) -> None:
    spec = importlib.util.spec_from_file_location(
        name, package / "__init__.py", submodule_search_locations=[str(package)]
    )
    if spec is None or spec.loader is None:
        msg = "no package"
        raise ImportError(msg)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
