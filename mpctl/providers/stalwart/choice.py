"""What a target chooses by its `options`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from mpctl.providers.stalwart.capabilities import (
    ALLOW_NEEDS,
    BY_CONNECTION,
    DMARC,
    IP_BLOCK,
    NODES,
    SEVERAL,
)


@dataclass(frozen=True, slots=True)
class Choice:
    """`by_connection`: addresses are blocked by refusing their connections, not by the filter.

    `dmarc`: an allowed sender counts only in a message that passes DMARC. `several`: the server is
    one node of a cluster.
    """

    by_connection: bool = False
    dmarc: bool = False
    several: bool = False

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Read the options of a target; the first value of each is what holds without it."""
        return cls(
            by_connection=options.get(IP_BLOCK) == BY_CONNECTION,
            dmarc=options.get(ALLOW_NEEDS) == DMARC,
            several=options.get(NODES) == SEVERAL,
        )
