"""Allowed senders that have to prove themselves, by the target's option."""

from __future__ import annotations

from contextlib import closing

import pytest

from mpctl.core.change import Direction, SettingChange
from mpctl.core.plan import EntityPlan
from mpctl.diagnostics import ExitCode
from mpctl.providers.stalwart import plumbing
from mpctl.providers.stalwart.capabilities import CURRENT, DIFFERENT, PLUMBING, WITHOUT_DMARC
from mpctl.providers.stalwart.probing import Probe, ask
from mpctl.sandbox import Sandbox
from tests.conformance.running import Bench
from tests.conformance.table import Stage
from tests.providers.stalwart.world import Host, ready, session

HARD = {key: value for key, value in plumbing.wanted(dmarc=True).items() if "lookup." not in key}
CONDITION = f"{plumbing.RULE}.condition.0.if"


def changed(plan: EntityPlan) -> list[tuple[str, object, object, Direction]]:
    """The settings that a plan changes."""
    return [
        (change.name, change.before, change.after, change.direction)
        for change in plan.changes
        if isinstance(change, SettingChange)
    ]


@pytest.mark.parametrize(
    ("stored", "option", "before", "direction"),
    [
        ({}, "dmarc", WITHOUT_DMARC, Direction.TIGHTENS),
        (HARD, "nothing", DIFFERENT, Direction.LOOSENS),
        ({CONDITION: "false"}, "dmarc", DIFFERENT, Direction.LOOSENS),
    ],
)
def test_the_option_changes_the_rule(
    stored: dict[str, str], option: str, before: str, direction: Direction
) -> None:
    """To ask for more tightens, to ask for less loosens; what nobody knows counts as strict."""
    with (host := ready(**stored)).open() as sandbox:
        host.options["allow_needs"] = option
        bench = Bench(host, sandbox)
        desired = Stage("x", allow=("older.example",), block=("old.example",))
        (plan,) = bench.plan(desired.desired(host, bench.entity)).entities
        assert changed(plan) == [(PLUMBING, before, CURRENT, direction)]

        assert bench.apply(desired.desired(host, bench.entity)).exit_code is ExitCode.DONE
        wanted = plumbing.wanted(dmarc=option == "dmarc")
        assert sandbox.stalwart.state.live_settings().items() >= {
            (key, value) for key, value in wanted.items() if "lookup." not in key
        }
        assert not bench.plan(desired.desired(host, bench.entity)).changed


def judged(sandbox: Sandbox, host: Host, sender: str, *tags: str) -> set[str]:
    """What the running filter says of a sender, with tags that other rules gave."""
    sandbox.stalwart.state.tags = tags
    bench = Bench(host, sandbox)
    with closing(session(sandbox, bench.clock)) as opened:
        return ask(opened, Probe(sender=sender))


def test_only_what_passes_dmarc_is_let_through() -> None:
    """A forged sender is judged as if it were not allowed; the true one is allowed."""
    with (host := ready()).open() as sandbox:
        host.options["allow_needs"] = "dmarc"
        bench = Bench(host, sandbox)
        desired = Stage("x", allow=("shop.example", "198.51.100.7"), block=("*.shop.example",))
        result = bench.apply(desired.desired(host, bench.entity))

        assert result.exit_code is ExitCode.DONE
        assert judged(sandbox, host, "a@shop.example") == set()
        assert judged(sandbox, host, "a@shop.example", "DMARC_POLICY_ALLOW") == {"MPCTL_ALLOW"}
        assert judged(sandbox, host, "a@eu.shop.example", "DMARC_POLICY_ALLOW") == {"MPCTL_BLOCK"}


def test_the_rule_asks_for_more_before_an_allow_comes() -> None:
    """At no moment does a new allow count without proof."""
    with (host := ready()).open() as sandbox:
        host.options["allow_needs"] = "dmarc"
        bench = Bench(host, sandbox)
        state = sandbox.stalwart.state
        seen: list[tuple[bool, bool]] = []

        def look() -> None:
            new = "allow.domain.shop.example" in state.live_entries("mpctl")
            proven = "$DMARC" in state.live_settings()[CONDITION]
            seen.append((new, proven))

        for number in range(1, 40):
            sandbox.meanwhile("*", ".", look, nth=number)
        desired = Stage("x", allow=("shop.example",), block=("old.example",))
        result = bench.apply(desired.desired(host, bench.entity))
        assert result.exit_code is ExitCode.DONE
        assert (True, False) not in seen
        assert (True, True) in seen
