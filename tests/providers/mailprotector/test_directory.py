"""From names to ids in all five scopes, with the fewest requests."""

from __future__ import annotations

import pytest

from mpctl.core.state import Account
from mpctl.diagnostics import MpctlError
from mpctl.sandbox import SampleBuilder
from tests.providers.mailprotector.people import (
    FIND,
    asked,
    missing,
    numbers,
    people,
    resolved,
    searches,
    unread,
)
from tests.providers.mailprotector.world import entity, running

DOMAINS = "GET /domains"
CUSTOMER = "GET /customers/5001"
RESELLER = "GET /resellers/400"
CUSTOMERS = "GET /resellers/400/customers"
GROUPS = "GET /domains/9101/user_groups"
USERS = "GET /domains/9101/users"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("resellers/Harbor IT Services", "400"),
        ("resellers/HARBOR it services", "400"),
        ("resellers/id:400", "400"),
        ("customers/Acme Widgets", "5001"),
        ("customers/ acme WIDGETS ", "5001"),
        ("customers/MÜLLER & söhne", "5005"),
        ("customers/id:5003", "5003"),
        ("domains/ACME.example.", "9101"),
        ("domains/bücher.example", "9301"),
        ("domains/id:9101", "9101"),
        ("user_groups/acme.example/Executives", "3102"),
        ("user_groups/ACME.Example/EXECUTIVES", "3102"),
        ("user_groups/globex.example/default", "3201"),
        ("user_groups/id:3104", "3104"),
        ("users/alice.ng@acme.example", "70001"),
        ("users/Alice.NG@ACME.example", "70001"),
        ("users/id:70002", "70002"),
    ],
)
def test_an_entity_is_found(text: str, number: str) -> None:
    """An entity of every scope is found by its name in any spelling, and by its id."""
    with running(data=people()) as world:
        state = resolved(world, text)

    assert numbers(state) == {entity(text).path: number}


@pytest.mark.parametrize(
    ("texts", "requests"),
    [
        ("resellers/Harbor IT Services", [DOMAINS, CUSTOMER, RESELLER]),
        ("customers/Acme Widgets", [DOMAINS, CUSTOMER, CUSTOMERS]),
        ("domains/acme.example", [DOMAINS, CUSTOMER]),
        ("user_groups/acme.example/Default", [DOMAINS, GROUPS, CUSTOMER]),
        ("users/bob.roy@acme.example", [*searches("bob.roy"), DOMAINS, CUSTOMER]),
        ("resellers/id:400", [RESELLER]),
        ("customers/id:5001", [CUSTOMER]),
        ("domains/id:9101", ["GET /domains/9101", CUSTOMER]),
        ("user_groups/id:3101", ["GET /user_groups/3101", DOMAINS, CUSTOMER]),
        ("users/id:70001", ["GET /users/70001", DOMAINS, CUSTOMER]),
        ("customers/id:5001;customers/id:5003", [CUSTOMER, "GET /customers/5003"]),
        ("customers/Acme Widgets;customers/id:5003", [DOMAINS, CUSTOMER, CUSTOMERS]),
        ("domains/acme.example;domains/id:9201", [DOMAINS, CUSTOMER]),
        (
            "user_groups/acme.example/Default;user_groups/acme.example/Executives",
            [DOMAINS, GROUPS, CUSTOMER],
        ),
        ("user_groups/acme.example/Default;user_groups/id:3102", [DOMAINS, GROUPS, CUSTOMER]),
        (
            "user_groups/acme.example/Default;user_groups/globex.example/Default",
            [DOMAINS, GROUPS, "GET /domains/9201/user_groups", CUSTOMER],
        ),
    ],
)
def test_the_fewest_requests(texts: str, requests: list[str]) -> None:
    """One pass over an index for each scope and parent, one request for an id, and the account."""
    with running(data=people()) as world:
        state = resolved(world, *texts.split(";"))

        assert len(state.entities) == len(texts.split(";"))
        assert state.account == Account("https://service.example", "400")
        assert asked(world) == requests


FEW = ("alice.ng", "bob.roy", "carol.poe")


def users(*names: str, domain: str = "acme.example") -> list[str]:
    """Users of a domain by name."""
    return [f"users/{name}@{domain}" for name in names]


def test_few_users_are_searched_for() -> None:
    """Up to three users of one domain are found by their addresses, one request each."""
    with running(data=people()) as world:
        state = resolved(world, *users(*FEW))

        assert len(state.entities) == 3
        assert asked(world) == [*searches(*FEW), DOMAINS, CUSTOMER]


def test_a_crowd_is_listed() -> None:
    """Four users of one domain are found in its list, with one pass and no search."""
    with running(data=people()) as world:
        state = resolved(world, *users(*FEW, "dave.fox"))

        assert sorted(numbers(state).values()) == ["70001", "70002", "70004", "70005"]
        assert asked(world) == [DOMAINS, USERS, CUSTOMER]


def test_a_crowd_beside_a_single_user() -> None:
    """The list of one domain does not stand for the users of another."""
    with running(data=people()) as world:
        state = resolved(
            world, *users(*FEW, "dave.fox"), *users("carl.ito", domain="globex.example")
        )

        assert len(state.entities) == 5
        assert asked(world) == [DOMAINS, USERS, f"{FIND} carl.ito@globex.example", CUSTOMER]


def test_whoever_is_not_in_the_list_is_searched_for() -> None:
    """An alias and a stranger are not taken for missing because a list does not name them."""
    with running(data=people()) as world:
        state = resolved(world, *users(*FEW, "sales", "nobody"))

        assert asked(world) == [
            *(DOMAINS, USERS),
            *(*searches("sales"), "GET /users/70001/aliases"),
            *(*searches("nobody"), CUSTOMER),
        ]
    assert len(state.entities) == 3
    assert unread(state, "users/sales@acme.example").code == "alias"
    assert missing(state, "users/nobody@acme.example").code == "not-found"


def test_a_crowd_at_an_alias_domain() -> None:
    """Users under an alias domain are searched for one by one, and refused with their address."""
    texts = users(*FEW, "dave.fox", domain="acme-mail.example")
    with running(data=people()) as world:
        state = resolved(world, *texts)

        assert asked(world) == [DOMAINS, *(f"{FIND} {text[6:]}" for text in texts)]
    assert [unread(state, text).summary for text in texts] == [
        f"{text} is an alias of {text.replace('-mail', '')}" for text in texts
    ]


@pytest.mark.parametrize(
    ("fault", "tried"),
    [
        ("GET ^/domains$ 403 times=forever", [DOMAINS]),
        ("GET ^/domains/9101/users$ 403", [DOMAINS, USERS]),
    ],
)
def test_a_crowd_without_a_list(fault: str, tried: list[str]) -> None:
    """Where a list that would have saved requests cannot be read, users are searched for."""
    with running(fault, data=people()) as world:
        state = resolved(world, *users(*FEW, "dave.fox"))

        assert asked(world)[: len(tried) + 4] == [*tried, *searches(*FEW, "dave.fox")]
    assert len(state.entities) == 4


def test_nothing_is_resolved_twice_in_a_run() -> None:
    """A second fetch reads what is asked for and resolves nothing anew, with new names beside."""
    first = ["resellers/Harbor IT Services", "customers/Acme Widgets", "domains/acme.example"]
    first += ["user_groups/acme.example/Default", *users(*FEW, "dave.fox")]
    first += users("carl.ito", domain="globex.example")
    second = ["customers/Globex Dental", "domains/globex.example", "domains/id:9301"]
    second += ["user_groups/acme.example/Executives", "customers/id:5005", "resellers/id:400"]
    with running(data=people()) as world:
        resolved(world, *first)
        before = len(asked(world))
        state = resolved(world, *first, *second, *users("eve.lin"))

        assert len(state.entities) == len(first) + len(second) + 1
        assert asked(world)[before:] == []


def test_five_scopes_together() -> None:
    """All scopes share what was read: the domains, a customer, one list for each parent."""
    texts = ["resellers/id:400", "customers/Globex Dental", "domains/globex.example"]
    texts += ["user_groups/acme.example/Executives", *users("bob.roy")]
    with running(data=people()) as world:
        state = resolved(world, *texts)

        assert sorted(asked(world)) == sorted(
            [DOMAINS, CUSTOMER, CUSTOMERS, DOMAINS, *searches("bob.roy"), GROUPS, RESELLER]
        )
    assert len(state.entities) == 5


def test_a_list_of_customers_is_read_page_by_page_once() -> None:
    """Many customers cost as many pages as the list has."""
    msp = SampleBuilder()
    harbor = msp.reseller("Harbor IT Services", id_=400)
    for number in range(250):
        customer = msp.customer(f"Customer {number:03}", harbor)
    msp.domain("acme.example", customer)
    with running(data=msp.build()) as world:
        state = resolved(world, *(f"customers/Customer {number:03}" for number in range(250)))

        assert len(state.entities) == 250
        assert asked(world) == [DOMAINS, "GET /customers/5250", *[CUSTOMERS] * 3]


@pytest.mark.parametrize(
    "texts",
    [
        ["domains/acme.example"],
        ["customers/id:5001"],
        ["users/id:70001"],
        ["resellers/id:400", "users/bob.roy@acme.example"],
    ],
)
def test_the_account_is_the_same_however_it_is_found(texts: list[str]) -> None:
    """Plans of the same account carry the same identity, whatever they declare."""
    with running(data=people()) as world:
        assert resolved(world, *texts).account == Account("https://service.example", "400")


def test_a_reseller_that_cannot_be_told_is_asked_for_once() -> None:
    """What stands between a key and its reseller fails once, not once for each customer."""
    names = ["customers/Acme Widgets", "customers/Globex Dental", "resellers/Harbor IT Services"]
    with running("GET ^/customers/5001$ 403 times=forever", data=people()) as world:
        state = resolved(world, *names)

        assert asked(world) == [DOMAINS, CUSTOMER]
    assert {unread(state, name).summary for name in names} == {
        "GET /customers/5001: refused with 403: Injected by a fault"
    }


@pytest.mark.parametrize(
    "path", ["/domains$", "/customers/5001", "/resellers/400/customers", "find_by_address"]
)
def test_a_key_that_is_refused_on_the_way(path: str) -> None:
    """A key that any request of the resolution finds refused stops the whole target."""
    with running(f"* {path} 401 times=forever", data=people()) as world:
        with pytest.raises(MpctlError) as failed:
            resolved(world, "customers/Acme Widgets", "users/bob.roy@acme.example")

        assert [d.code for d in failed.value.diagnostics] == ["key-refused"]


def test_a_key_that_is_refused_by_the_last_list() -> None:
    """A key that only the last request finds refused stops the target as well."""
    with (
        running("GET /resellers/400/customers 401", data=people()) as world,
        pytest.raises(MpctlError) as failed,
    ):
        resolved(world, "customers/Acme Widgets")

    assert [d.code for d in failed.value.diagnostics] == ["key-refused"]
