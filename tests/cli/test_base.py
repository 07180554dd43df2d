"""Plans seen from a Git revision: what this change causes, and what binds it to the apply."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from mpctl.sandbox import Sandbox
from tests.cli.conftest import Mpctl, Ran, Writes
from tests.cli.repository import Repository

ACME = "policies/acme/acme.example.yaml"
SPAM = "  - cheap-toner.example\n"


@pytest.fixture
def repository(sample: Path, mpctl: Mpctl) -> Repository:
    """The sample policies, committed and applied."""
    repository = Repository(sample.parent)
    repository.commit("Base")
    assert mpctl("apply", "--sandbox", "--confirm").code == 0
    return repository


def groups(ran: Ran) -> Counter[tuple[str, str, str]]:
    """The changes of a plan by verb, subject and group."""
    return Counter(
        (c["verb"], c.get("match") or c["setting"], c["group"])
        for e in ran.json["plan"]["entities"]
        for c in e["changes"]
        if c["standing"] == "planned"
    )


def plan(mpctl: Mpctl, *arguments: str) -> Ran:
    """Plan against the sandbox, as JSON."""
    return mpctl("plan", "--sandbox", "--format", "json", *arguments)


def test_what_this_change_causes_stands_apart_from_drift(
    repository: Repository, mpctl: Mpctl, in_folder: Path
) -> None:
    """A rule of the change and one that somebody added at the service have different groups."""
    repository.edit(ACME, SPAM, SPAM + "  - fresh-spam.example\n")
    with Sandbox(in_folder / ".mpctl" / "sandbox") as sandbox:
        sandbox.mailprotector.state.add_rule("domains", 9101, "by-hand.example", "Allow")

    ran = plan(mpctl, "--base", "HEAD")

    assert ran.code == 0
    assert groups(ran) == Counter(
        {
            ("create", "fresh-spam.example", "this change"): 1,
            ("delete", "by-hand.example", "drift"): 1,
        }
    )
    assert ran.json["plan"]["base"] == repository.git("rev-parse", "HEAD")
    text = mpctl("plan", "--sandbox", "--base", "HEAD").out
    assert text.index("== From this change ==") < text.index("== Drift")


def test_an_additive_list_loses_what_the_base_declared(
    repository: Repository, mpctl: Mpctl
) -> None:
    """Git is the state file: a rule that leaves an additive list is removed, with the base only."""
    additive = "entity: domains/globex.example\nmanage: additive\nblock: [spam-a.example]\n"
    for file in Path("policies/globex").glob("*.yaml"):
        if "entity: domains/globex.example" in file.read_text("utf-8"):
            file.unlink()
    Path("policies/globex.yaml").write_text(additive, "utf-8")
    repository.commit()
    assert mpctl("apply", "--sandbox", "--confirm").code == 0
    Path("policies/globex.yaml").write_text(additive.replace("spam-a", "spam-b"), "utf-8")

    with_base = plan(mpctl, "--base", "HEAD")
    without = plan(mpctl, "--only", "domains/globex.example")

    assert groups(with_base) == Counter(
        {
            ("create", "spam-b.example", "this change"): 1,
            ("delete", "spam-a.example", "this change"): 1,
        }
    )
    assert without.json["plan"]["summary"]["remove"] == 0
    assert mpctl("apply", "--sandbox", "--base", "HEAD", "--confirm").code == 0
    assert "spam-a.example" not in mpctl("rules", "domains/globex.example", "--sandbox").out


def test_only_what_changed_is_read(repository: Repository, mpctl: Mpctl, in_folder: Path) -> None:
    """With --changed, rules are read of the entities whose policies differ, and of no other."""
    repository.edit(ACME, SPAM, "")
    log = in_folder / ".mpctl" / "sandbox" / "requests.jsonl"
    before = len(log.read_text("utf-8").splitlines())

    ran = plan(mpctl, "--base", "HEAD", "--changed")

    requests = [json.loads(line) for line in log.read_text("utf-8").splitlines()[before:]]
    listings = {r["path"] for r in requests if r["path"].endswith("allow_block_rules")}
    assert listings == {"/domains/9101/allow_block_rules"}
    assert [e["name"] for e in ran.json["plan"]["entities"]] == ["acme.example"]
    assert ran.json["plan"]["partial"] is True
    assert (
        "Partial: only what has changed since"
        in mpctl("plan", "--sandbox", "--base", "HEAD", "--changed").out
    )


def test_a_partial_plan_has_a_digest_of_its_own(repository: Repository, mpctl: Mpctl) -> None:
    """A partial plan cannot be taken for a whole one."""
    repository.edit(ACME, SPAM, "")

    whole, partial = (
        plan(mpctl, "--base", "HEAD", *more).json["plan"]["digest"] for more in ((), ("--changed",))
    )

    assert whole != partial


@pytest.mark.usefixtures("repository")
def test_nothing_changed(mpctl: Mpctl) -> None:
    """Where no policy differs, nothing at all is asked."""
    ran = plan(mpctl, "--base", "HEAD", "--changed")

    assert ran.code == 0
    assert ran.json["plan"]["entities"] == []


def test_the_whole_round(
    repository: Repository, mpctl: Mpctl, in_folder: Path, writes: Writes
) -> None:
    """Approved, merged, applied by its digest; a live change in between refuses it."""
    before = repository.git("rev-parse", "HEAD")
    repository.edit(ACME, SPAM, SPAM + "  - fresh-spam.example\n")
    digest = plan(mpctl, "--base", before).json["plan"]["digest"]
    repository.commit("Merge")
    written = len(writes())
    with Sandbox(in_folder / ".mpctl" / "sandbox") as sandbox:
        rule = sandbox.mailprotector.state.add_rule("domains", 9101, "sneaky.example", "Block")

    refused = mpctl("apply", "--sandbox", "--base", before, "--expect", digest, "--confirm")
    assert refused.code == 4
    assert len(writes()) == written

    with Sandbox(in_folder / ".mpctl" / "sandbox") as sandbox:
        sandbox.mailprotector.state.remove_rule(rule.id)
    done = mpctl("apply", "--sandbox", "--base", before, "--expect", digest, "--confirm")
    assert done.code == 0
    assert mpctl("plan", "--sandbox", "--detailed-exitcode").code == 0


def test_a_deleted_document_is_named_with_what_stays(repository: Repository, mpctl: Mpctl) -> None:
    """An entity without a document any more is said, with the number of its live rules."""
    _ = repository
    Path(ACME).unlink()

    ran = plan(mpctl, "--base", "HEAD")

    (abandoned,) = ran.json["plan"]["abandoned"]
    assert abandoned["entity"] == "mailprotector:domains/acme.example"
    assert "what is live stays (" in abandoned["summary"]
    assert groups(ran) == Counter()


def test_the_guards_are_those_of_the_trusted_revision(
    repository: Repository, mpctl: Mpctl, writes: Writes
) -> None:
    """With --config-rev, a change cannot lower the guards that judge it."""
    repository.edit(ACME, SPAM, "")
    configuration = Path("policies/mpctl.yaml")
    strict = configuration.read_text("utf-8").replace("max_loosening: 50", "max_loosening: 0")
    configuration.write_text(strict, "utf-8")
    repository.commit("Strict")
    configuration.write_text(strict.replace("max_loosening: 0", "max_loosening: 500"), "utf-8")
    written = len(writes())

    lowered = plan(mpctl).json["plan"]["guards"]
    trusted = plan(mpctl, "--config-rev", "HEAD").json["plan"]["guards"]
    applied = mpctl("apply", "--sandbox", "--config-rev", "HEAD", "--confirm")

    assert [c["limit"] for c in lowered if c["guard"] == "max_loosening"] == [500]
    assert [c["limit"] for c in trusted if c["guard"] == "max_loosening"] == [0]
    assert applied.code == 4
    assert len(writes()) == written


def test_changed_needs_a_base(sample: Path, mpctl: Mpctl) -> None:
    """--changed alone means nothing."""
    _ = sample

    ran = mpctl("plan", "--sandbox", "--changed")

    assert ran.code == 64
    assert "--changed needs --base" in ran.err


def test_a_saved_plan_keeps_its_sides(repository: Repository, mpctl: Mpctl) -> None:
    """`show` renders a saved plan with its groups."""
    repository.edit(ACME, SPAM, "")
    mpctl("plan", "--sandbox", "--base", "HEAD", "--out", "plan.json")

    shown: Any = mpctl("show", "plan.json")

    assert shown.code == 0
    assert "== From this change ==" in shown.out
