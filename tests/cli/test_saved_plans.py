"""Apply does what the review saw, or refuses and says what moved."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mpctl.sandbox import Sandbox
from tests.cli.conftest import Mpctl

Writes = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def saved(sample: Path, mpctl: Mpctl) -> str:
    """A saved plan of the sample repository; gives its digest."""
    _ = sample
    return str(
        mpctl("plan", "--sandbox", "--out", "plan.json", "--format", "json").json["plan"]["digest"]
    )


@pytest.mark.usefixtures("saved")
def test_a_saved_plan_is_applied_while_nothing_moved(mpctl: Mpctl) -> None:
    """Apply FILE carries out the plan, and the next one is empty."""
    assert mpctl("apply", "plan.json", "--confirm", "--sandbox").code == 0
    assert mpctl("plan", "--sandbox", "--detailed-exitcode").code == 0


def test_a_digest_binds_as_well(saved: str, mpctl: Mpctl) -> None:
    """Apply --expect takes the whole digest or its first digits, from twelve on."""
    assert mpctl("apply", "--expect", saved[:12], "--sandbox").code == 2
    assert mpctl("apply", "--expect", saved, "--confirm", "--sandbox").code == 0


def test_a_rule_that_appeared_meanwhile_refuses_the_apply(
    saved: str, in_folder: Path, mpctl: Mpctl, writes: Writes
) -> None:
    """A change behind the plan's back ends in exit code 4, with the rule that moved, unwritten."""
    with Sandbox(in_folder / ".mpctl" / "sandbox") as sandbox:
        sandbox.mailprotector.state.add_rule("domains", 9101, "sneaky.example", "Allow")
    fresh = mpctl("plan", "--sandbox", "--format", "json").json["plan"]["digest"]

    ran = mpctl("apply", "plan.json", "--confirm", "--sandbox")

    assert ran.code == 4
    assert writes() == []
    assert ran.err == (
        f"mpctl: error[not-the-reviewed-plan]: the plan made now is {fresh[:16]}, "
        f"reviewed was {saved[:16]}\n"
        "  Apply does what the review saw, or nothing; nothing was written.\n"
        "  Look at the plan that `mpctl plan` makes now, and have that one reviewed.\n"
        "\n"
        "mailprotector:domains/acme.example: error[moved-since-plan]: new: remove allow "
        "sneaky.example; it is live, and no policy asks for it\n"
        "\n"
        "mailprotector:domains/acme.example: error[moved-since-plan]: live at the service since: "
        "allow sneaky.example\n"
        "3 problems   SANDBOX: embedded simulators, no live service\n"
    )


@pytest.mark.usefixtures("saved")
def test_a_policy_that_changed_meanwhile_refuses_the_apply(sample: Path, mpctl: Mpctl) -> None:
    """What a policy asks for beyond the reviewed plan is not slipped in."""
    (sample / "slipped-in.yaml").write_text(
        "entity: domains/acmeparts.example\nmanage: additive\nallow: [slipped-in.example]\n",
        "utf-8",
    )

    ran = mpctl("apply", "plan.json", "--confirm", "--sandbox", "--format", "json")

    assert (ran.code, ran.json["exit_code"]) == (4, 4)
    assert [d["summary"] for d in ran.json["diagnostics"] if d["code"] == "moved-since-plan"] == [
        "new: add allow slipped-in.example; a policy asks for it, and it is not live"
    ]


@pytest.mark.usefixtures("saved")
@pytest.mark.parametrize("damage", ["edited", "truncated", "foreign", "no JSON", "absent"])
def test_a_damaged_plan_is_refused(mpctl: Mpctl, writes: Writes, damage: str) -> None:
    """A file that is not exactly what was written is refused before anything is asked."""
    plan = Path("plan.json")
    text = plan.read_text("utf-8")
    document = json.loads(text)
    plan.write_text(
        {
            "edited": text.replace("freemail.example", "freemial.example"),
            "truncated": text[: len(text) // 2],
            "foreign": json.dumps({**document, "format_version": 99}),
            "no JSON": "\0",
            "absent": "",
        }[damage],
        "utf-8",
    )
    if damage == "absent":
        plan.unlink()

    shown, applied = mpctl("show", "plan.json"), mpctl("apply", "plan.json", "--confirm")

    assert (shown.code, applied.code) == (4, 4)
    assert "error[invalid-plan]: the saved plan plan.json is not used: " in applied.err
    assert writes() == []


@pytest.mark.usefixtures("saved")
def test_a_plan_of_another_version_is_refused(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plan that another version made may mean something else."""
    monkeypatch.setattr("mpctl.cli.show.__version__", "9.9.9")

    ran = mpctl("show", "plan.json")

    assert ran.code == 4
    assert "it is of mpctl 0.1.0, this is 9.9.9" in ran.err


def test_show_renders_what_plan_rendered(saved: str, mpctl: Mpctl) -> None:
    """A saved plan is shown as it was, with its digest, and says that it is of the sandbox."""
    _ = saved

    assert mpctl("show", "plan.json").out == mpctl("plan", "--sandbox").out


@pytest.mark.parametrize("digest", ["", "7c1f", "7c1f09e2a4g6", "7C1F09E2A4B6", "a" * 65])
@pytest.mark.usefixtures("sample")
def test_a_digest_that_is_none_is_bad_usage(mpctl: Mpctl, digest: str) -> None:
    """--expect wants 12 to 64 hexadecimal digits."""
    assert mpctl("apply", "--expect", digest, "--sandbox").code == 64


@pytest.mark.usefixtures("saved")
def test_a_digest_beside_a_plan_must_be_its_own(mpctl: Mpctl) -> None:
    """FILE and --expect that contradict each other are bad usage."""
    assert mpctl("apply", "plan.json", "--expect", "0" * 64, "--sandbox").code == 64
