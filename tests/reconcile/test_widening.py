"""A selection takes in what a selected setting would change, and no more."""

from __future__ import annotations

from collections.abc import Sequence

from mpctl.core.entity import Entity
from mpctl.core.outcome import Status
from mpctl.core.state import DesiredEntity, Mode
from mpctl.diagnostics import Code, ExitCode, Severity
from mpctl.reconcile import Prepared
from tests.laws.forest import (
    Forest,
    ForestProvider,
    applied,
    described,
    node,
    outcomes_of,
    planned,
    policy,
    with_rules,
)

RESELLER = node("resellers/harbor", "400")
ACME = node("customers/acme", "5001", RESELLER)
GLOBEX = node("customers/globex", "5002", RESELLER)
DOMAIN = node("domains/acme.example", "9101", ACME)
OTHER = node("domains/globex.example", "9201", GLOBEX)
GROUP = node("user_groups/acme.example/executives", "3102", DOMAIN)
FOREST = Forest.of(RESELLER, ACME, GLOBEX, DOMAIN, OTHER, GROUP)

LOOSER = policy(ACME, allow_spam_release=True)


def service(*, unread: Sequence[Entity] = ()) -> ForestProvider:
    """The account, of which some entities cannot be read."""
    return ForestProvider(FOREST, unread=frozenset(unread))


def select(provider: ForestProvider, selected: DesiredEntity, *others: DesiredEntity) -> Prepared:
    """Plan one of several declared entities."""
    return planned(provider, [selected, *others], selected=[selected])


def changes(prepared: Prepared) -> list[str]:
    """All changes of a plan, in words."""
    return [described(change) for entity in prepared.plan.entities for change in entity.changes]


def test_a_declared_descendant_is_taken_in() -> None:
    """The value that is declared below is written before the selected one changes above."""
    prepared = select(service(), LOOSER, policy(DOMAIN, allow_spam_release=False))

    assert changes(prepared) == [
        "acme: update allow_spam_release",
        "acme.example: update allow_spam_release",
    ]


def test_it_is_said() -> None:
    """A note at the entity says that it is planned though nobody selected it."""
    prepared = select(service(), LOOSER, policy(DOMAIN, allow_spam_release=False))

    (finding,) = next(p for p in prepared.plan.entities if p.entity == DOMAIN.entity).findings
    assert (finding.code, finding.severity) == (Code.WIDENED, Severity.NOTE)
    assert finding.summary == "domains/acme.example is planned too, though it was not selected"


def test_only_the_setting_is_taken_in() -> None:
    """Rules and other settings of the unselected entity are neither read nor planned."""
    provider = service()
    below = policy(DOMAIN, block=["spam.example"], allow_spam_release=False, filter_level="off")

    prepared = select(provider, LOOSER, below)

    assert changes(prepared)[1:] == ["acme.example: update allow_spam_release"]
    (reading,) = (r for r in provider.asked_for if r.entity == DOMAIN.entity)
    assert (reading.rules, reading.settings) == (False, frozenset({"allow_spam_release"}))


def test_a_setting_that_changes_elsewhere_is_not_taken_in() -> None:
    """Of two settings that are selected somewhere, only what comes down to the entity counts."""
    provider = service()
    selected = [LOOSER, policy(GLOBEX, filter_level="off")]
    below = policy(DOMAIN, allow_spam_release=False, filter_level="on")

    prepared = planned(provider, [*selected, below], selected=selected)

    assert changes(prepared) == [
        "acme: update allow_spam_release",
        "globex: update filter_level",
        "acme.example: update allow_spam_release",
    ]


def test_the_widened_plan_can_be_applied() -> None:
    """Apply writes what was not selected first, and reads everything again."""
    provider = service()
    prepared = select(provider, LOOSER, policy(DOMAIN, allow_spam_release=False))
    read = len(provider.asked_for)

    result = applied(provider, prepared)

    assert result.exit_code is ExitCode.DONE
    assert [described(operation.change) for operation in provider.done] == [
        "acme.example: update allow_spam_release",
        "acme: update allow_spam_release",
    ]
    assert {r.entity for r in provider.asked_for[read + 2 :]} == {ACME.entity, DOMAIN.entity}
    assert not any(state.effective(DOMAIN.entity, "allow_spam_release") for state in provider.seen)


def test_what_is_taken_in_waits_for_a_selected_value_below_it() -> None:
    """A customer that nobody selected is not written over the head of its selected domain."""
    provider = service()
    provider.doomed = lambda entity, _: Status.FAILED if entity == DOMAIN.entity else None
    selected = [policy(RESELLER, filter_level="off"), policy(DOMAIN, filter_level="exclusive")]

    result = applied(
        provider,
        planned(provider, [*selected, policy(ACME, filter_level="on")], selected=selected),
    )

    assert [end.status for end in result.outcomes[ACME.entity]] == [Status.NOT_ATTEMPTED]
    assert provider.forest.effective(DOMAIN.entity, "filter_level") == "exclusive"


def test_selecting_only_the_descendant_takes_nothing_in() -> None:
    """A change comes down, never up: nobody above is read."""
    provider = service()

    prepared = select(provider, policy(DOMAIN, allow_spam_release=True), LOOSER)

    assert changes(prepared) == ["acme.example: update allow_spam_release"]
    assert {reading.entity for reading in provider.asked_for} == {DOMAIN.entity}


def test_entities_of_the_same_level_are_not_even_read() -> None:
    """However many domains there are, a domain's change is a matter of its groups and users."""
    provider = service(unread=[OTHER.entity])

    prepared = select(
        provider, policy(DOMAIN, allow_spam_release=True), policy(OTHER, allow_spam_release=False)
    )

    assert prepared.plan.problems == ()
    assert OTHER.entity not in {reading.entity for reading in provider.asked_for}


def test_a_stranger_below_another_entity_is_left_out() -> None:
    """A domain of another customer is read, because nobody knew, and not planned."""
    prepared = select(service(), LOOSER, policy(OTHER, allow_spam_release=False))

    assert [plan.entity for plan in prepared.plan.entities] == [ACME.entity]
    assert OTHER.entity not in prepared.desired.entities


def test_without_a_changing_setting_nobody_is_read() -> None:
    """Rules concern the selected entity only."""
    provider = service()

    prepared = select(
        provider, policy(ACME, block=["spam.example"]), policy(DOMAIN, allow_spam_release=False)
    )

    assert changes(prepared) == ["acme: create block domain spam.example"]
    assert {reading.entity for reading in provider.asked_for} == {ACME.entity}


def test_an_observed_descendant_is_left_out() -> None:
    """Nothing would be written there."""
    observed = policy(DOMAIN, settings_mode=Mode.OBSERVE, allow_spam_release=False)

    prepared = select(service(), LOOSER, observed)

    assert [plan.entity for plan in prepared.plan.entities] == [ACME.entity]


def test_a_descendant_that_does_not_exist_is_left_out() -> None:
    """What is not there can be changed by nobody."""
    gone = node("domains/gone.example", "1", ACME)

    prepared = select(service(), LOOSER, policy(gone, allow_spam_release=False))

    assert (changes(prepared), prepared.plan.problems) == (["acme: update allow_spam_release"], ())


def test_a_descendant_that_cannot_be_read_is_a_refusal() -> None:
    """Nothing of the target is planned, and the reason says which entity is in the dark."""
    below = policy(DOMAIN, allow_spam_release=False)

    prepared = select(service(unread=[DOMAIN.entity]), LOOSER, below)

    (problem,) = prepared.plan.problems
    assert prepared.plan.entities == ()
    assert (problem.code, problem.origin) == (Code.WIDENED, below.origin)
    assert problem.summary == (
        "domains/acme.example may stand below a selected setting, but cannot be planned: "
        "the service is tired"
    )


def test_a_selected_descendant_that_cannot_be_read_withholds_the_setting() -> None:
    """Everything else is planned and applied; the setting above waits."""
    provider = service(unread=[DOMAIN.entity])
    above = policy(ACME, block=["spam.example"], allow_spam_release=True)

    prepared = planned(provider, [above, policy(DOMAIN, allow_spam_release=False)])
    result = applied(provider, prepared)

    assert [(end.status, end.operation.change.verb) for end in outcomes_of(result)] == [
        (Status.APPLIED, "create")
    ]
    assert prepared.plan.summary.withheld == 1
    assert not provider.forest.effective(DOMAIN.entity, "allow_spam_release")
    assert result.exit_code is ExitCode.PARTIAL


def test_what_two_documents_claim_withholds_the_setting_too() -> None:
    """One entity under two names is planned under neither, and protected all the same."""
    twin = node("domains/id:9101", "9101", ACME)
    provider = ForestProvider(Forest.of(RESELLER, ACME, DOMAIN, twin))

    prepared = planned(
        provider,
        [LOOSER, policy(DOMAIN, allow_spam_release=False), policy(twin, block=["spam.example"])],
    )

    assert [p.code for p in prepared.plan.problems] == [Code.SAME_ENTITY] * 2
    assert prepared.plan.actionable == ()
    assert prepared.plan.summary.withheld == 1


def test_a_removal_waits_while_the_entity_that_takes_over_cannot_be_read() -> None:
    """A block that moves up stays where it is until somebody could look at the customer."""
    domain = with_rules(DOMAIN, block=["spam.example"])
    provider = ForestProvider(Forest.of(RESELLER, ACME, domain), unread=frozenset({ACME.entity}))

    prepared = planned(provider, [policy(domain, block=[]), policy(ACME, block=["spam.example"])])
    result = applied(provider, prepared)

    assert len(provider.forest.nodes[DOMAIN.entity].rules) == 1
    assert (list(outcomes_of(result)), result.exit_code) == ([], ExitCode.STOPPED)
