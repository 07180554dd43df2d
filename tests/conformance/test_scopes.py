"""Every level goes through the table of desired states; domains have a suite of their own."""

from __future__ import annotations

import pytest

from mpctl.diagnostics import Code, ExitCode
from tests.conformance.choices import in_pairs
from tests.conformance.moving import go_through
from tests.conformance.running import Bench
from tests.conformance.scopes import SCOPES, MailprotectorScope
from tests.conformance.service import Choice
from tests.conformance.table import table

# The matrix command tries every scope at everything; here they share the pairs among them.
DEALT = [
    (scope, choice)
    for turn, scope in enumerate(SCOPES)
    for choice in in_pairs(scope)[turn :: len(SCOPES)]
]
DEALT_NAMES = [f"{scope.name}-{number}" for number, (scope, _) in enumerate(DEALT)]
BY_NAME_ONLY = ("resellers", "customers")


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: scope.name)
def test_each_stage_is_reached_at_every_level(scope: MailprotectorScope) -> None:
    """Rules and settings of any level become what is declared, and nobody else's change."""
    assert go_through(scope, {}) == len(table(scope))


@pytest.mark.parametrize(("scope", "switches"), DEALT, ids=DEALT_NAMES)
def test_each_stage_is_reached_with_any_two_switches(
    scope: MailprotectorScope, switches: Choice
) -> None:
    """The same holds when switches leave their defaults."""
    assert go_through(scope, switches) == len(table(scope))


def test_every_value_of_every_switch_is_dealt_to_some_level() -> None:
    """No behaviour of the service is left to the suite of domains."""
    dealt = {item for _, choice in DEALT for item in choice.items()}
    known = {(s.name, value) for s in SCOPES[0].switches.values() for value in s.values}

    assert known - dealt == set()


@pytest.mark.parametrize("name", BY_NAME_ONLY)
def test_a_service_that_hides_its_reseller_is_understood_by_ids(name: str) -> None:
    """Where no name leads to a reseller or customer, an id does, and the table is gone through."""
    scope = MailprotectorScope(name, by_id=True)

    assert go_through(scope, {"sparse": "on"}) == len(table(scope))


@pytest.mark.parametrize("name", BY_NAME_ONLY)
def test_a_name_that_leads_nowhere_is_not_taken_for_missing(name: str) -> None:
    """Not to find a name is no proof that there is none: nothing is written, ids are advised."""
    scope = MailprotectorScope(name)
    with scope.open({"sparse": "on"}) as sandbox:
        bench = Bench(scope, sandbox)

        result = bench.apply(table(scope)[1].desired(scope, bench.entity))

        assert [p.code for p in result.plan.problems] == [Code.INCOMPLETE_LISTING]
        assert "id:" in result.plan.problems[0].fix
        assert (sandbox.writes(), result.exit_code) == ([], ExitCode.STOPPED)


def test_users_without_configuration_are_explained() -> None:
    """A setting for a user is a problem of the policy where the service keeps none for users."""
    scope = MailprotectorScope("users")
    with scope.open() as sandbox:
        bench = Bench(scope, sandbox)

        plan = bench.plan(table(scope)[3].desired(scope, bench.entity))

        assert [problem.code for problem in plan.problems] == [Code.UNSUPPORTED_SETTING]
