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


def test_an_entity_may_go_without_what_its_service_lacks(workspace: Workspace) -> None:
    """With `unsupported: skip` such rules are left out, own and included, and each is named."""
    workspace.write("wild.yaml", "ruleset: wild\nblock: ['*.v.example', v.example]\n")

    entity = workspace.entity(
        """
        entity: domains/a.example
        unsupported: skip
        include: [wild]
        allow: [192.0.2.7, w.example]
        """
    )

    assert sorted(str(key.match) for key in entity.rules) == ["v.example", "w.example"]
    assert [(f.code.value, f.summary) for f in entity.findings] == [
        (
            "skipped-rule",
            "allow 192.0.2.7 is left out: mailprotector cannot allow an IP address or network",
        ),
        (
            "skipped-rule",
            "block *.v.example is left out: mailprotector cannot block a wildcard domain",
        ),
    ]


def test_skipping_is_one_entity_s_own_decision(workspace: Workspace) -> None:
    """An entity that does not skip still has the error, whoever else includes the set."""
    workspace.write("wild.yaml", "ruleset: wild\nblock: ['*.v.example']\n")

    (problem,) = workspace.problems(
        "entity: domains/a.example\nunsupported: skip\ninclude: [wild]\n---\n"
        "entity: domains/b.example\ninclude: [wild]\n"
    )

    assert "unsupported-value" in problem


def test_an_allow_that_would_mean_more_is_refused(workspace: Workspace) -> None:
    """Where a service takes a domain for all below it, the policy has to say that, too."""
    assert workspace.problems("entity: server:server/main\nallow: [v.example]\n") == [
        "p.yaml:2:9: error[wider-meaning]: broad would also allow every subdomain of v.example"
    ]
    both = "entity: server:server/main\nallow: [v.example, '*.v.example']\nblock: [w.example]\n"
    workspace.write("p.yaml", both)
    assert len(workspace.load().desired.entities) == 1


def test_where_a_service_does_not_say_what_a_domain_means_the_plan_does(
    workspace: Workspace,
) -> None:
    """An undocumented meaning is a note of the entity, once, and nothing else."""
    orders = workspace.entity("entity: outgoing:orders/mb1\nblock: [v.example, w.example]\n")
    assert [(f.code.value, str(f.origin)) for f in orders.findings] == [
        ("unknown-meaning", "policies/entity.yaml:1:9")
    ]

    addresses = workspace.entity("entity: outgoing:orders/mb1\nblock: [a@v.example]\n")
    assert addresses.findings == ()


def test_what_a_service_needs_is_declared_with_the_lists(workspace: Workspace) -> None:
    """An implied setting comes with the first rule or list, and no policy can write it."""
    entity = workspace.entity("entity: server:server/main\nblock: [v.example]\n")
    assert {s.name: s.value for s in entity.settings.values()} == {"plumbing": "ready"}

    emptied = workspace.entity("entity: server:server/main\nblock: []\n")
    assert {s.name: s.value for s in emptied.settings.values()} == {"plumbing": "ready"}

    nothing = workspace.entity("entity: server:server/main\nmanage: additive\n")
    assert not nothing.settings

    problems = workspace.problems("entity: server:server/two\nsettings: {plumbing: ready}\n")
    assert problems == [
        "p.yaml:2:12: error[unknown-setting]: broad has no setting 'plumbing' at server",
    ]


def test_a_setting_stands_at_its_scopes_only(workspace: Workspace) -> None:
    """A setting of other scopes is unknown here, and a number is read as one."""
    group = workspace.entity("entity: user_groups/a.example/staff\nsettings: {folder_age: 30}\n")
    assert group.settings["folder_age"].value == "30"

    assert workspace.problems("entity: domains/a.example\nsettings: {folder_age: 30}\n") == [
        "p.yaml:2:12: error[unknown-setting]: mailprotector has no setting 'folder_age' at domains"
    ]
    assert workspace.problems("entity: user_groups/a.example/two\nsettings: {folder_age: x}\n") == [
        (
            "p.yaml:2:24: error[invalid-setting]: 'folder_age' is the text 'x', "
            "expected a whole number from 0 on"
        )
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
