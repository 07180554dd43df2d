"""The waivers of a rule, an entity or a rule set: findings of lint that somebody accepts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from mpctl.core.rule import Waiver
from mpctl.diagnostics import Code
from mpctl.policy.dates import DateError, parse_day
from mpctl.policy.placed import PlacedDict
from mpctl.policy.problems import Problems

_REQUIRED: Final = frozenset({"code", "reason", "until"})


def read_waivers(content: PlacedDict, problems: Problems) -> tuple[Waiver, ...]:
    """Read what is under `waive`; one that lacks a key is reported already."""
    return tuple(_waivers(content, problems)) if "waive" in content else ()


def _waivers(content: PlacedDict, problems: Problems) -> Iterator[Waiver]:
    for item in content.items_of("waive"):
        until = _until(item, problems) if item.keys() >= _REQUIRED else None
        if until is not None:
            yield Waiver(Code(item["code"]), str(item["reason"]), until, item.at("code"))


def _until(item: PlacedDict, problems: Problems) -> date | None:
    try:
        return parse_day(item["until"])
    except DateError as error:
        why = "When the finding comes back would be open."
        problems.error(Code.INVALID_DATE, item.at("until"), str(error), why, error.hint)
        return None
