"""The fragment held against the full document: our operations found, cut out, and compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from atlas_contract.errors import BadInput
from atlas_contract.spec.documents import Document
from atlas_contract.spec.validity import check_references
from atlas_contract.spec.wording import shown
from atlas_contract.upstream import calls
from atlas_contract.upstream.difference import Difference, Spot
from atlas_contract.upstream.operations import Match, Told, beside, matched, operations
from atlas_contract.upstream.side import Part, Side
from atlas_contract.upstream.slice import cut

VERSIONS = ("3.0", "3.1")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came out: which operation is which, all that is told differently, and the part that was compared."""

    matches: tuple[Match, ...]
    differences: tuple[Difference, ...]
    slice: Document
    published: int
    """Operations of the full document."""


def compare(fragment: Document, full: Document) -> Comparison:
    """Holds the documented fragment against the full document, which may be OpenAPI 3.0 or 3.1.

    Raises BadInput, naming file, line and pointer, for a document that is no OpenAPI or whose parts that matter
    are of the wrong kind or refer to nothing.
    """
    for source in (fragment, full):
        check_outline(source)
    check_references(fragment.content, fragment)
    ours, theirs = operations(Side(fragment)), operations(Side(full))
    matches = matched(ours, theirs)
    sliced = cut(full, [match.theirs.part.pointer for match in matches if match.theirs])
    one, other = Side(fragment), Side(sliced)
    found = [each for match in matches for each in calls.differences(one, other, match)]
    found += _further(matches, theirs)
    return Comparison(matches, tuple(found), sliced, len(theirs))


def check_outline(source: Document) -> None:
    """Raises BadInput for a document that is no OpenAPI 3.0 or 3.1 with paths."""
    if "swagger" in source.content:
        msg = f"this is Swagger {shown(source.content['swagger'])}, not OpenAPI 3"
        raise BadInput(msg, where=source.place("/swagger"), hint="take the document of version 2 of the API")
    version = source.content.get("openapi")
    if not isinstance(version, str) or version[:3] not in VERSIONS:
        msg = f"this is no OpenAPI document: `openapi` is {shown(version)}"
        raise BadInput(msg, where=source.place("/openapi"), expected="a version 3.0.x or 3.1.x, as text")
    side = Side(source)
    side.mapping(Part(source.content.get("paths"), "/paths"))
    components = Part(source.content.get("components", {}), "/components")
    for kind in (kind for kind in side.mapping(components) if not kind.startswith("x-")):
        side.mapping(components.at(kind))


def _further(matches: tuple[Match, ...], theirs: tuple[Told, ...]) -> Iterator[Difference]:
    """Operations that are published on a path of ours, and that we do not have."""
    for ours, other in beside(matches, theirs):
        where = ours.part.pointer.rpartition("/")[0]
        yield Spot(other.id).step("operation").differs(where, "operation", upstream=other.line)
