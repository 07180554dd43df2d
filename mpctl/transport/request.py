"""What is asked of a service, before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mpctl.transport.calls import Params


@dataclass(frozen=True, slots=True)
class Request:
    """A request below the base URL, with a JSON body, a form, raw bytes, or none.

    With `mute`, nobody reads the body of a success, which may then be anything. With `keep`, the
    answer is wanted as it came, also with an error.
    """

    method: str
    path: str
    params: Params
    json: Any = None
    form: Mapping[str, str] | None = None
    mute: bool = False
    raw: bytes | None = None
    keep: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path}"
