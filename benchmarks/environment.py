"""What the measured programs see of the environment: enough to start, the same everywhere."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

# No proxies, no MPCTL_*, no keys; and Python keeps its byte code whatever the machine prefers,
# or the compiler would be measured.
_KEPT: Final = {"HOME", "LD_LIBRARY_PATH", "PATH", "TMPDIR"}
_FIXED: Final = {
    "COLUMNS": "100",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "LINES": "40",
    "TERM": "xterm-256color",
}


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of a measured program."""
    return {name: text for name, text in environment.items() if name in _KEPT} | _FIXED
