"""`config`: the settings of an entity, those that policies can write and the permissions."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.around import BANNER, FAULTS, SWITCHES, assert_valid
from tests.cli.conftest import Mpctl

pytestmark = pytest.mark.usefixtures("sample")

PERMISSIONS = """\
setting                                    value
permissions.console                        {}
permissions.messages.allow_policy_release  true
permissions.messages.allow_spam_release    false
permissions.messages.allow_virus_release   false
"""
THE_REST = """\
archiving.journal_address                  null
archiving.smtp_collector_address           null
archiving.url                              null
billing.cc_addresses                       []
branding                                   {}
region.locale                              "en"
region.time_zone                           "Eastern Time (US & Canada)"
"""


@pytest.mark.parametrize(("words", "rows"), [([], ""), (["--all"], THE_REST)])
def test_the_settings_of_an_entity(mpctl: Mpctl, words: list[str], rows: str) -> None:
    """The permissions come first, and the rest only when it is asked for."""
    ran = mpctl("config", "domains/acme.example", *words, "--sandbox")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{BANNER}\n\ndomains/acme.example\n\n{PERMISSIONS}{rows}"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("resellers/Harbor IT Services", False),
        ("customers/Larkspur Legal", True),
        ("domains/larkspur.example", True),
        ("user_groups/larkspur.example/Partners", True),
    ],
)
def test_the_values_in_effect(mpctl: Mpctl, text: str, value: bool) -> None:  # noqa: FBT001 - a value
    """In every scope the value is the one in effect, inherited or not."""
    ran = mpctl("config", text, "--sandbox", "--format", "json")

    assert_valid(ran, 0)
    messages = ran.json["configuration"]["permissions"]["messages"]
    assert messages["allow_policy_release"] is value
    assert list(ran.json["configuration"]) == ["permissions"]


def test_the_whole_document_as_json(mpctl: Mpctl) -> None:
    """With --all the object holds the service's whole document."""
    ran = mpctl("config", "domains/acme.example", "--all", "--sandbox", "--format", "json")

    assert_valid(ran, 0)
    assert sorted(ran.json["configuration"]) == [
        "archiving",
        "billing",
        "branding",
        "permissions",
        "region",
    ]


def test_a_service_without_settings_of_users(mpctl: Mpctl) -> None:
    """Where users have no configuration, that is said with the reason."""
    ran = mpctl("config", "users/bob.roy@acme.example", "--sandbox")

    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        "mpctl: error[unsupported-setting]: this service keeps no settings for users\n"
        "  The user exists, but has no configuration; a setting of the group or domain applies.\n"
        "  Use the setting of the user's group or domain instead.\n"
        "1 problem   SANDBOX: embedded simulators, no live service\n"
    )


def test_a_service_with_settings_of_users(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where users have a configuration, it is shown like any other."""
    monkeypatch.setenv(SWITCHES, "user_configuration=present")

    ran = mpctl("config", "users/bob.roy@acme.example", "--sandbox", "--format", "json")

    assert_valid(ran, 0)
    assert ran.json["configuration"]["permissions"]["messages"]["allow_spam_release"] is True


def test_a_document_without_permissions(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document that shows nothing of its own is shown as no settings, not as false."""
    monkeypatch.setenv(SWITCHES, "config_get=local")

    ran = mpctl("config", "domains/acme-labs.example", "--sandbox")

    assert (ran.code, ran.out) == (0, f"{BANNER}\n\ndomains/acme-labs.example\n\nno settings\n")


@pytest.mark.parametrize("fault", ["403", "404", "html", "empty"])
def test_a_document_that_cannot_be_read(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """A document that cannot be read is an error, never a document without settings."""
    monkeypatch.setenv(FAULTS, f"GET /configuration$ {fault}")

    ran = mpctl("config", "domains/acme.example", "--sandbox")

    assert (ran.code, ran.out) == (1, "")


FOUR = """\
version: 1
default_target: mail
targets:
  mail: {provider: stalwart}
  boxes: {provider: rackspace}
"""
SERVER = """\
setting            value
discard_threshold  "0"
plumbing           "current"
reject_threshold   "0"
spam_threshold     "6"
"""
MAILBOX = """\
setting                    value
filter_level               "on"
quarantine_owner           "none"
send_to_domain_quarantine  false
"""


@pytest.mark.parametrize(
    ("entity", "words", "rows"),
    [
        ("server/mx.harbor.example", [], SERVER),
        ("server/mx.harbor.example", ["--all"], f'{SERVER}spam_filter        "on"\n'),
        ("boxes:ex_mailboxes/alice.ng@acme.example", [], MAILBOX),
    ],
)
def test_what_policies_can_write_is_shown(
    mpctl: Mpctl, in_folder: Path, entity: str, words: list[str], rows: str
) -> None:
    """At every service, by the names that policies use; the rest when it is asked for."""
    (in_folder / "policies" / "mpctl.yaml").write_text(FOUR, "utf-8")
    ran = mpctl("config", entity, *words, "--sandbox")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{BANNER}\n\n{entity.removeprefix('boxes:')}\n\n{rows}"
