"""Settings are read in one spelling and written in another, always all of them."""

from __future__ import annotations

from typing import Any

import pytest

from mpctl.core.rule import SettingValue
from mpctl.providers.rackspace.documents import form_of, lacking, values_of
from mpctl.providers.rackspace.native import NotUnderstood

RS = {
    "spamHandling": "toFolder",
    "hasFolderCleaner": False,
    "spamFolderAgeLimit": 7,
    "spamFolderNumLimit": 0,
    "spamForwardingAddress": "",
}
RS_VALUES: dict[str, SettingValue] = {
    "spam_handling": "toFolder",
    "has_folder_cleaner": False,
    "spam_folder_age_limit": "7",
    "spam_folder_num_limit": "0",
    "spam_forwarding_address": "none",
}
EX = {
    "forwardToDomainQuarantine": "nonuser",
    "quarantineOwner": None,
    "defaultQuarantineOwner": "Post@Acme.example",
}


@pytest.mark.parametrize(
    ("scope", "document", "values", "form"),
    [
        (
            "ex_mailboxes",
            {"filterLevel": "on", "sendToDomainQuarantine": False, "quarantineOwner": ""},
            {
                "filter_level": "on",
                "send_to_domain_quarantine": False,
                "quarantine_owner": "none",
            },
            {
                "filterlevel": "on",
                "sendtodomainquarantine": "false",
                "removeQuarantineOwner": "true",
            },
        ),
        (
            "ex_mailboxes",
            {
                "FilterLevel": "Exclusive",
                "sendtodomainquarantine": "True",
                "quarantineOwner": "A@b.example",
            },
            {
                "filter_level": "exclusive",
                "send_to_domain_quarantine": True,
                "quarantine_owner": "a@b.example",
            },
            {
                "filterlevel": "exclusive",
                "sendtodomainquarantine": "true",
                "quarantineowner": "a@b.example",
            },
        ),
        (
            "rs_mailboxes",
            {"filterLevel": "on", "rsEmailSettings": RS},
            {"filter_level": "on", **RS_VALUES},
            {
                "filterLevel": "on",
                "rsEmail.spamHandling": "toFolder",
                "rsEmail.hasFolderCleaner": "false",
                "rsEmail.spamFolderAgeLimit": "7",
                "rsEmail.spamFolderNumLimit": "0",
            },
        ),
        (
            "rs_mailboxes",
            {
                "filterLevel": "off",
                "rsEmailSettings": {
                    **RS,
                    "spamHandling": "toAddress",
                    "spamForwardingAddress": "spam@acme.example",
                },
            },
            {
                "filter_level": "off",
                **RS_VALUES,
                "spam_handling": "toAddress",
                "spam_forwarding_address": "spam@acme.example",
            },
            {
                "filterLevel": "off",
                "rsEmail.spamHandling": "toAddress",
                "rsEmail.spamForwardingAddress": "spam@acme.example",
            },
        ),
        (
            "domains",
            {
                "filterLevel": "on",
                "rsEmailSettings": {**RS, "spamHandling": "delete"},
                "exchangeSettings": EX,
            },
            {
                "filter_level": "on",
                **RS_VALUES,
                "spam_handling": "delete",
                "forward_to_domain_quarantine": "nonuser",
                "quarantine_owner": "none",
                "default_quarantine_owner": "post@acme.example",
            },
            {
                "filterLevel": "on",
                "rsEmail.spamHandling": "delete",
                "exchange.forwardToDomainQuarantine": "nonuser",
                "exchange.removeQuarantineOwner": "true",
                "exchange.defaultQuarantineOwner": "post@acme.example",
            },
        ),
        ("domains", {"filterLevel": "on"}, {"filter_level": "on"}, {"filterLevel": "on"}),
    ],
)
def test_a_document_and_its_form(
    scope: str, document: Any, values: dict[str, SettingValue], form: dict[str, str]
) -> None:
    """Everything that is read goes into the form, and nothing that may not stand there."""
    assert values_of(scope, document) == values
    assert lacking(scope, values) == []
    assert form_of(scope, values) == form


def test_off_turns_the_domain_quarantine_off() -> None:
    """The service forces it, and the form does not say otherwise."""
    values: dict[str, SettingValue] = {
        "filter_level": "off",
        "send_to_domain_quarantine": True,
        "quarantine_owner": "none",
    }

    assert form_of("ex_mailboxes", values)["sendtodomainquarantine"] == "false"


@pytest.mark.parametrize("document", [None, [], "on", {}, {"sendToDomainQuarantine": True}])
def test_no_document_is_no_settings(document: Any) -> None:
    """Without a filter level an answer is no document of settings."""
    with pytest.raises(NotUnderstood):
        values_of("ex_mailboxes", document)


@pytest.mark.parametrize(
    ("scope", "document", "missing"),
    [
        ("ex_mailboxes", {"filterLevel": "on"}, ["send_to_domain_quarantine", "quarantine_owner"]),
        ("ex_mailboxes", {"filterLevel": "weird", "quarantineOwner": ""}, ["filter_level"]),
        (
            "rs_mailboxes",
            {"filterLevel": "on", "rsEmailSettings": {"spamHandling": "toFolder"}},
            ["has_folder_cleaner", "spam_folder_age_limit", "spam_folder_num_limit"],
        ),
        ("rs_mailboxes", {"filterLevel": "on", "rsEmailSettings": {"spamHandling": "delete"}}, []),
        ("rs_mailboxes", {"filterLevel": "weird", "rsEmailSettings": RS}, ["filter_level"]),
        ("domains", {"filterLevel": None}, ["filter_level"]),
        (
            "domains",
            {"filterLevel": "on", "exchangeSettings": {"quarantineOwner": ""}},
            ["forward_to_domain_quarantine", "default_quarantine_owner"],
        ),
    ],
)
def test_what_a_form_would_lack_is_known(scope: str, document: Any, missing: list[str]) -> None:
    """A value that nobody knows would be reset by a write, so it is named before."""
    found = lacking(scope, values_of(scope, document))

    assert [name for name in found if name in missing] == missing
