"""The machine and the programs that the figures are of."""

from __future__ import annotations

import os
import platform
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

_PACKAGES: Final = ("octodns", "requests", "urllib3", "click", "pyyaml")


def described(scale: str) -> str:
    """One line: processor, memory, system, versions, and which sizes were measured."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    system = f"{platform.system()} {platform.release().partition('-')[0]} on {platform.machine()}"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    packages = ", ".join(f"{name} {_version(name)}" for name in _PACKAGES)
    return (
        f"Sizes `{scale}`; {os.cpu_count()} cores ({_processor()}), {memory:.0f} GiB, {system}, "
        f"{python}; {packages}."
    )


def is_busy() -> bool:
    """Tell whether others use this machine, so that figures would be theirs as well."""
    return os.getloadavg()[0] > 0.5


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        return platform.processor() or platform.machine()
    found = re.search(r"^model name\s*: (.+)$", text, re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"
