"""Says whether the wheel and the sdist in a folder hold what they should, and nothing else.

python scripts/check_dist.py dist

The wheel: every file of what pyproject.toml names for it, and no tests. The sdist: every file of the repository.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePosixPath

MADE_BY_BUILDING = {"PKG-INFO"}


def wheel_problems(names: set[str], tracked: set[str], parts: Mapping[str, str]) -> list[str]:
    """What is missing in a wheel with these files, or should not be there.

    Args:
        names: the files in the wheel.
        tracked: the files of the repository.
        parts: which files and folders of the repository go into the wheel, and what they are called there.
    """
    packed = {name for name in names if ".dist-info/" not in name}
    expected = {
        target + name.removeprefix(source)
        for source, target in parts.items()
        for name in tracked
        if name == source or name.startswith(f"{source}/")
    }
    return _difference("the wheel", packed, expected)


def sdist_problems(names: set[str], tracked: set[str]) -> list[str]:
    """The same of an sdist; its files are named without the folder that holds them all."""
    return _difference("the sdist", names - MADE_BY_BUILDING, tracked)


def _difference(what: str, found: set[str], expected: set[str]) -> list[str]:
    missing = [f"{what} lacks {name}" for name in sorted(expected - found)]
    return missing + [f"{what} has {name}, which does not belong there" for name in sorted(found - expected)]


def wheel_parts(root: Path) -> dict[str, str]:
    """What pyproject.toml has the builder pack into the wheel."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
    return {**{name: PurePosixPath(name).name for name in wheel["packages"]}, **wheel["force-include"]}


def tracked_files(root: Path) -> set[str]:
    """Every file of the repository, those included that are new and not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout  # noqa: S603
    return {name for name in listed.split("\0") if name and (root / name).is_file()}


def _wheel_names(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


def _sdist_names(path: Path) -> set[str]:
    with tarfile.open(path) as archive:
        return {str(PurePosixPath(*PurePosixPath(each.name).parts[1:])) for each in archive if each.isfile()}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command: 0 as they should be, 1 not, 2 there are not one wheel and one sdist."""
    parser = argparse.ArgumentParser(prog="check_dist.py", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder with one wheel and one sdist")
    folder = parser.parse_args(argv).folder
    wheels, sdists = sorted(folder.glob("*.whl")), sorted(folder.glob("*.tar.gz"))
    if len(wheels) != 1 or len(sdists) != 1:
        print(
            f"error: {folder} has {len(wheels)} wheels and {len(sdists)} sdists, not one of each",
            file=sys.stderr,
        )
        return 2
    root = Path(__file__).resolve().parents[1]
    tracked = tracked_files(root)
    found = wheel_problems(_wheel_names(wheels[0]), tracked, wheel_parts(root)) + sdist_problems(
        _sdist_names(sdists[0]), tracked
    )
    for problem in found:
        print(f"error: {problem}", file=sys.stderr)
    if not found:
        print(f"{wheels[0].name} and {sdists[0].name} hold what they should")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
