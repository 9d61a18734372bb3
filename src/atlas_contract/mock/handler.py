"""The one seam of the mock: a function from request to reply, so that others can wrap it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from atlas_contract.model import Reply, Request

Handler: TypeAlias = Callable[[Request], Reply]
