"""What guards must know beyond a plan is read where it matters, and what cannot be read counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone

from mpctl.core.guards import Guard, Guards, Lift
from mpctl.core.state import LiveState, Reading
from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.ports import SILENCE
from mpctl.reconcile import Guarding, prepare
from tests.laws.forest import TARGET, Forest, ForestProvider, node, planned, policy, state_of
from tests.strategies import NOW

ACME = node("customers/acme", "5001")
DOMAIN = node("domains/acme.example", "9101", ACME)
CEO = node("users/ceo@acme.example", "71001", DOMAIN)
FOREST = Forest.of(ACME, DOMAIN, CEO)
PROTECTED = Guards(protect=("users/ceo@acme.example",))
LOOSER = policy(ACME, allow_spam_release=True)


@dataclass(slots=True)
class Line(ForestProvider):
    """An account that notes what is asked together, and whose line may go dead."""

    dead: bool = False
    questions: list[int] = field(default_factory=list)

    def fetch(
        self, wanted: Sequence[Reading], on_read: Callable[[], None] = lambda: None
    ) -> LiveState:
        """Show what is wanted, as long as there is a line."""
        self.questions.append(len(wanted))
        if self.dead:
            raise MpctlError(Diagnostic(Code.UNAVAILABLE, "the line is dead"))
        return ForestProvider.fetch(self, wanted, on_read)


def test_a_protected_entity_that_nobody_can_read_is_protected() -> None:
    """Where it stands is not known then, so a change that may come down to it is refused."""
    provider = Line(FOREST)
    plan = planned(provider, [LOOSER]).plan
    provider.dead = True

    guarded = Guarding(PROTECTED, TARGET).over(plan, {TARGET: provider}, NOW)

    (check,) = guarded.refused
    assert check.guard is Guard.PROTECT
    assert check.what.endswith("where it stands is unknown: the line is dead")


def test_nothing_is_read_for_guards_that_need_nothing() -> None:
    """A provider that is asked for no entity in particular would read them all."""
    provider = Line(FOREST)
    plan = planned(provider, [policy(DOMAIN, block=["spam.example"])]).plan
    provider.questions.clear()

    Guarding(Guards(), TARGET).over(plan, {TARGET: provider}, NOW)

    assert provider.questions == []


def test_guards_ask_a_target_about_its_own_entities() -> None:
    """Neither its plans nor the selectors of another target go to a provider."""
    here, there = Line(FOREST), Line(FOREST)
    elsewhere = replace(ACME, entity=replace(ACME.entity, target="second"))
    there.forest = Forest.of(elsewhere)
    everything = state_of([LOOSER, policy(elsewhere, allow_spam_release=True)])
    providers = {TARGET: here, "second": there}
    plan = prepare(everything, everything, providers, now=NOW, progress=SILENCE).plan

    guarded = Guarding(PROTECTED, TARGET).over(plan, providers, NOW)

    assert {check.entity for check in guarded.refused} == {f"{TARGET}:users/ceo@acme.example"}
    assert {reading.entity.target for reading in here.asked_for} == {TARGET}
    assert {reading.entity.target for reading in there.asked_for} == {"second"}


def test_a_lift_ends_by_the_day_in_utc() -> None:
    """Whatever the clock of the machine says: east of Greenwich the next day has begun."""
    last = date(2026, 11, 20)
    lift = Lift(Guard.MAX_TIGHTENING, up_to=5, until=last, reason="HD-1")
    guards = Guards(max_tightening=0, lifts=(lift,))
    provider = ForestProvider(FOREST)
    plan = planned(provider, [policy(DOMAIN, block=["spam.example"])]).plan
    tokyo = timezone(timedelta(hours=9))

    for hour, refused in ((23, False), (24, True)):
        moment = datetime(2026, 11, 20, tzinfo=tokyo) + timedelta(hours=9 + hour)
        guarded = Guarding(guards, TARGET).over(plan, {TARGET: provider}, moment)
        assert bool(guarded.refused) is refused
