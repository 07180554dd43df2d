"""Looking around in an account: how it is reached, what it lists, whose rules apply."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from mpctl.core.browse import EntityList, FoundUser, Level, Listed, Reached
from mpctl.core.entity import Ref
from mpctl.diagnostics import Code, ExitCode, MpctlError
from mpctl.providers.mailprotector.browsing import Browsing
from mpctl.sandbox import SampleBuilder, SampleData
from tests.clock import START
from tests.providers.mailprotector.people import answer_with, asked, people
from tests.providers.mailprotector.world import World, entity, running

SERVICE = "https://service.example"
HARBOR = "Harbor IT Services (resellers/id:400)"
NOW = "Sat, 21 Nov 2026 03:00:00 GMT"
TO_REACH = ["GET /domains", "GET /customers/5001", "GET /resellers/400"]


@contextmanager
def browsing(*faults: str, data: SampleData | None = None, **more: Any) -> Iterator[World]:
    """Run a world that nobody may write to."""
    with running(*faults, data=data or people(), writable=False, **more) as world:
        yield world
        assert world.sandbox.writes() == []


def browser(world: World) -> Browsing:
    """Look around in a world."""
    return Browsing(world.session, SERVICE)


@pytest.fixture
def date(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Decide what the service says about the time."""

    def set_date(text: str) -> None:
        monkeypatch.setattr("mpctl.sandbox.server.formatdate", lambda **_: text)

    return set_date


def test_reaching_a_service(date: Any) -> None:
    """The smallest question and its account cost three requests, and none of them twice."""
    date(NOW)
    with browsing() as world:
        reached = browser(world).reach()

        assert asked(world) == TO_REACH
    assert reached == Reached(SERVICE, HARBOR, "6 domains", latency=0.0, skew=0.0)


@pytest.mark.parametrize(
    ("text", "skew"),
    [
        ("Sat, 21 Nov 2026 02:59:00 GMT", 60.0),
        ("Sat, 21 Nov 2026 03:02:00 GMT", -120.0),
        ("Sat, 21 Nov 2026 04:00:00 +0100", 0.0),
        ("Sat, 21 Nov 2026 03:00:00 -0000", 0.0),
        ("", None),
        ("yesterday", None),
        ("2026-11-21T03:00:00Z", None),
    ],
)
def test_the_clock(date: Any, text: str, skew: float | None) -> None:
    """A clock ahead of the service's is positive; a time that nobody can read says nothing."""
    date(text)
    with browsing() as world:
        assert browser(world).reach().skew == skew


def test_the_clock_is_compared_at_once(date: Any) -> None:
    """Requests that follow, however slow, do not make the clock look wrong."""
    date(NOW)
    with browsing("GET /customers 503 times=2") as world:
        reached = browser(world).reach()

        assert world.clock.now() > START + timedelta(seconds=2)
    assert (reached.skew, reached.latency) == (0.0, 0.0)


@pytest.mark.parametrize("path", ["/customers/5001", "/resellers/400"])
def test_a_key_that_may_not_ask_for_its_account(path: str) -> None:
    """A key that sees domains is a good key, also where it may not ask for its reseller."""
    with browsing(f"GET ^{path}$ 403") as world:
        reached = browser(world).reach()

    assert (reached.account, reached.sees) == ("unknown", "6 domains")


@pytest.mark.parametrize(
    ("domains", "switches", "sees"),
    [
        ([], {}, "0 domains"),
        (["a.example"], {}, "1 domain"),
        (["a.example", "b.example"], {}, "2 domains"),
        (["a.example"], {"pagination_header": "absent"}, "an unknown number of domains"),
        (["a.example"], {"pagination_header": "garbage"}, "an unknown number of domains"),
    ],
)
def test_what_a_key_sees(domains: list[str], switches: dict[str, str], sees: str) -> None:
    """The total of the list of domains is what the key sees; without one it is unknown."""
    data = SampleData.tiny({name: {} for name in domains})
    with browsing(data=data, switches=switches) as world:
        assert browser(world).reach().sees == sees


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("GET ^/domains$ 401", Code.KEY_REFUSED),
        ("GET ^/customers 401", Code.KEY_REFUSED),
        ("GET ^/domains$ 403", Code.REFUSED_BY_SERVICE),
        ("GET ^/domains$ 503 times=forever", Code.UNAVAILABLE),
        ("GET ^/domains$ drop-before times=forever", Code.UNAVAILABLE),
        ("GET ^/domains$ html", Code.UNEXPECTED_ANSWER),
    ],
)
def test_a_service_that_is_not_reached(fault: str, code: Code) -> None:
    """A refused key, an outage and a strange answer are errors."""
    with browsing(fault) as world, pytest.raises(MpctlError) as failed:
        browser(world).reach()

    assert [d.code for d in failed.value.diagnostics] == [code]


def listed(world: World, scope: str, under: str = "") -> EntityList:
    """List a scope."""
    return browser(world).entities(scope, entity(under) if under else None)


def lines(found: EntityList) -> list[str]:
    """The entities in words."""
    return [" ".join(filter(None, [e.ref.native_id, e.path, e.note])) for e in found.entities]


TWIN = "name not unique, write"


@pytest.mark.parametrize(
    ("scope", "rows"),
    [
        ("resellers", ["400 resellers/Harbor IT Services"]),
        (
            "customers",
            [
                "5001 customers/Acme Widgets",
                "5002 customers/Globex Dental",
                "5005 customers/Müller & Söhne",
                f"5004 customers/TWIN PEAKS {TWIN} customers/id:5004",
                f"5003 customers/Twin Peaks {TWIN} customers/id:5003",
            ],
        ),
        (
            "domains",
            [
                "9102 domains/acme-mail.example alias of acme.example",
                "9101 domains/acme.example",
                "9201 domains/globex.example",
                f"9401 domains/twin.example {TWIN} domains/id:9401",
                f"9402 domains/twin.example {TWIN} domains/id:9402",
                "9301 domains/xn--bcher-kva.example",
            ],
        ),
        (
            "users",
            [
                "70001 users/alice.ng@acme.example",
                "70002 users/bob.roy@acme.example",
                "71001 users/carl.ito@globex.example",
                "70004 users/carol.poe@acme.example",
                "70005 users/dave.fox@acme.example",
                "70006 users/eve.lin@acme.example",
                "70003 users/sales@acme.example alias of alice.ng@acme.example",
            ],
        ),
    ],
)
def test_everything_that_a_key_sees(scope: str, rows: list[str]) -> None:
    """A list shows all entities of a scope, aliases with their parents, twins with their ids."""
    with browsing() as world:
        found = listed(world, scope)

    assert (lines(found), found.doubt) == (rows, "")


ACME_USERS = ["70001", "70002", "70004", "70005", "70006", "70003"]


@pytest.mark.parametrize(
    ("scope", "under", "ids"),
    [
        ("customers", "resellers/Harbor IT Services", ["5001", "5002", "5005", "5004", "5003"]),
        ("domains", "resellers/id:400", ["9102", "9101", "9201", "9401", "9402", "9301"]),
        ("domains", "customers/Acme Widgets", ["9102", "9101", "9402"]),
        ("user_groups", "domains/acme.example", ["3101", "3102", "3103", "3104"]),
        ("users", "resellers/id:400", [*ACME_USERS[:2], "71001", *ACME_USERS[2:]]),
        ("users", "customers/Acme Widgets", ACME_USERS),
        ("users", "domains/acme.example", ACME_USERS),
        ("users", "user_groups/acme.example/Executives", ["70002"]),
        ("domains", "customers/id:5005", []),
    ],
)
def test_what_stands_under_an_entity(scope: str, under: str, ids: list[str]) -> None:
    """A list under an entity shows what belongs to it, at any depth."""
    with browsing() as world:
        assert [one.ref.native_id for one in listed(world, scope, under).entities] == ids


def test_groups_carry_their_domain() -> None:
    """The path of a group is the one that policies write."""
    with browsing() as world:
        found = listed(world, "user_groups", "domains/globex.example")

    assert found == EntityList(
        (Listed(Ref("user_groups", "3201"), "user_groups/globex.example/Default"),)
    )


@pytest.mark.parametrize(
    ("scope", "under", "summary", "fix"),
    [
        (
            "user_groups",
            "",
            "user_groups are listed domain by domain",
            "Add --under and a domain, as in --under domains/acme.example.",
        ),
        (
            "user_groups",
            "customers/Acme Widgets",
            "user_groups are not listed under customers",
            "They are listed under: domains.",
        ),
        (
            "domains",
            "domains/acme.example",
            "domains are not listed under domains",
            "They are listed under: customers, resellers.",
        ),
        (
            "users",
            "users/bob.roy@acme.example",
            "users are not listed under users",
            "They are listed under: customers, domains, resellers, user_groups.",
        ),
        (
            "resellers",
            "resellers/id:400",
            "resellers are not listed under resellers",
            "Leave --under out: nothing stands above them.",
        ),
    ],
)
def test_combinations_that_do_not_exist(scope: str, under: str, summary: str, fix: str) -> None:
    """A list that the service does not have is bad usage, found before any request."""
    with browsing() as world:
        with pytest.raises(MpctlError) as failed:
            listed(world, scope, under)

        assert asked(world) == []
    (diagnostic,) = failed.value.diagnostics
    assert (failed.value.exit_code, diagnostic.summary, diagnostic.fix) == (
        ExitCode.USAGE,
        summary,
        fix,
    )


@pytest.mark.parametrize(
    ("scope", "under"),
    [
        ("domains", ""),
        ("customers", ""),
        ("users", ""),
        ("users", "domains/acme.example"),
        ("user_groups", "domains/acme.example"),
    ],
)
def test_a_list_that_is_not_whole(scope: str, under: str) -> None:
    """A list that is not proven whole says why, and shows what there is."""
    with browsing(switches={"wrong_total": "on"}) as world:
        found = listed(world, scope, under)

    rows = len(found.entities)
    assert rows > 0
    assert found.doubt == f"{rows} rows were collected, the service counts {rows + 1}"


@pytest.mark.parametrize("scope", ["resellers", "customers", "users"])
def test_a_key_that_sees_no_domain(scope: str) -> None:
    """Where nobody tells the reseller, an empty list is not taken for the truth."""
    msp = SampleBuilder()
    msp.customer("Acme Widgets", msp.reseller("Harbor IT Services"))
    with browsing(data=msp.build()) as world:
        assert listed(world, scope) == EntityList((), "the reseller behind this key is not known")


@pytest.mark.parametrize(
    ("scope", "under", "first"),
    [
        ("users", "domains/acme.example", "70001 users/id:70001"),
        ("user_groups", "domains/acme.example", "3101 user_groups/id:3101"),
        ("domains", "customers/id:5001", "9102 domains/acme-mail.example alias of acme.example"),
    ],
)
def test_sparse_lists(scope: str, under: str, first: str) -> None:
    """Rows that do not tell their names in full are listed by their ids."""
    with browsing(switches={"sparse": "on"}) as world:
        assert lines(listed(world, scope, under))[0] == first


def chain(world: World, text: str, *, effective: bool = True) -> list[Level]:
    """The rules of an entity and what is above it."""
    return list(browser(world).chain(entity(text), effective=effective))


def test_the_whole_chain_of_a_user() -> None:
    """Effective rules are those of the user, group, domain, customer and reseller, in order."""
    with browsing() as world:
        levels = chain(world, "users/alice.ng@acme.example")

    assert [(lv.ref, lv.path, [rule.shown for rule in lv.rules]) for lv in levels] == [
        (Ref("users", "70001"), "users/alice.ng@acme.example", ["shoes.example"]),
        (Ref("user_groups", "3101"), "user_groups/acme.example/Default", []),
        (Ref("domains", "9101"), "domains/acme.example", ["spammer.example"]),
        (Ref("customers", "5001"), "customers/Acme Widgets", ["payroll.example"]),
        (Ref("resellers", "400"), "resellers/Harbor IT Services", ["everywhere.example"]),
    ]


def test_the_chain_asks_for_nothing_twice() -> None:
    """The chain of a domain costs its rules, one record for each level, and the index."""
    with browsing() as world:
        chain(world, "domains/acme.example")

        requests = asked(world)
    assert len(set(requests)) == len(requests)
    assert "GET /domains/9101" not in requests


def test_the_rules_of_one_entity() -> None:
    """Without more, only the entity's own rules are read."""
    with browsing() as world:
        levels = chain(world, "domains/acme.example", effective=False)

        assert asked(world) == ["GET /domains", "GET /domains/9101/allow_block_rules"]
    assert [level.path for level in levels] == ["domains/acme.example"]


def test_one_level_of_a_chain_that_is_not_proven() -> None:
    """Each level says for itself whether its listing is whole."""
    with browsing(switches={"wrong_total": "on"}) as world:
        levels = chain(world, "customers/id:5001")

    assert [level.complete for level in levels] == [False, False]


def test_a_chain_that_the_service_does_not_tell() -> None:
    """Effective rules without the whole chain are an error, never a shorter chain."""
    with browsing(switches={"sparse": "on"}) as world, pytest.raises(MpctlError) as failed:
        chain(world, "domains/acme.example")

    assert [d.summary for d in failed.value.diagnostics] == [
        "the service does not say what stands above domains/acme.example"
    ]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("customers/Twin Peaks", Code.AMBIGUOUS),
        ("domains/acme-mail.example", Code.ALIAS),
        ("domains/nowhere.example", Code.NOT_FOUND),
        ("users/id:79001", Code.NOT_FOUND),
    ],
)
def test_an_entity_that_cannot_be_told(text: str, code: Code) -> None:
    """What cannot be resolved is an error that names the entity."""
    with browsing() as world, pytest.raises(MpctlError) as failed:
        chain(world, text)

    assert [(d.code, d.entity) for d in failed.value.diagnostics] == [
        (code, f"mailprotector:{text}")
    ]


def test_a_configuration() -> None:
    """The whole document of an entity is given as the service has it."""
    with browsing() as world:
        document = browser(world).configuration(entity("domains/acme.example"))

    assert document["permissions"]["messages"]["allow_spam_release"] is True


def test_the_configuration_of_a_user() -> None:
    """A service without settings of users is explained here as in a plan."""
    with browsing() as world, pytest.raises(MpctlError) as failed:
        browser(world).configuration(entity("users/bob.roy@acme.example"))

    assert [d.code for d in failed.value.diagnostics] == [Code.UNSUPPORTED_SETTING]


ALICE = FoundUser(
    ref=Ref("users", "70001"),
    path="users/alice.ng@acme.example",
    group="Default",
    domain="acme.example",
    addresses=("alice.ng@acme.example", "alice.ng@acme-mail.example"),
)


@pytest.mark.parametrize(
    ("address", "alias"),
    [
        ("alice.ng@acme.example", False),
        ("ALICE.ng@Acme.example", False),
        ("alice.ng@acme-mail.example", True),
        ("sales@acme.example", True),
    ],
)
def test_the_user_behind_an_address(address: str, alias: bool) -> None:  # noqa: FBT001 - a value
    """An address leads to its user, and is told apart from an alias."""
    with browsing() as world:
        found = browser(world).find_user(address)

    assert found == FoundUser(
        ref=ALICE.ref,
        path=ALICE.path,
        group=ALICE.group,
        domain=ALICE.domain,
        addresses=ALICE.addresses,
        alias=alias,
    )


@pytest.mark.parametrize("address", ["nobody@acme.example", "ruth.adler@cobalt.example"])
def test_an_address_of_nobody(address: str) -> None:
    """Nobody, and somebody whom the key does not see, are nobody."""
    with browsing() as world:
        assert browser(world).find_user(address) is None


@pytest.mark.parametrize(
    ("document", "path", "addresses"),
    [
        ({"id": 70001, "name": "alice.ng"}, "users/id:70001", ()),
        (
            {"id": 7, "primary_address": "alice.ng@acme.example", "email_addresses": "x"},
            ALICE.path,
            (),
        ),
    ],
)
def test_a_user_with_few_fields(
    monkeypatch: pytest.MonkeyPatch,
    document: dict[str, object],
    path: str,
    addresses: tuple[str, ...],
) -> None:
    """A user is found with whatever fields the service sends."""
    with browsing() as world:
        answer_with(monkeypatch, world, "/users/find_by_address", document)
        found = browser(world).find_user("alice.ng@acme.example")

    assert found is not None
    assert (found.path, found.addresses, found.group, found.alias) == (path, addresses, "", False)
