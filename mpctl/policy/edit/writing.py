"""Values as YAML that the loader reads back as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mpctl.core.rule import SettingValue
from mpctl.policy.yaml_scalars import plain

_START: Final = re.compile(r"[A-Za-z0-9/.]")
_FLOW_MARKS: Final = frozenset(",[]{}")
Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A rule as it is to be written: its value, and what the long form says besides.

    `waived` is the code of a finding that is accepted until a day, with the rule's own reason.
    """

    value: str
    fields: Fields
    waived: tuple[str, str] = ("", "")

    @property
    def flow(self) -> str:
        """On one line, as an item of a list in brackets."""
        if not self.fields:
            return scalar(self.value, flow=True)
        pairs = [f"{key}: {scalar(text, flow=True)}" for key, text in self._pairs]
        return "{" + ", ".join([*pairs, *self._waiver]) + "}"

    @property
    def lines(self) -> Sequence[str]:
        """Line by line, as an item of a list with dashes; the dash is not included."""
        if not self.fields:
            return [scalar(self.value)]
        return [*(f"{key}: {scalar(text)}" for key, text in self._pairs), *self._waiver]

    @property
    def _pairs(self) -> list[tuple[str, str]]:
        return [("value", self.value), *self.fields.items()]

    @property
    def _waiver(self) -> list[str]:
        code, until = self.waived
        reason = scalar(self.fields.get("reason", ""), flow=True)
        return [f"waive: [{{code: {code}, reason: {reason}, until: {until}}}]"] if code else []


def scalar(value: SettingValue, *, flow: bool = False) -> str:
    """A scalar: plain where that is unmistakable, else in double quotes."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) or _is_plain(value, flow=flow):
        return str(value)
    return json.dumps(value, ensure_ascii=not value.isprintable())


def _is_plain(text: str, *, flow: bool) -> bool:
    return (
        _START.match(text) is not None
        and text.isprintable()
        and plain(text) == text
        and ": " not in text
        and " #" not in text
        and not text.endswith((" ", ":"))
        and not (flow and _FLOW_MARKS & set(text))
    )
