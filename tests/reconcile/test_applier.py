"""Apply writes what was reviewed, what the ground still bears, and what the journal holds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from mpctl.core.entity import Entity
from mpctl.core.outcome import ApplyResult, Outcome, Status
from mpctl.core.plan import EntityPlan
from mpctl.core.schedule import Batch
from mpctl.core.state import LiveEntity, LiveState, Reading
from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.ports import SILENCE
from mpctl.reconcile import Applier, Convergence, Prepared, prepare
from mpctl.reconcile.apply import INTERRUPTED, MOVED, UNRECORDED
from mpctl.reconcile.chain_log import RIVAL_FAILED
from tests.clock import FakeClock
from tests.laws.forest import (
    TARGET,
    Forest,
    ForestProvider,
    node,
    planned,
    policy,
    service_of,
    state_of,
    with_rules,
)
from tests.strategies import NOW

ACME = node("customers/acme", "5001")
DOMAIN = node("domains/acme.example", "9101", ACME)
OTHER = node("domains/globex.example", "9201")
BAD = "spam.example"
FULL = MpctlError(Diagnostic(Code.JOURNAL_FAILED, "the disk is full"))
Told = tuple[Status, str]


@dataclass(slots=True)
class Disturbed(ForestProvider):
    """An account whose line may go dead, and where something happens before each write."""

    dead: bool = False
    before_write: Callable[[], None] = lambda: None

    def fetch(
        self, wanted: Sequence[Reading], on_read: Callable[[], None] = lambda: None
    ) -> LiveState:
        """Show what is wanted, as long as there is a line."""
        if self.dead:
            raise MpctlError(Diagnostic(Code.UNAVAILABLE, "the line is dead"))
        return ForestProvider.fetch(self, wanted, on_read)

    def apply(self, batch: Batch) -> Sequence[Outcome]:
        """Let it happen, and write."""
        self.before_write()
        return ForestProvider.apply(self, batch)


@dataclass
class Log:
    """What a journal is told; it fails at these words."""

    fails_at: str = ""
    lines: list[str] = field(default_factory=list)
    ended_: list[Outcome] = field(default_factory=list)
    live: dict[Entity, LiveEntity] = field(default_factory=dict)

    def before(self, live: LiveEntity, plan: EntityPlan) -> None:
        """Note what was there."""
        self.live[plan.entity] = live
        self._note(f"before {plan.entity.name}")

    def attempt(self, batch: Batch) -> None:
        """Note what is going to be sent."""
        self._note(f"attempt {batch.entity.name}")

    def ended(self, outcomes: Sequence[Outcome]) -> None:
        """Note how it ended."""
        self.ended_ += outcomes
        self._note("ended")

    def _note(self, line: str) -> None:
        self.lines.append(line)
        if line == self.fails_at:
            raise FULL


def run(
    prepared: Prepared,
    providers: Mapping[str, ForestProvider],
    log: Log | None = None,
    stop: threading.Event | None = None,
) -> ApplyResult:
    """Carry a plan out, one thing after the other."""
    applier = Applier(
        prepared.desired,
        providers,
        NOW,
        Convergence(FakeClock().sleep),
        SILENCE,
        workers=1,
        log=log or Log(),
        stop=stop or threading.Event(),
    )
    return applier.run(prepared.plan)


def told(result: ApplyResult, entity: Entity) -> list[Told]:
    """How the operations of an entity ended."""
    return [(end.status, end.detail) for end in result.outcomes[entity]]


def blocking(*nodes: tuple[str, ...]) -> tuple[Disturbed, Prepared]:
    """Entities that each get blocks, and their plan."""
    provider = Disturbed(Forest.of(ACME, DOMAIN, OTHER))
    places = (DOMAIN, OTHER)
    policies = [policy(at, block=values) for at, values in zip(places, nodes, strict=False)]
    return provider, planned(provider, policies)


def test_what_moved_since_the_plan_is_left_alone() -> None:
    """Another writer's rule makes the entity one that nobody reviewed; the others go on."""
    provider, prepared = blocking((BAD,), (BAD,))
    moved = with_rules(DOMAIN, block=["theirs.example"])
    provider.forest = Forest.of(ACME, moved, OTHER)

    result = run(prepared, {TARGET: provider})

    assert told(result, DOMAIN.entity) == [(Status.NOT_ATTEMPTED, MOVED)]
    assert [end.code for end in result.outcomes[DOMAIN.entity]] == [Code.MOVED]
    assert told(result, OTHER.entity) == [(Status.APPLIED, "")]
    assert provider.forest.nodes[DOMAIN.entity] == moved


def test_deletes_use_the_ids_of_the_last_reading() -> None:
    """A rule that somebody made anew is the same rule under another number."""
    before = with_rules(DOMAIN, block=[BAD])
    provider = ForestProvider(Forest.of(ACME, before, OTHER))
    prepared = planned(provider, [policy(DOMAIN, block=[])])
    (row,) = before.rules
    provider.forest = Forest.of(ACME, replace(before, rules=(row._replace(native_id="77"),)), OTHER)
    log = Log()

    run(prepared, {TARGET: provider}, log)

    assert [operation.native_id for operation in provider.done] == ["77"]
    # What a way back needs is what was there then, not at the plan.
    assert [one.native_id for one in log.live[DOMAIN.entity].rules] == ["77"]


def test_a_target_that_cannot_be_read_again_is_not_written() -> None:
    """Every entity says why; nothing breaks off."""
    provider, prepared = blocking((BAD,), (BAD,))
    provider.dead = True

    result = run(prepared, {TARGET: provider})

    for place in (DOMAIN, OTHER):
        assert told(result, place.entity) == [(Status.NOT_ATTEMPTED, "the line is dead")]
    assert provider.done == []


def test_a_run_that_is_stopped_begins_nothing_more() -> None:
    """Stopped before: nothing is even read. Stopped within an entity: its next batch waits."""
    provider, prepared = blocking((BAD, "b.example"), (BAD,))
    stop, readings = threading.Event(), len(provider.asked_for)
    stop.set()

    result = run(prepared, {TARGET: provider}, stop=stop)

    assert (result.interrupted, len(provider.asked_for)) == (True, readings)
    assert {*told(result, DOMAIN.entity), *told(result, OTHER.entity)} == {
        (Status.NOT_ATTEMPTED, INTERRUPTED)
    }

    stop.clear()
    provider.before_write = stop.set
    result = run(prepared, {TARGET: provider}, stop=stop)

    ends = [*told(result, DOMAIN.entity), *told(result, OTHER.entity)]
    assert ends == [(Status.APPLIED, ""), *[(Status.NOT_ATTEMPTED, INTERRUPTED)] * 2]
    # Who interrupts does not want to wait for a final reading.
    assert (result.interrupted, len(provider.asked_for)) == (True, readings + 1)


def test_what_the_journal_does_not_hold_is_not_sent() -> None:
    """Once it fails, nothing more is begun, and the failure is what is found first."""
    for fails_at, done in (("before acme.example", 0), ("attempt acme.example", 0), ("ended", 1)):
        provider, prepared = blocking((BAD, "b.example"), (BAD,))
        log = Log(fails_at)

        result = run(prepared, {TARGET: provider}, log)

        ends = [*told(result, DOMAIN.entity), *told(result, OTHER.entity)]
        assert ends == [
            *[(Status.APPLIED, "")] * done,
            *[(Status.NOT_ATTEMPTED, UNRECORDED)] * (3 - done),
        ]
        assert len(provider.done) == done
        assert result.findings[0].code is Code.JOURNAL_FAILED
        assert log.lines[-1] == fails_at


def test_everything_is_recorded_in_its_order() -> None:
    """What was there, what goes out, how it ended; also of what is not attempted."""
    provider, prepared = blocking((BAD,), (BAD,))
    provider.forest = Forest.of(ACME, with_rules(DOMAIN, block=["theirs.example"]), OTHER)
    log = Log()

    run(prepared, {TARGET: provider}, log)

    place = OTHER.entity.name
    assert log.lines == ["ended", f"before {place}", f"attempt {place}", "ended"]
    assert [end.status for end in log.ended_] == [Status.NOT_ATTEMPTED, Status.APPLIED]


def test_what_has_to_wait_is_taken_out_of_its_batch() -> None:
    """A rule whose rival could not go first is not sent; the rest of its batch is."""
    service = service_of(batch_size=5)
    provider = ForestProvider(
        Forest.of(with_rules(OTHER, block=[BAD])),
        service,
        doomed=lambda _, subject: Status.FAILED if "allow" in subject else None,
    )
    wanted = policy(OTHER, allow=["a@late.example"], block=[BAD, "late.example", "b.example"])
    prepared = planned(provider, [wanted])

    result = run(prepared, {TARGET: provider})

    ends = {str(end.operation.change.match): end.detail for end in result.outcomes[OTHER.entity]}  # type: ignore[union-attr]
    assert ends["late.example"] == RIVAL_FAILED
    assert ends["b.example"] == ""
    assert [o.change.shown for o in provider.done] == ["b.example"]  # type: ignore[union-attr]


def test_each_target_is_asked_for_its_own_entities() -> None:
    """The final reading, too, asks nobody about what is another's."""
    here, prepared_here = blocking((BAD,))
    there_node = replace(OTHER, entity=replace(OTHER.entity, target="second"))
    there = ForestProvider(Forest.of(there_node))
    providers = {TARGET: here, "second": there}
    everything = state_of(
        [*prepared_here.desired.entities.values(), policy(there_node, block=[BAD])]
    )
    prepared = prepare(everything, everything, providers, now=NOW, progress=SILENCE)

    result = run(prepared, providers)

    assert {end.status for ends in result.outcomes.values() for end in ends} == {Status.APPLIED}
    assert {reading.entity.target for reading in here.asked_for} == {TARGET}
    assert {reading.entity.target for reading in there.asked_for} == {"second"}
    assert result.findings == ()
