"""The command line run in the tests' own process: as a shell would see it, but without what a process costs."""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from atlas_contract.cli.main import main


def called(
    *arguments: str | Path, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> CompletedProcess[str]:
    """What `atlas-contract` prints and leaves with, called in a folder and with more in its environment."""
    words, out, err = list(map(str, arguments)), _stream(), _stream()
    with pytest.MonkeyPatch.context() as patch, chdir(cwd or Path.cwd()):
        for name, value in (environment or {}).items():
            patch.setenv(name, value)
        with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as left:
            main(words)
    return CompletedProcess(words, int(left.value.code or 0), _text(out), _text(err))


def _stream() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
