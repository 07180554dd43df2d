"""A protected entity is changed by nobody, not even from above, unless somebody says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from mpctl.core.guards import Check, Guard, Guards, Lifting
from mpctl.core.refusals import lifted, refusals
from mpctl.core.shell import word
from mpctl.core.state import DesiredEntity, Mode
from tests.laws.forest import Forest, ForestProvider, node, policy, with_rules
from tests.reconcile.guards import allowing, guarded

RESELLER = node("resellers/harbor", "400")
ACME = node("customers/acme", "5001", RESELLER)
GLOBEX = node("customers/globex", "5002", RESELLER)
DOMAIN = node("domains/acme.example", "9101", ACME)
GROUP = node("user_groups/acme.example/executives", "3102", DOMAIN)
CEO = node("users/ceo@acme.example", "71001", GROUP)
BY_NUMBER = node("users/id:71001", "71001", GROUP)
FOREST = Forest.of(RESELLER, ACME, GLOBEX, DOMAIN, GROUP, CEO)

THE_CEO = "mailprotector:users/ceo@acme.example"
SPAM = "allow_spam_release"


def service(*, forest: Forest = FOREST, unread: Sequence[str] = ()) -> ForestProvider:
    """The account, of which some entities cannot be read."""
    return ForestProvider(forest, unread=frozenset(e for e in forest.nodes if e.path in unread))


def checks(
    provider: ForestProvider,
    *policies: DesiredEntity,
    protect: Sequence[str] = (THE_CEO,),
    lifting: Lifting | None = None,
) -> list[Check]:
    """What the guard says of entities under protection."""
    plan = guarded(provider, policies, Guards(protect=tuple(protect)), lifting)
    found = [check for check in plan.guards if check.guard is Guard.PROTECT]
    assert plan.refused == tuple(check for check in found if check.refused)
    return found


def told(found: Sequence[Check]) -> list[str]:
    """The checks in words."""
    return [f"{check.entity}: {check.what}" for check in found if check.refused]


def test_any_planned_change_is_refused() -> None:
    """Also one that only tightens."""
    assert checks(service(), policy(CEO, block=["a.example"])) == [
        Check(Guard.PROTECT, 0, 1, refused=True, entity=THE_CEO, what="changes are planned there")
    ]


@pytest.mark.parametrize(
    "selector",
    [
        THE_CEO,
        "users/ceo@acme.example",
        "users/CEO@Acme.Example.",
        "users/*@acme.example",
        "mail*:users/c?o@*",
        "*/ceo@*",
    ],
)
def test_a_selector_means_whom_it_describes(selector: str) -> None:
    """Case and a target that is the default one do not count; wildcards work everywhere."""
    assert len(checks(service(), policy(CEO, block=["a.example"]), protect=[selector])) == 1


@pytest.mark.parametrize(
    "selector", ["users/cfo@acme.example", "domains/*", "other:users/ceo@acme.example", "users/ceo"]
)
def test_others_are_not_meant(selector: str) -> None:
    """Another name, scope or target is another entity."""
    assert checks(service(), policy(CEO, block=["a.example"]), protect=[selector]) == []


def test_international_domains_have_two_forms() -> None:
    """Protected in one, declared in the other."""
    there = node("domains/xn--bcher-kva.example", "9301", ACME)
    provider = service(forest=Forest.of(RESELLER, ACME, there))

    found = checks(provider, policy(there, block=["a.example"]), protect=["domains/bücher.example"])

    assert [check.entity for check in found] == ["mailprotector:domains/xn--bcher-kva.example"]


def test_without_a_change_there_is_nothing_to_protect() -> None:
    """An entity that is declared as it is, or only observed, may be declared."""
    observed = policy(CEO, block=["a.example"])
    observed = replace(observed, modes=dict.fromkeys(observed.modes, Mode.OBSERVE))

    assert checks(service(), policy(CEO, block=[])) == []
    assert checks(service(), observed) == []


def test_an_option_lifts_it_for_one_entity() -> None:
    """By its name or by the selector as it stands; others stay protected."""
    policies = [policy(CEO, block=["a.example"]), policy(GROUP, block=["b.example"])]
    protect = ["users/*", "user_groups/*/*"]
    for words in (THE_CEO, "users/*"):
        one, other = checks(service(), *policies, protect=protect, lifting=allowing(words))
        assert (one.entity, one.refused) == (THE_CEO, False)
        assert (
            one.lifted_by
            == f"--allow-protected mailprotector:{words.removeprefix('mailprotector:')}"
        )
        assert other.refused


@pytest.mark.parametrize("words", ["users/c*", "users/ceo", "other:users/ceo@acme.example", "*/*"])
def test_an_option_lifts_nothing_else(words: str) -> None:
    """A selector that nobody wrote under `protect` is no key to everything."""
    (check,) = checks(service(), policy(CEO, block=["a.example"]), lifting=allowing(words))

    assert check.refused


def test_it_is_said_that_it_was_lifted() -> None:
    """A note names who, and a refusal names the option."""
    plan = guarded(
        service(),
        [policy(CEO, block=["a.example"])],
        Guards(protect=(THE_CEO,)),
        allowing(THE_CEO),
    )
    refused = guarded(service(), [policy(CEO, block=["a.example"])], Guards(protect=(THE_CEO,)))

    assert [note.summary for note in lifted(plan)] == [
        f"the entity is protected: changes are planned there; lifted by --allow-protected {THE_CEO}"
    ]
    (refusal,) = refusals(refused)
    assert f"add --allow-protected {word(THE_CEO)} for" in refusal.fix
    assert "guards.lifts" not in refusal.fix


def test_an_entity_by_its_number_is_the_same_entity() -> None:
    """Whoever writes the number in the policy does not get around a name under `protect`."""
    forest = Forest.of(RESELLER, ACME, DOMAIN, GROUP, CEO, BY_NUMBER)
    (check,) = checks(service(forest=forest), policy(BY_NUMBER, block=["a.example"]))

    assert (check.entity, check.refused) == ("mailprotector:users/id:71001", True)


def test_a_number_under_protection_is_the_same_entity() -> None:
    """And the other way around."""
    forest = Forest.of(RESELLER, ACME, DOMAIN, GROUP, CEO, BY_NUMBER)
    (check,) = checks(
        service(forest=forest), policy(CEO, block=["a.example"]), protect=["users/id:71001"]
    )

    assert (check.entity, check.refused) == (THE_CEO, True)


def test_somebody_else_by_a_number_is_free() -> None:
    """The protected one was asked for, and is another."""
    other = node("users/id:71002", "71002", GROUP)
    forest = Forest.of(RESELLER, ACME, DOMAIN, GROUP, CEO, other)

    assert checks(service(forest=forest), policy(other, block=["a.example"])) == []


@pytest.mark.parametrize("selector", [THE_CEO, "users/*@acme.example"])
def test_where_it_is_unknown_whom_a_number_means_it_is_refused(selector: str) -> None:
    """The protected one cannot be read, or many may be meant."""
    other = node("users/id:71002", "71002", GROUP)
    forest = Forest.of(RESELLER, ACME, DOMAIN, GROUP, CEO, other)
    provider = service(forest=forest, unread=[CEO.entity.path])

    assert told(checks(provider, policy(other, block=["a.example"]), protect=[selector])) == [
        (
            "mailprotector:users/id:71002: "
            "it is written by its number, so whether it is meant is unknown"
        )
    ]


@pytest.mark.parametrize("above", [GROUP, DOMAIN, ACME, RESELLER])
def test_a_setting_that_comes_down_is_refused(above: object) -> None:
    """The protected entity need not be declared."""
    here = next(one for one in FOREST.nodes.values() if one is above)
    found = checks(service(), policy(here, allow_spam_release=True))

    assert told(found) == [f"{THE_CEO}: {SPAM} of {here.entity.path} may come down to it"]


def test_a_setting_that_changes_elsewhere_is_free() -> None:
    """Another customer's, or another setting's value above a pin, does not come down."""
    provider = service()

    assert checks(provider, policy(GLOBEX, allow_spam_release=True)) == []
    assert [reading.settings for reading in provider.asked_for[1:]] == [frozenset()]


def test_nobody_is_asked_while_no_setting_changes() -> None:
    """Rules of others cost no request for the protected."""
    provider = service()

    assert checks(provider, policy(ACME, block=["a.example"])) == []
    assert {reading.entity for reading in provider.asked_for} == {ACME.entity}


def test_a_value_of_its_own_does_not_change() -> None:
    """What reads differently from the value above is not inherited from there."""
    mine = node("users/ceo@acme.example", "71001", GROUP, filter_level="off")
    group = node("user_groups/acme.example/executives", "3102", DOMAIN, filter_level="on")
    provider = service(forest=Forest.of(RESELLER, ACME, DOMAIN, group, mine))

    assert checks(provider, policy(group, filter_level="exclusive")) == []
    readings = [r for r in provider.asked_for if r.entity == mine.entity]
    assert [(r.rules, set(r.settings)) for r in readings] == [
        (False, set()),
        (False, {"filter_level"}),
    ]


def test_a_value_that_is_what_comes_down_does_not_change() -> None:
    """It stays what it is either way."""
    mine = node("users/ceo@acme.example", "71001", GROUP, allow_spam_release=True)
    provider = service(forest=Forest.of(RESELLER, ACME, DOMAIN, GROUP, mine))

    assert checks(provider, policy(DOMAIN, allow_spam_release=True)) == []


def test_a_pin_in_between_keeps_the_value_from_coming_down() -> None:
    """The nearest entity above that the plan writes decides."""
    above, group = policy(ACME, allow_spam_release=True), policy(GROUP, allow_spam_release=False)

    assert checks(service(), above, group) == []


def test_a_change_in_between_comes_down_itself() -> None:
    """Of two that change, the nearer one is named."""
    found = checks(service(), policy(ACME, filter_level="off"), policy(GROUP, filter_level="on"))

    assert told(found) == [
        f"{THE_CEO}: filter_level of user_groups/acme.example/executives may come down to it"
    ]


def test_a_protected_entity_that_is_pinned_is_changed_itself() -> None:
    """Writing its value explicitly is a change there."""
    found = checks(
        service(),
        policy(ACME, allow_spam_release=True),
        policy(GROUP, allow_spam_release=False),
        protect=["user_groups/acme.example/executives"],
    )

    assert [(check.found, check.what) for check in found] == [(1, "changes are planned there")]


def test_a_protected_entity_that_is_declared_without_the_setting_is_not_pinned() -> None:
    """Its rules are as declared, and its permission would change."""
    found = checks(service(), policy(ACME, allow_spam_release=True), policy(CEO, block=[]))

    assert told(found) == [f"{THE_CEO}: {SPAM} of customers/acme may come down to it"]


def test_who_cannot_be_read_is_refused() -> None:
    """That is not known to be safe."""
    found = checks(service(unread=[CEO.entity.path]), policy(ACME, allow_spam_release=True))

    assert told(found) == [
        (
            f"{THE_CEO}: {SPAM} would change above it, and where it stands is unknown: "
            "the service is tired"
        )
    ]


def test_whose_ancestors_are_not_told_is_refused() -> None:
    """Any change at a level above may be one above it."""
    provider = service()
    provider.untold = frozenset({CEO.entity})

    found = checks(provider, policy(GLOBEX, allow_spam_release=True))

    assert told(found) == [f"{THE_CEO}: {SPAM} of customers/globex may come down to it"]


def test_whose_own_value_is_not_told_is_refused() -> None:
    """It may be inherited."""
    provider = service()
    provider.shows_own = True

    found = checks(provider, policy(ACME, allow_spam_release=True))

    assert told(found) == [
        f"{THE_CEO}: {SPAM} of customers/acme may come down to it, its own value is unknown"
    ]


def test_who_does_not_exist_is_free() -> None:
    """There is nobody to protect."""
    found = checks(
        service(), policy(ACME, allow_spam_release=True), protect=["users/gone@acme.example"]
    )

    assert found == []


def test_a_setting_above_many_is_refused() -> None:
    """Whom a selector with wildcards means is not asked, so whatever it may mean counts."""
    provider = service()
    found = checks(provider, policy(GLOBEX, allow_spam_release=True), protect=["users/*@acme.*"])

    assert told(found) == [
        f"mailprotector:users/*@acme.*: {SPAM} would change above it, and whom it means is unknown"
    ]
    assert {reading.entity for reading in provider.asked_for} == {GLOBEX.entity}


def test_a_setting_below_or_beside_many_is_free() -> None:
    """It comes down, never up."""
    found = checks(
        service(), policy(GROUP, allow_spam_release=True), protect=["domains/*", "user_groups/x/*"]
    )

    assert found == []


def test_the_option_lifts_what_comes_down_too() -> None:
    """For the entity, or for the selector as it stands."""
    above = policy(ACME, allow_spam_release=True)
    (one,) = checks(service(), above, lifting=allowing("users/ceo@acme.example"))
    (many,) = checks(service(), above, protect=["users/*"], lifting=allowing("users/*"))

    assert (one.refused, many.refused) == (False, False)


def test_rules_from_above_are_no_change_of_the_permission() -> None:
    """A rule of the customer concerns the customer; the guards that count see it."""
    above = with_rules(ACME, block=["a.example"])
    provider = service(forest=Forest.of(RESELLER, above, DOMAIN, GROUP, CEO))

    assert checks(provider, policy(above, block=[])) == []
