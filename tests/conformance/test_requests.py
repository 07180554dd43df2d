"""How many requests a plan of a large account takes: pages as large as the service gives them."""

from __future__ import annotations

import re
from collections import Counter
from math import ceil

import pytest

from mpctl.core.entity import parse_entity
from mpctl.core.rule import Action
from mpctl.core.state import DesiredEntity, Mode
from mpctl.sandbox import SampleBuilder, Sandbox
from tests.conformance.harness import MailprotectorDomains
from tests.conformance.running import Bench
from tests.conformance.table import HERE

HARBOR = MailprotectorDomains()
DOMAINS, RULES = 230, 205


@pytest.mark.parametrize("cap", [100, 25])
def test_pages_are_as_large_as_the_service_gives_them(cap: int) -> None:
    """One pass over the index, one over the rules of each domain, and one step to the account."""
    switches = {"page_cap": str(cap)}
    with Sandbox(switches=switches, data=_large().build()) as sandbox:
        plan = Bench(HARBOR, sandbox).plan(*map(_policy, range(DOMAINS)))
        kinds = Counter(re.sub(r"\d+", "N", request.path) for request in sandbox.requests)

    assert (len(plan.entities), plan.problems) == (DOMAINS, ())
    assert kinds == {
        "/domains": ceil(DOMAINS / cap),
        "/customers/N": 1,
        "/domains/N/allow_block_rules": DOMAINS - 1 + ceil(RULES / cap),
    }


def _large() -> SampleBuilder:
    """Many domains of one customer; the first has many rules, the others one each."""
    world = SampleBuilder()
    acme = world.customer("Acme Widgets", world.reseller("Harbor IT Services"))
    for number in range(DOMAINS):
        values = [f"s{each}.spam.example" for each in range(RULES if number == 0 else 1)]
        world.domain(f"d{number}.example", acme, block=values)
    return world


def _policy(number: int) -> DesiredEntity:
    return DesiredEntity(
        parse_entity(f"domains/d{number}.example", default_target="mailprotector"),
        HERE,
        modes=dict.fromkeys(Action, Mode.ADDITIVE),
        owned=frozenset({Action.BLOCK}),
    )
