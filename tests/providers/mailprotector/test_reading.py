"""What is read of a domain, in every dialect that the service may speak."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import pytest

from mpctl.core.rule import Action
from mpctl.core.state import DesiredEntity, LiveEntity, Mode, Reading
from mpctl.diagnostics import Code, Diagnostic, MpctlError, Origin, Severity
from mpctl.providers.mailprotector.rules import Rules
from mpctl.sandbox.mailprotector import SWITCHES
from mpctl.transport import Answer, Session
from tests.providers.mailprotector.world import ACME, World, entity, running

OWN = [
    ("allow", "partner.example"),
    ("block", "cheap-toner.example"),
    ("block", "spammer.example"),
]
INCOMPLETE = Diagnostic(
    Code.INCOMPLETE_LISTING,
    "the list of rules may not be whole: 3 rows were collected, the service counts 4",
    why="Nothing is removed on the ground of a list that is not proven complete.",
    fix="Plan again; if it stays, ask the service's support about this list.",
    severity=Severity.WARNING,
    entity="mailprotector:domains/acme.example",
)
NO_OWNER = Diagnostic(
    Code.OWNER_UNKNOWN,
    "3 rules do not say which entity they belong to",
    why="A rule is deleted by its number alone, so one of another entity could be hit.",
    severity=Severity.WARNING,
    entity="mailprotector:domains/acme.example",
)
EVERY_SWITCH = [(name, value) for name, switch in SWITCHES.items() for value in switch.values]


def keys(live: LiveEntity) -> list[tuple[str, str]]:
    """The identities of the rules of an entity, sorted."""
    return sorted((rule.key.action.value, rule.key.match.value) for rule in live.rules)


def foreign(count: int) -> Diagnostic:
    """The note that so many rows are of other entities."""
    return Diagnostic(
        Code.FOREIGN_RULES,
        f"{count} rules in the listing belong to other entities and are left alone",
        severity=Severity.NOTE,
        entity="mailprotector:domains/acme.example",
    )


@pytest.mark.parametrize(("name", "value"), EVERY_SWITCH)
def test_every_dialect_is_the_same_domain(name: str, value: str) -> None:
    """Whatever the service does where its behaviour is unknown, the same rules are read."""
    with running(switches={name: value}) as world:
        live = world.read(settings=["allow_spam_release"])

    withheld = {("wrong_total", "on"), ("rule_entity", "absent")}
    assert keys(live) == OWN
    assert live.settings == {"allow_spam_release": False}
    assert (live.native_id, live.live_name) == ("9101", "acme.example")
    proven = live.complete and all(rule.owned_here for rule in live.rules)
    assert proven is ((name, value) not in withheld)


def test_what_a_domain_shows() -> None:
    """Rules have their canonical value, their value as it is live, and their id."""
    with running() as world:
        live = world.read()
        toner = world.id_of("Cheap-Toner.example")

    (rule,) = (rule for rule in live.rules if rule.shown == "Cheap-Toner.example")
    assert (rule.key.action, rule.key.match.value) == (Action.BLOCK, "cheap-toner.example")
    assert (rule.native_id, rule.owned_here) == (toner, True)
    assert (live.complete, live.findings, live.facts) == (True, (), {"status": "Active"})


@pytest.mark.parametrize(
    ("switches", "findings"),
    [
        ({}, ()),
        ({"rules_list": "direct+inherited"}, (foreign(2),)),
        ({"rules_list": "subtree"}, (foreign(1),)),
        ({"rules_list": "subtree", "rule_entity": "flat"}, (foreign(1),)),
        ({"wrong_total": "on"}, (INCOMPLETE,)),
        ({"rule_entity": "absent"}, (NO_OWNER,)),
    ],
)
def test_what_is_odd_is_said(switches: dict[str, str], findings: tuple[Diagnostic, ...]) -> None:
    """Rows of others, rows of nobody and a doubtful list are findings of the entity."""
    with running(switches=switches) as world:
        assert world.read().findings == findings


def test_a_list_of_several_pages() -> None:
    """A list of many pages is read whole."""
    with running(switches={"page_cap": "1"}) as world:
        live = world.read()

        assert (keys(live), live.complete) == (OWN, True)
        assert world.paths().count("/domains/9101/allow_block_rules") == 3


def test_duplicates_are_kept() -> None:
    """Two rows that mean one rule are two rules of one identity."""
    with running() as world:
        world.sandbox.mailprotector.state.add_rule("domains", 9101, "SPAMMER.example", "block")
        live = world.read()

    assert keys(live) == [*OWN, ("block", "spammer.example")]
    assert len({rule.native_id for rule in live.rules}) == 4


class OddRows:
    """A session whose service lists rows of types that nobody has documented, and then none."""

    def request(self, *_: object, params: Mapping[str, int]) -> Answer:
        """Answer as a session does."""
        here = {"id": 9101, "entity_type": "Domain"}
        rows = [
            {"id": number, "entity": here, "value": f"d{number}.example", "rule_type": kind}
            for number, kind in enumerate(("Block", "Quarantine", None), start=1)
        ]
        return Answer(200, body=rows if params["page"] == 1 else [])


def test_a_row_that_is_not_understood() -> None:
    """A row of an unknown type is no rule, and makes the list doubtful."""
    listing = Rules(cast(Session, OddRows())).read(Reading(ACME), "9101")

    assert [rule.shown for rule in listing.rules] == ["d1.example"]
    assert not listing.complete
    (finding,) = listing.findings
    assert finding.summary == (
        "the list of rules may not be whole: rule 2 has no readable value or type; "
        "rule 3 has no readable value or type"
    )


@pytest.mark.parametrize(
    ("path", "fault", "code"),
    [
        ("allow_block_rules", "403", Code.REFUSED_BY_SERVICE),
        ("allow_block_rules", "503 times=forever", Code.UNAVAILABLE),
        ("allow_block_rules", "drop-before times=forever", Code.UNAVAILABLE),
        ("allow_block_rules", "429 times=forever", Code.THROTTLED),
        ("allow_block_rules", "html", Code.UNEXPECTED_ANSWER),
        ("allow_block_rules", "empty", Code.UNEXPECTED_ANSWER),
        ("allow_block_rules", "malformed", Code.UNEXPECTED_ANSWER),
        ("configuration", "404", Code.REFUSED_BY_SERVICE),
        ("configuration", "empty", Code.UNEXPECTED_ANSWER),
        ("configuration", "truncated times=forever", Code.UNAVAILABLE),
    ],
)
def test_what_cannot_be_read_is_unread(path: str, fault: str, code: Code) -> None:
    """An entity that cannot be read is never an empty one, and the others are read."""
    with running(f"GET /domains/9101/{path} {fault}") as world:
        state = world.fetch(
            "domains/acme.example", "domains/globex.example", settings=["allow_spam_release"]
        )

    assert set(state.entities) == {entity("domains/globex.example")}
    assert state.missing == {}
    (diagnostic,) = state.unread.values()
    assert (diagnostic.code, diagnostic.entity) == (code, str(ACME))


def test_a_key_that_is_refused_in_the_middle() -> None:
    """A key that is refused while rules are read stops the whole target."""
    with (
        running("GET /allow_block_rules 401") as world,
        pytest.raises(MpctlError) as refused,
    ):
        world.fetch("domains/acme.example", "domains/globex.example")

    assert refused.value.diagnostics[0].code is Code.KEY_REFUSED


@pytest.mark.parametrize("style", ["json", "int", "string"])
@pytest.mark.parametrize("config_get", ["effective", "local"])
def test_a_setting(style: str, config_get: str) -> None:
    """A release permission is read in every spelling."""
    with running(switches={"bool_style": style, "config_get": config_get}) as world:
        assert world.read(settings=["allow_spam_release"]).settings == {"allow_spam_release": False}


def test_a_setting_that_is_not_told() -> None:
    """A permission that the document does not hold is unknown, never false."""
    with running(switches={"config_get": "local"}) as world:
        live = world.read("domains/globex.example", settings=["allow_spam_release"])

    assert live.settings == {}


def test_progress_is_told_for_each_entity() -> None:
    """Each entity that was read, or could not be, is one step."""
    steps: list[None] = []
    with running("GET /domains/9101/allow_block_rules 403") as world:
        readings = [
            policy(name).reads for name in ("domains/acme.example", "domains/globex.example")
        ]
        world.provider.fetch(readings, lambda: steps.append(None))

    assert len(steps) == 2


def policy(text: str) -> DesiredEntity:
    """A policy that owns both lists of an entity."""
    return DesiredEntity(
        entity(text),
        Origin("policies/acme.yaml", 1, 1),
        modes=dict.fromkeys(Action, Mode.FULL),
        owned=frozenset(Action),
    )


def reviewed(world: World, text: str) -> list[tuple[Code, Severity, str]]:
    """What the provider finds in an entity."""
    desired = policy(text)
    findings = world.provider.review(desired, world.read(text))
    assert all(finding.origin == desired.origin for finding in findings)
    return [(finding.code, finding.severity, finding.summary) for finding in findings]


def test_a_domain_whose_mail_is_not_filtered() -> None:
    """A domain that is not active is pointed out, one that says nothing is not."""
    with running() as world:
        assert reviewed(world, "domains/acme.example") == []
        assert reviewed(world, "domains/pending.example") == [
            (
                Code.INACTIVE,
                Severity.WARNING,
                "domains/pending.example is Pending: its mail is not filtered yet",
            )
        ]
    with running(switches={"sparse": "on"}) as world:
        assert reviewed(world, "domains/pending.example") == []
