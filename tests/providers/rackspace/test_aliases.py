"""What else a domain is called, as its record says; anything else is unknown, never none."""

from __future__ import annotations

from typing import Any, cast

import pytest

from mpctl.providers.rackspace.indexes import Indexes
from mpctl.transport import Answer, Session


class Answering:
    """A session that gives one answer to everything."""

    def __init__(self, body: Any) -> None:
        self.answer = Answer(200, {}, body)

    def request(self, *_: str) -> Answer:
        """The answer."""
        return self.answer


@pytest.mark.parametrize(
    ("body", "aliases"),
    [
        ({"name": "example.com", "aliases": []}, ()),
        ({"aliases": ["a.example", "b.example"]}, ("a.example", "b.example")),
        ({"Aliases": [" A.Example "]}, ("a.example",)),
        ({"name": "example.com"}, None),
        ({"aliases": None}, None),
        ({"aliases": "a.example"}, None),
        ({"aliases": [{"name": "a.example"}]}, None),
        ([], None),
        (None, None),
    ],
)
def test_aliases(body: Any, aliases: tuple[str, ...] | None) -> None:
    """A list of names in any case; a record without one does not tell."""
    indexes = Indexes(cast("Session", Answering(body)), "me")

    assert indexes.aliases("example.com") == aliases
