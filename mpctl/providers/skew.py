"""How far two clocks are apart."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime

from mpctl.transport import Answer, Clock


def skew(answer: Answer, clock: Clock) -> float | None:
    """Seconds that our clock is ahead of the service's, None where its answer has no date."""
    try:
        theirs = parsedate_to_datetime(answer.headers.get("Date", ""))
    except (TypeError, ValueError):
        return None
    if theirs.tzinfo is None:
        theirs = theirs.replace(tzinfo=UTC)  # "-0000" is UTC, from an unknown place
    return (clock.now() - theirs).total_seconds()
