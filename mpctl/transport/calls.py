"""What a service's calls do: a table that the provider declares and the transport obeys.

The HTTP method proves nothing (a reload can be a GET, a search a POST), so a call that the table
does not name counts as a write that must never be repeated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

Param = str | int | Sequence[str]
Params = Mapping[str, Param]
NO_PARAMS: Params = MappingProxyType({})


class Effect(StrEnum):
    """What a call does to the service."""

    READ = "read"
    WRITE = "write"
    FORBIDDEN = "forbidden"


class Repeat(StrEnum):
    """When the same request may be sent again."""

    ALWAYS = "always"
    IF_REFUSED = "only when it was refused before it took effect"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Call:
    """One row of the table: `path` is a pattern below the base URL, `{}` standing for one part.

    `mute` calls say nothing in the body of a success that is documented or could be relied on.
    `text` calls take a body that is no JSON. `objection` says why a call is forbidden with these
    parameters, or nothing. `needs` names the permission that it takes, where there are such.
    """

    method: str
    path: str
    effect: Effect
    repeat: Repeat = Repeat.IF_REFUSED
    why: str = ""
    mute: bool = False
    text: bool = False
    objection: Callable[[Params], str] | None = None
    needs: str = ""


class CallTable:
    """The calls of a service, looked up by method and path."""

    def __init__(self, calls: Sequence[Call]) -> None:
        self._rows = [(call, _pattern(call.path)) for call in calls]
        self._forbidden = [
            (call, _pattern(call.path, re.IGNORECASE))
            for call in calls
            if call.effect is Effect.FORBIDDEN or call.objection
        ]

    def find(self, method: str, path: str, params: Params = NO_PARAMS) -> Call:
        """The row for a request; an undeclared one is a write that is never repeated.

        What is forbidden is so in any case of letters: a service may not mind them.
        """
        for call, pattern in (*self._rows, *self._forbidden):
            if call.method == method and pattern.fullmatch(path):
                why = call.objection(params) if call.objection else ""
                return replace(call, effect=Effect.FORBIDDEN, why=why) if why else call
        return Call(method, path, Effect.WRITE)


def _pattern(path: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    return re.compile("[^/?#]+".join(re.escape(part) for part in path.split("{}")), flags)
