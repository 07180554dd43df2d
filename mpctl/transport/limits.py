"""How patient and how greedy mpctl is with one target."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How a target is treated: connections, pace, patience (seconds) and the largest body (bytes).

    The figures are those of a published CloudFilter client (25 requests in 5 s, 30 s to answer,
    3 retries after 1, 2, 4 s). Reads and writes may each have a pace of their own besides the
    common one. A service that asks to slow down without saying how long is given
    `retry_after_default`, doubled each time; `retry_after_cap` bounds how long it may make mpctl
    wait, `attempts_throttled` how often it is asked, which is `attempts` times unless said.
    """

    connections: int = 4
    requests_per_second: float | None = None
    reads_per_minute: int | None = None
    writes_per_minute: int | None = None
    connect_timeout: float = 10.0
    read_timeout: float = 30.0
    body_timeout: float = 120.0
    max_body: int = 64 * 1024 * 1024
    attempts: int = 4
    attempts_throttled: int | None = None
    backoff: float = 1.0
    backoff_cap: float = 30.0
    retry_after_default: float = 5.0
    retry_after_cap: float = 60.0
