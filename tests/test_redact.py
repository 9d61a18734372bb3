"""Secrets leave every text they are in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas_contract import redact


@given(before=st.text(), secret=st.text(min_size=8), after=st.text())
def test_a_known_secret_never_survives(before: str, secret: str, after: str) -> None:
    """A secret we know is masked wherever it stands."""
    shown = redact.text(before + secret + after, secrets=[secret])
    assert secret not in shown.replace(redact.MASK, "")


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer eyJhbGciOi.abc.def",
        "authorization: basic bWRiX3NhX2lkOnNlY3JldA==",
        '{"access_token":"eyJhbGciOi","expires_in":3600}',
        "grant_type=client_credentials&client_secret=eyJhbGciOi&x=1",
        "private_key: eyJhbGciOi",
    ],
)
def test_unknown_secrets_are_known_by_their_place(text: str) -> None:
    """Credentials of a login header, and fields that hold secrets, are masked though nobody named them."""
    shown = redact.text(text)
    assert "eyJ" not in shown
    assert "bWRi" not in shown
    assert redact.MASK in shown


def test_the_variables_of_a_curl_line_stay() -> None:
    """A line meant for copying keeps the names of its variables."""
    for line in (
        'curl --header "Authorization: Bearer ${ACCESS_TOKEN}"',
        'curl --user "${PUBLIC_KEY}:${PRIVATE_KEY}" --digest --header "Accept: */*"',
        "basic functionality",
    ):
        assert redact.text(line) == line


def test_secret_headers_are_masked_by_name() -> None:
    """Header names are compared without regard to case, others keep their value."""
    shown = redact.headers((("AUTHORIZATION", "x"), ("Accept", "y")))
    assert shown == (("AUTHORIZATION", redact.MASK), ("Accept", "y"))


def test_secrets_are_told_by_the_names_they_go_by() -> None:
    """Headers, single cookies, and fields of JSON and of forms; what is too short to be one is left."""
    headers = (
        ("Authorization", "Bearer abcdefgh"),
        ("Cookie", "sid=secret-1; b=2"),
        ("Accept", "everything"),
    )
    found = redact.secrets_of(headers, b'{"access_token": "token-1"}', b"client_secret=secret-2&a=b")
    assert {"abcdefgh", "secret-1", "token-1", "secret-2"} <= set(found)
    assert not {"2", "everything", "b"} & set(found)
