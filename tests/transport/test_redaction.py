"""Our secrets are taken out of what a service sent, however it spells them."""

from __future__ import annotations

import html
import json
from base64 import b64encode
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.transport.redaction import proofs, redacted

SECRETS = st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=6, max_size=30)
SECRET = 'k3y/with "all" of+it&<more>'


@pytest.mark.parametrize(
    "spelled",
    [
        SECRET,
        json.dumps(SECRET),
        json.dumps(SECRET).replace("/", "\\/"),
        "".join(f"\\u{ord(character):04x}" for character in SECRET),
        "".join(f"\\u{ord(character):04X}" for character in SECRET),
        quote(SECRET, safe=""),
        quote(SECRET, safe="").lower(),
        html.escape(SECRET),
        "".join(f"&#{ord(character)};" for character in SECRET),
        "".join(f"&#x{ord(character):x};" for character in SECRET),
    ],
)
def test_every_spelling(spelled: str) -> None:
    """As it is, and with the escapes of JSON, URLs and HTML."""
    assert redacted(f"<{spelled}>".encode(), [SECRET]).strip(b'<>"') == b"[redacted]"


@given(SECRETS, st.binary(max_size=40), st.binary(max_size=40))
def test_whatever_stands_around_it(secret: str, before: bytes, after: bytes) -> None:
    """No secret stays, and no content without one changes."""
    assert secret.encode() not in redacted(before + secret.encode() + after, [secret])
    if secret.encode() not in (before + after):
        assert redacted(b"plain \x00\xff", ["another-secret", secret]) == b"plain \x00\xff"


@given(SECRETS, st.integers(4, 29))
def test_no_beginning_stays_where_it_was_cut(secret: str, length: int) -> None:
    """The beginning of a secret at the end of an answer that was cut is taken out as well."""
    beginning = secret[:length]

    assert redacted(b"{..." + beginning.encode(), [secret], cut=True).endswith(b"[redacted]")


@pytest.mark.parametrize("half", ["\\", "\\u00", "%", "%2", "&#x2", "&"])
def test_half_an_escape_does_not_hide_it(half: str) -> None:
    """An escape that was cut in the middle does not hide what stands before it."""
    content = f'{{"a": "{SECRET[:9]}{half}'.encode()

    assert redacted(content, [SECRET], cut=True) == b'{"a": "[redacted]'


def test_what_is_whole_keeps_its_end() -> None:
    """An answer that is whole keeps what only begins like a secret."""
    assert redacted(b"k3y/with", [SECRET]) == b"k3y/with"


def test_the_longer_secret_goes_first() -> None:
    """A secret that begins like another does not leave the rest of it."""
    assert redacted(b"abcdef-ghi", ["abcdef", "abcdef-ghi", ""]) == b"[redacted]"


@pytest.mark.parametrize(
    ("header", "value", "proof"),
    [
        ("Authorization", "Bearer k3y-of-harbor", "k3y-of-harbor"),
        ("Authorization", f"Basic {b64encode(b'a:b').decode()}", "YTpi"),
        ("X-Api-Signature", "user-key:20261121030000:5L6gNH==", "5L6gNH=="),
        ("X-API-KEY", "k3y-of-harbor", "k3y-of-harbor"),
    ],
)
def test_what_proves_a_sender(header: str, value: str, proof: str) -> None:
    """The values of headers that prove who asks count as secrets, and what they are made of."""
    found = set(proofs({"User-Agent": "mpctl", "Accept": "application/json", header: value}))

    assert {value, proof} <= found
    assert not {"mpctl", "application/json"} & found
