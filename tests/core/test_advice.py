"""What is advised after an investigation: the nearest remedy first, and only what can help."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import pytest

from mpctl.core.advice import Advice, advise
from mpctl.core.bearing import Bearing, Judgement, Standing, Weight
from mpctl.core.browse import FoundUser
from mpctl.core.entity import Entity, Ref
from mpctl.core.investigation import Investigation, Question
from mpctl.core.mail import HeldMessage, LogEntry
from mpctl.core.match import parse_match
from mpctl.core.permission import Grant
from mpctl.core.rule import Action, RuleKey
from mpctl.diagnostics import Origin
from tests.strategies import capabilities

USER: Final = "users/a@acme.example"
DOMAIN: Final = "domains/acme.example"
SENDER: Final = "x@vendor.example"
FOUND: Final = Investigation(
    Question("a@acme.example", datetime(2026, 11, 20, tzinfo=UTC)),
    Entity("mailprotector", "users", "a@acme.example"),
    FoundUser(Ref("users", "7"), USER, "Default", "acme.example", ()),
)
SERVICE: Final = capabilities()


def held(*kinds: str) -> tuple[HeldMessage, ...]:
    """Messages that are held for these reasons, numbered from one."""
    return tuple(HeldMessage(str(n), hold=kind) for n, kind in enumerate(kinds, 1))


def grants(*, value: bool, declared: bool | None = None) -> tuple[Grant, ...]:
    """A permission as the domain has it."""
    return (Grant("domains/acme.example", value, declared, Origin("policies/acme.yaml", 4, 3)),)


def commands(found: Investigation, prefix: str = "") -> list[str]:
    """The commands that are advised, and the purpose of an advice without one."""
    return [" ".join(one.words) or one.purpose for one in advise(found, SERVICE, prefix)]


def test_what_is_held_may_be_released() -> None:
    """The first three messages are named; a permission that is given is not asked for."""
    permissions = {"allow_spam_release": grants(value=True)}
    found = replace(FOUND, held=held(*["spam"] * 5), permissions=permissions)

    assert commands(found) == [f"mpctl release {n} --entity {USER}" for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("kind", "declared", "first"),
    [
        ("spam", None, "mpctl enable-release domains/acme.example --apply --confirm"),
        ("spam", True, "mpctl enable-release domains/acme.example --apply --confirm"),
        ("policy", True, "mpctl apply --only domains/acme.example --confirm"),
        (
            "policy",
            None,
            f"a release waits for 'allow_policy_release: true' in the policy of {DOMAIN}",
        ),
    ],
)
def test_a_permission_first(kind: str, *, declared: bool | None, first: str) -> None:
    """What a release lacks is advised before the release."""
    lacking = grants(value=False, declared=declared)
    permissions = {"allow_spam_release": lacking, "allow_policy_release": lacking}
    found = replace(FOUND, held=held(kind), permissions=permissions)

    assert commands(found) == [first, f"mpctl release 1 --entity {USER}"]


def test_mail_with_a_virus_is_never_to_be_released() -> None:
    """It is asked for anew, and what is held beside it may go."""
    found = replace(FOUND, held=held("virus", "spam"))

    assert commands(found) == [
        f"mpctl release 2 --entity {USER}",
        "mail held for a virus is not meant to be released; ask for it anew",
    ]


def test_every_entity_names_a_target_that_is_not_the_default() -> None:
    """Releases, permissions and searches alike."""
    permissions = {"allow_spam_release": grants(value=False)}
    found = replace(FOUND, held=held("spam"), permissions=permissions)

    for line in (*commands(found, "other:"), *commands(FOUND, "other:")):
        assert " other:" in line


def judged(action: Action, *origins: Origin) -> Investigation:
    """An investigation in which this rule of a customer decides, and another is outweighed."""
    deciding = Standing(RuleKey(action, parse_match("vendor.example")), "vendor.example", origins)
    beaten = replace(deciding, shown="beaten.example")
    bearings = (
        Bearing("customers/Acme Widgets", deciding, Weight.DECIDES),
        Bearing("resellers/Harbor", beaten, Weight.OUTWEIGHED),
    )
    return replace(FOUND, judgements=(Judgement(SENDER, action, certain=True, bearings=bearings),))


def test_a_block_that_decides() -> None:
    """The sender alone is let through, or the block taken away where a policy declares it."""
    let_in = f"mpctl add-rule {USER} {SENDER} --allow --reason ..."
    take_away = "mpctl remove-rule customers/Acme Widgets vendor.example --block"

    assert commands(judged(Action.BLOCK)) == [let_in]
    assert commands(judged(Action.BLOCK, Origin("policies/acme.yaml", 4, 3))) == [let_in, take_away]


def test_every_block_has_to_go() -> None:
    """A second block that agrees stops the sender when the first is gone; said once for both."""
    found = judged(Action.BLOCK, Origin("policies/acme.yaml", 4, 3))
    (one,) = found.judgements
    agreeing = replace(one.bearings[0], path="resellers/Harbor", weight=Weight.AGREES)
    twice = replace(one, bearings=(*one.bearings, agreeing))

    advice = advise(replace(found, judgements=(twice, twice)), capabilities(wins=Action.BLOCK))

    assert [line.words[2] for line in advice] == ["customers/Acme Widgets", "resellers/Harbor"]


def test_an_allow_would_not_help_where_blocks_win() -> None:
    """There only the block can be taken away."""
    found = judged(Action.BLOCK, Origin("policies/acme.yaml", 4, 3))

    advice = advise(found, capabilities(wins=Action.BLOCK))

    assert [one.words[1] for one in advice] == ["remove-rule"]


def test_an_allow_is_not_taken_away() -> None:
    """Where mail is let through anyway, only the search goes on."""
    found = judged(Action.ALLOW, Origin("policies/acme.yaml", 4, 3))

    assert [one.words[1] for one in advise(found, SERVICE)] == ["logs"]


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        ("deliver", "it has left the service"),
        ("default", "it has left the service"),
        ("encrypt", "the recipient got a link"),
        ("bounce", "the sender was told"),
        ("delete", "nothing of it is left"),
        ("quarantine_spam", "it was held and is not any more"),
    ],
)
def test_what_the_log_says(decision: str, words: str) -> None:
    """Of mail that nothing stops any more there is only something to know, once."""
    entries = (LogEntry("1", decision=decision), LogEntry("2", decision=decision))

    (one,) = advise(replace(FOUND, entries=entries), SERVICE)

    assert (words in one.purpose, one.words) == (True, ())


def test_a_decision_that_nobody_knows() -> None:
    """Nothing is said of it."""
    assert advise(replace(FOUND, entries=(LogEntry("1", decision="odd"),)), SERVICE) == []


def test_where_nothing_was_found() -> None:
    """The search goes on in the whole domain, and who there is where nobody has the address."""
    further = ("mpctl", "logs", "domains/acme.example")
    purpose = "nothing was found: look at the whole domain, as far back as it goes"
    asked = replace(FOUND, question=replace(FOUND.question, sender=SENDER))

    assert advise(FOUND, SERVICE) == [Advice(purpose, further)]
    assert advise(asked, SERVICE) == [Advice(purpose, (*further, "--sender", SENDER))]
    assert commands(replace(FOUND, user=None)) == [
        " ".join(further),
        "mpctl entities users --under domains/acme.example",
    ]


@pytest.mark.parametrize(
    "found", [replace(FOUND, torn=True), replace(FOUND, asked=False, user=None)]
)
def test_what_was_not_read_is_not_missing(found: Investigation) -> None:
    """Nobody is told that nothing was found where nothing could be, or was, asked."""
    assert advise(found, SERVICE) == []
