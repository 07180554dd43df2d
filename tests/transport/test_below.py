"""Paths that somebody typed stay below the base URL, and mean what they seem to mean."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.transport import locate

BASE = "https://service.example/api/v1"
PIECES = st.sampled_from(
    [
        *("/", "//", "\\", ".", "..", "%2e", "%2E", "%2f", "%5c", "%25", "%252e", "@", ":", "?"),
        *(
            "#",
            ";",
            "\t",
            "\n",
            "a",
            "domains",
            "9101",
            "%20",
            "%C3%A4",
            "ä",
            "https:",
            "e.example",
        ),
    ]
)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/domains", "/domains"),
        ("domains/9101", "/domains/9101"),
        ("/users/a+b@acme.example", "/users/a+b@acme.example"),
        ("/a/b%20c%C3%A4", "/a/b%20c%C3%A4"),
        ("/a/*.example/...", "/a/*.example/..."),
    ],
)
def test_a_path(text: str, path: str) -> None:
    """A plain path is taken as it is, with or without its first slash."""
    assert locate(text).path == path


def test_a_query_becomes_parameters() -> None:
    """What stands behind the question mark are parameters, as often as they are there."""
    found = locate("/domains?page=2&name=a%26b&page=3&empty=")

    assert found.params == {"page": ["2", "3"], "name": ["a&b"], "empty": [""]}


@pytest.mark.parametrize(
    "text",
    [
        *("", "/", "//", "//evil.example/x", "/a//b", "/a/", "a/"),
        *("https://evil.example/", "HTTPS://service.example/api/v1/domains", "file:/etc/passwd"),
        *("javascript:alert(1)", "C:/Program Files/Git/domains"),
        *("..", "/..", "/a/../b", "/a/..", "/./a", "/a/.", "../a"),
        *("/%2e%2e/a", "/%2E./a", "/a/%2e", "/a%2fb", "/a%2Fb", "/a%5cb", "/a%5Cb", "/a%255cb"),
        *("/a%00b", "/a%0d%0ab", "/a%7f", "/l%69st", "/%41", "/a%", "/a%2", "/a%zz", "/%u002e"),
        *("/a%3fb", "/a%23b", "/a%3bb", "/a;b=c", "/..;/a"),
        *(
            "\\\\evil.example",
            "/a\\b",
            "/\\evil.example",
            "/a\nb",
            "/a\r\nHost: x",
            "/a b",
            "/a\tb",
        ),
        *(
            "/a\x00",
            "/a#b",
            "/ä",
            "/a/\uff0e\uff0e/b",
            "/[::1]",
            "/<a>",
            '/"',
            "/{id}",
            "/a|b",
            "/^",
        ),
        *("/a?b", "/a?b=c#d", "/a?b=c\nd", "/a?ä=b", "/a?b=c d", "/a?b=\\"),
    ],
)
def test_what_is_no_path_below(text: str) -> None:
    """Another host, a scheme, dots that climb, and whatever hides them are refused."""
    with pytest.raises(ValueError, match=r"it |its query|has a char|hides"):
        locate(text)


@given(st.lists(PIECES, min_size=1, max_size=8).map("".join))
def test_no_path_leaves_the_base_url(text: str) -> None:
    """Whatever is accepted has the base URL's host, and stays below it, decoded or not."""
    try:
        path = locate(text).path
    except ValueError:
        return
    url = urlsplit(BASE + path)
    decoded = unquote(url.path)

    assert (url.scheme, url.netloc, url.query, url.fragment) == (*urlsplit(BASE)[:2], "", "")
    assert url.path.startswith("/api/v1/")
    assert not {"", ".", ".."} & set(decoded.split("/")[3:])
    assert not set(decoded) & set("\\%?#;\n\t\x00")
