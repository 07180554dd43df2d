"""Waivers: what they silence, what they do not, and when they are in the way."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.diagnostics import Code, Severity
from mpctl.policy.lint import CODES
from tests.policy.linting import NOW, codes, judged, lines
from tests.policy.workspace import Workspace

DAY = timedelta(days=1)
SECTION = "{require_reason: all, max_allow_days: 3}"


def waive(code: str, until: str = "2026-11-21") -> str:
    """A waiver on one line."""
    return f"{{code: {code}, reason: HD-1, until: {until}}}"


def rule(*waivers: str, value: str = "co.uk") -> str:
    """A rule with waivers."""
    return f"{{value: {value}, waive: [{', '.join(waivers)}]}}"


def test_on_a_rule(workspace: Workspace) -> None:
    """A waiver of a rule silences its code for this rule and nothing else."""
    policies = f"entity: domains/a.example\nallow:\n  - {rule(waive('no-reason'))}\n  - gmail.com\n"

    found = judged(workspace, policies, SECTION)
    assert [(d.origin.line, d.code) for d in found.diagnostics if d.origin] == [
        *((3, "broad-allow"), (3, "long-allow")),
        *((4, "broad-allow"), (4, "no-reason"), (4, "long-allow")),
    ]
    assert found.waived == 1


def test_on_an_entity(workspace: Workspace) -> None:
    """A waiver of an entity silences its code for the rules that this document writes."""
    policies = (
        f"entity: domains/a.example\nwaive: [{waive('broad-allow')}]\nallow: [co.uk, gmail.com]\n"
        "---\nentity: domains/b.example\nallow: [web.de]\n"
    )

    assert [line.partition(":")[2][:1] for line in lines(workspace, policies)] == ["6"]
    assert judged(workspace, policies).waived == 2


def test_on_a_rule_set(workspace: Workspace) -> None:
    """A waiver of a rule set holds for its rules, one of an entity that includes it not."""
    policies = (
        "ruleset: known\nblock: [gmail.com]\n{}---\nentity: domains/a.example\ninclude: [known]\n{}"
    )
    waiver = f"waive: [{waive('broad-block')}]\n"

    assert codes(workspace, policies.format(waiver, "")) == []
    assert codes(workspace, policies.format("", waiver)) == ["broad-block", "useless-waiver"]


def test_on_several_values(workspace: Workspace) -> None:
    """A waiver of a long form is of use if one of its values needs it."""
    policies = (
        "entity: domains/a.example\nallow:\n"
        f"  - {{values: [in.example, co.uk, web.de], waive: [{waive('broad-allow')}]}}\n"
    )

    found = judged(workspace, policies)
    assert (found.diagnostics, found.waived) == ((), 2)


def test_until_its_day(workspace: Workspace) -> None:
    """A waiver stands through its day, and after it is said to have ended, once."""
    policies = f"entity: domains/a.example\nallow:\n  - {rule(waive('broad-allow'))}\n"

    assert codes(workspace, policies) == []
    found = lines(workspace, policies, now=NOW + timedelta(days=1))
    assert found == [
        (
            "p.yaml:3:13: warning[broad-allow]: the allow of 'co.uk' is broad: anybody can have a "
            "domain below it"
        ),
        "p.yaml:3:35: warning[expired-waiver]: the waiver of broad-allow ended on 2026-11-21",
    ]


def test_without_use(workspace: Workspace) -> None:
    """A waiver that no finding needs is a warning of its own."""
    policies = f"entity: domains/a.example\nallow:\n  - {rule(waive('broad-block'))}\n"
    quiet = f"entity: domains/a.example\nwaive: [{waive('expired')}]\nallow: [in.example]\n"

    assert codes(workspace, policies) == ["broad-allow", "useless-waiver"]
    assert lines(workspace, quiet) == [
        "p.yaml:2:16: warning[useless-waiver]: the waiver of expired silences nothing"
    ]
    assert {d.severity for d in judged(workspace, quiet).diagnostics} == {Severity.WARNING}


def test_what_is_off_needs_no_waiver(workspace: Workspace) -> None:
    """Where a check is off, its waivers have no use."""
    policies = f"entity: domains/a.example\nallow:\n  - {rule(waive('broad-allow'))}\n"

    assert codes(workspace, policies, "{broad_allow: off}") == ["useless-waiver"]


def test_both_are_of_use(workspace: Workspace) -> None:
    """Where the rule and its document waive the same, neither is blamed."""
    policies = (
        f"entity: domains/a.example\nwaive: [{waive('broad-allow')}]\n"
        f"allow:\n  - {rule(waive('broad-allow'))}\n"
    )

    found = judged(workspace, policies)
    assert (found.diagnostics, found.waived) == ((), 1)


def test_shared_by_an_alias(workspace: Workspace) -> None:
    """A waiver that several rules share is of use if one of them needs it, and is blamed once."""
    policies = (
        "entity: domains/a.example\nallow:\n"
        f"  - {{value: in.example, waive: &accepted [{waive('broad-allow')}]}}\n"
        "  - {value: VALUE, waive: *accepted}\n"
    )

    assert codes(workspace, policies.replace("VALUE", "co.uk")) == []
    assert codes(workspace, policies.replace("VALUE", "out.example")) == ["useless-waiver"]


@pytest.mark.parametrize(
    ("waiver", "problem"),
    [
        (
            "{code: broad_allow, reason: x, until: 2026-12-01}",
            (
                "p.yaml:2:16: error[not-a-choice]: 'code' is the text 'broad_allow', expected "
                "broad-allow, broad-block, no-reason, long-allow, expiring, expired or own-domain"
            ),
        ),
        (
            "{code: broad-allow, until: 2026-12-01}",
            "p.yaml:2:9: error[missing-key]: an item of 'waive' has no key 'reason'",
        ),
        (
            "{code: broad-allow, reason: x}",
            "p.yaml:2:9: error[missing-key]: an item of 'waive' has no key 'until'",
        ),
        (
            "{code: broad-allow, reason: '', until: 2026-12-01}",
            "p.yaml:2:37: error[empty-key]: 'reason' is empty",
        ),
        (
            "{code: broad-allow, reason: x, until: 2026-02-30}",
            "p.yaml:2:47: error[invalid-date]: '2026-02-30' does not exist",
        ),
        (
            "{code: broad-allow, reason: x, untill: 2026-12-01, until: 2026-12-01}",
            "p.yaml:2:40: error[unknown-key]: 'untill' is not a key of a waiver",
        ),
    ],
)
def test_wrong(workspace: Workspace, waiver: str, problem: str) -> None:
    """A waiver names a code that exists, a reason and a day, or the policies are in error."""
    assert workspace.problems(f"entity: domains/a.example\nwaive: [{waiver}]\n") == [problem]


def test_a_misspelt_code_is_guessed(workspace: Workspace) -> None:
    """The error about an unknown code names the one that was probably meant."""
    workspace.write("p.yaml", f"ruleset: known\nwaive: [{waive('broad_block')}]\n")

    assert workspace.diagnostics()[0].fix == "Did you mean 'broad-block'?"


def test_not_on_absent_rules(workspace: Workspace) -> None:
    """What lint does not judge has no waivers."""
    absent = "absent: {allow: [{value: a.example, waive: []}]}"

    assert workspace.problems(f"entity: domains/a.example\n{absent}\n") == [
        "p.yaml:2:37: error[unknown-key]: 'waive' is not a key of an absent rule"
    ]


def test_a_waiver_changes_no_rule(workspace: Workspace) -> None:
    """A rule is the same rule with and without a waiver, and carries it."""
    plain = workspace.entity("entity: domains/a.example\nallow: [co.uk]")
    waived = workspace.entity(f"entity: domains/a.example\nallow: [{rule(waive('no-reason'))}]")

    assert plain.rules.keys() == waived.rules.keys()
    ((waiver,),) = (declared.waivers for declared in waived.rules.values())
    assert (waiver.code, waiver.reason, waiver.until) == (
        Code.NO_REASON,
        "HD-1",
        date(2026, 11, 21),
    )


VALUES = ["co.uk", "gmail.com", "in.example", "web.de", "a@b.example"]


@given(st.data())
def test_a_waiver_silences_exactly_its_code(workspace: Workspace, data: st.DataObject) -> None:
    """With a waiver, the findings are the others; what is gone is counted as waived."""
    values = data.draw(st.lists(st.sampled_from(VALUES), min_size=1, unique=True))
    code = data.draw(st.sampled_from(sorted(CODES)))
    expires = data.draw(st.sampled_from(["", "expires: 2026-11-22, ", "expires: 2025-11-22, "]))
    until = data.draw(st.sampled_from([NOW.date(), date(2030, 1, 1), date(2026, 11, 20)]))
    written = f"{{values: [{', '.join(values)}], {expires}requested_by: x}}"
    body = f"allow: [{written}]\n"
    plain = judged(workspace, f"entity: domains/a.example\n{body}", SECTION)
    waiver = waive(code, str(until))
    waived = judged(workspace, f"entity: domains/a.example\n{body}waive: [{waiver}]\n", SECTION)

    stands = until >= NOW.date()
    silenced = [d for d in plain.diagnostics if d.code is code and stands]
    own = {Code.USELESS_WAIVER, Code.EXPIRED_WAIVER}
    assert [d for d in waived.diagnostics if d.code not in own] == [
        d for d in plain.diagnostics if d not in silenced
    ]
    assert waived.waived == len(silenced)
    said = [d.code for d in waived.diagnostics if d.code in own]
    if not stands:
        assert said == [Code.EXPIRED_WAIVER]
    else:
        assert said == ([] if silenced else [Code.USELESS_WAIVER])


DOCUMENTS = [
    "ruleset: known\nblock: [gmail.com, {value: out.example, expires: 2025-01-01}]\n",
    f"ruleset: idle\nallow: [co.uk]\nwaive: [{waive('expired')}]\n",
    "entity: domains/a.example\ninclude: [known]\nallow: [b.example]\n",
    f"entity: domains/b.example\ninclude: [known]\nblock: [{rule(waive('no-reason'))}]\n",
    "entity: users/x@c.example\nallow: [c.example, web.de]\n",
    "entity: customers/Cee\nallow: [c.example]\n",
]


@given(st.permutations(DOCUMENTS))
def test_the_order_of_documents_does_not_matter(workspace: Workspace, documents: list[str]) -> None:
    """Shuffled documents give the same findings."""
    everything = {
        (d.severity, d.code, d.summary, d.why, d.fix, d.entity)
        for d in judged(workspace, "---\n".join(documents), SECTION).diagnostics
    }

    assert everything == {
        (d.severity, d.code, d.summary, d.why, d.fix, d.entity)
        for d in judged(workspace, "---\n".join(DOCUMENTS), SECTION).diagnostics
    }


def test_what_only_a_plan_finds(workspace: Workspace) -> None:
    """A waiver of a finding that takes live facts is not blamed, until its day is over."""
    accepted = rule(waive("own-domain"), value="in.example")
    policies = f"entity: domains/a.example\nblock:\n  - {accepted}\n"

    assert codes(workspace, policies) == []
    later = [line.partition("[")[2][:14] for line in lines(workspace, policies, now=NOW + DAY)]
    assert later == ["expired-waiver"]
