"""Requests and responses as values: all that a simulated service knows of HTTP."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

NO_HEADERS: Mapping[str, str] = MappingProxyType({})
JSON_HEADERS: Mapping[str, str] = MappingProxyType({"Content-Type": "application/json"})


@dataclass(frozen=True)
class Request:
    """What a client sent.

    Header names are lower case. `query` holds decoded pairs in the order they came; `raw_query`
    the text behind the question mark. `parallel` counts the requests to the same service that were
    under way when this one came, with itself.
    """

    method: str
    path: str
    raw_query: str = ""
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    parallel: int = 1

    @property
    def target(self) -> str:
        """The path with its query, as in the request line."""
        return f"{self.path}?{self.raw_query}" if self.raw_query else self.path


@dataclass(frozen=True)
class Sending:
    """How the rim puts a response on the wire; only faults change it. Seconds and bytes."""

    delay: float = 0.0
    drop: bool = False
    reset: bool = False
    body_bytes: int | None = None
    drip: float = 0.0


@dataclass(frozen=True)
class Response:
    """What the service answers, and how it is sent."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    sending: Sending = Sending()


def json_response(status: int, document: Any, headers: Mapping[str, str] = NO_HEADERS) -> Response:
    """Return `document` as a JSON response."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(status, {**JSON_HEADERS, **headers}, body)
