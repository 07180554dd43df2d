"""Reading again until a write shows: how fast a read follows a write is not documented."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from mpctl.transport import Clock

T = TypeVar("T")

PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 3.0)


def settled(read: Callable[[], T], wanted: Callable[[T], bool], clock: Clock) -> tuple[T, bool]:
    """Read until `wanted` holds or patience ends; gives the last reading and whether it held."""
    value = read()
    for pause in PAUSES:
        if wanted(value):
            break
        clock.sleep(pause)
        value = read()
    return value, wanted(value)
