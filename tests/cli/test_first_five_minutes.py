"""What a newcomer does first, in the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Mpctl

Writes = Callable[[], list[dict[str, Any]]]


@pytest.mark.usefixtures("sample")
def test_plan_apply_plan_ends_in_no_changes(mpctl: Mpctl) -> None:
    """After apply, the plan of the sample repository is empty."""
    planned = mpctl("plan", "--sandbox", "--detailed-exitcode")
    applied = mpctl("apply", "--sandbox", "--confirm")
    again = mpctl("plan", "--sandbox", "--detailed-exitcode")

    assert (planned.code, applied.code, again.code) == (2, 0, 0)
    assert "No changes to make" in again.out


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    "command",
    [
        ["validate"],
        ["plan"],
        ["plan", "--detailed-exitcode", "--out", "plan.json"],
        ["plan", "--format", "json", "--only", "domains/a*"],
        ["apply"],
        ["apply", "--format", "markdown"],
        ["sandbox", "--list-switches"],
    ],
)
def test_nothing_writes_without_confirm(mpctl: Mpctl, writes: Writes, command: list[str]) -> None:
    """A command without --confirm leaves no write in the request log."""
    mpctl(*command, "--sandbox")

    assert writes() == []


@pytest.mark.usefixtures("sample")
def test_the_log_does_show_writes(mpctl: Mpctl, writes: Writes) -> None:
    """The log that proves the absence of writes shows them when there are some."""
    mpctl("apply", "--sandbox", "--confirm")

    assert writes()


@pytest.mark.usefixtures("sample")
def test_a_dry_run_says_so_and_exits_with_two(mpctl: Mpctl) -> None:
    """Apply without --confirm prints the plan under [DRY RUN]."""
    ran = mpctl("apply", "--sandbox")

    assert ran.code == 2
    assert "[DRY RUN] nothing was written; add --confirm to apply this" in ran.out


@pytest.mark.usefixtures("sample")
def test_a_dry_run_with_nothing_to_do_exits_with_zero(mpctl: Mpctl) -> None:
    """Apply without --confirm has nothing to confirm when nothing would change."""
    mpctl("apply", "--sandbox", "--confirm")
    ran = mpctl("apply", "--sandbox")

    assert ran.code == 0
    assert "[DRY RUN]" not in ran.out


def test_deleting_a_policy_file_removes_nothing(sample: Path, mpctl: Mpctl, writes: Writes) -> None:
    """An entity that no policy names any more is unmanaged, not emptied."""
    mpctl("apply", "--sandbox", "--confirm")
    before = len(writes())
    (sample / "acme" / "acme.example.yaml").unlink()

    ran = mpctl("apply", "--sandbox", "--confirm")

    assert ran.code == 0
    assert "acme.example" not in ran.out.replace("northwind", "").split("note[")[0]
    assert len(writes()) == before


def test_an_empty_list_empties_and_an_unwritten_one_is_left_alone(
    sample: Path, mpctl: Mpctl
) -> None:
    """`block: []` removes every block, while the allows of the same entity stay."""
    (sample / "acme" / "acme.example.yaml").write_text("entity: domains/acme.example\nblock: []\n")

    changes = mpctl("plan", "--sandbox", "--format", "json", "--only", "domains/acme.example")

    (entity,) = changes.json["plan"]["entities"]
    assert {(c["verb"], c["action"]) for c in entity["changes"]} == {("delete", "block")}
    assert len(entity["changes"]) == len(entity["live"]["block"])
    assert entity["unmanaged"] == entity["live_rules"] - len(entity["live"]["block"])


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
@pytest.mark.parametrize("command", [["validate"], ["plan"], ["apply"], ["apply", "--confirm"]])
def test_every_output_in_the_sandbox_says_so(
    mpctl: Mpctl, command: list[str], format_: str
) -> None:
    """Nobody can take a sandbox result for a live one."""
    assert "SANDBOX" in mpctl(*command, "--sandbox", "--format", format_).out


@pytest.mark.usefixtures("sample")
def test_the_sandbox_asks_for_no_credentials(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --sandbox neither a key nor a base URL of the environment is consulted."""
    monkeypatch.setenv("MAILPROTECTOR_API_BASE_URL", "https://elsewhere.example/api/v1")
    monkeypatch.setenv("MAILPROTECTOR_API_KEY", "wrong")

    assert mpctl("plan", "--sandbox").code == 0


@pytest.mark.usefixtures("sample")
def test_the_environment_can_choose_the_sandbox(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MPCTL_SANDBOX=1 is the same as --sandbox."""
    monkeypatch.setenv("MPCTL_SANDBOX", "1")

    assert "SANDBOX" in mpctl("plan").out


def test_state_lies_beside_the_policy_root_or_where_the_environment_says(
    sample: Path, mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state folder is .mpctl beside the root, MPCTL_STATE for another place."""
    mpctl("plan", "--sandbox")
    monkeypatch.setenv("MPCTL_STATE", str(sample.parent / "elsewhere"))
    mpctl("plan", "--sandbox")

    assert (sample.parent / ".mpctl" / "sandbox" / "requests.jsonl").exists()
    assert (sample.parent / "elsewhere" / "sandbox" / "requests.jsonl").exists()
