"""Version negotiation: from an Accept header to the date of the resource version that answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from atlas_contract.contract import Contract
from atlas_contract.model import Operation

_QUALITY = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")
REMEMBERED, LONGEST_REMEMBERED = 1024, 300  # Accept headers that were read before, and characters of each
_DATE = r"(?P<date>\d{4}-\d{2}-\d{2})"


class Versions:
    """The resource versions of the contract's operations."""

    def __init__(self, contract: Contract) -> None:
        self._dated = template_pattern(contract.behaviour("version-negotiation").values["template"])
        self._published = {each.id: self._dates(each) for each in contract.operations.values()}
        self._resolved: dict[tuple[str, str], str | None] = {}

    def published(self, operation: Operation) -> list[str]:
        """The dates of an operation's versions, oldest first; none where its replies carry no version."""
        return self._published[operation.id]

    def resolve(self, operation: Operation, accept: str) -> str | None:
        """The newest version of the best media range that is not later than the date it names, or None."""
        asked = operation.id, accept
        if len(accept) > LONGEST_REMEMBERED:
            return self._resolve(*asked)
        if asked not in self._resolved:
            if len(self._resolved) >= REMEMBERED:
                self._resolved.clear()
            self._resolved[asked] = self._resolve(*asked)
        return self._resolved[asked]

    def _dates(self, operation: Operation) -> list[str]:
        found = (self._dated.fullmatch(content.media_type) for content in operation.success.contents)
        return sorted(match["date"] for match in found if match)

    def _resolve(self, operation_id: str, accept: str) -> str | None:
        published = self._published[operation_id]
        usable = (
            (self._snapped(media_range, published), quality) for media_range, quality in _ranges(accept)
        )
        found = [(version, quality) for version, quality in usable if version and quality > 0]
        return max(found, key=lambda each: each[1])[0] if found else None

    def _snapped(self, media_range: str, published: list[str]) -> str | None:
        match = self._dated.fullmatch(media_range)
        if match is None or not _is_date(match["date"]):
            return None
        return max((version for version in published if version <= match["date"]), default=None)


def template_pattern(template: str) -> re.Pattern[str]:
    """What matches a media type with any date in the place of the template's `{date}`."""
    before, _, after = template.partition("{date}")
    dated = _DATE if "{date}" in template else ""
    return re.compile(re.escape(before) + dated + re.escape(after), re.IGNORECASE | re.ASCII)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    for each in accept.split(","):
        media_range, *parameters = (part.strip() for part in each.split(";"))
        named = (parameter.partition("=") for parameter in parameters)
        yield media_range, _quality(next((value for name, _, value in named if name.lower() == "q"), "1"))


def _quality(text: str) -> float:
    return float(text) if _QUALITY.fullmatch(text) else 0.0
