"""`--since` and `--until`: a time, a date or a span."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from mpctl.cli.moments import beginning, ending
from mpctl.diagnostics import ExitCode, MpctlError

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine in Berlin, an hour before UTC in winter and two in summer."""
    if not hasattr(time, "tzset"):
        pytest.skip("the zone of this machine cannot be set")
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("2026-11-20T22:00:00Z", "2026-11-20T22:00:00", "2026-11-20T22:00:00"),
        ("2026-11-20T22:00:00+01:00", "2026-11-20T21:00:00", "2026-11-20T21:00:00"),
        ("2026-11-20", "2026-11-19T23:00:00", "2026-11-20T22:59:59.999999"),
        ("2026-07-01", "2026-06-30T22:00:00", "2026-07-01T21:59:59.999999"),
        ("90s", "2026-11-21T02:58:30", "2026-11-21T02:58:30"),
        ("30m", "2026-11-21T02:30:00", "2026-11-21T02:30:00"),
        ("2h", "2026-11-21T01:00:00", "2026-11-21T01:00:00"),
        ("3D", "2026-11-18T03:00:00", "2026-11-18T03:00:00"),
        (" 1w ", "2026-11-14T03:00:00", "2026-11-14T03:00:00"),
    ],
)
def test_moments(text: str, begins: str, ends: str) -> None:
    """A span ends now; a date begins and ends at midnight here."""
    assert beginning(text, NOW) == datetime.fromisoformat(begins).replace(tzinfo=UTC)
    assert ending(text, NOW) == datetime.fromisoformat(ends).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "",
        "2",
        "-2h",
        "2 h",
        "2y",
        "999999w",
        "1234567d",
        "2026-13-01",
        "2026-02-30",
        "2026-11-20T22:00:00",
        "0001-01-01T00:00:00+14:00",
        "0001-01-01",
        "9999-12-31",
        "9999w",
        "२h",
    ],
)
def test_what_is_no_time(text: str) -> None:
    """Anything else, and a time without a zone, is bad usage."""
    with pytest.raises(MpctlError) as raised:
        beginning(text, NOW)

    assert raised.value.exit_code is ExitCode.USAGE
