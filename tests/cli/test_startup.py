"""What is not needed is not imported: commands begin quickly."""

from __future__ import annotations

import subprocess
import sys

import pytest

REPORT = """\
import sys
from mpctl.__main__ import main
code = main(sys.argv[2:])
loaded = sorted(set(sys.argv[1].split(",")) & set(sys.modules))
print("loaded:", *loaded)
sys.exit(code)
"""
HEAVY = "requests,urllib3,yaml,jsonschema,jsonschema_rs,deepdiff,rich,publicsuffixlist"


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("command", "loaded"),
    [
        (["--version"], ""),
        (["--help"], ""),
        (["validate"], " jsonschema_rs yaml"),
        (["why", "alice.ng@acme.example", "--offline"], " jsonschema_rs yaml"),
    ],
)
def test_heavy_packages_are_imported_where_they_are_used(command: list[str], loaded: str) -> None:
    """Help needs none of them, and what asks no service no HTTP."""
    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", REPORT, HEAVY, *command],
        check=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )

    assert ran.stdout.splitlines()[-1] == f"loaded:{loaded}"
