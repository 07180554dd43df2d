"""Who stands above an entity, with requests only for the levels that somebody declares."""

from __future__ import annotations

import pytest

from mpctl.core.entity import Ref
from mpctl.diagnostics import MpctlError
from tests.providers.mailprotector.people import asked, people, resolved, searches
from tests.providers.mailprotector.world import entity, running

HARBOR = Ref("resellers", "400")
ACME = Ref("customers", "5001")
GLOBEX = Ref("customers", "5002")
DOMAIN = Ref("domains", "9101")
DEFAULT = Ref("user_groups", "3101")
ALL = [
    "resellers/id:400",
    "customers/id:5001",
    "domains/id:9101",
    "user_groups/id:3101",
    "users/id:70001",
]
DIRECT = ["GET /" + text.replace("id:", "") for text in ALL]
ACCOUNT = ["GET /domains", "GET /customers/5001"]


@pytest.mark.parametrize(
    ("text", "above"),
    [
        ("resellers/id:400", ()),
        ("customers/id:5001", (HARBOR,)),
        ("domains/id:9101", (ACME, HARBOR)),
        ("user_groups/id:3101", (DOMAIN, ACME, HARBOR)),
        ("users/id:70001", (DEFAULT, DOMAIN, ACME, HARBOR)),
    ],
)
def test_the_whole_chain(text: str, above: tuple[Ref, ...]) -> None:
    """With all levels declared, each entity knows everything above it, nearest first."""
    with running(data=people()) as world:
        state = resolved(world, *ALL)

        assert asked(world) == DIRECT
    assert state.entities[entity(text)].ancestors == above


CUSTOMERS = "GET /resellers/400/customers"


@pytest.mark.parametrize(
    ("texts", "above", "requests"),
    [
        ("users/id:70001", (), [DIRECT[4], *ACCOUNT]),
        ("users/id:70001;domains/id:9101", (DEFAULT, DOMAIN), [DIRECT[4], DIRECT[2], DIRECT[1]]),
        (
            "users/id:70001;customers/id:5001",
            (DEFAULT, DOMAIN, ACME),
            [DIRECT[4], DIRECT[1], DIRECT[2]],
        ),
        (
            "users/id:70001;resellers/id:400",
            (DEFAULT, DOMAIN, ACME, HARBOR),
            [DIRECT[4], DIRECT[0], DIRECT[2], CUSTOMERS],
        ),
        ("user_groups/id:3101", (), [DIRECT[3], *ACCOUNT]),
        ("user_groups/id:3101;domains/id:9101", (DOMAIN,), [DIRECT[3], DIRECT[2], DIRECT[1]]),
        ("domains/id:9101", (), [DIRECT[2], DIRECT[1]]),
        ("domains/id:9101;users/id:70001", (ACME,), [DIRECT[2], DIRECT[4], DIRECT[1]]),
        ("domains/id:9101;customers/id:5003", (ACME,), [DIRECT[2], "GET /customers/5003"]),
        ("domains/id:9101;resellers/id:400", (ACME, HARBOR), [DIRECT[2], DIRECT[0], CUSTOMERS]),
        ("customers/id:5001", (), [DIRECT[1]]),
        ("customers/id:5001;resellers/id:400", (HARBOR,), [DIRECT[1], DIRECT[0]]),
    ],
)
def test_the_levels_that_are_declared(
    texts: str, above: tuple[Ref, ...], requests: list[str]
) -> None:
    """Nothing is asked of levels above the highest that somebody declares."""
    names = texts.split(";")
    with running(data=people()) as world:
        state = resolved(world, *names)

        assert asked(world) == requests
    assert state.entities[entity(names[0])].ancestors == above


def test_many_domains_share_one_list_of_customers() -> None:
    """The resellers above many domains cost one list of customers."""
    names = ["acme.example", "globex.example", "bücher.example"]
    with running(data=people()) as world:
        state = resolved(world, *(f"domains/{name}" for name in names), "resellers/id:400")

        assert asked(world) == [
            "GET /domains",
            "GET /resellers/400",
            "GET /resellers/400/customers",
        ]
    assert [state.entities[entity(f"domains/{name}")].ancestors for name in names] == [
        (ACME, HARBOR),
        (GLOBEX, HARBOR),
        (GLOBEX, HARBOR),
    ]


def test_users_of_one_domain_share_its_record() -> None:
    """The chain of two users of one domain asks for the domain once."""
    texts = ["users/alice.ng@acme.example", "users/bob.roy@acme.example", "customers/id:5001"]
    with running(data=people()) as world:
        state = resolved(world, *texts)

        assert asked(world) == [
            *searches("alice.ng", "bob.roy"),
            "GET /customers/5001",
            "GET /domains/9101",
        ]
    assert [state.entities[entity(text)].ancestors for text in texts] == [
        (DEFAULT, DOMAIN, ACME),
        (Ref("user_groups", "3102"), DOMAIN, ACME),
        (HARBOR,),
    ]


def test_levels_that_are_declared_later() -> None:
    """An entity that was found before learns of the levels that a later fetch brings."""
    with running(data=people()) as world:
        before = resolved(world, "domains/id:9101")
        resolved(world, "customers/id:5001", "resellers/id:400")
        after = resolved(world, "domains/id:9101")

        assert asked(world) == ["GET /domains/9101", "GET /customers/5001", "GET /resellers/400"]
    found = entity("domains/id:9101")
    assert before.entities[found].ancestors == ()
    assert after.entities[found].ancestors == (ACME, HARBOR)


def test_a_list_of_customers_that_is_refused() -> None:
    """Without the list of customers the one above is asked for alone, and the domains are read."""
    texts = ["resellers/id:400", "domains/acme.example", "domains/globex.example"]
    with running("GET /resellers/400/customers 403 times=forever", data=people()) as world:
        state = resolved(world, *texts)

        assert asked(world) == [
            "GET /domains",
            "GET /resellers/400",
            "GET /resellers/400/customers",
            "GET /customers/5001",
            "GET /customers/5002",
        ]
    assert [state.entities[entity(text)].ancestors for text in texts] == [
        (),
        (ACME, HARBOR),
        (GLOBEX, HARBOR),
    ]


def test_what_stands_above_cannot_be_read() -> None:
    """Where the way up is barred the ancestors are unknown, which is found out once."""
    texts = ["users/id:70001", "users/id:70002"]
    with running("GET ^/domains/9101$ 403 times=forever", data=people()) as world:
        state = resolved(world, *texts, "customers/id:5001")

        assert asked(world).count("GET /domains/9101") == 1
    assert [state.entities[entity(text)].ancestors for text in texts] == [None, None]


@pytest.mark.parametrize("text", ALL[1:])
def test_sparse_rows_hide_the_ancestors(text: str) -> None:
    """A row without its references leaves the ancestors unknown, never none."""
    with running(data=people(), switches={"sparse": "on"}) as world:
        state = resolved(world, *ALL)

    assert state.entities[entity(text)].ancestors is None


def test_a_key_that_is_refused_on_the_way_up() -> None:
    """A refused key is never an unknown ancestor: it stops the target."""
    with (
        running("GET ^/domains/9101$ 401", data=people()) as world,
        pytest.raises(MpctlError) as failed,
    ):
        resolved(world, "users/id:70001", "customers/id:5001")

    assert [d.code for d in failed.value.diagnostics] == ["key-refused"]
