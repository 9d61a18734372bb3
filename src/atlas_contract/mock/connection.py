"""What a client needs to talk to a mock, as shell lines."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from atlas_contract import settings

if TYPE_CHECKING:
    from atlas_contract.mock.app import Mock


def exports(mock: Mock, base_url: str) -> list[str]:
    """Shell `export` lines with the world's most powerful member, for the base URL the mock is served at.

    The first three are the names that the curl commands of Atlas's documentation use.
    """
    member = mock.world.manager
    values = {
        "ACCESS_TOKEN": mock.token_for(member.account),
        "PUBLIC_KEY": member.key.public,
        "PRIVATE_KEY": member.key.private,
        settings.CLIENT_ID: member.account.id,
        settings.CLIENT_SECRET: member.account.secret,
        settings.PUBLIC_KEY: member.key.public,
        settings.PRIVATE_KEY: member.key.private,
        settings.BASE_URL: base_url,
        settings.PROJECT_ID: mock.world.home.id,
    }
    return [f"export {name}={shlex.quote(value)}" for name, value in values.items()]
