"""The daily run: only what has expired goes, and blocks only where that is wanted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mpctl.sandbox import Sandbox
from tests.cli.conftest import Mpctl, Ran

POLICY = """
entity: domains/acmeparts.example
settings: {allow_spam_release: true}
allow:
  - {value: gone.example, expires: 2020-12-31}
  - {value: stays.example, expires: 2099-12-31}
  - new.example
block:
  - {value: spam.example, expires: 2020-12-31}
absent: {allow: [never.example]}
"""
LIVE = (
    ("allow", "gone.example"),
    ("allow", "undeclared.example"),
    ("allow", "never.example"),
    ("block", "spam.example"),
)


@pytest.fixture(autouse=True)
def expired(sample: Path) -> None:
    """A domain with an expired allow and an expired block, both live, and more to do."""
    (sample / "expired.yaml").write_text(POLICY, "utf-8")
    with Sandbox(sample.parent / ".mpctl" / "sandbox") as sandbox:
        for action, value in LIVE:
            sandbox.mailprotector.state.add_rule("domains", 9104, value, action.title())


def changes(ran: Ran) -> dict[str, list[str]]:
    """What a plan would do, entity by entity."""
    return {
        e["name"]: [f"{c['verb']} {c.get('action')} {c.get('match')}" for c in e["changes"]]
        for e in ran.json["plan"]["entities"]
    }


def test_only_expired_allows_go(mpctl: Mpctl, writes: Callable[[], list[dict[str, Any]]]) -> None:
    """Nothing is created, no setting written, no undeclared rule removed, no other entity read."""
    ran = mpctl("apply", "--expired-only", "--confirm", "--sandbox", "--format", "json")

    assert ran.code == 0
    assert changes(ran) == {"acmeparts.example": ["delete allow gone.example"]}
    assert [write["method"] for write in writes()] == ["DELETE"]


def test_expired_blocks_go_only_when_that_is_wanted(mpctl: Mpctl) -> None:
    """Taking a block away lets mail in, so it has to be said."""
    ran = mpctl("plan", "--expired-only", "--include-blocks", "--sandbox", "--format", "json")

    assert changes(ran) == {
        "acmeparts.example": ["delete block spam.example", "delete allow gone.example"]
    }


def test_a_saved_plan_of_the_daily_run_can_be_applied(mpctl: Mpctl) -> None:
    """It is reviewed and bound like any other."""
    daily = ("--expired-only", "--sandbox")
    mpctl("plan", *daily, "--out", "daily.json")

    assert mpctl("apply", "daily.json", *daily, "--confirm").code == 0
    assert mpctl("plan", *daily, "--detailed-exitcode").code == 0


@pytest.mark.parametrize(
    ("planned", "applied"), [((), ("--expired-only",)), (("--expired-only",), ())]
)
def test_a_plan_of_the_other_kind_is_refused(
    mpctl: Mpctl, planned: tuple[str, ...], applied: tuple[str, ...]
) -> None:
    """The refusal says what is probably wrong: an option that only one of both had."""
    mpctl("plan", "--sandbox", "--out", "plan.json", *planned)

    ran = mpctl("apply", "plan.json", "--sandbox", "--confirm", *applied)

    assert ran.code == 4
    assert "What --expired-only plans is another plan than the whole one" in ran.err


def test_include_blocks_alone_is_bad_usage(mpctl: Mpctl) -> None:
    """It means nothing by itself."""
    assert mpctl("apply", "--include-blocks", "--sandbox").code == 64
