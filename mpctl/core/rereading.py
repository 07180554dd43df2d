"""Reading again until a write shows: how fast a read follows a write is not documented."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

T = TypeVar("T")

PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 3.0)


def settled(
    read: Callable[[], T], wanted: Callable[[T], bool], sleep: Callable[[float], object]
) -> tuple[T, bool]:
    """Read until `wanted` holds or patience ends; gives the last reading and whether it held.

    `sleep` takes seconds.
    """
    value = read()
    for pause in PAUSES:
        if wanted(value):
            break
        sleep(pause)
        value = read()
    return value, wanted(value)
