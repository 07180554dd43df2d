"""An entity that the service would not take as it is declared is not written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mpctl.core.entity import Entity
from mpctl.core.outcome import Status
from mpctl.core.state import DesiredEntity, LiveEntity
from mpctl.diagnostics import Code, Diagnostic, ExitCode, Severity
from tests.laws.forest import (
    Forest,
    ForestProvider,
    applied,
    node,
    outcomes_of,
    planned,
    policy,
)

ACME = node("customers/acme", "5001")
DOMAIN = node("domains/acme.example", "9101", ACME)
OTHER = node("domains/globex.example", "9201")


@dataclass
class Critic(ForestProvider):
    """A service that has something to say of one entity."""

    about: Entity = DOMAIN.entity
    severity: Severity = Severity.ERROR

    def review(self, desired: DesiredEntity, live: LiveEntity) -> Sequence[Diagnostic]:
        """Say it."""
        del live
        if desired.entity != self.about:
            return ()
        return (Diagnostic(Code.INACTIVE, "it sleeps", severity=self.severity),)


def critic(severity: Severity = Severity.ERROR) -> Critic:
    """The service over its account."""
    return Critic(Forest.of(ACME, DOMAIN, OTHER), severity=severity)


def test_an_error_keeps_the_entity_from_being_written() -> None:
    """The entity is a problem of the plan, and the others go on."""
    provider = critic()
    prepared = planned(provider, [policy(each, block=["spam.example"]) for each in (DOMAIN, OTHER)])
    result = applied(provider, prepared)

    assert [(p.summary, p.entity) for p in prepared.plan.problems] == [
        ("it sleeps", str(DOMAIN.entity))
    ]
    assert [plan.entity for plan in prepared.plan.entities] == [OTHER.entity]
    assert [end.status for end in outcomes_of(result)] == [Status.APPLIED]
    assert {operation.change.entity for operation in provider.done} == {OTHER.entity}
    assert result.exit_code is ExitCode.PARTIAL


def test_a_warning_only_speaks() -> None:
    """The entity is written all the same."""
    provider = critic(Severity.WARNING)
    prepared = planned(provider, [policy(DOMAIN, block=["spam.example"])])

    assert prepared.plan.problems == ()
    assert [d.summary for d in prepared.plan.entities[0].findings] == ["it sleeps"]
    assert applied(provider, prepared).exit_code is ExitCode.DONE


def test_a_setting_above_waits_for_a_refused_entity() -> None:
    """Its own value cannot be written first, so what would come down to it is withheld."""
    provider = critic()
    above, below = policy(ACME, allow_spam_release=True), policy(DOMAIN, allow_spam_release=False)
    prepared = planned(provider, [above, below])

    assert prepared.plan.summary.withheld == 1
    assert applied(provider, prepared).exit_code is ExitCode.STOPPED
    assert provider.done == []


def test_an_unselected_entity_that_would_be_refused_stops_the_selection() -> None:
    """A selected setting above it would change it, and nothing could keep its value."""
    provider = critic()
    above, below = policy(ACME, allow_spam_release=True), policy(DOMAIN, allow_spam_release=False)
    prepared = planned(provider, [above, below], selected=[above])

    assert [problem.code for problem in prepared.plan.problems] == [Code.WIDENED]
    assert prepared.plan.entities == ()
