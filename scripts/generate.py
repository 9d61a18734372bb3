"""Regenerates generated/ from spec/, or says with --check what in it is stale."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from atlas_contract.errors import AtlasContractError, MissingExtra
from generation.compare import differences
from generation.layout import COMMAND, Layout
from generation.swap import locked, replace_tree, scratch_folder

EXIT_CLEAN, EXIT_STALE, EXIT_BAD_INPUT, EXIT_INTERRUPTED = 0, 1, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command: 0 clean or generated, 1 stale, 2 bad input, 130 stopped by the user."""
    options = _options(argv)
    layout = Layout(options.root.resolve())
    try:
        return _check(layout) if options.check else _generate(layout)
    except AtlasContractError as error:
        _say(f"error: {error}")
        return error.exit_code
    except OSError as error:
        _say(f"error: {error.strerror}: {error.filename}\n  next: make it readable and writable")
        return EXIT_BAD_INPUT
    except KeyboardInterrupt:
        _say("stopped; generated/ is as it was")
        return EXIT_INTERRUPTED


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="generate.py", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if generated/ is stale")
    parser.add_argument(
        "--root",
        type=Path,
        default=Path(__file__).resolve().parents[1],
        help="the project (default: this checkout)",
    )
    return parser.parse_args(argv)


def _generate(layout: Layout) -> int:
    with locked(layout.root), scratch_folder(layout.root) as scratch:
        _build(layout, scratch)
        replace_tree(layout.generated, scratch)
    _say(f"wrote {layout.generated.name}/")
    return EXIT_CLEAN


def _check(layout: Layout) -> int:
    with locked(layout.root, shared=True), scratch_folder() as scratch:
        _build(layout, scratch)
        found = differences(layout.generated, scratch)
    for difference in found:
        print(f"{difference.kind:<10} {layout.generated.name}/{difference.path}")
    if found:
        print(f"{len(found)} of the generated files are not what spec/ says. To mend it: {COMMAND}")
        return EXIT_STALE
    _say("generated/ is what spec/ says it should be")
    return EXIT_CLEAN


def _build(layout: Layout, target: Path) -> None:
    try:
        from generation.build import build

        build(layout, target, _say)
    except ModuleNotFoundError as error:
        msg = f"the generation needs {error.name}, which is not installed"
        raise MissingExtra(msg, hint="pip install 'atlas-contract[generate]'") from error


def _say(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
