"""What it means to include a rule set."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mpctl.core.match import Kind, Match
from mpctl.core.rule import Action, DeclaredRule, Expiry, RuleKey
from mpctl.diagnostics import Origin
from tests.policy.workspace import Workspace

SETS = """\
ruleset: known
block:
  - {value: spammer.example, reason: Known, expires: 2027-06-30}
  - bulk.example
---
ruleset: others
block: [{value: SPAMMER.example, ticket: HD-1, expires: 2027-12-31}]
"""

SPAMMER = RuleKey(Action.BLOCK, Match(Kind.DOMAIN, "spammer.example"))
BULK = RuleKey(Action.BLOCK, Match(Kind.DOMAIN, "bulk.example"))


@pytest.fixture(autouse=True)
def _sets(workspace: Workspace) -> None:
    workspace.write("sets.yaml", SETS)


def test_one_rule_from_several_sources(workspace: Workspace) -> None:
    """A rule from several sources is one, with all its origins and the latest expiry."""
    entity = workspace.entity("entity: domains/a.example\ninclude: [known, others]")

    assert entity.rules[SPAMMER] == DeclaredRule(
        SPAMMER,
        "spammer.example",
        (Origin("policies/sets.yaml", 3, 13), Origin("policies/sets.yaml", 7, 17)),
        Expiry("2027-12-31", datetime(2028, 1, 1, tzinfo=UTC)),
        reason="Known",
        ticket="HD-1",
    )


def test_the_own_document_comes_first(workspace: Workspace) -> None:
    """A rule that the document writes too is shown as written there, and its origin leads."""
    entity = workspace.entity(
        "entity: domains/a.example\ninclude: [known]\nblock: [Spammer.example]"
    )
    rule = entity.rules[SPAMMER]

    assert rule.shown == "Spammer.example"
    assert [str(origin) for origin in rule.origins] == [
        "policies/entity.yaml:3:9",
        "policies/sets.yaml:3:13",
    ]


def test_no_expiry_is_the_latest(workspace: Workspace) -> None:
    """A rule that one source declares for good never ends."""
    entity = workspace.entity(
        "entity: domains/a.example\ninclude: [known]\nblock: [spammer.example]"
    )

    assert entity.rules[SPAMMER].expires is None


def test_except_takes_a_value_out(workspace: Workspace) -> None:
    """An excepted value is compared in canonical form and taken out of every included set."""
    entity = workspace.entity(
        "entity: domains/a.example\ninclude: [known, others]\nexcept: [Spammer.Example.]"
    )

    assert list(entity.rules) == [BULK]


def test_except_lifts_a_contradiction(workspace: Workspace) -> None:
    """What is excepted may be written into the other list."""
    entity = workspace.entity(
        """\
        entity: domains/a.example
        include: [known]
        except: [bulk.example]
        allow: [bulk.example]
        """
    )

    assert RuleKey(Action.ALLOW, BULK.match) in entity.rules
    assert BULK not in entity.rules


def test_except_does_not_take_out_own_rules(workspace: Workspace) -> None:
    """An exception is about included rules only."""
    entity = workspace.entity(
        """\
        entity: domains/a.example
        include: [known]
        except: [bulk.example]
        block: [bulk.example]
        """
    )

    assert len(entity.rules[BULK].origins) == 1


def test_any_flow(workspace: Workspace) -> None:
    """A set that says `flow: any` serves inbound and outbound services."""
    workspace.write("any.yaml", "ruleset: any\nflow: any\nblock: [v.example]\n")
    workspace.write(
        "two.yaml",
        "entity: domains/a.example\ninclude: [any]\n---\n"
        "entity: outgoing:orders/mb1\ninclude: [any]\n",
    )

    assert len(workspace.load().desired.entities) == 2


def test_a_set_that_nobody_includes_is_checked(workspace: Workspace) -> None:
    """A mistake in a rule set shows before anybody includes it."""
    assert workspace.problems("ruleset: unused\nblock: [vendor]\n") == [
        "p.yaml:2:9: error[invalid-value]: 'vendor' is not a domain name",
    ]


def test_a_rule_that_a_service_cannot_express(workspace: Workspace) -> None:
    """It is reported once, where the rule stands, however many entities include the set."""
    workspace.write("wild.yaml", "ruleset: wild\nblock: ['*.v.example']\n")

    assert workspace.problems(
        "entity: domains/a.example\ninclude: [wild]\n---\n"
        "entity: domains/b.example\ninclude: [wild]\n"
    ) == [
        (
            "wild.yaml:2:9: error[unsupported-value]: "
            "mailprotector cannot block a wildcard domain: '*.v.example'"
        ),
    ]


def test_a_broken_set_is_not_blamed_on_those_who_include_it(workspace: Workspace) -> None:
    """An unreadable file, or a set with an error, has no consequences elsewhere."""
    assert workspace.problems(
        "entity: domains/a.example\ninclude: [broken, gone]\nexcept: [v.example]\n",
        broken="ruleset: broken\nblock: [5]\n",
        gone="ruleset: gone\n  block: [\n",
    ) == [
        (
            "broken.yaml:2:9: error[wrong-type]: "
            "an item of 'block' is the number 5, expected text or a mapping"
        ),
        (
            "gone.yaml:2:8: error[invalid-yaml]: not YAML: "
            "mapping values are not allowed in this context"
        ),
    ]
