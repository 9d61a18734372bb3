"""Secrets leave every text they are in."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from urllib.parse import quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from atlas_contract import redact
from atlas_contract.redact import Secrets

HASH = "0123456789abcdef0123456789abcdef"
DIGEST = (
    f'Digest username="pub", realm="MMS Public API", nonce="n0nce", uri="/x?a=b", response="{HASH}", '
    'qop=auth, nc=00000001, cnonce="f00"'
)
KEYS = (
    "access_token",
    "accessToken",
    "clientSecret",
    "apiKey",
    "x-api-key",
    "private_key",
    "privateApiKey",
    "Password",
)
PRINTABLE = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=8)
WAYS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "JSON": lambda secret: json.dumps({"a": secret}),
    "JSON without escapes": lambda secret: json.dumps({"a": secret}, ensure_ascii=False),
    "JSON in JSON": lambda secret: json.dumps({"body": json.dumps({"a": secret})}),
    "JSON in the repr of a dict": lambda secret: repr({"body": json.dumps({"a": secret}), "quote": "'"}),
    "repr of a dict": lambda secret: repr({"a": secret, "quotes": "'\""}),
    "form": quote_plus,
    "HTML": html.escape,
}
"""Ways to write a text, none of which uses a name that gives a secret away."""

PARTS = (
    "token",
    'token="',
    "token='\\",
    '\\"',
    "\\",
    "://",
    "://a",
    ":\\/",
    "bearer ",
    "basic\t",
    "response=",
    " ",
    "a",
)


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


@pytest.mark.parametrize("way", WAYS)
@given(secret=PRINTABLE)
def test_a_known_secret_is_found_however_it_is_written(way: str, secret: str) -> None:
    """Not a sign of it is left of what stands between the same words without a secret."""
    before, _, after = WAYS[way]("SECRET").partition("SECRET")
    written = WAYS[way](secret)
    assume(written.startswith(before) and written.endswith(after))
    assert redact.text(written, [secret]) == f"{before}{redact.MASK}{after}"


@given(secret=PRINTABLE, kept=st.integers(6, 40))
def test_the_beginning_of_a_secret_that_was_cut_is_masked(secret: str, kept: int) -> None:
    """A message shows long values up to an ellipsis, and may so show half a secret."""
    assume("…" not in secret)
    shown = redact.text(f"the token is {secret[:kept]}… and that", [secret])
    assert shown == f"the token is {redact.MASK}… and that"


def in_json(write: Callable[[object], str]) -> Callable[[object], str]:
    """A way to write things, and what it gives as a text of JSON."""
    return lambda value: json.dumps(write(value))


def bare(text: str) -> str:
    """A text without its quotes, of which Python has a choice."""
    return text.translate(dict.fromkeys(map(ord, "\"'\\")))


@pytest.mark.parametrize("key", KEYS)
@given(secret=PRINTABLE)
def test_a_field_with_a_secret_name_is_masked_to_its_end(key: str, secret: str) -> None:
    """Quotes and backslashes in it end nothing, in JSON, in JSON in JSON, and in the repr of a dict."""
    for write in (json.dumps, repr, in_json(json.dumps), in_json(in_json(json.dumps))):
        shown = redact.text(write({key: secret, "next": [1]}))
        assert bare(shown) == bare(write({key: redact.MASK, "next": [1]}))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"Authorization: {DIGEST}", f"Authorization: {DIGEST.replace(HASH, redact.MASK)}"),
        (json.dumps({"a": DIGEST}), json.dumps({"a": DIGEST.replace(HASH, redact.MASK)})),
        ("{'Authorization': 'Bearer short'}", "{'Authorization': '[redacted]'}"),
        ("{'Cookie': 'sid=1'}", "{'Cookie': '[redacted]'}"),
        ("https://user:pass@host:1/x", "https://[redacted]@host:1/x"),
        ("https://user:p@ss@host/x?y=z@z", "https://[redacted]@host/x?y=z@z"),
        ('"https:\\/\\/token@host"', '"https:\\/\\/[redacted]@host"'),
        ('{"access_token": "cut of', '{"access_token": "[redacted]'),
        ("token: Bearer abc, next", "token: [redacted], next"),
        ("MONGODB_ATLAS_PRIVATE_API_KEY=abc", "MONGODB_ATLAS_PRIVATE_API_KEY=[redacted]"),
        ("\u0130 PASSWORD=abc", "\u0130 PASSWORD=[redacted]"),
    ],
)
def test_a_place_for_secrets_is_known_in_any_text(text: str, shown: str) -> None:
    """Only the secret itself is masked, and to mask it twice changes nothing."""
    assert redact.text(text) == shown
    assert redact.text(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        '{"token": null, "tokens": {"a": 1}, "hasPassword": false, "secret": ["x"]}',
        "MONGODB_ATLAS_PUBLIC_API_KEY=abc publicKey: abc publicApiKey=abc key=abc",
        "token_type=Bearer, tokenUrl: https://host/a@b, the token bucket",
        f"response={HASH[:31]} the response=200",
        "basic authentication; a digest of it; the bearer",
        "me@host http://host/@me //a@b",
        "Authorization: Bearer ${TOKEN:?an access token that has expired}",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    """What only looks like a secret is shown."""
    assert redact.text(text) == text


@pytest.mark.parametrize("end", ["", "!", '"', " ", "@"])
@pytest.mark.parametrize("part", PARTS)
def test_no_length_is_too_long(part: str, end: str) -> None:
    """Whatever a text repeats a hundred thousand times; anything but a linear search would not come back."""
    for start in (
        "",
        "token=",
        'token: "',
        '\\"token\\": \\"',
        "Bearer ",
        "://",
        "response=",
        "authorization",
    ):
        assert len(redact.text(start + part * 100_000 + end, ["0123456789"])) >= len(start)


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
    shown = redact.headers((("AUTHORIZATION", "x"), ("Accept", "y"), ("X-Api-Key", "z")))
    assert shown == (("AUTHORIZATION", redact.MASK), ("Accept", "y"), ("X-Api-Key", redact.MASK))


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


def test_parts_of_secret_headers_that_are_no_secrets_are_not_told() -> None:
    """The words of a scheme, of a challenge and of a cookie's attributes stand in ordinary text, too."""
    word = base64.b64encode(b"somebody:her-password").decode()
    headers = (
        ("Authorization", f"Basic {word}"),
        ("Authorization", "Bearer token-1"),
        ("authorization", DIGEST),
        ("WWW-Authenticate", 'Digest realm="MMS Public API", nonce="n0nce-1"'),
        ("Set-Cookie", "sid=secret-1; Path=/api/atlas; Secure; HttpOnly; SameSite=Strict"),
        ("X-Api-Key", "secret-2"),
    )
    whole = {value for _, value in headers}
    told = set(redact.secrets_of(headers)) - whole
    assert told == {word, "her-password", "token-1", HASH, "secret-1"}
    assert "secret-2" in redact.secrets_of(headers)


def test_a_field_is_told_as_it_is_written_and_as_it_is_meant() -> None:
    """So that it is found again in a body that is written otherwise."""
    found = redact.secrets_of((), b'{"token": "ab\\"cdefg"}', b"client_secret=a%2Fbcdefg")
    assert set(found) == {'ab\\"cdefg', 'ab"cdefg', "a%2Fbcdefg", "a/bcdefg"}


def test_a_run_learns_secrets_and_shows_none() -> None:
    """What is too short to be one is not learnt; what was given is kept, however short."""
    secrets = Secrets("abc", None, "")
    secrets.learn("token-1", "short", "token-1")
    assert list(secrets) == ["abc", "token-1"]
    assert "token" not in repr(secrets)
