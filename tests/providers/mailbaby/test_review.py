"""What MailBaby would refuse stops its entity before anything is sent, and no other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mpctl.core.match import Kind
from mpctl.core.rule import Action, DeclaredRule, LiveRule, Waiver
from mpctl.core.state import DesiredEntity, LiveEntity, Mode
from mpctl.diagnostics import Code, ExitCode
from mpctl.providers.mailbaby.review import review
from tests.conformance.relay import RELAY
from tests.conformance.running import Bench
from tests.conformance.table import HERE, Stage
from tests.providers.mailbaby.world import MB39, MB41, key

TODAY = date(2026, 11, 21)
LIVE = LiveEntity(MB39, "39")


def declared(value: str, kind: Kind | None = None, *waivers: Waiver) -> DesiredEntity:
    """A policy with one block."""
    rule = DeclaredRule(key(value, kind), value, (HERE,), waivers=waivers)
    return DesiredEntity(MB39, HERE, dict.fromkeys(Action, Mode.FULL), rules={rule.key: rule})


def waiver(code: Code = Code.BROAD_BLOCK, until: date = TODAY) -> Waiver:
    """A waiver at the rule."""
    return Waiver(code, "HD-4790", until, HERE)


@pytest.mark.parametrize("ending", ["local", "test", "example", "invalid", "corp", "xn--zzzz"])
def test_a_domain_that_cannot_exist_is_refused(ending: str) -> None:
    """The service refuses a domain whose last label is no top-level domain."""
    (error,) = review(declared(f"mail.{ending}"), LIVE, TODAY)

    assert (error.code, error.origin, error.entity) == (Code.UNSUPPORTED_VALUE, HERE, str(MB39))
    assert error.summary.endswith(f"there is no top-level domain .{ending}")


@pytest.mark.parametrize("domain", ["a.com", "a.co.uk", "a.ck", "a.xn--p1ai", "a.photography"])
def test_a_domain_that_can_exist_is_sent(domain: str) -> None:
    """Every top-level domain counts, also one that has only names two levels down."""
    assert list(review(declared(domain), LIVE, TODAY)) == []


def test_only_domains_need_a_real_ending() -> None:
    """For an address the service asks for its form alone."""
    for kind in (Kind.EMAIL, Kind.RECIPIENT):
        assert list(review(declared("a@mail.local", kind), LIVE, TODAY)) == []


@pytest.mark.parametrize(("prefix", "refused"), [("a", True), ("ab", True), ("abc", False)])
def test_a_short_prefix_is_refused(prefix: str, *, refused: bool) -> None:
    """One of fewer than three characters would stop most of an order's mail."""
    found = [d.code for d in review(declared(prefix, Kind.SENDER_PREFIX), LIVE, TODAY)]

    assert found == [Code.BROAD_BLOCK] * refused


def test_a_waiver_at_the_rule_lets_a_short_prefix_through() -> None:
    """As long as it stands, and only one for that."""
    tomorrow = date(2026, 11, 22)
    for waivers, day, errors in (
        ((waiver(),), TODAY, 0),
        ((waiver(),), tomorrow, 1),
        ((waiver(Code.BROAD_ALLOW),), TODAY, 1),
    ):
        desired = declared("a", Kind.SENDER_PREFIX, *waivers)
        assert len(list(review(desired, LIVE, day))) == errors


def test_what_is_live_or_only_watched_is_not_judged() -> None:
    """Nothing would be sent, so nothing is refused."""
    desired = declared("mail.local")
    live = replace(LIVE, rules=(LiveRule(key("mail.local"), "mail.local", "14"),))
    watched = replace(desired, modes=dict.fromkeys(Action, Mode.OBSERVE))

    assert list(review(desired, live, TODAY)) == []
    assert list(review(watched, LIVE, TODAY)) == []


@pytest.mark.parametrize(
    ("blocks", "code"), [(("a.example.com",), ExitCode.PARTIAL), ((), ExitCode.STOPPED)]
)
def test_the_other_entities_go_on(blocks: tuple[str, ...], code: ExitCode) -> None:
    """Exit code 5 where something was written, 1 where nothing was."""
    with RELAY.open() as sandbox:
        bench = Bench(RELAY, sandbox)
        other = Stage("one", allow=None, block=blocks).desired(RELAY, MB41)

        result = bench.apply(declared("mail.local"), other)

        assert [p.code for p in result.plan.problems] == [Code.UNSUPPORTED_VALUE]
        assert result.exit_code is code
        assert [row.value for row in RELAY.rows(sandbox, MB41)] == list(blocks)
        assert RELAY.rows(sandbox, MB39) == []
