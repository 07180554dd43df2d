"""The sample repository: four services, planned, applied and taken back at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.conftest import Mpctl

pytestmark = pytest.mark.usefixtures("sample")

# A copy that was live twice and is surplus comes back once: the rollback says so.
ONCE = "mailprotector:domains/acme-supply.example"


def planned(mpctl: Mpctl, *arguments: str) -> Any:
    """The plan of the sample repository."""
    return mpctl("plan", "--sandbox", "--format", "json", *arguments).json["plan"]


def changes(plan: Any) -> set[tuple[object, ...]]:
    """What a plan does, without the spelling in which a service happens to show a value."""
    told = ("verb", "direction", "action", "match", "name", "after")
    return {
        (entity["entity"], *(change.get(key) for key in told))
        for entity in plan["entities"]
        for change in entity["changes"]
    }


def test_the_first_plan_is_instructive(mpctl: Mpctl) -> None:
    """Three services have something to loosen and to tighten, the relay has nothing to do."""
    plan = planned(mpctl)
    directions: dict[str, set[str]] = {}
    for entity in plan["entities"]:
        kinds = directions.setdefault(entity["target"], set())
        kinds |= {change["direction"] for change in entity["changes"]}

    assert {t for t, kinds in directions.items() if {"loosens", "tightens"} <= kinds} == {
        "mailboxes",
        "mailprotector",
        "mx",
    }
    assert not directions.get("relay")


def test_no_guard_is_in_the_way(mpctl: Mpctl) -> None:
    """The sample repository passes its own guards, and no entity loses more than two rules."""
    ran = mpctl("plan", "--sandbox", "--format", "json")
    removals = [
        sum(change["verb"] == "delete" for change in entity["changes"])
        for entity in ran.json["plan"]["entities"]
    ]

    assert not [d for d in ran.json["diagnostics"] if d["severity"] != "note"]
    assert max(removals) <= 2


def test_one_rule_set_reaches_several_services(mpctl: Mpctl) -> None:
    """The rule set for both directions is what three services have after an apply."""
    mpctl("apply", "--sandbox", "--confirm")

    for entity in (
        "mailboxes:domains/acme.example",
        "relay:orders/mb20682",
        "mx:server/mx.harbor.example",
    ):
        shown = mpctl("rules", entity, "--sandbox").out
        assert "acme-promo.example.com" in shown
        assert "old-acme.example.net" in shown


def test_there_and_back(mpctl: Mpctl) -> None:
    """Plan, apply, nothing left to do, rollback: the first changes again, and the same digest."""
    first = planned(mpctl)

    assert mpctl("apply", "--expect", first["digest"], "--sandbox", "--confirm").code == 0
    assert mpctl("plan", "--sandbox", "--detailed-exitcode").code == 0
    assert mpctl("rollback", "last", "--sandbox", "--confirm").code == 0

    second = planned(mpctl)
    assert changes(second) == {change for change in changes(first) if change[0] != ONCE}

    mpctl("apply", "--sandbox", "--confirm")
    mpctl("rollback", "last", "--sandbox", "--confirm")
    assert planned(mpctl)["digest"] == second["digest"]


@pytest.mark.parametrize("target", ["mailprotector", "mailboxes", "relay", "mx"])
def test_one_service_alone(mpctl: Mpctl, target: str) -> None:
    """With --target the others are not asked, and the plan is the part that is this service's."""
    whole, part = planned(mpctl), planned(mpctl, "--target", target)

    assert part["entities"] == [e for e in whole["entities"] if e["target"] == target]
    assert {e["target"] for e in part["entities"]} <= {target}
