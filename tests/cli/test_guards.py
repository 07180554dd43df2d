"""A guard that refuses is shown by plan, keeps apply from writing, and is lifted by its option."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mpctl.core.decode import plan_from_json
from tests.cli.around import assert_valid
from tests.cli.conftest import Mpctl

Writes = Callable[[], list[dict[str, Any]]]
BLUEFIN = ("--sandbox", "--only", "domains/bluefin.example")


@pytest.fixture
def limits(sample: Path) -> Callable[[str], None]:
    """Write other guards into the sample configuration."""
    file = sample / "mpctl.yaml"
    before, _, after = file.read_text("utf-8").partition("guards:\n")
    rest = after[after.index("\nlint:") :]

    def write(guards: str) -> None:
        file.write_text(f"{before}guards: {guards}\n{rest}", "utf-8")

    return write


@pytest.mark.usefixtures("sample")
def test_the_sample_passes_its_own_guards(mpctl: Mpctl) -> None:
    """A newcomer's first apply is refused by nothing."""
    ran = mpctl("plan", "--sandbox", "--format", "json")

    assert_valid(ran, 0)
    assert [check["guard"] for check in ran.json["plan"]["guards"]] == [
        "max_removals",
        "max_loosening",
        "max_tightening",
    ]
    assert not any(check["refused"] for check in ran.json["plan"]["guards"])


def test_plan_names_the_guard_and_keeps_its_exit_code(
    limits: Callable[[str], None], mpctl: Mpctl
) -> None:
    """The headline says it in every format, and the changes are shown all the same."""
    limits("{max_tightening: 2}")

    text, markdown = mpctl("plan", *BLUEFIN), mpctl("plan", *BLUEFIN, "--format", "markdown")
    whole = mpctl("plan", *BLUEFIN, "--format", "json")

    head = "1 change would let more mail through; 1 guard would refuse this"
    assert (text.code, markdown.code) == (0, 0)
    assert text.out.splitlines()[2] == head
    assert f"### 🔴 {head}\n" in markdown.out
    assert "mpctl: error[too-much-tightening]: changes that would hold more mail: 3" in text.out
    assert "up&#95;to&#58; 3" in markdown.out
    assert_valid(whole, 0)
    assert [c["guard"] for c in whole.json["plan"]["guards"] if c["refused"]] == ["max_tightening"]
    assert mpctl("plan", *BLUEFIN, "--detailed-exitcode").code == 2
    assert mpctl("apply", *BLUEFIN).code == 2


def test_apply_writes_nothing_and_shows_the_plan(
    limits: Callable[[str], None], mpctl: Mpctl, writes: Writes
) -> None:
    """Exit code 4, the refusal and what would have changed; JSON holds both."""
    limits("{max_tightening: 2}")

    text, whole = (mpctl("apply", *BLUEFIN, "--confirm", "--format", f) for f in ("text", "json"))

    assert writes() == []
    assert text.code == 4
    assert text.out.splitlines()[2:4] == [
        "Refused by a guard: nothing was written",
        "1 change would let more mail through; 1 guard would refuse this",
    ]
    assert "+ block  bulk.example" in text.out
    assert "add --allow-tightening 3 for this run" in text.out
    assert_valid(whole, 4)
    assert "result" not in whole.json
    assert [d["code"] for d in whole.json["diagnostics"]] == ["too-much-tightening"]
    assert len(plan_from_json(whole.json["plan"]).refused) == 1


@pytest.mark.parametrize(
    ("guards", "lift"),
    [
        ("{max_tightening: 2}", ("--allow-tightening", "3")),
        ("{max_loosening: 0}", ("--allow-loosening", "1")),
        ("{protect: [domains/bluefin.example]}", ("--allow-protected", "domains/bluefin.example")),
        ("{protect: ['domains/b*']}", ("--allow-protected", "domains/b*")),
    ],
)
def test_an_option_lifts_a_guard(
    limits: Callable[[str], None],
    mpctl: Mpctl,
    writes: Writes,
    guards: str,
    lift: tuple[str, str],
) -> None:
    """Without it nothing is written; with it everything is, and the output says who lifted it."""
    limits(guards)
    assert mpctl("apply", *BLUEFIN, "--confirm").code == 4
    assert writes() == []

    ran = mpctl("apply", *BLUEFIN, *lift, "--confirm", "--format", "json")

    assert_valid(ran, 0)
    assert len(writes()) == 4
    said = [c["lifted_by"] for c in ran.json["plan"]["guards"] if "lifted_by" in c]
    assert [words.split()[0] for words in said] == [lift[0]]


def test_a_removal_is_lifted_in_text_too(limits: Callable[[str], None], mpctl: Mpctl) -> None:
    """The note stands beside the outcomes."""
    limits("{max_removals: 0}")
    northwind = ("--sandbox", "--only", "domains/northwind.example", "--confirm")

    assert mpctl("apply", *northwind).code == 4
    ran = mpctl("apply", *northwind, "--allow-removals", "1")

    assert ran.code == 0
    assert (
        "mpctl: note[too-many-removals]: rules that would be removed: 1, the limit is 1; "
        "lifted by --allow-removals 1"
    ) in ran.out


def test_an_entry_lifts_a_guard(limits: Callable[[str], None], mpctl: Mpctl) -> None:
    """A reviewed exception needs no option."""
    limits(
        "{max_tightening: 2, lifts: "
        "[{guard: max_tightening, up_to: 3, until: 2099-12-31, reason: HD-1}]}"
    )

    ran = mpctl("apply", *BLUEFIN, "--confirm")

    assert ran.code == 0
    assert "lifted by guards.lifts up to 3 until 2099-12-31: HD-1" in ran.out


def test_a_reviewed_plan_does_not_lift_a_guard(
    limits: Callable[[str], None], mpctl: Mpctl, writes: Writes
) -> None:
    """A saved plan holds what the guards found, shows it, and is refused all the same."""
    limits("{max_tightening: 2}")
    assert mpctl("plan", *BLUEFIN, "--out", "plan.json").code == 0

    assert mpctl("show", "plan.json").out == mpctl("plan", *BLUEFIN).out
    assert mpctl("apply", "plan.json", *BLUEFIN, "--confirm").code == 4
    assert writes() == []


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    "words",
    [
        ("--allow-removals", "0"),
        ("--allow-removals", "-1"),
        ("--allow-loosening", "all"),
        ("--allow-protected", "nobody"),
        ("--force",),
    ],
)
def test_what_lifts_nothing_is_bad_usage(mpctl: Mpctl, words: tuple[str, ...]) -> None:
    """A number from 1 on, an entity as in policies, and no option for everything."""
    assert mpctl("apply", *BLUEFIN, *words).code == 64
