"""A service in memory whose entities stand above each other: rules and settings come down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Final

from mpctl.core.capabilities import Capabilities, Scope
from mpctl.core.change import Change, subject_of
from mpctl.core.entity import Entity, Ref
from mpctl.core.match import Match, parse_match
from mpctl.core.outcome import ApplyResult, Outcome, Status
from mpctl.core.rule import Action, DeclaredRule, LiveRule, RuleKey, SettingValue
from mpctl.core.schedule import Batch, Operation
from mpctl.core.state import (
    DesiredEntity,
    DesiredState,
    LiveEntity,
    LiveState,
    Mode,
    Reading,
)
from mpctl.diagnostics import Code, Diagnostic, Origin
from mpctl.ports import SILENCE
from mpctl.reconcile import Applier, Convergence, Prepared, prepare
from tests.clock import FakeClock
from tests.laws.model import ACCOUNT, carried_out, passage
from tests.strategies import NOW, RANKS, capabilities, declared_settings

SCOPES: Final = ("resellers", "customers", "domains", "user_groups", "users")
TARGET: Final = "mailprotector"
HERE: Final = Origin("policies/acme.yaml", 4, 5)
Doomed = Callable[[Entity, tuple[str, ...]], Status | None]


def service_of(wins: Action = Action.ALLOW, *, batch_size: int = 1) -> Capabilities:
    """A service with five levels that can express everything."""
    scopes = {name: Scope(name, f"{name}/x") for name in SCOPES}
    return replace(capabilities(wins, batch_size=batch_size), scopes=scopes)


@dataclass(frozen=True, slots=True)
class Node:
    """An entity as it really is: what is above it, nearest first, its own rules and settings."""

    entity: Entity
    native_id: str
    above: tuple[Ref, ...] = ()
    rules: tuple[LiveRule, ...] = ()
    own: Mapping[str, SettingValue] = field(default_factory=dict)

    @property
    def ref(self) -> Ref:
        """How the service addresses it."""
        return Ref(self.entity.scope, self.native_id)


def node(path: str, native_id: str, above: Node | None = None, **own: SettingValue) -> Node:
    """An entity right below another, with these settings of its own."""
    scope, _, name = path.partition("/")
    chain = (above.ref, *above.above) if above else ()
    return Node(Entity(TARGET, scope, name), native_id, chain, own=own)


@dataclass(frozen=True, slots=True)
class Forest:
    """All entities of an account."""

    nodes: Mapping[Entity, Node]

    @classmethod
    def of(cls, *nodes: Node) -> Forest:
        """The forest of these entities."""
        return cls({node.entity: node for node in nodes})

    def chain(self, entity: Entity) -> list[Node]:
        """An entity and everything above it, nearest first."""
        nodes = {node.ref: node for node in self.nodes.values()}
        here = self.nodes[entity]
        return [here, *(nodes[ref] for ref in here.above)]

    def effective(self, entity: Entity, name: str) -> SettingValue:
        """What a setting is at an entity: its own value, else the nearest above, else strict."""
        values = (node.own[name] for node in self.chain(entity) if name in node.own)
        return next(values, RANKS[name][0])

    def passage(self, entity: Entity, sender: Match, wins: Action) -> int:
        """How far a sender's mail gets for a recipient at an entity: held 0, delivered 2."""
        return self._passage(entity, sender, wins, self.effective(entity, "filter_level"))

    def passage_by_rules(self, entity: Entity, sender: Match, wins: Action) -> int:
        """The same as if the filter judged all mail that no rule decides over."""
        return self._passage(entity, sender, wins, "on")

    def _passage(self, entity: Entity, sender: Match, wins: Action, level: SettingValue) -> int:
        rules = tuple(row for node in self.chain(entity) for row in node.rules)
        live = LiveEntity(entity, "", rules=rules, settings={"filter_level": level})
        return passage(live, sender, wins)

    def after(self, operation: Operation) -> Forest:
        """The forest after an operation."""
        here = self.nodes[operation.change.entity]
        live = carried_out(
            LiveEntity(here.entity, here.native_id, rules=here.rules, settings=here.own),
            [operation],
        )
        there = replace(here, rules=live.rules, own=live.settings)
        return Forest({**self.nodes, here.entity: there})


@dataclass(slots=True)
class ForestProvider:
    """A provider over a forest.

    Operations that are `doomed` to fail have no effect, those that end unknown have it; `unread`
    entities cannot be read; nobody is told what stands above those in `untold`, and of the others
    only the levels that somebody has asked about so far are told. A reading shows settings as they
    are in effect, or only what is an entity's own. `seen` has every state, `done` every operation
    that had an effect.
    """

    forest: Forest
    capabilities: Capabilities = field(default_factory=service_of)
    doomed: Doomed = lambda *_: None
    unread: AbstractSet[Entity] = frozenset()
    untold: AbstractSet[Entity] = frozenset()
    shows_own: bool = False
    reach: int | None = 31
    seen: list[Forest] = field(default_factory=list)
    done: list[Operation] = field(default_factory=list)
    asked_for: list[Reading] = field(default_factory=list)
    counted: list[Ref] = field(default_factory=list)

    def fetch(
        self, wanted: Sequence[Reading], on_read: Callable[[], None] = lambda: None
    ) -> LiveState:
        """Show what is wanted."""
        self.asked_for += wanted
        levels = {reading.entity.scope for reading in self.asked_for}
        for _ in wanted:
            on_read()
        entities = [reading.entity for reading in wanted]
        there = [e for e in entities if e in self.forest.nodes]
        return LiveState(
            ACCOUNT,
            {e: self._shown(e, levels) for e in there if e not in self.unread},
            {e: problem(Code.NOT_FOUND, e) for e in entities if e not in there},
            {e: problem(Code.UNAVAILABLE, e) for e in there if e in self.unread},
        )

    def review(self, desired: DesiredEntity, live: LiveEntity) -> Sequence[Diagnostic]:
        """Find nothing."""
        del desired, live
        return ()

    def count_users(self, ref: Ref) -> int | None:
        """Give the same number for everybody."""
        self.counted.append(ref)
        return self.reach

    def apply(self, batch: Batch) -> Sequence[Outcome]:
        """Carry out what is not doomed."""
        return [self._perform(operation) for operation in batch.operations]

    def _perform(self, operation: Operation) -> Outcome:
        change = operation.change
        doom = self.doomed(change.entity, subject_of(change))
        if doom is not Status.FAILED:
            self.forest = self.forest.after(operation)
            self.seen.append(self.forest)
            self.done.append(operation)
        return Outcome(operation, doom or Status.APPLIED)

    def _shown(self, entity: Entity, levels: AbstractSet[str]) -> LiveEntity:
        here = self.forest.nodes[entity]
        above = tuple(ref for ref in here.above if ref.scope in levels)
        in_effect = {name: self.forest.effective(entity, name) for name in RANKS}
        return LiveEntity(
            entity,
            here.native_id,
            entity.name,
            ancestors=None if entity in self.untold else above,
            rules=here.rules,
            settings=here.own if self.shows_own else in_effect,
        )


def problem(code: Code, entity: Entity) -> Diagnostic:
    """Why there is nothing to see of an entity."""
    return Diagnostic(code, "the service is tired", entity=str(entity))


def policy(
    here: Node,
    *,
    allow: Sequence[str] | None = None,
    block: Sequence[str] | None = None,
    settings_mode: Mode = Mode.FULL,
    **settings: SettingValue,
) -> DesiredEntity:
    """What a document declares; a list that is not given is not written."""
    lists = {Action.ALLOW: allow, Action.BLOCK: block}
    keys = [RuleKey(a, parse_match(value)) for a, values in lists.items() for value in values or ()]
    return DesiredEntity(
        entity=here.entity,
        origin=HERE,
        modes=dict.fromkeys(Action, Mode.FULL),
        settings_mode=settings_mode,
        owned=frozenset(action for action, values in lists.items() if values is not None),
        rules={key: DeclaredRule(key, str(key.match), (HERE,)) for key in keys},
        settings=declared_settings(settings),
    )


def with_rules(here: Node, *, allow: Sequence[str] = (), block: Sequence[str] = ()) -> Node:
    """The entity with these rules live."""
    values = [(Action.ALLOW, value) for value in allow] + [(Action.BLOCK, v) for v in block]
    rows = tuple(
        LiveRule(RuleKey(action, parse_match(value)), value, str(number))
        for number, (action, value) in enumerate(values, 1)
    )
    return replace(here, rules=rows)


def state_of(policies: Sequence[DesiredEntity]) -> DesiredState:
    """What these documents declare together."""
    return DesiredState({desired.entity: desired for desired in policies})


def planned(
    provider: ForestProvider,
    policies: Sequence[DesiredEntity],
    *,
    selected: Sequence[DesiredEntity] | None = None,
) -> Prepared:
    """Plan everything, or only what is selected of it."""
    chosen = state_of(policies if selected is None else selected)
    providers = {TARGET: provider}
    return prepare(chosen, state_of(policies), providers, now=NOW, progress=SILENCE)


def applied(provider: ForestProvider, prepared: Prepared) -> ApplyResult:
    """Carry a plan out, one operation after the other."""
    provider.seen.append(provider.forest)
    applier = Applier(
        prepared.desired,
        {TARGET: provider},
        now=NOW,
        convergence=Convergence(FakeClock().sleep),
        progress=SILENCE,
        workers=1,
    )
    return applier.run(prepared.plan)


def described(change: Change) -> str:
    """A change in a few words."""
    return f"{change.entity.name}: {' '.join(subject_of(change))}"


def outcomes_of(result: ApplyResult) -> Iterator[Outcome]:
    """All outcomes of a run."""
    for ends in result.outcomes.values():
        yield from ends
