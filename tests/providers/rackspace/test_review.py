"""What only the live side tells to be wrong is an error before anything is written."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from mpctl.core.entity import Entity
from mpctl.core.match import Kind, Match, live_match
from mpctl.core.rule import Action, DeclaredRule, DeclaredSetting, RuleKey, SettingValue
from mpctl.core.state import DesiredEntity, LiveEntity, Mode
from mpctl.diagnostics import Code, Origin, Severity
from mpctl.providers.rackspace.native import LISTS, rows_of
from mpctl.providers.rackspace.review import review, with_aliases
from tests.providers.rackspace.workbench import ALEX, entity

Values = dict[str, SettingValue]

HERE = Origin("policies/example.yaml", 3, 5)
ON_RS = entity("rs_mailboxes/alex.smith@example.com")
DOMAIN = entity("domains/example.com")
NONE: Values = {}


def desired(
    *blocks: str,
    where: Entity = ALEX,
    action: Action = Action.BLOCK,
    mode: Mode = Mode.FULL,
    settings: Values = NONE,
) -> DesiredEntity:
    """An entity that declares these rules and settings."""
    matches = [Match(Kind.NATIVE, b) if b.startswith("@") else live_match(b) for b in blocks]
    keys = [RuleKey(action, match) for match in matches]
    return DesiredEntity(
        where,
        HERE,
        dict.fromkeys(Action, mode),
        settings_mode=mode,
        rules={key: DeclaredRule(key, str(key.match), (HERE,)) for key in keys},
        settings={name: DeclaredSetting(name, value, HERE) for name, value in settings.items()},
    )


def live(
    where: Entity = ALEX,
    settings: Values = NONE,
    blocked: tuple[str, ...] = (),
    aliases: Sequence[str] | None = (),
) -> LiveEntity:
    """What the service shows."""
    shown = LiveEntity(
        where,
        where.name,
        rules=rows_of({LISTS[0]: blocked}),
        settings=settings,
        facts={name: value for name, value in settings.items() if isinstance(value, str)},
    )
    return with_aliases(shown, aliases)


def summaries(one: DesiredEntity, other: LiveEntity) -> list[str]:
    """What is found, all of it errors with a place."""
    found = list(review(one, other))
    assert all((f.severity, f.origin) == (Severity.ERROR, HERE) for f in found)
    return [finding.summary for finding in found]


@pytest.mark.parametrize("rule", ["example.com", "@exam%.com", "@%xample.com"])
@pytest.mark.parametrize("where", [ALEX, ON_RS, DOMAIN])
def test_the_own_domain_is_not_blocked(rule: str, where: Entity) -> None:
    """Neither plainly nor by a wildcard that means it."""
    (finding,) = review(desired(rule, where=where), live(where))

    assert finding.code is Code.OWN_DOMAIN
    assert finding.summary == f"block {rule} means example.com, the domain of the entity itself"


def test_a_wildcard_above_means_the_domain_of_a_subdomain() -> None:
    """All subdomains of a name are blocked, and the mailbox is in one of them."""
    where = entity("ex_mailboxes/jo@mail.example.com")

    assert summaries(desired("*.example.com", where=where), live(where))


@pytest.mark.parametrize(
    "rule", ["other.com", "*.example.com", "jo@example.com", "@%.mail.com", "ample.com"]
)
def test_what_only_looks_like_the_own_domain_is_blocked(rule: str) -> None:
    """Subdomains, single senders and parts of a name are others."""
    assert summaries(desired(rule), live()) == []


@pytest.mark.parametrize("rule", ["example.net", "@exam%.net", "@%.example"])
@pytest.mark.parametrize("where", [ALEX, ON_RS, DOMAIN])
def test_an_alias_of_the_domain_is_not_blocked(rule: str, where: Entity) -> None:
    """Mail of the own people comes from there, too."""
    there = live(where, aliases=("mail.example", "example.net"))
    (finding,) = review(desired(rule, where=where), there)

    alias = "mail.example" if rule.endswith("example") else "example.net"
    assert (finding.code, finding.severity) == (Code.OWN_DOMAIN, Severity.ERROR)
    assert finding.summary == (
        f"block {rule} means {alias}, an alias of example.com, the domain of the entity itself"
    )


@pytest.mark.parametrize(
    ("rule", "blocked", "noted"),
    [
        ("other.com", (), True),
        ("jo@other.com", (), False),
        ("192.0.2.1", (), False),
        ("other.com", ("@other.com",), False),
    ],
)
def test_aliases_that_are_not_known(rule: str, blocked: tuple[str, ...], *, noted: bool) -> None:
    """A new block of a domain might mean one of them: that is said, and stops nothing."""
    found = list(review(desired(rule), live(blocked=blocked, aliases=None)))

    assert [(f.severity, f.origin, f.summary) for f in found] == (
        [(Severity.NOTE, HERE, "which aliases example.com has could not be read")] if noted else []
    )


def test_the_own_domain_may_be_allowed() -> None:
    """The service refuses it in the block list only."""
    assert summaries(desired("example.com", action=Action.ALLOW), live()) == []


def test_what_stands_already_is_no_error() -> None:
    """Nothing is sent for it."""
    assert summaries(desired("@exam%.com"), live(blocked=("@Exam%.com",))) == []


def test_what_is_only_observed_is_no_error() -> None:
    """Nothing is ever written."""
    one = desired("example.com", mode=Mode.OBSERVE, settings={"send_to_domain_quarantine": True})

    assert summaries(one, live(settings={"filter_level": "off"})) == []


@pytest.mark.parametrize(
    ("settings", "there", "wrong"),
    [
        ({"send_to_domain_quarantine": True}, "off", True),
        ({"send_to_domain_quarantine": True}, "on", False),
        ({"send_to_domain_quarantine": False}, "off", False),
        ({"send_to_domain_quarantine": True, "filter_level": "off"}, "on", True),
        ({"send_to_domain_quarantine": True, "filter_level": "exclusive"}, "off", False),
        ({"filter_level": "off"}, "on", False),
    ],
)
def test_off_and_the_domain_quarantine(settings: Values, there: str, *, wrong: bool) -> None:
    """The service forces the one to false with the other, so they could never converge."""
    found = summaries(desired(settings=settings), live(settings={"filter_level": there}))

    expected = ["send_to_domain_quarantine cannot be true while filter_level is off"]
    assert found == (expected if wrong else [])


@pytest.mark.parametrize(
    ("settings", "there", "wrong"),
    [
        ({"has_folder_cleaner": True}, {"spam_handling": "toFolder"}, ""),
        (
            {"has_folder_cleaner": True},
            {"spam_handling": "delete"},
            "has_folder_cleaner needs spam_handling toFolder, and that is delete",
        ),
        (
            {"spam_folder_age_limit": "7", "spam_handling": "delete"},
            {"spam_handling": "toFolder"},
            "spam_folder_age_limit needs spam_handling toFolder, and that is delete",
        ),
        (
            {"spam_folder_age_limit": "7"},
            {"spam_handling": "delete", "spam_folder_age_limit": "7"},
            "",
        ),
        (
            {"spam_handling": "toAddress"},
            {"spam_forwarding_address": "none"},
            "spam_handling toAddress needs a spam_forwarding_address, and there is none",
        ),
        ({"spam_handling": "toAddress"}, {"spam_forwarding_address": "a@b.example"}, ""),
        (
            {"spam_handling": "toAddress", "spam_forwarding_address": "a@b.example"},
            {"spam_forwarding_address": "none"},
            "",
        ),
    ],
)
def test_handling_and_what_goes_with_it(settings: Values, there: Values, wrong: str) -> None:
    """Folder settings go with the folder, an address with forwarding to it."""
    found = summaries(desired(where=ON_RS, settings=settings), live(ON_RS, there))

    assert found == ([wrong] if wrong else [])
