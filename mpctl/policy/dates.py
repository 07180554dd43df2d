"""The two ways in which a policy writes when something ends."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final, TypeVar

from mpctl.core.rule import Expiry

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_TIME: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})?\Z", re.ASCII
)
_YEARS: Final = range(2000, 9000)


class DateError(ValueError):
    """A text that is no date; the message says why, `hint` what to write instead."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.hint = hint


@lru_cache(maxsize=1024)
def parse_expiry(text: str) -> Expiry:
    """Read the last day (UTC) on which a rule stands, or an RFC 3339 time.

    Raises DateError.
    """
    if not _TIME.match(text):
        midnight = datetime.combine(parse_day(text), time(), UTC)
        return Expiry(text, midnight + timedelta(days=1))
    moment = _real(datetime.fromisoformat, text.upper())
    if moment.tzinfo is None:
        raise DateError(f"{text!r} has no offset from UTC", f"Write it as in {text}Z.")
    return Expiry(text, moment.astimezone(UTC))


def parse_day(text: str) -> date:
    """Read a calendar day.

    Raises DateError.
    """
    if not _DAY.match(text):
        raise DateError(f"{text!r} is not a date", "Write it as in 2027-03-31.")
    return _real(date.fromisoformat, text)


_When = TypeVar("_When", date, datetime)


def _real(parse: Callable[[str], _When], text: str) -> _When:
    try:
        moment = parse(text)
    except ValueError as error:
        raise DateError(f"{text!r} does not exist", "Check the day and the month.") from error
    if moment.year not in _YEARS:
        what = f"{text!r} is not between the years {_YEARS.start} and {_YEARS.stop}"
        raise DateError(what, "Check the year; leave 'expires' out for what never ends.")
    return moment
