"""Nothing but this machine is ever let through."""

from __future__ import annotations

import pytest

from atlas_contract.errors import AtlasContractError, BadInput, GuardRefused
from atlas_contract.guard import require_loopback


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080", "http://[::1]:1/", "https://localhost", "http://127.9.9.9"]
)
def test_loopback_is_let_through(url: str) -> None:
    """Every spelling of this machine is fine, and comes back without its trailing slash."""
    assert require_loopback(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    [
        "https://cloud.mongodb.com",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "http://0.0.0.0:80",
        "http://10.0.0.1",
        "http://[::ffff:8.8.8.8]",
        "http://2130706433.example",
    ],
)
def test_every_other_machine_is_refused(url: str) -> None:
    """A name or address that isn't this machine's is refused with exit code 4."""
    with pytest.raises(GuardRefused) as caught:
        require_loopback(url)
    assert caught.value.exit_code == 4


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost",
        "ftp://localhost",
        "http://",
        "http://localhost?x=1",
        "http://u:p@localhost",
        "http://[::1",
        "http://localhost:port",
    ],
)
def test_what_is_no_base_url_is_bad_input(url: str) -> None:
    """Anything that isn't scheme, host and port is refused as bad input."""
    with pytest.raises(BadInput):
        require_loopback(url)


def test_user_info_cannot_smuggle_a_host() -> None:
    """The part before an @ is no host."""
    with pytest.raises(AtlasContractError):
        require_loopback("http://127.0.0.1@example.org")
