"""`providers`: what each service can express."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpctl.providers import CAPABILITIES
from tests.cli.around import assert_valid
from tests.cli.conftest import Mpctl


def test_what_services_can_express(mpctl: Mpctl) -> None:
    """One line for each service, with scopes, kinds of rules, settings, and which action wins."""
    ran = mpctl("providers")

    assert (ran.code, ran.err) == (0, "")
    head, *rows = ran.out.splitlines()
    assert head.split() == [
        *("provider", "scopes", "allow", "block", "settings", "wins", "flow"),
        *("base", "URL"),
    ]
    assert [row.split()[0] for row in rows] == list(CAPABILITIES)
    assert " ".join(rows[0].split()) == (
        "mailprotector resellers customers domains user_groups users domain email domain email "
        "allow_spam_release allow_policy_release allow inbound https://emailservice.io/api/v1"
    )


def test_as_json(mpctl: Mpctl) -> None:
    """The JSON object holds an example for each scope and the values of each setting."""
    ran = mpctl("providers", "--format", "json")

    assert_valid(ran, 0)
    assert ran.json["environment"] == "LIVE"
    assert [one["provider"] for one in ran.json["providers"]] == list(CAPABILITIES)
    assert ran.json["providers"][:1] == [
        {
            "provider": "mailprotector",
            "base_url": "https://emailservice.io/api/v1",
            "scopes": {
                "resellers": "resellers/Harbor IT Services",
                "customers": "customers/Acme Widgets",
                "domains": "domains/acme.example",
                "user_groups": "user_groups/acme.example/Default",
                "users": "users/alice.ng@acme.example",
            },
            "allow": ["domain", "email"],
            "block": ["domain", "email"],
            "settings": {
                "allow_spam_release": [False, True],
                "allow_policy_release": [False, True],
            },
            "wins": "allow",
            "flow": "inbound",
        },
    ]


@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
def test_no_policies_and_no_network(mpctl: Mpctl, in_folder: Path, format_: str) -> None:
    """The command works in an empty folder, and leaves nothing there."""
    ran = mpctl("providers", "--sandbox", "--format", format_)

    assert ran.code == 0
    assert list(in_folder.iterdir()) == []
