"""One policy repository manages all four services at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.around import FOUR_TARGETS
from tests.cli.conftest import Mpctl

POLICIES = """\
ruleset: pests
flow: any
block: [pest.example.com, nuisance@spam.example.com]
---
entity: domains/acme.example
manage: additive
include: [pests]
---
entity: mailboxes:ex_mailboxes/alice.ng@acme.example
manage: additive
include: [pests]
allow: [partner.example.com, 192.0.2.0/24]
---
entity: relay:orders/mb20682
manage: additive
include: [pests]
allow: [partner.example.com]
unsupported: skip
---
entity: mx:server/mx.harbor.example
manage: additive
include: [pests]
block: [198.51.100.128/25]
"""


@pytest.fixture
def _policies(in_folder: Path) -> None:
    """Four targets that share a rule set."""
    folder = in_folder / "policies"
    folder.mkdir()
    (folder / "mpctl.yaml").write_text(FOUR_TARGETS, "utf-8")
    (folder / "all.yaml").write_text(POLICIES, "utf-8")


@pytest.mark.usefixtures("_policies")
def test_plan_apply_and_the_way_back(mpctl: Mpctl) -> None:
    """One rule set reaches four services, the next plan is empty, and a rollback takes it back."""
    first = mpctl("plan", "--sandbox", "--format", "json")
    targets = {e["target"] for e in first.json["plan"]["entities"] if e["changes"]}
    assert (first.code, len(targets)) == (0, 4)
    assert first.json["plan"]["summary"]["add"] == 11

    assert mpctl("apply", "--sandbox", "--confirm").code == 0
    assert mpctl("plan", "--sandbox", "--detailed-exitcode").code == 0

    assert mpctl("rollback", "last", "--sandbox", "--confirm").code == 0
    again = mpctl("plan", "--sandbox", "--format", "json").json["plan"]
    assert again["digest"] == first.json["plan"]["digest"]


@pytest.mark.usefixtures("_policies")
def test_what_a_service_lacks_is_listed(mpctl: Mpctl) -> None:
    """An entity that skips what its service cannot express has it named in every plan."""
    ran = mpctl("plan", "--sandbox")

    assert "note[skipped-rule]: allow partner.example.com is left out" in ran.out


@pytest.mark.usefixtures("_policies")
def test_status_reaches_all(mpctl: Mpctl) -> None:
    """Each target answers with its own key."""
    ran = mpctl("status", "--sandbox", "--format", "json")

    assert (ran.code, [t["ready"] for t in ran.json["targets"]]) == (0, [True] * 4)
