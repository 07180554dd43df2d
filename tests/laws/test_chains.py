"""Whole hierarchies: at no moment does an entity get what neither its old nor its new state has.

A forest has up to five levels; any of its entities may be declared, with any rules and settings,
and the service may refuse operations, hide who stands above whom, or fail to show an entity.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from mpctl.core.capabilities import Capabilities
from mpctl.core.chain import chains, related, stages
from mpctl.core.change import RuleChange, Verb, subject_of
from mpctl.core.entity import Entity, Ref
from mpctl.core.outcome import ApplyResult, Status
from mpctl.core.plan import EntityPlan
from mpctl.core.rule import Action, DeclaredRule, LiveRule, RuleKey, SettingValue
from mpctl.core.schedule import Batch, Step, schedule
from mpctl.core.state import DesiredEntity, LiveEntity, Mode
from tests.laws.forest import (
    HERE,
    SCOPES,
    TARGET,
    Forest,
    ForestProvider,
    Node,
    applied,
    outcomes_of,
    planned,
    service_of,
)
from tests.laws.model import plan_of
from tests.strategies import (
    ADDRESSES,
    LISTS,
    ONE_SENDER,
    RANKS,
    SETTING_VALUES,
    declared_settings,
    desired_entities,
)

Doom = tuple[Entity, tuple[str, ...]]
NOTHING: Final[Mapping[Doom, Status]] = {}

SERVICES: Final = st.sampled_from(
    [service_of(wins, batch_size=size) for wins in Action for size in (1, 9)]
)
SOMETIMES: Final = st.sampled_from((False, False, False, True))
SPAM: Final = "allow_spam_release"
_DECLARED: Final = st.fixed_dictionaries(
    {SPAM: st.booleans()}, optional={"filter_level": st.sampled_from(RANKS["filter_level"])}
)
RARELY: Final = st.sampled_from((*(False,) * 9, True))
_KEYS: Final = [RuleKey(action, match) for action in Action for match in ONE_SENDER]
_MOVED: Final = st.lists(st.sampled_from(_KEYS), min_size=1, max_size=4, unique=True)
_ROWS: Final = st.lists(st.sampled_from(_KEYS), max_size=3, unique=True)


@dataclass(frozen=True, slots=True)
class Scene:
    """A forest, what is declared for some of its entities, and how the service speaks of them."""

    forest: Forest
    policies: tuple[DesiredEntity, ...]
    untold: frozenset[Entity]
    shows_own: bool
    service: Capabilities

    def run(
        self,
        doomed: Mapping[Doom, Status] = NOTHING,
        unread: AbstractSet[Entity] = frozenset(),
        selected: AbstractSet[Entity] | None = None,
    ) -> tuple[ApplyResult, Sequence[Forest]]:
        """Plan and carry out; gives the result and every state on the way, the first included."""
        provider = ForestProvider(
            self.forest,
            self.service,
            lambda *doom: doomed.get(doom),
            untold=self.untold,
            unread=unread,
            shows_own=self.shows_own,
        )
        chosen = [p for p in self.policies if selected is None or p.entity in selected]
        result = applied(provider, planned(provider, self.policies, selected=chosen))
        return result, provider.seen


@st.composite
def forests(
    draw: st.DrawFn,
    rows: st.SearchStrategy[list[RuleKey]] = _ROWS,
    own: st.SearchStrategy[Mapping[str, SettingValue]] = SETTING_VALUES,
) -> Forest:
    """A few entities of five levels; most stand below another."""
    nodes: list[Node] = []
    for number, depth in enumerate(draw(st.lists(st.integers(0, 4), min_size=2, max_size=6))):
        higher = [node for node in nodes if SCOPES.index(node.entity.scope) < depth]
        parent = draw(st.sampled_from(higher)) if higher else None
        node = Node(
            Entity(TARGET, SCOPES[depth], f"e{number}"),
            native_id=str(100 + number),
            above=(parent.ref, *parent.above) if parent else (),
            rules=tuple(
                LiveRule(key, str(key.match), str(id_)) for id_, key in enumerate(draw(rows), 10)
            ),
            own=draw(own),
        )
        nodes.append(node)
    return Forest.of(*nodes)


@cache
def _policies(entity: Entity) -> st.SearchStrategy[DesiredEntity]:
    return desired_entities(
        entity,
        pools=(ONE_SENDER,),
        modes=st.sampled_from((Mode.FULL, Mode.FULL, Mode.ADDITIVE)),
        owned=LISTS | st.just(frozenset(Action)),
    )


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """A forest with policies for most of its entities."""
    forest = draw(forests())
    declared = [entity for entity in forest.nodes if not draw(SOMETIMES)]
    return Scene(
        forest,
        tuple(draw(_policies(entity)) for entity in declared),
        frozenset(entity for entity in forest.nodes if draw(SOMETIMES)),
        draw(st.booleans()),
        draw(SERVICES),
    )


_MOSTLY_INHERITED: Final = st.sampled_from(({}, {}, {}, {SPAM: True}))


@st.composite
def lines(
    draw: st.DrawFn, own: st.SearchStrategy[Mapping[str, SettingValue]] = _MOSTLY_INHERITED
) -> Forest:
    """All five levels, one below the other."""
    above: tuple[Ref, ...] = ()
    nodes = []
    for number, scope in enumerate(SCOPES):
        entity = Entity(TARGET, scope, f"e{number}")
        node = Node(entity, native_id=str(100 + number), above=above, own=draw(own))
        above = (node.ref, *above)
        nodes.append(node)
    return Forest.of(*nodes)


@st.composite
def inheriting(draw: st.DrawFn) -> Scene:
    """Settings without rules: most are declared, and most values come from far above."""
    forest = draw(forests(st.just([]), _MOSTLY_INHERITED) | lines())
    policies = []
    for entity in forest.nodes:
        policy = DesiredEntity(
            entity,
            HERE,
            modes=dict.fromkeys(Action, Mode.FULL),
            settings_mode=Mode.OBSERVE if draw(RARELY) else Mode.FULL,
            settings=declared_settings(draw(_DECLARED)),
        )
        policies.append(policy)
    untold = frozenset(entity for entity in forest.nodes if draw(RARELY))
    return Scene(forest, tuple(policies), untold, draw(st.booleans()), service_of())


@st.composite
def moving(draw: st.DrawFn) -> Scene:
    """Rules that are at one entity and shall be at another, while levels of filtering change."""
    levels = st.sampled_from([{"filter_level": level} for level in RANKS["filter_level"]] + [{}])
    bare = draw(forests(st.just([]), levels) | lines(levels))
    entities = st.sampled_from(list(bare.nodes))
    moves = [(key, draw(entities), draw(entities)) for key in draw(_MOVED)]
    nodes = [
        replace(
            node,
            rules=tuple(
                LiveRule(key, str(key.match), str(number))
                for number, (key, old, _) in enumerate(moves)
                if old == node.entity
            ),
        )
        for node in bare.nodes.values()
    ]
    policies = [
        DesiredEntity(
            entity,
            HERE,
            modes=dict.fromkeys(Action, Mode.FULL),
            owned=frozenset(Action),
            rules={
                key: DeclaredRule(key, str(key.match), (HERE,))
                for key, _, new in moves
                if new == entity
            },
            settings=declared_settings(draw(levels)),
        )
        for entity in bare.nodes
    ]
    return Scene(
        Forest.of(*nodes), tuple(policies), frozenset(), draw(st.booleans()), draw(SERVICES)
    )


def failures(
    scene: Scene, selected: AbstractSet[Entity] | None = None
) -> st.SearchStrategy[dict[Doom, Status]]:
    """Operations of the scene's plan that fail: refused, or lost with their effect."""
    result, _ = scene.run(selected=selected)
    doomed = [
        (entity.entity, subject_of(c)) for entity in result.plan.entities for c in entity.planned
    ]
    failure = st.sampled_from((Status.FAILED, Status.UNKNOWN))
    if not doomed:
        return st.just({})
    return st.dictionaries(st.sampled_from(doomed), failure, min_size=1, max_size=3)


def assert_settings_lie_between(scene: Scene, states: Sequence[Forest]) -> None:
    """No declared setting is ever looser, or stricter, than both its old and its declared value."""
    for policy in scene.policies:
        if policy.settings_mode is Mode.OBSERVE:
            continue
        for name, setting in policy.settings.items():
            rank = RANKS[name].index
            old = rank(scene.forest.effective(policy.entity, name))
            low, high = sorted((old, rank(setting.value)))
            for state in states:
                assert low <= rank(state.effective(policy.entity, name)) <= high, policy.entity


def assert_mail_lies_between(scene: Scene, new: Forest, states: Sequence[Forest]) -> None:
    """No recipient's mail is ever delivered, or held, against both the old and the new rules."""
    wins = scene.service.wins
    for entity in scene.forest.nodes:
        for sender in ADDRESSES:
            ends = (scene.forest.passage(entity, sender, wins), new.passage(entity, sender, wins))
            for state in states:
                assert min(ends) <= state.passage(entity, sender, wins) <= max(ends), entity


@settings(max_examples=200)
@given(scenes() | moving())
def test_no_moment_of_a_run_judges_mail_against_old_and_new(scene: Scene) -> None:
    """Cut after any operation, every recipient's mail is judged by the old or the new rules."""
    _, states = scene.run()

    assert_mail_lies_between(scene, states[-1], states)


@settings(max_examples=500)  # it takes a failure at the right place to open a window
@given(scenes() | moving(), st.data())
def test_no_failure_judges_mail_against_old_and_new(scene: Scene, data: st.DataObject) -> None:
    """Whichever operations are refused, what waits for them keeps every moment between."""
    _, complete = scene.run()

    _, states = scene.run(data.draw(failures(scene)))

    assert_mail_lies_between(scene, complete[-1], states)


@settings(max_examples=150)
@given(inheriting())
def test_no_moment_of_a_run_shows_a_setting_from_above(scene: Scene) -> None:
    """Cut after any operation, every declared setting is what it was or what it shall be."""
    _, states = scene.run()

    assert_settings_lie_between(scene, states)


@settings(max_examples=300)
@given(inheriting(), st.data())
def test_no_failure_lets_a_setting_come_down(scene: Scene, data: st.DataObject) -> None:
    """Whichever writes are refused, no value comes down to an entity that declares another."""
    _, states = scene.run(data.draw(failures(scene)))

    assert_settings_lie_between(scene, states)


@settings(max_examples=200)
@given(inheriting(), st.data())
def test_what_cannot_be_read_is_not_changed_from_above(scene: Scene, data: st.DataObject) -> None:
    """A declared setting of an entity that nobody could read keeps its value."""
    unread = data.draw(st.sets(st.sampled_from(list(scene.forest.nodes)), min_size=1))

    _, states = scene.run(unread=unread)

    assert_settings_lie_between(scene, states)


@settings(max_examples=400)
@given(inheriting(), st.data())
def test_what_was_not_selected_is_not_changed_from_above(scene: Scene, data: st.DataObject) -> None:
    """Whatever is selected, and whatever fails, no declared setting gets a value from above."""
    entities = st.sampled_from(list(scene.forest.nodes))
    selected = data.draw(st.sets(entities, min_size=1))
    unread = data.draw(st.sets(entities, max_size=1) if data.draw(RARELY) else st.just(set()))

    _, states = scene.run(data.draw(failures(scene, selected)), unread, selected)

    assert_settings_lie_between(scene, states)


@given(scenes())
def test_after_a_run_nothing_is_left(scene: Scene) -> None:
    """Once a plan is carried out, the next has nothing to do, not even values to pin."""
    result, states = scene.run()

    assert result.findings == ()
    assert planned(ForestProvider(states[-1], scene.service), scene.policies).plan.actionable == ()


@given(scenes(), st.data())
def test_every_planned_change_has_an_outcome(scene: Scene, data: st.DataObject) -> None:
    """Done, refused or held back: no planned change of any entity is forgotten."""
    result, _ = scene.run(data.draw(failures(scene)))

    ends = {
        (o.operation.change.entity, subject_of(o.operation.change)) for o in outcomes_of(result)
    }
    assert ends == {(e.entity, subject_of(c)) for e in result.plan.entities for c in e.planned}


@st.composite
def plans(draw: st.DrawFn) -> list[EntityPlan]:
    """Plans of two targets whose ids collide; some do not know who stands above them."""
    names = draw(
        st.lists(
            st.tuples(st.sampled_from(("a", "b")), st.sampled_from(SCOPES), st.integers(1, 3)),
            max_size=8,
            unique=True,
        )
    )
    result = []
    for target, scope, id_ in names:
        depth = SCOPES.index(scope)
        above = [Ref(higher, str(draw(st.integers(1, 3)))) for higher in reversed(SCOPES[:depth])]
        known = tuple(ref for ref in above if draw(st.booleans()))
        ancestors = None if draw(SOMETIMES) else known
        entity = Entity(target, scope, f"e{id_}")
        result.append(EntityPlan(entity, HERE, native_id=str(id_), ancestors=ancestors))
    return result


@given(plans())
def test_groups_are_the_components_of_being_related(entities: list[EntityPlan]) -> None:
    """Two plans are in one group exactly if a path of relations leads from one to the other."""
    groups = chains(entities)

    expected = {frozenset(_reachable(plan, entities)) for plan in entities}
    assert Counter(frozenset(p.entity for p in group) for group in groups) == Counter(expected)


@given(plans())
def test_being_related_has_no_direction(entities: list[EntityPlan]) -> None:
    """Who stands above or below is related from either side, and never across targets."""
    for one in entities:
        for other in entities:
            assert related(one, other) == related(other, one)
            assert one.entity.target == other.entity.target or not related(one, other)


@given(scenes())
def test_stages_hold_every_batch_of_every_entity_in_its_order(scene: Scene) -> None:
    """Put together, the stages are the schedules of the entities, each in its own order."""
    batches, alone = _staged(scene)

    for entity, schedule_ in alone.items():
        assert [b for b in batches if b.entity == entity] == schedule_
    assert len(batches) == sum(map(len, alone.values()))


@given(scenes())
def test_every_creation_comes_before_every_removal(scene: Scene) -> None:
    """Across a group all rules that come are there before the first goes; the winner is first."""
    batches, _ = _staged(scene)
    verbs = [
        operation.change.verb
        for batch in batches
        for operation in batch.operations
        if isinstance(operation.change, RuleChange)
    ]

    assert verbs == sorted(verbs, key=lambda verb: verb is Verb.DELETE)
    assert [b.step for b in batches] == sorted(b.step for b in batches)


@given(scenes())
def test_settings_are_written_from_the_bottom_up(scene: Scene) -> None:
    """No setting is written before those of all lower levels."""
    batches, _ = _staged(scene)
    depths = [SCOPES.index(b.entity.scope) for b in batches if b.step is Step.SETTINGS]

    assert depths == sorted(depths, reverse=True)


def _reachable(start: EntityPlan, entities: Sequence[EntityPlan]) -> set[Entity]:
    reached, frontier = {start.entity}, [start]
    while frontier:
        here = frontier.pop()
        new = [p for p in entities if related(here, p) and p.entity not in reached]
        reached |= {plan.entity for plan in new}
        frontier += new
    return reached


def _staged(scene: Scene) -> tuple[list[Batch], dict[Entity, list[Batch]]]:
    """All batches of a forest taken as one group, and the schedules of its entities alone."""
    live = {
        entity: LiveEntity(entity, n.native_id, ancestors=n.above, rules=n.rules, settings=n.own)
        for entity, n in scene.forest.nodes.items()
    }
    chain = tuple(plan_of(p, live[p.entity], scene.service) for p in scene.policies)
    staged = [batch for stage in stages(chain, live, scene.service) for batch in stage]
    alone = {p.entity: list(schedule(p, live[p.entity], scene.service)) for p in chain}
    return staged, alone
