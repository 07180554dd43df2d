"""What an output is about: services, simulators, or files alone; and `--only` where it counts."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from mpctl.__main__ import root
from mpctl.cli.lazy import COMMANDS
from tests.cli.around import BANNER, assert_valid, complaint
from tests.cli.conftest import Mpctl
from tests.cli.repository import Repository

OFFLINE = ["validate", "lint", "diff", "history", "providers", "show"]
SELECTIVE = {"apply", "diff", "drift", "entities", "lint", "plan", "rollback", "validate"}
"""The commands that --only narrows; every other one refuses it."""


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("command", [c for c in OFFLINE if c not in ("diff", "show")])
def test_what_asks_no_service_is_offline(mpctl: Mpctl, command: str) -> None:
    """Such a result is neither live nor simulated, unless the simulators were asked for."""
    ran = mpctl(command, "--format", "json")
    assert_valid(ran, 0)
    assert ran.json["environment"] == "OFFLINE"

    ran = mpctl(command, "--sandbox", "--format", "json")
    assert ran.json["environment"] == "SANDBOX"


def test_a_difference_of_revisions_is_offline(mpctl: Mpctl, sample: Path) -> None:
    """It is told from Git alone."""
    Repository(sample.parent).commit()
    ran = mpctl("diff", "HEAD", "--format", "json")

    assert_valid(ran, 0)
    assert ran.json["environment"] == "OFFLINE"


@pytest.mark.usefixtures("sample")
def test_a_saved_plan_of_the_sandbox_is_still_one(mpctl: Mpctl) -> None:
    """What is shown of a file is about what the file is about."""
    mpctl("plan", "--sandbox", "--out", "plan.json")
    ran = mpctl("show", "plan.json", "--format", "json")

    assert_valid(ran, 0)
    assert ran.json["environment"] == "SANDBOX"


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("command", [["plan"], ["status"], ["rules", "domains/acme.example"]])
def test_what_would_ask_a_service_is_live(mpctl: Mpctl, command: list[str]) -> None:
    """Also when it does not come that far, here for want of a key."""
    ran = mpctl(*command, "--format", "json")

    assert_valid(ran, 1)
    assert ran.json["environment"] == "LIVE"


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["plan", "--only", "domains/nobody.example"], 64),
        (["find-user", "nobody@acme.example"], 1),
        (["rules", "domains/nobody.example"], 1),
    ],
)
def test_a_complaint_of_the_sandbox_says_so(mpctl: Mpctl, command: list[str], code: int) -> None:
    """Where there is no result, the last line carries the word."""
    simulated, live = mpctl(*command, "--sandbox"), mpctl(*command)

    assert (simulated.code, simulated.out) == (code, "")
    assert simulated.err.splitlines()[-1] == f"1 problem   {BANNER}"
    assert "SANDBOX" not in live.out + live.err


@pytest.mark.parametrize("name", COMMANDS)
def test_only_is_taken_where_it_counts(name: str) -> None:
    """A command that would ignore --only does not offer it."""
    command = root.get_command(click.Context(root), name)
    assert command is not None

    shown = {o for p in command.params if not getattr(p, "hidden", False) for o in p.opts}
    assert ("--only" in shown) is (name in SELECTIVE)
    assert "--target" in shown


@pytest.mark.usefixtures("sample")
def test_a_selector_beside_an_entity_is_bad_usage(mpctl: Mpctl) -> None:
    """What is one thing already is not narrowed."""
    ran = mpctl("rules", "domains/acme.example", "--only", "domains/*", "--sandbox")

    assert ran.code == 64
    assert complaint(ran) == "mpctl: error[usage]: --only has nothing to select from here"


@pytest.mark.usefixtures("sample")
def test_only_narrows_a_listing(mpctl: Mpctl) -> None:
    """Entities are listed as --only says, with a target before the colon or without."""
    some = mpctl("entities", "domains", "--only", "domains/acme*", "--sandbox", "--format", "json")
    same = mpctl(
        "entities", "domains", "--only", "mailprotector:domains/acme*", "--sandbox",
        "--format", "json",
    )  # fmt: skip

    paths = [one["entity"] for one in some.json["entities"]]
    assert paths
    assert all(path.startswith("domains/acme") for path in paths)
    assert same.json["entities"] == some.json["entities"]


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("selector", "said"),
    [
        ("domains/nobody*", "--only domains/nobody* matches nothing that is listed"),
        ("users/*", "--only users/* matches nothing that is listed"),
        ("nonsense", "--only is not a selector: "),
    ],
)
def test_only_that_matches_nothing(mpctl: Mpctl, selector: str, said: str) -> None:
    """It is bad usage, as everywhere."""
    ran = mpctl("entities", "domains", "--only", selector, "--sandbox")

    assert ran.code == 64
    assert said in complaint(ran)
