"""`providers`: what each service can express."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpctl.providers import CAPABILITIES
from tests.cli.around import assert_valid
from tests.cli.conftest import Mpctl


def test_what_services_can_express(mpctl: Mpctl) -> None:
    """Tables of services and what their rules mean, entities, rules, settings and options."""
    ran = mpctl("providers")

    assert (ran.code, ran.err) == (0, "")
    tables = {part.splitlines()[0]: part.splitlines()[1:] for part in ran.out.split("\n\n")}
    assert list(tables) == [*("Services", "Entities", "Rules", "Settings", "Options of a target")]
    _, *services = (" ".join(line.split()) for line in tables["Services"])
    assert [line.split()[0] for line in services] == list(CAPABILITIES)
    assert services[0] == (
        "mailprotector inbound allow envelope or header: unknown no https://emailservice.io/api/v1"
    )
    rules = [" ".join(line.split()) for line in tables["Rules"]]
    assert "mailbaby sender_prefix no yes startswith" in rules
    settings = [" ".join(line.split()) for line in tables["Settings"]]
    assert "mailprotector allow_spam_release false, true every scope" in settings
    assert (
        "rackspace spam_handling delete, toAddress, toFolder, labelSubject domains, rs_mailboxes"
    ) in settings
    options = [" ".join(line.split()) for line in tables["Options of a target"]]
    assert ("stalwart nodes one, several whether the server is one node of a cluster") in options


def test_as_json(mpctl: Mpctl) -> None:
    """The JSON object holds an example for each scope and the values of each setting."""
    ran = mpctl("providers", "--format", "json")

    assert_valid(ran, 0)
    assert ran.json["environment"] == "OFFLINE"
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
            "semantics": {
                "sender": "envelope or header: unknown",
                "domain_covers_subdomains": "no",
                "native": {"email": "an address", "domain": "a bare domain"},
            },
            "options": {},
        },
    ]


@pytest.mark.usefixtures("sample")
def test_the_service_of_one_target(mpctl: Mpctl) -> None:
    """With a target only its service is told of, in every table."""
    ran = mpctl("providers", "--target", "mx", "--format", "json")
    shown = mpctl("providers", "--target", "mx").out

    assert_valid(ran, 0)
    assert [one["provider"] for one in ran.json["providers"]] == ["stalwart"]
    assert {line.split()[0] for line in shown.splitlines() if "  " in line} == {
        "provider",
        "stalwart",
    }


@pytest.mark.usefixtures("sample")
def test_a_target_that_is_not_there(mpctl: Mpctl) -> None:
    """It is bad usage, as everywhere, and those that there are are said."""
    ran = mpctl("providers", "--target", "outbound")

    assert (ran.code, ran.out) == (64, "")
    assert "there is no target 'outbound'" in ran.err
    assert "mailboxes, mailprotector, mx, relay" in ran.err


@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
def test_no_policies_and_no_network(mpctl: Mpctl, in_folder: Path, format_: str) -> None:
    """The command works in an empty folder, and leaves nothing there."""
    ran = mpctl("providers", "--sandbox", "--format", format_)

    assert ran.code == 0
    assert list(in_folder.iterdir()) == []
