"""Times on the command line: an RFC 3339 time, a date, or a span such as 2h that ends now."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from mpctl.cli.looking import usage

FORMS: Final = "Write a time as in 2026-11-21T09:00:00Z, a date, or a span as in 30m, 2h, 3d, 1w."

_SPAN: Final = re.compile(r"(?P<number>\d{1,6})(?P<unit>[smhdw])", re.ASCII | re.IGNORECASE)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_YEARS: Final = range(1970, 9999)
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def beginning(text: str, now: datetime) -> datetime:
    """The moment that a text means as the beginning of a range; a date begins here at midnight.

    Raises MpctlError (bad usage) when it means none.
    """
    return _moment(text, now, time.min)


def ending(text: str, now: datetime) -> datetime:
    """The moment that a text means as the end of a range; a date belongs to it as a whole.

    Raises MpctlError (bad usage) when it means none.
    """
    return _moment(text, now, time.max)


def _moment(text: str, now: datetime, of_day: time) -> datetime:
    try:
        moment = _read(text.strip(), now, of_day)
    except (ValueError, OverflowError) as error:
        raise usage(f"{text!r} is not a time", FORMS) from error
    if moment.year not in _YEARS:
        raise usage(f"{text!r} lies too far away", FORMS)
    return moment


def _read(text: str, now: datetime, of_day: time) -> datetime:
    if span := _SPAN.fullmatch(text):
        length = timedelta(**{_UNITS[span["unit"].lower()]: int(span["number"])})
        return now - length
    if _DATE.fullmatch(text):
        # A time without a zone is one of this machine's, with the offset that it had on that day.
        return datetime.combine(date.fromisoformat(text), of_day).astimezone(UTC)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise usage(f"{text!r} has no zone", "Add Z for UTC, or an offset such as +01:00.")
    return moment.astimezone(UTC)
