"""Which permission a release lacks, where that is decided, and where it is best granted."""

from __future__ import annotations

import pytest

from mpctl.core.permission import Grant, effective, grantable, lack
from mpctl.core.shell import word
from mpctl.diagnostics import Origin

NAME = "allow_spam_release"
LINE = Origin("policies/acme.yaml", 4, 3)


def chain(**values: bool | None) -> list[Grant]:
    """A chain from the user upwards."""
    paths = (
        "users/a@acme.example",
        "user_groups/acme.example/Default",
        "domains/acme.example",
        "customers/Acme",
        "resellers/Harbor",
    )
    return [Grant(path, value) for path, value in zip(paths, values.values(), strict=False)]


@pytest.mark.parametrize(
    ("grants", "where", "best"),
    [
        (
            chain(u=None, g=False, d=False, c=False, r=False),
            "false from resellers/Harbor down to user_groups/acme.example/Default",
            "domains/acme.example",
        ),
        (
            chain(u=None, g=False, d=False, c=True, r=True),
            "false from domains/acme.example down to user_groups/acme.example/Default",
            "domains/acme.example",
        ),
        (
            chain(u=None, g=False, d=True, c=True, r=True),
            "false at user_groups/acme.example/Default",
            "user_groups/acme.example/Default",
        ),
        (
            chain(u=False, g=True, d=True),
            "false at users/a@acme.example",
            "users/a@acme.example",
        ),
        (
            chain(u=None, g=None, d=None),
            "not set anywhere above users/a@acme.example",
            "domains/acme.example",
        ),
    ],
)
def test_where_a_permission_is_missing(grants: list[Grant], where: str, best: str) -> None:
    """From the highest that reads alike down to the nearest; best granted at the domain."""
    found = lack(NAME, grants)

    assert found is not None
    assert found.what == f"{NAME} is {where}"
    assert grantable(grants).path == best
    assert f"mpctl enable-release {word(best)}" in found.remedy


def test_what_is_permitted_or_unknown_lacks_nothing() -> None:
    """The nearest value that is known counts."""
    assert lack(NAME, chain(u=None, g=True, d=False)) is None
    assert lack(NAME, ()) is None
    assert effective(()) is None


def test_the_line_that_declares_it_is_named() -> None:
    """The nearest declaration from the deciding entity upwards."""
    grants = [
        *chain(u=None, g=False),
        Grant("domains/acme.example", value=False, declared=False, origin=LINE),
    ]
    found = lack(NAME, grants)

    assert found is not None
    assert found.remedy == (
        f"Declare {NAME}: true at policies/acme.yaml:4, and apply; "
        "or type: mpctl enable-release domains/acme.example"
    )


def test_a_policy_that_grants_it_already_only_waits() -> None:
    """The line, and the command that applies it alone; names with spaces can be copied."""
    grants = [
        *chain(u=None, g=False),
        Grant("customers/Acme Widgets", value=False, declared=True, origin=LINE),
    ]
    found = lack(NAME, grants)

    assert found is not None
    assert found.remedy == (
        "policies/acme.yaml:4 grants it, and is not live yet: "
        'mpctl enable-release "customers/Acme Widgets" --apply --confirm'
    )


@pytest.mark.parametrize("declared", [True, False])
def test_a_declaration_below_what_decides_now_will_decide(*, declared: bool) -> None:
    """A value that a policy gives to the user outweighs whatever is granted above, once live."""
    user = Grant("users/a@acme.example", None, declared, LINE)

    assert grantable([user, *chain(u=None, g=False, d=False)[1:]]) == user


def test_policy_holds_have_no_command_of_their_own() -> None:
    """The line is all there is."""
    found = lack("allow_policy_release", chain(u=None, g=False))

    assert found is not None
    assert "enable-release" not in found.remedy
