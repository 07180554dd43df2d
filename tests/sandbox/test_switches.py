"""Switches are named, checked and explained."""

import pytest

from mpctl.sandbox import SWITCHES, Sandbox, parse_switches

# The lines of each reference's table of unknowns; 0 is what it leaves open elsewhere.
ROWS = {"": 28, "rackspace": 18, "mailbaby": 21, "stalwart": 13}
ALL = [(name, value) for name, switch in SWITCHES.items() for value in switch.values]


def test_parse() -> None:
    """Names and values are read from one text."""
    assert parse_switches(" rules_list=subtree, id_type = string,page_cap=50 ") == {
        "rules_list": "subtree",
        "id_type": "string",
        "page_cap": "50",
    }


def test_parse_nothing() -> None:
    """No text is no choice."""
    assert parse_switches("") == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rule_list=subtree", r"no switch 'rule_list' \(did you mean 'rules_list'\?\)"),
        ("rules_list=subtre", r"did you mean 'subtree'\?\); choose direct, direct\+inherited"),
        ("rules_list", "write name=value"),
        ("id_type=int,id_type=string", "id_type: given twice"),
        ("page_cap=0", "a whole number from 1 on"),
        ("page_cap=many", "a whole number from 1 on"),
        ("read_lag=-1", "a whole number from 0 on"),
        ("rate_limit=0", "a whole number from 1 on, e.g. off, 50"),
    ],
)
def test_parse_errors(text: str, message: str) -> None:
    """What is no switch or no choice is a ValueError that names the choices."""
    with pytest.raises(ValueError, match=message):
        parse_switches(text)


def test_a_sandbox_checks_its_switches() -> None:
    """A sandbox refuses a choice that does not exist."""
    with pytest.raises(ValueError, match="choose int, string"):
        Sandbox(switches={"id_type": "float"})


@pytest.mark.parametrize(("name", "value"), ALL)
def test_every_choice_can_be_made(name: str, value: str) -> None:
    """Each value that a switch lists can be chosen."""
    assert Sandbox(switches={name: value}).mailprotector.switches is not None


@pytest.mark.parametrize("name", SWITCHES)
def test_every_switch_is_explained(name: str) -> None:
    """Each switch says what it is about and which unknown it stands for."""
    switch = SWITCHES[name]

    assert switch.name == name
    assert switch.help
    assert 0 <= switch.row <= ROWS[name.rpartition(".")[0]]
    assert switch.default == switch.values[0]
    assert set(switch.withholds) <= set(switch.values[1:])
    assert len(switch.values) > 1
