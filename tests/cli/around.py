"""What the tests of the commands that look around share: time that stands still, and schemas."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.cli.conftest import Ran
from tests.clock import FakeClock

SCHEMAS = Path(__file__).parents[2] / "schemas"
SWITCHES = "MPCTL_SANDBOX_SWITCHES"
FAULTS = "MPCTL_SANDBOX_FAULTS"
BANNER = "SANDBOX: embedded simulators, no live service"
# Each service once, under the names of the sample repository.
FOUR_TARGETS = """\
version: 1
default_target: mailprotector
targets:
  mailprotector: {provider: mailprotector}
  mailboxes: {provider: rackspace, account: "12345678"}
  relay: {provider: mailbaby}
  mx: {provider: stalwart}
"""
NOW = "Sat, 21 Nov 2026 03:00:00 GMT"


def stop_time(monkeypatch: pytest.MonkeyPatch, theirs: str = NOW) -> None:
    """Let no time pass here; `theirs` is what the service says about the time."""
    clock = FakeClock()
    monkeypatch.setattr("mpctl.cli.targets.system_clock", lambda: clock.clock)
    monkeypatch.setattr("mpctl.sandbox.server.formatdate", lambda **_: theirs)


def result_validator() -> Draft202012Validator:
    """The schema of what commands print with --format json."""
    schemas = {path.name: json.loads(path.read_text("utf-8")) for path in SCHEMAS.glob("*.json")}
    resources = [(key, Resource.from_contents(schema)) for key, schema in schemas.items()]
    registry: Registry[Any] = Registry().with_resources(resources)
    return Draft202012Validator(schemas["result.schema.json"], registry=registry)


def assert_valid(ran: Ran, code: int) -> None:
    """The object is valid, and carries the exit code."""
    assert ran.code == code
    assert ran.json["exit_code"] == code
    result_validator().validate(ran.json)


def complaint(ran: Ran) -> str:
    """The first line of a complaint; there is no result beside it."""
    assert ran.out == ""
    return ran.err.splitlines()[0]
