"""Which credentials a run looks up, seen from the command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mpctl.__main__ import main

Plan = Callable[..., tuple[int, str]]

ASKED = Path("asked")


@pytest.fixture
def plan(in_folder: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Plan:
    """Plan two accounts: one with a variable of its own, one with a program that leaves a trace."""
    policies = in_folder / "policies"
    policies.mkdir()
    leave_a_trace = f"open({str(in_folder / ASKED)!r}, 'w')"
    (policies / "mpctl.yaml").write_text(
        "version: 1\n"
        "default_target: acme\n"
        "targets:\n"
        "  acme: {provider: mailprotector, credentials: {env: {api_key: ACME_KEY}}}\n"
        "  northwind:\n"
        "    provider: mailprotector\n"
        f"    credentials: {{command: {json.dumps([sys.executable, '-c', leave_a_trace])}}}\n",
        "utf-8",
    )
    (policies / "rules.yaml").write_text(
        "entity: domains/acme.example\nblock: []\n"
        "---\n"
        "entity: northwind:domains/northwind.example\nblock: []\n",
        "utf-8",
    )

    def run(*arguments: str) -> tuple[int, str]:
        code = main(["plan", *arguments])
        return code, capfdbinary.readouterr().err.decode()

    return run


def test_only_touched_targets_are_looked_up(plan: Plan) -> None:
    """A run that touches one account asks for no key of the other."""
    code, said = plan("--target", "acme")

    assert code == 1
    assert "target 'acme' has no key: the variable ACME_KEY is not set" in said
    assert not ASKED.exists()


def test_a_touched_target_is_looked_up(plan: Plan) -> None:
    """The trace that proves the absence of a look-up is there when there was one."""
    code, said = plan("--only", "northwind:domains/*")

    assert code == 1
    assert f"the command '{sys.executable}' printed nothing" in said
    assert ASKED.exists()


def test_all_that_is_missing_is_said_at_once(plan: Plan, in_folder: Path) -> None:
    """Address and key of a target, and the keys of the others, are asked for together."""
    configuration = in_folder / "policies" / "mpctl.yaml"
    configuration.write_text(f"{configuration.read_text('utf-8')}  mx: {{provider: stalwart}}\n")
    (in_folder / "policies" / "mx.yaml").write_text("entity: mx:server/mx.example\nblock: []\n")

    code, said = plan()

    assert code == 1
    assert "target 'acme' has no key" in said
    assert "target 'mx' has no address: the variable STALWART_API_BASE_URL is not set" in said
    assert "target 'mx' has no key: the variable STALWART_API_TOKEN is not set" in said
    assert said.endswith("\n4 problems\n")


def test_the_sandbox_looks_up_nothing(plan: Plan) -> None:
    """With --sandbox no program runs."""
    plan("--sandbox")

    assert not ASKED.exists()
