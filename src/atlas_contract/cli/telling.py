"""In which form a comparison is told, and where: the flags `--format` and `--output`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol, TypeVar

import click

Compared = TypeVar("Compared")
Compared_contra = TypeVar("Compared_contra", contravariant=True)


class Forms(Protocol[Compared_contra]):
    """A module of `reports` that can tell a comparison."""

    def text(self, compared: Compared_contra, /) -> Iterable[str]:
        """Lines for a terminal."""

    def markdown(self, compared: Compared_contra, /) -> Iterable[str]:
        """Lines for a forge."""

    def as_json(self, compared: Compared_contra, /) -> dict[str, Any]:
        """A document for programs."""

    def headline(self, compared: Compared_contra, /) -> str:
        """What came of it, in one line."""


def format_options(markdown: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The flags, passed on as `form` and `output`; `markdown` says what that form is good for."""
    form = click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json", "markdown"]),
        default="text",
        show_default=True,
        help=f"For people, for programs, or {markdown}.",
    )
    output = click.option(
        "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write there instead."
    )
    return lambda command: form(output(command))


def tell(forms: Forms[Compared], compared: Compared, form: str, output: Path | None) -> None:
    """Print a comparison in one of its forms, or write it into a file and print the headline.

    Raises:
        BadInput: the file cannot be written.
    """
    from atlas_contract.reports.output import write_whole

    if form == "json":
        rendered = json.dumps(forms.as_json(compared), indent=2)
    else:
        rendered = "\n".join(forms.text(compared) if form == "text" else forms.markdown(compared))
    if output is None:
        click.echo(rendered)
    else:
        write_whole(output, rendered + "\n")
        click.echo(f"wrote {output}: {forms.headline(compared)}", err=True)
