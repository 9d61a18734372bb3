"""Says whether version and changelog agree, and on a tag whether the tag does, too.

python scripts/check_release.py
python scripts/check_release.py --tag v0.1.0

Between releases the version is the one under way: newer than every release of the changelog, with its changes under
[Unreleased]. At a release it is the newest one of the changelog, dated, and nothing is left under [Unreleased]. A tag
is `v` and that version, and is given to a release only.
"""

from __future__ import annotations

import argparse
import itertools
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

UNRELEASED = "Unreleased"
KINDS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
HEADING = re.compile(r"## \[([^\]]+)\](.*)")
LINK = re.compile(r"^\[(Unreleased|\d+\.\d+\.\d+)\]:\s", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Section:
    """One version of the changelog: its name, what stands behind it in the heading, and the lines below."""

    name: str
    rest: str
    lines: tuple[str, ...]

    @property
    def day(self) -> date | None:
        """When it was released; None if the heading does not say so as it should."""
        try:
            return date.fromisoformat(self.rest.removeprefix(" - ")) if self.rest.startswith(" - ") else None
        except ValueError:
            return None

    @property
    def changes(self) -> int:
        """How many changes it lists."""
        return sum(line.startswith("- ") for line in self.lines)


def problems(version: str, changelog: str, tag: str | None = None) -> list[str]:
    """Everything that speaks against this version with this changelog, a sentence each; none if they agree.

    Args:
        version: the version of pyproject.toml.
        changelog: the text of CHANGELOG.md.
        tag: the tag to release by, such as `v0.1.0`; None between releases.
    """
    if not VERSION.fullmatch(version):
        return [f"the version {version!r} is not three numbers with dots"]
    sections = list(_sections(changelog))
    if not sections or sections[0].name != UNRELEASED:
        return [f"CHANGELOG.md does not begin with ## [{UNRELEASED}]"]
    unreleased, *released = sections
    found = [*_bad_headings(released), *_bad_kinds(sections), *_bad_links(changelog, sections)]
    return found or [*_disagreements(version, unreleased, released), *_bad_tag(version, released, tag)]


def _sections(changelog: str) -> Iterator[Section]:
    for block in re.split(r"^(?=## )", changelog, flags=re.MULTILINE)[1:]:
        heading, *lines = block.splitlines()
        match = HEADING.fullmatch(heading)
        name, rest = match.groups() if match else (heading.removeprefix("## "), "")
        yield Section(name, rest, tuple(lines))


def _bad_headings(released: Sequence[Section]) -> Iterator[str]:
    odd = [each.name for each in released if not VERSION.fullmatch(each.name) or each.day is None]
    yield from (f"the heading of {name!r} is not of the form ## [1.2.3] - 2026-01-31" for name in odd)
    if odd:
        return
    for newer, older in itertools.pairwise(released):
        if _numbers(newer.name) <= _numbers(older.name):
            yield f"{newer.name} stands above {older.name}, but is not newer"
        if newer.day and older.day and newer.day < older.day:
            yield f"{newer.name} is dated before {older.name}"
    yield from (f"{section.name} lists no change" for section in released if not section.changes)


def _bad_kinds(sections: Sequence[Section]) -> Iterator[str]:
    for section in sections:
        kinds = [line.removeprefix("### ") for line in section.lines if line.startswith("### ")]
        yield from (
            f"{section.name} has a part {kind!r}; there are {', '.join(KINDS)}"
            for kind in kinds
            if kind not in KINDS
        )
        yield from (f"{section.name} has {kind!r} twice" for kind in KINDS if kinds.count(kind) > 1)


def _bad_links(changelog: str, sections: Sequence[Section]) -> Iterator[str]:
    """The links of versions: of all of them or of none, and of nothing else."""
    names, links = {section.name for section in sections}, set(LINK.findall(changelog))
    if links:
        yield from (f"the link of {name} is missing at the end" for name in sorted(names - links))
        yield from (f"there is a link of {name}, but no such version" for name in sorted(links - names))


def _disagreements(version: str, unreleased: Section, released: Sequence[Section]) -> Iterator[str]:
    newest = released[0].name if released else None
    if newest is None or _numbers(version) > _numbers(newest):
        return
    if version != newest:
        yield f"the version is {version}, but {newest} is released already"
    elif unreleased.changes:
        yield f"the version {version} is released already; give what is under [{UNRELEASED}] a newer one"


def _bad_tag(version: str, released: Sequence[Section], tag: str | None) -> Iterator[str]:
    if tag is None:
        return
    if tag != f"v{version}":
        yield f"the tag is {tag!r}, but the version's tag is v{version}"
    if not released or released[0].name != version:
        yield f"CHANGELOG.md has no heading for {version}; what is under [{UNRELEASED}] belongs there"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command: 0 they agree, 1 they don't."""
    parser = argparse.ArgumentParser(
        prog="check_release.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tag", help="the tag to release by; without it, the state between releases")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[1], help="the project")
    options = parser.parse_args(argv)
    project = tomllib.loads((options.root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changelog = (options.root / "CHANGELOG.md").read_text(encoding="utf-8")
    found = problems(project["version"], changelog, options.tag)
    for problem in found:
        print(f"error: {problem}", file=sys.stderr)
    if not found:
        print(f"{project['name']} {project['version']}: version and changelog agree")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
