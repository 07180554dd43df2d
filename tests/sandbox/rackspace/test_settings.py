"""Spam settings: read in one spelling, written in the other."""

from typing import Any

import pytest

from tests.sandbox.rackspace.talk import ALEX, DOMAIN, FORM, JO_RS, Client, message

MAILBOX = ("ex_mailboxes", "alex.smith@example.com")
RS = ("rs_mailboxes", "jo@example.org")
HANDLING = {
    "spamHandling": "toFolder",
    "hasFolderCleaner": False,
    "spamFolderAgeLimit": 0,
    "spamFolderNumLimit": 0,
    "spamForwardingAddress": "",
}


def test_show(client: Client) -> None:
    """The documented answer for an Exchange mailbox, byte by byte."""
    reply = client.get(f"{ALEX}/settings")

    assert reply.body == b'{"filterLevel":"on","sendToDomainQuarantine":false,"quarantineOwner":""}'


def test_show_rackspace_mailbox(client: Client) -> None:
    """The documented answer for a Rackspace Email mailbox, byte by byte."""
    assert client.get(f"{JO_RS}/settings").body == (
        b'{"filterLevel":"on","rsEmailSettings":{"spamHandling":"toFolder",'
        b'"hasFolderCleaner":false,"spamFolderAgeLimit":0,"spamFolderNumLimit":0,'
        b'"spamForwardingAddress":""}}'
    )


def test_show_domain(client: Client) -> None:
    """A domain has settings for both kinds of mailboxes."""
    assert client.get(f"{DOMAIN}/settings").json == {
        "filterLevel": "on",
        "rsEmailSettings": HANDLING,
        "exchangeSettings": {
            "forwardToDomainQuarantine": "off",
            "quarantineOwner": "",
            "defaultQuarantineOwner": "",
        },
    }


def test_edit(client: Client) -> None:
    """The documented form sets all three values."""
    body = b"filterlevel=exclusive&sendtodomainquarantine=true&quarantineowner=admin%40example.com"

    reply = client.send("PUT", f"{ALEX}/settings", body, {**client.headers(), "Content-Type": FORM})

    assert (reply.status, reply.body) == (200, b"")
    assert client.get(f"{ALEX}/settings").json == {
        "filterLevel": "exclusive",
        "sendToDomainQuarantine": True,
        "quarantineOwner": "admin@example.com",
    }


def test_off_forces_the_quarantine(client: Client) -> None:
    """The documented body `filterlevel=off` ends the domain quarantine, asked for or not."""
    client.state.set_settings(*MAILBOX, sendToDomainQuarantine=True)

    client.put(f"{ALEX}/settings", filterlevel="off", sendtodomainquarantine="true")

    assert client.state.settings_of(*MAILBOX)["sendToDomainQuarantine"] is False


@pytest.mark.parametrize("level", ["OFF", "medium", "", None])
@pytest.mark.parametrize("path", [ALEX, JO_RS, DOMAIN])
def test_filter_level_is_required(client: Client, path: str, level: str | None) -> None:
    """A filter level that is wrong or left out is the documented error, and changes nothing."""
    before = client.state.snapshot()
    form = {"quarantineowner": "x@example.com"} | ({} if level is None else {"filterlevel": level})

    reply = client.put(f"{path}/settings", **form)

    assert message(reply) == (400, "Invalid filterLevel, input must be: on/off/exclusive")
    assert client.state.snapshot() == before


@pytest.mark.parametrize("written", ["true", "True", "TRUE"])
def test_booleans(client: Client, written: str) -> None:
    """Booleans are read in any case."""
    client.put(f"{ALEX}/settings", filterlevel="on", sendtodomainquarantine=written)

    assert client.state.settings_of(*MAILBOX)["sendToDomainQuarantine"] is True


@pytest.mark.parametrize(
    ("path", "form"),
    [
        (ALEX, {"sendtodomainquarantine": "yes"}),
        (ALEX, {"quarantineowner": "nobody"}),
        (ALEX, {"quarantineowner": ""}),
        (ALEX, {"quarantineowner": "@example.com"}),
        (JO_RS, {"rsEmail__spamHandling": "bounce"}),
        (JO_RS, {"rsEmail__spamFolderAgeLimit": "-1"}),
        (JO_RS, {"rsEmail__hasFolderCleaner": "1"}),
        (JO_RS, {"rsEmail__spamHandling": "delete", "rsEmail__hasFolderCleaner": "true"}),
        (JO_RS, {"rsEmail__spamForwardingAddress": "x@example.org"}),
        (JO_RS, {"rsEmail__spamHandling": "toAddress"}),
        (DOMAIN, {"exchange__forwardToDomainQuarantine": "true"}),
        (DOMAIN, {"overrideUserSettings": "perhaps"}),
    ],
)
def test_refused_fields(client: Client, path: str, form: dict[str, str]) -> None:
    """A value that a field cannot have, or fields that do not go together, change nothing."""
    before = client.state.snapshot()

    assert client.put(f"{path}/settings", filterlevel="off", **form).status == 400
    assert client.state.snapshot() == before


def test_removing_the_owner(client: Client) -> None:
    """An owner is removed by a flag of its own; the flag at false removes nothing."""
    client.state.set_settings(*MAILBOX, quarantineOwner="admin@example.com")

    client.put(f"{ALEX}/settings", filterlevel="on", removeQuarantineOwner="false")
    kept = client.state.settings_of(*MAILBOX)["quarantineOwner"]
    client.put(f"{ALEX}/settings", filterlevel="on", removeQuarantineOwner="true")

    assert (kept, client.state.settings_of(*MAILBOX)["quarantineOwner"]) == (
        "admin@example.com",
        "",
    )


@pytest.mark.parametrize(
    ("form", "changed"),
    [
        (
            {
                "rsEmail__hasFolderCleaner": "true",
                "rsEmail__spamFolderAgeLimit": "14",
                "rsEmail__spamFolderNumLimit": "500",
            },
            {"hasFolderCleaner": True, "spamFolderAgeLimit": 14, "spamFolderNumLimit": 500},
        ),
        ({"rsEmail__spamHandling": "delete"}, {"spamHandling": "delete"}),
        (
            {
                "rsEmail__spamHandling": "toAddress",
                "rsEmail__spamForwardingAddress": "spam@example.org",
            },
            {"spamHandling": "toAddress", "spamForwardingAddress": "spam@example.org"},
        ),
    ],
)
def test_handling(client: Client, form: dict[str, str], changed: dict[str, Any]) -> None:
    """The ways in which a Rackspace Email mailbox handles spam, each with its own fields."""
    assert client.put(f"{JO_RS}/settings", filterLevel="exclusive", **form).status == 200
    assert client.get(f"{JO_RS}/settings").json == {
        "filterLevel": "exclusive",
        "rsEmailSettings": {**HANDLING, **changed},
    }


def test_a_domain(client: Client) -> None:
    """The fields of a domain reach both sections, and no mailbox."""
    mailboxes = [client.state.settings_of(*owner) for owner in (MAILBOX, RS)]

    reply = client.put(
        f"{DOMAIN}/settings",
        filterLevel="on",
        rsEmail__spamHandling="labelSubject",
        exchange__forwardToDomainQuarantine="nonuser",
        exchange__quarantineOwner="a@example.com",
        exchange__defaultQuarantineOwner="b@example.com",
    )

    assert reply.status == 200
    assert client.get(f"{DOMAIN}/settings").json == {
        "filterLevel": "on",
        "rsEmailSettings": {**HANDLING, "spamHandling": "labelSubject"},
        "exchangeSettings": {
            "forwardToDomainQuarantine": "nonuser",
            "quarantineOwner": "a@example.com",
            "defaultQuarantineOwner": "b@example.com",
        },
    }
    assert [client.state.settings_of(*owner) for owner in (MAILBOX, RS)] == mailboxes


def test_removing_the_owners_of_a_domain(client: Client) -> None:
    """Each of a domain's two owners is removed by its own flag."""
    owners = {"quarantineOwner": "a@example.com", "defaultQuarantineOwner": "b@example.com"}
    client.state.set_settings("domains", "example.com", exchangeSettings=owners)

    client.put(f"{DOMAIN}/settings", filterLevel="on", exchange__removeQuarantineOwner="true")
    after = client.state.settings_of("domains", "example.com")["exchangeSettings"]

    assert (after["quarantineOwner"], after["defaultQuarantineOwner"]) == ("", "b@example.com")


def test_overriding_users(client: Client) -> None:
    """The override writes over every mailbox of the domain, and only of that domain."""
    client.put(
        "/domains/example.org/spam/settings",
        filterLevel="exclusive",
        rsEmail__spamHandling="delete",
        overrideUserSettings="true",
    )

    assert client.state.settings_of(*RS) == {
        "filterLevel": "exclusive",
        "rsEmailSettings": {**HANDLING, "spamHandling": "delete"},
    }
    assert client.state.settings_of(*MAILBOX)["filterLevel"] == "on"


@pytest.mark.parametrize(("level", "is_quarantined"), [("exclusive", True), ("off", False)])
def test_overriding_exchange_users(
    client: Client,
    level: str,
    is_quarantined: bool,  # noqa: FBT001 - the fact
) -> None:
    """An Exchange mailbox takes over the domain's level, and its quarantine unless that is off."""
    client.put(
        f"{DOMAIN}/settings",
        filterLevel=level,
        exchange__forwardToDomainQuarantine="on",
        overrideUserSettings="true",
    )

    assert client.state.settings_of(*MAILBOX) == {
        "filterLevel": level,
        "sendToDomainQuarantine": is_quarantined,
        "quarantineOwner": "",
    }
