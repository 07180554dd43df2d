"""Rollback: what a run did is taken back, as a plan like any other."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mpctl.sandbox import Sandbox
from tests.cli.around import assert_valid
from tests.cli.conftest import Mpctl

Snapshot = tuple[dict[str, list[tuple[str, str]]], dict[str, Any]]


@pytest.fixture
def snapshot(sample: Path) -> Callable[[], Snapshot]:
    """Give what is really live: the rules of everybody, and the permissions in effect."""

    def take() -> Snapshot:
        with Sandbox(sample.parent / ".mpctl" / "sandbox") as sandbox:
            state = sandbox.mailprotector.state
            rules = {
                owner: sorted({(kind, value.lower()) for kind, value in rows})
                for owner, rows in state.snapshot()["rules"].items()
            }
            settings = {
                str(key): state.effective_configuration(*key)["permissions"]
                for key in state.directory.subtree(state.directory.key_reseller)
            }
        return {owner: rows for owner, rows in rules.items() if rows}, settings

    return take


@pytest.fixture
def applied(mpctl: Mpctl, snapshot: Callable[[], Snapshot]) -> Snapshot:
    """The sample policies are applied; gives what was live before."""
    before = snapshot()
    assert mpctl("apply", "--sandbox", "--confirm").code == 0
    return before


def codes(ran: Any) -> Counter[str]:
    """The codes of what was noticed."""
    return Counter(d["code"] for d in ran.json["diagnostics"])


def change(sample: Path, domain: int, **values: str) -> None:
    """Add rules behind mpctl's back."""
    with Sandbox(sample.parent / ".mpctl" / "sandbox") as sandbox:
        for action, value in values.items():
            sandbox.mailprotector.state.add_rule("domains", domain, value, action.title())


def test_apply_then_rollback_is_the_snapshot(
    applied: Snapshot, mpctl: Mpctl, snapshot: Callable[[], Snapshot]
) -> None:
    """Rules and permissions are as before the run, everywhere."""
    assert snapshot() != applied

    ran = mpctl("rollback", "last", "--sandbox", "--confirm", "--format", "json")

    assert_valid(ran, 0)
    assert snapshot() == applied


@pytest.mark.usefixtures("applied")
def test_without_confirm_a_rollback_writes_nothing(
    mpctl: Mpctl, snapshot: Callable[[], Snapshot]
) -> None:
    """It is shown like any plan, with exit code 2, and can be saved."""
    before = snapshot()

    ran = mpctl("rollback", "last", "--sandbox", "--out", "back.json", "--format", "json")

    assert_valid(ran, 2)
    assert snapshot() == before
    assert mpctl("show", "back.json").code == 0
    assert ran.json["dry_run"] is True


@pytest.mark.usefixtures("applied")
def test_a_rollback_is_bound_to_what_was_reviewed(mpctl: Mpctl, sample: Path) -> None:
    """With --expect a plan that is another by now is refused."""
    digest = mpctl("rollback", "last", "--sandbox", "--format", "json").json["plan"]["digest"]
    change(sample, 9101, allow="sneaky.example")

    refused = mpctl("rollback", "last", "--sandbox", "--confirm", "--expect", digest)

    assert refused.code == 4
    assert "error[not-the-reviewed-plan]" in refused.err


def test_rolling_back_a_rollback_applies_again(applied: Snapshot, mpctl: Mpctl) -> None:
    """The way back has a way back: no change is left to make by the policies."""
    _ = applied
    mpctl("rollback", "last", "--sandbox", "--confirm")

    assert mpctl("rollback", "last", "--sandbox", "--confirm").code == 0

    assert mpctl("plan", "--sandbox", "--detailed-exitcode").code == 0
    runs = mpctl("history", "--sandbox", "--format", "json").json["runs"]
    assert [run["rolls_back"] for run in runs] == [runs[1]["id"], runs[2]["id"], ""]
    assert [run["rolled_back_by"] for run in runs] == [[], [runs[0]["id"]], [runs[1]["id"]]]


@pytest.mark.usefixtures("applied")
def test_a_broken_policy_does_not_stop_a_rollback(mpctl: Mpctl, sample: Path) -> None:
    """At three in the night only mpctl.yaml has to be in order."""
    (sample / "broken.yaml").write_text("entity: [", "utf-8")

    assert mpctl("rollback", "last", "--sandbox", "--confirm").code == 0


@pytest.mark.usefixtures("applied")
def test_what_somebody_changed_since_is_left_alone(mpctl: Mpctl, sample: Path) -> None:
    """A newer opposite of a removed rule is named, and wins until --overwrite is said."""
    change(sample, 9101, allow="old-spammer.example")
    only = ("--only", "domains/acme.example", "--sandbox", "--format", "json")

    ran = mpctl("rollback", "last", *only)
    forced = mpctl("rollback", "last", "--overwrite", *only)

    named = [d["summary"] for d in ran.json["diagnostics"] if d["severity"] == "warning"]
    assert named == [
        "allow old-spammer.example was added since; the run removed block old-spammer.example"
    ]
    assert ran.json["rollback"]["left_alone"] is True
    assert "old-spammer.example" not in planned(ran)
    assert planned(forced)["old-spammer.example"] == ["create block", "delete allow"]


def planned(ran: Any) -> dict[str, list[str]]:
    """The rules of a plan: what becomes of each value."""
    changes: dict[str, list[str]] = {}
    for entity in ran.json["plan"]["entities"]:
        for c in entity["changes"]:
            if "match" in c:
                changes.setdefault(c["match"], []).append(f"{c['verb']} {c['action']}")
    return {value: sorted(verbs) for value, verbs in changes.items()}


@pytest.mark.usefixtures("applied")
def test_a_rollback_that_left_something_alone_is_not_done(mpctl: Mpctl, sample: Path) -> None:
    """Exit code 5 says that not everything was taken back."""
    change(sample, 9101, allow="old-spammer.example")

    ran = mpctl("rollback", "last", "--sandbox", "--confirm", "--format", "json")

    assert_valid(ran, 5)
    assert codes(ran)["changed-since"] == 1


@pytest.mark.usefixtures("applied")
def test_a_second_rollback_has_nothing_to_do(mpctl: Mpctl) -> None:
    """What is back already is said to be, and the run is not written again."""
    run = mpctl("history", "--sandbox", "--format", "json").json["runs"][0]["id"]
    mpctl("rollback", run, "--sandbox", "--confirm")

    ran = mpctl("rollback", run, "--sandbox", "--confirm", "--format", "json")

    assert_valid(ran, 0)
    assert ran.json["result"]["outcomes"] == []
    assert codes(ran)["changed-since"] == 13
    assert len(mpctl("history", "--sandbox", "--format", "json").json["runs"]) == 2


@pytest.mark.usefixtures("applied")
def test_the_next_plan_marks_what_was_rolled_back(mpctl: Mpctl) -> None:
    """Until the policies follow, each entity says which of its changes somebody took back."""
    assert "rolled-back" not in mpctl("plan", "--sandbox").out
    mpctl("rollback", "last", "--sandbox", "--confirm")

    for command in ("plan", "apply"):
        entities = mpctl(command, "--sandbox", "--format", "json").json["plan"]["entities"]
        marked = {
            e["entity"] for e in entities for f in e["findings"] if f["code"] == "rolled-back"
        }
        changed = {
            e["entity"]
            for e in entities
            if any(
                c["standing"] == "planned"
                and c.get("cause") != "surplus duplicate"
                and c.get("before") != c.get("after", "")
                for c in e["changes"]
            )
        }
        assert marked == changed

    mpctl("apply", "--sandbox", "--confirm")
    assert "rolled-back" not in mpctl("plan", "--sandbox").out


def test_the_mark_does_not_change_the_digest(sample: Path, mpctl: Mpctl) -> None:
    """A plan that does again what was taken back is the plan that it was."""
    _ = sample
    only = ("--sandbox", "--only", "domains/bluefin.example")
    first = mpctl("plan", *only, "--format", "json").json["plan"]["digest"]
    mpctl("apply", *only, "--confirm")
    mpctl("rollback", "last", *only, "--confirm")

    assert mpctl("plan", *only, "--format", "json").json["plan"]["digest"] == first


@pytest.mark.usefixtures("applied")
def test_a_rollback_elsewhere_is_refused(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal of one account is not used at another."""
    with Sandbox() as other:
        monkeypatch.setenv("MAILPROTECTOR_API_BASE_URL", other.mailprotector.base_url)
        monkeypatch.setenv("MAILPROTECTOR_API_KEY", other.mailprotector.api_key)

        only = ("--target", "mailprotector", "--journal", ".mpctl/sandbox/runs")
        ran = mpctl("rollback", "last", *only, "--confirm")

        assert ran.code == 4
        assert re.match(r"mpctl: error\[other-account\]: run \S+ was of account ", ran.err)
        assert other.writes() == []


@pytest.mark.usefixtures("applied")
@pytest.mark.parametrize(
    ("only", "asked"),
    [
        (("--target", "mx"), {"mx"}),
        (("--target", "relay"), set()),  # where the run did nothing
        (("--only", "domains/bluefin.example"), {"mailprotector"}),
    ],
)
def test_a_part_of_a_run_asks_for_no_other_key(
    mpctl: Mpctl, only: tuple[str, str], asked: set[str]
) -> None:
    """What --target and --only leave out is not connected to."""
    ran = mpctl("rollback", "last", *only, "--journal", ".mpctl/sandbox/runs", "--confirm")

    assert set(re.findall(r"target '(\w+)' has no key", ran.err)) == asked


@pytest.mark.usefixtures("applied")
def test_only_part_of_a_run_can_be_taken_back(mpctl: Mpctl) -> None:
    """--only narrows a rollback as it narrows a plan."""
    ran = mpctl(
        "rollback", "last", "--sandbox", "--only", "domains/bluefin.example", "--format", "json"
    )

    assert [e["entity"] for e in ran.json["plan"]["entities"]] == [
        "mailprotector:domains/bluefin.example"
    ]


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("run", ["last", "2026", "", "nonsense"])
def test_an_unknown_run_is_bad_usage(mpctl: Mpctl, run: str) -> None:
    """Exit code 64, and a word about what there is."""
    ran = mpctl("rollback", run, "--sandbox")

    assert ran.code == 64
    assert "error[unknown-run]" in ran.err


@pytest.mark.usefixtures("applied")
def test_a_run_is_named_by_its_beginning(mpctl: Mpctl) -> None:
    """Any beginning that only one run has will do; otherwise the nearest is offered."""
    run = mpctl("history", "--sandbox", "--format", "json").json["runs"][0]["id"]

    assert mpctl("history", run[:4], "--sandbox").code == 0
    ran = mpctl("history", f"{run[:-1]}z", "--sandbox")
    assert ran.code == 64
    assert f"The nearest is {run}." in ran.err


@pytest.mark.usefixtures("applied")
def test_guards_hold_for_a_rollback(
    mpctl: Mpctl, sample: Path, snapshot: Callable[[], Snapshot]
) -> None:
    """A rollback that does too much is refused like an apply, and lifted like one."""
    configuration = sample / "mpctl.yaml"
    text = configuration.read_text("utf-8")
    configuration.write_text(
        re.sub(r"max_loosening: \d+", "max_loosening: 1", text)
        if "max_loosening:" in text
        else f"{text}\nguards: {{max_loosening: 1}}\n",
        "utf-8",
    )
    before = snapshot()

    refused = mpctl("rollback", "last", "--sandbox", "--confirm", "--format", "json")

    assert_valid(refused, 4)
    assert snapshot() == before
    lifted = ("--allow-loosening", "50")
    assert mpctl("rollback", "last", "--sandbox", "--confirm", *lifted).code == 0


def test_a_rollback_names_the_commit_to_revert(sample: Path, mpctl: Mpctl) -> None:
    """The run's commit is in its journal, and the way back ends with what Git has to follow."""

    def git(*arguments: str) -> str:
        identity = ("-c", "user.name=ops", "-c", "user.email=ops@harbor.example")
        command = ["git", "-C", str(sample.parent), *identity, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()  # noqa: S603

    git("init", "--quiet")
    git("add", "policies")
    git("commit", "--quiet", "--no-gpg-sign", "--message", "policies")
    commit = git("rev-parse", "HEAD")
    mpctl("apply", "--sandbox", "--confirm")

    ran = mpctl("rollback", "last", "--sandbox", "--confirm", "--format", "json")

    assert ran.json["rollback"]["commit"] == commit
    assert f"Take it out of the policies: git revert {commit}" in {
        d["fix"] for d in ran.json["diagnostics"] if d["code"] == "rolled-back"
    }
    assert (
        f"Revert it in the policies first: git revert {commit}." in mpctl("plan", "--sandbox").out
    )
