"""Replaying the documented exchanges, written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import vcr

from mpctl.providers.stalwart.service import SERVICE
from mpctl.transport import Limits, Session
from tests.clock import FakeClock

CASSETTES = Path(__file__).parents[2] / "cassettes" / "stalwart"
BASE = "https://mx.harbor.example/api"
TOKEN = "api_bXBjdGw6bm90LWEtc2VjcmV0"
RECORDER = vcr.VCR(
    cassette_library_dir=str(CASSETTES), record_mode="none", match_on=["method", "uri", "body"]
)


@contextmanager
def replayed(name: str, clock: FakeClock | None = None) -> Iterator[Session]:
    """Open a session that hears what the cassette holds, and must ask for all of it."""
    clock = clock or FakeClock()
    session = Session(
        BASE,
        authorize=SERVICE.authorization({"token": TOKEN}, clock.clock),
        calls=SERVICE.calls,
        limits=Limits(connections=1, attempts=SERVICE.attempts, retry_after_default=SERVICE.pause),
        clock=clock.clock,
        secrets=(TOKEN,),
        writable=True,
        dialect=SERVICE.dialect,
    )
    with closing(session), RECORDER.use_cassette(f"{name}.yaml") as cassette:
        yield session
        assert cassette.all_played, "the cassette holds requests that were not made"
