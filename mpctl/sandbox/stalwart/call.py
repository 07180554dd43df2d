"""One authorised call, and what every endpoint needs of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from mpctl.sandbox.exchange import Request
from mpctl.sandbox.stalwart.accounts import Account
from mpctl.sandbox.stalwart.answers import malformed
from mpctl.sandbox.stalwart.live import Node
from mpctl.sandbox.stalwart.state import State
from mpctl.sandbox.stalwart.switches import Switches

MAX_BODY = 1_048_576


@dataclass(frozen=True)
class Call:
    """A request on its way to an endpoint; `words` are the variable parts of its path.

    `node` is the number of the server that answers.
    """

    state: State
    switches: Switches
    request: Request
    words: tuple[str, ...]
    account: Account
    node: int
    now: datetime

    @property
    def here(self) -> Node:
        """The server that answers."""
        return self.state.nodes[self.node]

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """The query: empty parameters count as absent, of repeated ones the last is kept."""
        return {name: value for name, value in self.request.query if value}

    def number(self, name: str) -> int:
        """Return a parameter as a number; one that is none counts as absent, which is 0."""
        text = self.parameters.get(name, "")
        return int(text) if text.isascii() and text.isdigit() else 0

    def page(self, items: list[Any]) -> list[Any]:
        """Return the page that `limit` and `page` ask for; pages count from 1, limit 0 is all."""
        limit = self.number("limit")
        start = limit * max(self.number("page") - 1, 0)
        return items[start : start + limit] if limit else items

    @property
    def body(self) -> bytes:
        """The body; one over the limit counts as empty."""
        return self.request.body if len(self.request.body) <= MAX_BODY else b""

    def document(self) -> Any:
        """Return the body as JSON, whatever its content type; ProblemError when it is none."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise malformed() from error
