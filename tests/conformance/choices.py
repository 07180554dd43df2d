"""Which choices of switches a service is tried at."""

from __future__ import annotations

from collections.abc import Sequence

from tests.conformance.pairwise import all_pairs, pairwise
from tests.conformance.service import Choice, Service


def alone(service: Service) -> Sequence[Choice]:
    """No switch, and every switch at each of its other values."""
    switches = service.switches.items()
    choices = [{name: value} for name, switch in switches for value in switch.values[1:]]
    return [{}, *filter(service.possible, choices)]


def in_pairs(service: Service) -> Sequence[Choice]:
    """Few choices in which any two values of two switches meet."""
    values = {name: switch.values for name, switch in service.switches.items()}
    return pairwise(values, possible=service.possible)


def every_two(service: Service) -> Sequence[Choice]:
    """Any two switches away from their defaults, all others at theirs."""
    values = {name: switch.values[1:] for name, switch in service.switches.items()}
    return [dict(pair) for pair in all_pairs(values) if service.possible(dict(pair))]
