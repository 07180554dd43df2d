"""Reasons and ends, each at its edge."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mpctl.policy import read_schema
from mpctl.policy.lint import CODES, PLANNED
from tests.policy.linting import codes, judged, lines
from tests.policy.workspace import Workspace

BOTH = "entity: domains/a.example\nallow: [in.example]\nblock: [out.example]\n"


@pytest.mark.parametrize(
    ("required", "expected"),
    [("none", []), ("allow", ["2"]), ("block", ["3"]), ("all", ["2", "3"])],
)
def test_required_reasons(workspace: Workspace, required: str, expected: list[str]) -> None:
    """Only rules of the lists that `require_reason` names must say why; that is an error."""
    found = judged(workspace, BOTH, f"{{require_reason: {required}}}").diagnostics

    assert [str(d.origin).split(":")[1] for d in found] == expected
    assert {(d.code, d.severity) for d in found} <= {("no-reason", "error")}


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ("reason: Invoices", True),
        ("reason: 4711", True),
        ("ticket: HD-1", True),
        ("reason: ' '", False),
        ("requested_by: ap@a.example", False),
    ],
)
def test_what_counts_as_a_reason(workspace: Workspace, about: str, *, said: bool) -> None:
    """A reason or a ticket tells why; who asked for it does not."""
    rule = f"{{value: in.example, {about}}}"
    policies = f"entity: domains/a.example\nallow: [{rule}]\n"

    assert codes(workspace, policies, "{require_reason: all}") == ([] if said else ["no-reason"])


def ending(expires: str, action: str = "allow") -> str:
    """An entity with a rule that ends."""
    return f"entity: domains/a.example\n{action}:\n  - value: in.example\n    expires: {expires}\n"


@pytest.mark.parametrize(
    ("expires", "found"),
    [
        ("2026-12-01", []),
        ("2026-12-21", []),
        ("2026-12-22", ["long-allow"]),
        ("2026-12-22T00:00:00Z", []),
        ("2026-12-22T00:00:01Z", ["long-allow"]),
        ("2026-12-22T01:00:00+01:00", []),
    ],
)
def test_longest_allow(workspace: Workspace, expires: str, found: list[str]) -> None:
    """An allow may stand until that many days from today, and not a second of the day after."""
    assert codes(workspace, ending(expires), "{max_allow_days: 30, expiring_days: 0}") == found


def test_an_allow_without_end_is_too_long(workspace: Workspace) -> None:
    """What never ends lies further ahead than any number of days; a block may."""
    assert lines(workspace, BOTH, "{max_allow_days: 30}") == [
        "p.yaml:2:9: error[long-allow]: the allow of 'in.example' never ends"
    ]
    (finding,) = judged(workspace, BOTH, "{max_allow_days: 30}").diagnostics
    assert finding.fix == "Write 'expires: 2026-12-21' or an earlier day."


def test_no_limit(workspace: Workspace) -> None:
    """Without `max_allow_days` an allow may stand for ever."""
    assert codes(workspace, BOTH) == []


def test_far_limits_are_bearable(workspace: Workspace) -> None:
    """The largest number of days that the schema admits can be counted with."""
    section = "{max_allow_days: 36500, expiring_days: 36500}"

    assert codes(workspace, BOTH, section) == ["long-allow"]


@pytest.mark.parametrize("action", ["allow", "block"])
@pytest.mark.parametrize(
    ("expires", "found"),
    [
        ("2026-12-06", []),
        ("2026-12-05", ["expiring"]),
        ("2026-11-21", ["expiring"]),
        ("2026-11-20", ["expired"]),
        ("2026-11-21T12:00:00Z", ["expired"]),
        ("2026-11-21T12:00:01Z", ["expiring"]),
        ("2026-12-06T00:00:00Z", ["expiring"]),
        ("2026-12-06T00:00:01Z", []),
    ],
)
def test_ends(workspace: Workspace, action: str, expires: str, found: list[str]) -> None:
    """An end is announced 14 days ahead, up to its last instant; from then on it has expired."""
    assert codes(workspace, ending(expires, action)) == found


def test_words_about_ends(workspace: Workspace) -> None:
    """Findings about an end show it as written, and are warnings."""
    assert lines(workspace, ending("2026-11-30")) == [
        (
            "p.yaml:3:12: warning[expiring]: the allow of 'in.example' ends soon: "
            "it stands until 2026-11-30"
        )
    ]
    assert lines(workspace, ending("2025-11-30")) == [
        (
            "p.yaml:3:12: warning[expired]: the allow of 'in.example' has ended: "
            "it stood until 2025-11-30"
        )
    ]


@pytest.mark.parametrize(("days", "found"), [(0, []), (1, ["expiring"])])
def test_how_far_ahead(workspace: Workspace, days: int, found: list[str]) -> None:
    """`expiring_days` counts from today; 0 announces only what ends today."""
    section = f"{{expiring_days: {days}}}"

    assert codes(workspace, ending("2026-11-22"), section) == found
    assert codes(workspace, ending("2026-11-21"), section) == ["expiring"]


def test_the_day_is_that_of_utc(workspace: Workspace) -> None:
    """One second before midnight the day is not over; with midnight it is."""
    policies = ending("2026-11-21")

    late = datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC)
    assert codes(workspace, policies, now=late) == ["expiring"]
    assert codes(workspace, policies, now=datetime(2026, 11, 22, tzinfo=UTC)) == ["expired"]


def test_absent_rules_are_not_judged(workspace: Workspace) -> None:
    """What must not be live needs no reason and cannot be too broad."""
    policies = "entity: domains/a.example\nabsent: {allow: [co.uk], block: [gmail.com]}\n"

    assert codes(workspace, policies, "{require_reason: all, max_allow_days: 1}") == []


def test_several_findings_of_one_rule(workspace: Workspace) -> None:
    """All that is wrong with a rule is said, in a fixed order."""
    section = "{require_reason: all, max_allow_days: 3}"
    policies = "entity: domains/a.example\nallow: [{value: co.uk, expires: 2026-12-01}]\n"

    assert codes(workspace, policies, section) == [
        *("broad-allow", "no-reason", "long-allow", "expiring")
    ]


def test_every_value_of_a_long_form_is_judged(workspace: Workspace) -> None:
    """Values that share a long form are rules of their own, each at its place."""
    policies = "entity: domains/a.example\nallow:\n  - values: [co.uk, in.example, gmail.com]\n"

    places = [str(d.origin) for d in judged(workspace, policies).diagnostics]
    assert places == ["policies/p.yaml:3:14", "policies/p.yaml:3:33"]


def test_what_reading_notices_is_a_finding(workspace: Workspace) -> None:
    """A comment that is glued to a value is found by lint as well, in reading order."""
    policies = (
        "entity: domains/a.example\nallow:\n  - co.uk\n  - {value: in.example, reason: Line #2\n}\n"
        "  - gmail.com\n"
    )

    assert codes(workspace, policies) == ["broad-allow", "comment-in-value", "broad-allow"]


def test_the_schema_knows_what_can_be_waived() -> None:
    """The codes of a waiver are those of the checks, and of a plan."""
    waiver = read_schema("policy")["$defs"]["waiver"]

    assert set(waiver["properties"]["code"]["enum"]) == {code.value for code in CODES | PLANNED}
