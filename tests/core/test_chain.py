"""Groups of entities that are written together, and the order within a group."""

from __future__ import annotations

from dataclasses import replace

from mpctl.core.chain import chains, related, stages
from mpctl.core.change import subject_of
from mpctl.core.entity import Entity, Ref
from mpctl.core.plan import EntityPlan
from mpctl.core.state import DesiredEntity, LiveEntity
from tests.laws.forest import HERE, Forest, Node, node, policy, service_of, with_rules
from tests.laws.model import plan_of

RESELLER = node("resellers/harbor", "400")
ACME = node("customers/acme", "5001", RESELLER)
GLOBEX = node("customers/globex", "5002", RESELLER)
FIRST = node("domains/acme.example", "9101", ACME)
SECOND = node("domains/acme-supply.example", "9102", ACME)
OTHER = node("domains/globex.example", "9201", GLOBEX)
GROUP = node("user_groups/acme.example/executives", "3102", FIRST)


def plan_for(here: Node, *, told: bool = True) -> EntityPlan:
    """An empty plan of an entity that knows, or does not know, who stands above it."""
    above = here.above if told else None
    return EntityPlan(here.entity, HERE, native_id=here.native_id, ancestors=above)


def groups(*plans: EntityPlan) -> list[set[str]]:
    """The names in each group."""
    return [{plan.entity.name for plan in group} for group in chains(plans)]


def test_siblings_are_independent() -> None:
    """Two domains of one customer that is not written have nothing to wait for."""
    assert groups(plan_for(FIRST), plan_for(SECOND)) == [
        {"acme.example"},
        {"acme-supply.example"},
    ]


def test_whoever_stands_above_joins_those_below() -> None:
    """A customer and its domains are one group; the domain of another customer is none of it."""
    plans = map(plan_for, (FIRST, OTHER, ACME, SECOND))

    assert groups(*plans) == [
        {"acme.example", "acme", "acme-supply.example"},
        {"globex.example"},
    ]


def test_the_distance_does_not_matter() -> None:
    """A group and the reseller above its domain's customer are related, with nobody between."""
    assert groups(plan_for(GROUP), plan_for(RESELLER)) == [{"acme.example/executives", "harbor"}]


def test_equal_ids_of_two_targets_are_two_entities() -> None:
    """A customer of another target is above nobody here, though its id is the same."""
    foreign = replace(plan_for(ACME), entity=Entity("second", "customers", "acme"))

    assert groups(plan_for(FIRST), foreign, plan_for(ACME)) == [
        {"acme.example", "acme"},
        {"acme"},
    ]
    assert not related(plan_for(FIRST), foreign)


def test_who_does_not_know_may_stand_below_anybody() -> None:
    """A domain of unknown ancestry is related to every other level, and to no other domain."""
    unknown = plan_for(FIRST, told=False)

    assert [related(unknown, plan_for(n)) for n in (RESELLER, GLOBEX, GROUP, OTHER)] == [
        True,
        True,
        True,
        False,
    ]
    assert groups(unknown, plan_for(GLOBEX), plan_for(OTHER)) == [
        {"acme.example", "globex", "globex.example"}
    ]


def test_equal_ids_of_two_levels_are_two_entities() -> None:
    """An id says nothing without its scope."""
    twin = replace(plan_for(FIRST), ancestors=(Ref("resellers", "5001"),))

    assert not related(twin, plan_for(ACME))


def staged(*policies: tuple[Node, DesiredEntity]) -> list[list[str]]:
    """What the stages of a group do, in a few words."""
    service = service_of()
    forest = Forest.of(*(here for here, _ in policies))
    live = {
        entity: LiveEntity(entity, n.native_id, ancestors=n.above, rules=n.rules, settings=n.own)
        for entity, n in forest.nodes.items()
    }
    chain = tuple(plan_of(desired, live[here.entity], service) for here, desired in policies)
    return [
        [
            f"{batch.entity.name}: {' '.join(subject_of(operation.change))}"
            for batch in stage
            for operation in batch.operations
        ]
        for stage in stages(chain, live, service)
    ]


def test_everything_comes_before_anything_goes() -> None:
    """Both levels get their allows, then their blocks; then blocks go, and allows last."""
    customer = with_rules(ACME, allow=["old-vendor.example"])
    domain = with_rules(FIRST, block=["spam.example"])

    assert staged(
        (customer, policy(customer, allow=[], block=["spam.example"])),
        (domain, policy(domain, allow=["vendor.example"], block=[])),
    ) == [
        ["acme.example: create allow domain vendor.example"],
        ["acme: create block domain spam.example"],
        ["acme.example: delete block domain spam.example"],
        ["acme: delete allow domain old-vendor.example"],
    ]


def test_a_setting_is_written_at_the_bottom_first() -> None:
    """A group has its own value before its domain changes, and the domain before the reseller."""
    entities = (RESELLER, GROUP, FIRST)

    assert staged(*((here, policy(here, allow_spam_release=True)) for here in entities)) == [
        ["acme.example/executives: update allow_spam_release"],
        ["acme.example: update allow_spam_release"],
        ["harbor: update allow_spam_release"],
    ]


def test_entities_of_one_level_share_a_stage() -> None:
    """Two domains of one customer are written side by side, two settings of one at a time."""
    (stage,) = staged(
        *(
            (here, policy(here, allow_spam_release=True, filter_level="on"))
            for here in (FIRST, SECOND)
        )
    )

    assert stage == [
        "acme.example: update allow_spam_release",
        "acme.example: update filter_level",
        "acme-supply.example: update allow_spam_release",
        "acme-supply.example: update filter_level",
    ]
