"""What is judged, where, and how often."""

from __future__ import annotations

from mpctl.core.entity import Entity
from tests.policy.linting import codes, judged, lines
from tests.policy.workspace import Workspace

SETS = """\
ruleset: known
block: [gmail.com, acme.example]
---
ruleset: nobodys
allow: [co.uk]
"""


def entity(name: str, *, rest: str = "include: [known]") -> str:
    """A document after another one."""
    return f"---\nentity: {name}\n{rest}\n"


ACME = Entity("mailprotector", "domains", "acme.example")
GLOBEX = Entity("mailprotector", "domains", "globex.example")


def test_a_rule_set_is_judged_once(workspace: Workspace) -> None:
    """However many entities include it, a rule of a rule set is found once, where it stands."""
    policies = SETS + entity("domains/acme.example") + entity("domains/globex.example")

    assert [line.partition(": ")[0] for line in lines(workspace, policies)] == [
        *("p.yaml:2:9", "p.yaml:2:20", "p.yaml:5:9")
    ]
    assert {d.entity for d in judged(workspace, policies).diagnostics} == {""}


def test_a_rule_set_is_judged_for_those_who_include_it(workspace: Workspace) -> None:
    """A domain is own to a rule set where its target's policies are about it."""
    elsewhere = SETS + entity("domains/acme.example", rest="allow: []")
    outgoing = elsewhere + entity("outgoing:orders/mb12345", rest="include: [known]")

    assert codes(workspace, outgoing) == ["broad-block", "broad-allow"]


def test_both_places_of_one_rule(workspace: Workspace) -> None:
    """A rule that an entity writes and includes is judged at each place."""
    policies = "ruleset: known\nblock: [web.de]\n" + entity(
        "domains/acme.example", rest="include: [known]\nblock: [web.de]"
    )

    assert [line.partition(": ")[0] for line in lines(workspace, policies)] == [
        *("p.yaml:2:9", "p.yaml:6:9")
    ]


def test_a_reason_counts_where_it_is_written(workspace: Workspace) -> None:
    """The reason of an included rule is none for the same rule of the entity."""
    policies = "ruleset: known\nblock: [{value: x.example, reason: Seen}]\n" + entity(
        "domains/acme.example", rest="include: [known]\nblock: [x.example]"
    )

    assert lines(workspace, policies, "{require_reason: all}") == [
        "p.yaml:6:9: error[no-reason]: the block of 'x.example' says no reason"
    ]


def test_selected_entities(workspace: Workspace) -> None:
    """With a selection, its documents and the rule sets that they include are judged."""
    policies = (
        SETS
        + entity("domains/acme.example", rest="include: [known]\nallow: [web.de]")
        + entity("domains/globex.example", rest="allow: [web.de, acme.example]")
    )

    def at(*entities: Entity) -> list[int]:
        found = judged(workspace, policies, entities=entities).diagnostics
        return [d.origin.line for d in found if d.origin]

    assert at(ACME) == [2, 2, 9]
    assert at(GLOBEX) == [12, 12]
    assert at() == []
    assert [d.origin.line for d in judged(workspace, policies).diagnostics if d.origin] == [
        *(2, 2, 5, 9, 12, 12)
    ]
