"""The sample data has something of everything, and harms nobody."""

import re
from collections import Counter

import pytest

from mpctl.sandbox import Sandbox
from mpctl.sandbox.mailbaby import Rule
from mpctl.sandbox.mailbaby.values import is_address, is_domain, is_prefix

STATE = Sandbox().mailbaby.state
ORDERS = {order.username: STATE.status(order.username) for order in STATE.orders()}
RULES = [rule for name in (*ORDERS, "mb30991") for rule in STATE.rules_of(name)]
VALID = {
    "email": is_address,
    "destination": is_address,
    "domain": is_domain,
    "startswith": is_prefix,
}


def test_the_orders() -> None:
    """There are active orders, one of them without rules, and inactive ones with rules."""
    assert ORDERS == {
        "mb20682": "active",
        "mb20755": "active",
        "mb18033": "canceled",
        "mb22417": "suspended",
        "mb21310": "active",
    }
    assert [bool(STATE.rules_of(name)) for name in ORDERS] == [True, True, True, True, False]


def test_the_first_order_is_acmes() -> None:
    """A rule that is filed without a username lands at Acme, wherever it was meant to go."""
    assert STATE.active_orders()[0].username == "mb20682"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.data)
def test_values_are_valid_and_reserved(rule: Rule) -> None:
    """Every value would be taken by the service, and lies below a name reserved for examples."""
    assert VALID[rule.type](rule.data)
    assert rule.type == "startswith" or re.search(r"[@.]example(\.(com|net|org))?$", rule.data)


def test_all_types_are_there() -> None:
    """Acme has rules of all four types."""
    assert {rule.type for rule in STATE.rules_of("mb20682")} == set(VALID)


def test_one_rule_is_there_twice() -> None:
    """One rule is there twice, in different case."""
    rows = Counter((rule.username, rule.type, rule.data.lower()) for rule in RULES)

    assert [key for key, times in rows.items() if times > 1] == [
        ("mb20755", "destination", "unsubscribed@patient.example")
    ]


def test_times_are_opaque() -> None:
    """Every rule has a time as the service writes it."""
    pattern = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")

    assert all(pattern.fullmatch(rule.created) for rule in RULES)
