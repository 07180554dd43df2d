"""Every service goes through the table of desired states, whatever its switches do."""

from __future__ import annotations

import pytest

from tests.conformance.choices import alone, in_pairs
from tests.conformance.harness import SERVICES
from tests.conformance.moving import go_through
from tests.conformance.service import Choice, Service
from tests.conformance.table import table

ALONE = [(service, choice) for service in SERVICES for choice in alone(service)]
IN_PAIRS = [(service, choice) for service in SERVICES for choice in in_pairs(service)]
ALONE_NAMES = [f"{s.name}-{','.join(f'{k}={v}' for k, v in c.items())}" for s, c in ALONE]
PAIR_NAMES = [f"{service.name}-{number}" for number, (service, _) in enumerate(IN_PAIRS)]


@pytest.mark.parametrize(("service", "switches"), ALONE, ids=ALONE_NAMES)
def test_each_stage_is_reached_with_each_switch(service: Service, switches: Choice) -> None:
    """Plan, apply and plan again end in "no changes", or in what cannot be done here, said so."""
    assert go_through(service, switches) == len(table(service))


@pytest.mark.parametrize(("service", "switches"), IN_PAIRS, ids=PAIR_NAMES)
def test_each_stage_is_reached_with_any_two_switches(service: Service, switches: Choice) -> None:
    """The same holds when any two switches leave their defaults at once."""
    assert go_through(service, switches) == len(table(service))
