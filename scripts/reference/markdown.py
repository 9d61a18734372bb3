"""Markdown as the reference pages need it: tables, code, foldable lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def code(text: str) -> str:
    """A text in inline code, whatever it has of backticks."""
    fence = "``" if "`" in text else "`"
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def plain(text: str) -> str:
    """A text of one line in which nothing is taken for HTML."""
    return " ".join(text.split()).replace("<", "&lt;")


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the cells are Markdown already."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(_cell(each) for each in line)} |" for line in lines)


def bullets(items: Iterable[str]) -> str:
    """A list without space between its items."""
    return "\n".join(f"- {item}" for item in items)


def fenced(text: str, language: str = "text") -> str:
    """A block of code."""
    return f"```{language}\n{text}\n```"


def folded(summary: str, content: str) -> str:
    """Content that is shown when its summary is clicked, or when the browser finds something in it."""
    return f"<details>\n<summary>{summary}</summary>\n\n{content}\n\n</details>"


def page(parts: Iterable[str]) -> str:
    """Blocks with an empty line between them."""
    return "\n\n".join(parts) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "<br>")
