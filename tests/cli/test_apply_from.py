"""Live, an apply comes from the commit that is asked for; the sandbox only says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Mpctl

ONLY = ("--only", "domains/bluefin.example")


@pytest.fixture
def _asked_for(sample: Path) -> None:
    """A configuration that asks for a commit, where there is no repository at all."""
    file = sample / "mpctl.yaml"
    text = file.read_text("utf-8").replace("guards:\n", "guards:\n  apply_from: {ref: main}\n")
    file.write_text(text, "utf-8")


@pytest.mark.usefixtures("_asked_for")
def test_an_apply_from_elsewhere_is_refused_before_anything_is_asked(mpctl: Mpctl) -> None:
    """No key is looked up, no request is sent, and no option lifts it."""
    lifts = ("--allow-removals", "99", "--allow-loosening", "99", "--allow-tightening", "99")

    ran = mpctl("apply", *ONLY, *lifts, "--confirm")

    assert ran.code == 4
    assert ran.err.startswith(
        "mpctl: error[wrong-checkout]: whether the policies are those of main cannot be told: "
    )
    assert ran.err.count("error[") == 1


@pytest.mark.usefixtures("_asked_for")
def test_without_confirm_nothing_is_asked_for(mpctl: Mpctl) -> None:
    """A plan may come from a branch; here it ends at the missing key."""
    for command in ("plan", "apply"):
        ran = mpctl(command, *ONLY)
        assert (ran.code, "wrong-checkout" in ran.err) == (1, False)


@pytest.mark.usefixtures("_asked_for")
def test_a_way_back_needs_no_checkout(mpctl: Mpctl) -> None:
    """A rollback carries out no policy; here it ends at the missing key, not at the commit."""
    assert mpctl("apply", *ONLY, "--sandbox", "--confirm").code == 0

    ran = mpctl("rollback", "last", "--journal", ".mpctl/sandbox/runs", "--confirm")

    assert (ran.code, "wrong-checkout" in ran.err) == (1, False)
    assert "has no key" in ran.err


@pytest.mark.usefixtures("_asked_for")
def test_the_sandbox_only_says_so(mpctl: Mpctl) -> None:
    """There is no service to protect, but live it would be asked for."""
    ran = mpctl("apply", *ONLY, "--sandbox", "--confirm")

    assert ran.code == 0
    assert (
        "mpctl: note[wrong-checkout]: apply_from is not enforced in the sandbox; "
        "live, this must be main"
    ) in ran.out
