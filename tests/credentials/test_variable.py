"""The environment as a source."""

from __future__ import annotations

import pytest

from tests.credentials.bench import KEY, Bench, no_key

VAULT = "the vault is not known, because MPCTL_VAULT is not set"
NAME_THE_VAULT = "Or name the folder of the vault in MPCTL_VAULT."


@pytest.mark.parametrize("value", [KEY, f"{KEY}\n", f"  {KEY}\r\n"])
def test_the_general_variable_gives_the_key(bench: Bench, value: str) -> None:
    """The provider's variable is the first source, and white space around the key is dropped."""
    bench.target()
    bench.environment["MAILPROTECTOR_API_KEY"] = value

    assert bench.key() == (KEY, "the variable MAILPROTECTOR_API_KEY")


def test_a_claimed_variable_replaces_the_general_one(bench: Bench) -> None:
    """A target with a variable of its own does not read the general one."""
    bench.target(env={"api_key": "ACME_KEY"})
    bench.environment |= {"MAILPROTECTOR_API_KEY": "another-account", "ACME_KEY": KEY}

    assert bench.key() == (KEY, "the variable ACME_KEY")


def test_an_unset_variable(bench: Bench) -> None:
    """Without a variable and a vault there is no key, and both are named."""
    bench.target()

    assert bench.problem() == no_key(
        f"the variable MAILPROTECTOR_API_KEY is not set; {VAULT}",
        f"Set MAILPROTECTOR_API_KEY. {NAME_THE_VAULT}",
    )


@pytest.mark.parametrize("blank", ["", " ", "\t\r\n"])
def test_a_blank_variable(bench: Bench, blank: str) -> None:
    """A key of white space counts as missing."""
    bench.target()
    bench.environment["MAILPROTECTOR_API_KEY"] = blank

    assert bench.problem() == no_key(
        f"the variable MAILPROTECTOR_API_KEY is blank; {VAULT}",
        f"Set MAILPROTECTOR_API_KEY. {NAME_THE_VAULT}",
    )


@pytest.mark.parametrize("value", ["two words", "schlüssel", "a\tb", "nul\0byte", "\ufeffkey"])
def test_a_variable_with_unusable_characters(bench: Bench, value: str) -> None:
    """What cannot stand in a header is not a key."""
    bench.target()
    bench.environment["MAILPROTECTOR_API_KEY"] = value

    assert bench.problem() == no_key(
        "the variable MAILPROTECTOR_API_KEY holds characters that cannot be in a header; " + VAULT,
        f"A key is printable ASCII without spaces. {NAME_THE_VAULT}",
    )


def test_a_variable_with_several_lines(bench: Bench) -> None:
    """A whole file in a variable is not a key."""
    bench.target()
    bench.environment["MAILPROTECTOR_API_KEY"] = "one\ntwo"

    assert bench.problem() == no_key(
        f"the variable MAILPROTECTOR_API_KEY holds several lines; {VAULT}",
        f"The key must be the only line. {NAME_THE_VAULT}",
    )


def test_an_endless_value(bench: Bench) -> None:
    """No service has a key of this length."""
    bench.target()
    bench.environment["MAILPROTECTOR_API_KEY"] = "x" * 4097

    assert bench.problem() == no_key(
        f"the variable MAILPROTECTOR_API_KEY holds more than 4096 characters; {VAULT}",
        NAME_THE_VAULT,
    )


@pytest.mark.parametrize("mistaken", ["mp-live-4f9c1e77", "4F9C1E77", "mp_live", ""])
def test_a_key_in_place_of_a_name_is_not_repeated(bench: Bench, mistaken: str) -> None:
    """Whoever writes the key where the variable's name belongs does not find it in the log."""
    bench.target(env={"api_key": mistaken})

    assert bench.problem() == no_key(
        "the variable of the target has no usable name",
        "Under env, write the name of a variable in capital letters, never a key.",
    )
