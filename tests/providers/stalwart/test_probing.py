"""What the running filter is asked after a write, and which answer is the right one."""

from __future__ import annotations

import pytest

from mpctl.core.outcome import Status
from mpctl.diagnostics import Code, ExitCode
from tests.conformance.running import Bench
from tests.conformance.table import Stage
from tests.providers.stalwart.world import outcomes, ready


@pytest.mark.parametrize(
    ("allow", "block"),
    [
        (("a@spam.example",), ("spam.example",)),
        (("*.spam.example",), ("eu.spam.example",)),
        (("198.51.100.7",), ("198.51.100.0/24",)),
        (("2001:db8::/48",), ("2001:db8::/32",)),
        (("xn--bcher-kva.example",), ("a@xn--bcher-kva.example",)),
    ],
)
def test_an_allow_beats_a_block(allow: tuple[str, ...], block: tuple[str, ...]) -> None:
    """A message that both mean is allowed, and that is no contradiction."""
    with (host := ready()).open() as sandbox:
        bench = Bench(host, sandbox)
        result = bench.apply(Stage("x", allow=allow, block=block).desired(host, bench.entity))

        assert [end.detail for end in outcomes(result) if end.detail] == []
        assert result.exit_code is ExitCode.DONE


def test_connections_that_are_exempt_are_not_expected_to_be_refused() -> None:
    """`server.allowed-ip` came in between; the filter says nothing of such an address (6.6)."""
    with (host := ready("connection")).open() as sandbox:
        bench = Bench(host, sandbox)
        exempt = {"server.allowed-ip.198.51.100.0/24": ""}
        sandbox.meanwhile(
            "POST", "^/settings$", lambda: sandbox.stalwart.state.set_settings(exempt)
        )
        blocks = ("198.51.100.7", "old.example")
        result = bench.apply(Stage("x", allow=None, block=blocks).desired(host, bench.entity))

        assert {end.status for end in outcomes(result)} == {Status.APPLIED}


def test_a_node_that_was_not_reloaded_is_noticed() -> None:
    """Of two nodes in turn the one that is asked may not have reloaded; then nobody says done."""
    found = set()
    for rules in (("spam.example",), ("spam.example", "more.example"), ("a@b.example",)):
        with (host := ready()).open({"cluster": "balanced"}) as sandbox:
            bench = Bench(host, sandbox)
            result = bench.apply(Stage("x", allow=None, block=rules).desired(host, bench.entity))
            live = [
                all(
                    any(
                        value in entry
                        for entry in sandbox.stalwart.state.live_entries("mpctl", node=n)
                    )
                    for n in (0, 1)
                )
                for value in rules
            ]
            assert not all(live)
            found |= {end.code for end in outcomes(result)}
    assert Code.NOT_LIVE in found


def test_a_cluster_is_said_to_be_one() -> None:
    """Where the target says so, every plan tells that one node alone is reloaded."""
    with (host := ready()).open() as sandbox:
        host.options["nodes"] = "several"
        bench = Bench(host, sandbox)
        (plan,) = bench.plan(Stage("x").desired(host, bench.entity)).entities

        assert [finding.code for finding in plan.findings] == [Code.NOT_LIVE]
        assert "STALWART_API_BASE_URL" in plan.findings[0].fix
