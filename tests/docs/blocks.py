"""The code on a page of documentation, as the parser sees it that also makes the site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
NOT_RUN = re.compile(r"<!-- not run: (.+) -->")
RUN = ("sh", "python")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, where it begins, and why it is not run, "" if it is."""

    language: str
    text: str
    line: int
    not_run: str = ""


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page in its order."""
    reason = ""
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        if token.type == "html_block":
            found = NOT_RUN.search(token.content)
            reason = found[1] if found else ""
        elif token.type == "fence":
            yield Block(token.info.strip(), token.content, (token.map or [0])[0] + 1, reason)
            reason = ""
        elif token.type == "inline":
            reason = ""


def name(page: Path) -> str:
    """The page's path, as a test's id."""
    return str(page.relative_to(ROOT))
