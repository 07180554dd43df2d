"""Several services behind one server: prefixes, and switches by full name."""

import itertools

import pytest

from mpctl.sandbox import SWITCHES, Sandbox
from mpctl.sandbox.switch import Switch, joined, split

KNOWN = joined(
    {
        "first": {"lag": Switch("lag", ("0", "1"), "late reads")},
        "second": {"lag": Switch("lag", ("off", "on"), "late reads")},
    },
    bare="first",
)


def test_full_names() -> None:
    """The switches of the first service stand alone; those of others carry the service's name."""
    assert {name: switch.name for name, switch in KNOWN.items()} == {
        "lag": "lag",
        "second.lag": "second.lag",
    }


def test_choices_reach_their_service() -> None:
    """What is chosen by full name arrives at the service by the name that it knows."""
    chosen = split({"lag": "1", "second.lag": "on"}, KNOWN, bare="first")

    assert (chosen["first"], chosen["second"], chosen["third"]) == (
        {"lag": "1"},
        {"lag": "on"},
        {},
    )


def test_a_choice_of_another_service() -> None:
    """A value is checked against the service that the full name says."""
    with pytest.raises(
        ValueError, match=r"switch second\.lag: '1' is not a choice; choose off, on"
    ):
        split({"second.lag": "1"}, KNOWN, bare="first")


@pytest.mark.parametrize(
    ("name", "choices"),
    [("lagg", "lag"), ("second.lagg", "second.lag"), ("third.lag", "lag, second.lag")],
)
def test_choices_of_the_same_service(name: str, choices: str) -> None:
    """A name that is unknown is answered with the names of that service, if there is one."""
    with pytest.raises(ValueError, match=rf"choose from {choices}$"):
        split({name: "1"}, KNOWN, bare="first")


def test_services_are_told_apart() -> None:
    """Each service is found by its name and answers below a prefix that no other one shares."""
    services = Sandbox().services
    prefixes = sorted(f"{service.prefix}/" for service in services.values())

    assert {name: service.name for name, service in services.items()} == {n: n for n in services}
    assert not any(b.startswith(a) for a, b in itertools.pairwise(prefixes))


def test_switches_belong_to_services() -> None:
    """The part of a switch's name before the dot, where there is one, is a service."""
    owners = {name.partition(".")[0] for name in SWITCHES if "." in name}

    assert owners <= set(Sandbox().services)
