"""From names to ids: one pass over the index, and an answer for every name."""

from __future__ import annotations

import pytest

from mpctl.core.entity import Entity
from mpctl.core.state import Account, LiveState, Reading
from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.sandbox import SampleData
from tests.providers.mailprotector.world import World, entity, running

INDEX = "/domains"
CUSTOMER = "/customers/5001"


def bare(world: World, *texts: str) -> LiveState:
    """Resolve entities and read nothing of them."""
    return world.fetch(*texts, rules=False)


def many(count: int) -> SampleData:
    """A reseller with so many domains."""
    return SampleData.tiny({f"d{number:03}.example": {} for number in range(count)})


@pytest.mark.parametrize(
    ("text", "native_id", "live_name"),
    [
        ("domains/acme.example", "9101", "acme.example"),
        ("domains/ACME.Example", "9101", "acme.example"),
        ("domains/acme.example.", "9101", "acme.example"),
        ("domains/bücher.example", "9301", "xn--bcher-kva.example"),
        ("domains/XN--BCHER-KVA.example", "9301", "xn--bcher-kva.example"),
        ("domains/Intranet", "9601", "intranet"),
        ("domains/id:9101", "9101", "acme.example"),
        ("domains/id:9402", "9402", "twin.example"),
    ],
)
def test_a_domain_is_found(text: str, native_id: str, live_name: str) -> None:
    """A domain is found by its name in any spelling, or by its id."""
    with running() as world:
        found = bare(world, text).entities[entity(text)]

    assert (found.native_id, found.live_name) == (native_id, live_name)


MISSING = Diagnostic(
    Code.NOT_FOUND,
    "domains/Nowhere.example does not exist, or this key does not see it",
    why="Nothing is planned for an entity that cannot be found.",
    fix="Check the spelling; for one still to come write `when_missing: wait`.",
    entity="mailprotector:domains/Nowhere.example",
)
MISSING_ID = Diagnostic(
    Code.NOT_FOUND,
    "domains/id:9999 does not exist, or this key does not see it",
    fix="Check the id; the console shows it in the address of the page.",
    entity="mailprotector:domains/id:9999",
)


@pytest.mark.parametrize("diagnostic", [MISSING, MISSING_ID])
def test_a_domain_that_does_not_exist(diagnostic: Diagnostic) -> None:
    """A name that is in no list, and an id that nobody has, are missing."""
    text = diagnostic.entity.partition(":")[2]
    with running() as world:
        state = bare(world, text)

    assert (state.entities, state.unread) == ({}, {})
    assert state.missing == {entity(text): diagnostic}


ALIAS = Diagnostic(
    Code.ALIAS,
    "domains/acme-mail.example is an alias of domains/acme.example",
    why="Rules and settings live at domains/acme.example and cover its aliases.",
    fix="Declare them under domains/acme.example.",
    entity="mailprotector:domains/acme-mail.example",
)
ALIAS_ID = Diagnostic(
    Code.ALIAS,
    "domains/id:9102 is an alias of domains/acme.example",
    why="Rules and settings live at domains/acme.example and cover its aliases.",
    fix="Declare them under domains/acme.example.",
    entity="mailprotector:domains/id:9102",
)
AMBIGUOUS = Diagnostic(
    Code.AMBIGUOUS,
    "several domains have this name: domains/id:9401, domains/id:9402",
    why="mpctl does not guess which one is meant.",
    fix="Name the one that is meant by its id.",
    entity="mailprotector:domains/twin.example",
)


@pytest.mark.parametrize("diagnostic", [ALIAS, ALIAS_ID, AMBIGUOUS])
def test_a_domain_that_is_not_read(diagnostic: Diagnostic) -> None:
    """An alias is refused with its parent's name, an ambiguous name with the ids."""
    text = diagnostic.entity.partition(":")[2]
    with running() as world:
        state = bare(world, text)

    assert (state.entities, state.missing) == ({}, {})
    assert state.unread == {entity(text): diagnostic}


def test_a_name_that_an_incomplete_list_does_not_hold() -> None:
    """A name that is not in a doubtful list is not known to be missing."""
    with running(switches={"wrong_total": "on"}) as world:
        state = bare(world, "domains/nowhere.example", "domains/acme.example")

    assert set(state.entities) == {entity("domains/acme.example")}
    assert state.missing == {}
    assert state.unread == {
        entity("domains/nowhere.example"): Diagnostic(
            Code.INCOMPLETE_LISTING,
            "domains/nowhere.example is not in the list of domains, but the list may not be whole",
            why="The listing could not be proven complete: 9 rows were collected, the service "
            "counts 10.",
            fix="Name it by its id, as in domains/id:9101.",
            entity="mailprotector:domains/nowhere.example",
        )
    }


@pytest.mark.parametrize(("status", "code"), [("404", Code.NOT_FOUND), ("403", Code.NOT_VISIBLE)])
def test_a_domain_of_another_reseller(status: str, code: Code) -> None:
    """A domain that the key must not see is missing after a 404 and unread after a 403."""
    text = "domains/id:9901"
    with running(switches={"foreign_entity": status}) as world:
        state = bare(world, text, "domains/acme.example")

    (diagnostic,) = (state.missing if code is Code.NOT_FOUND else state.unread).values()
    assert (diagnostic.code, diagnostic.entity) == (code, f"mailprotector:{text}")
    assert set(state.entities) == {entity("domains/acme.example")}
    assert len(state.missing) + len(state.unread) == 1


@pytest.mark.parametrize(
    ("fault", "summary"),
    [
        ("503 times=forever", "GET /domains/9901: failed with 503 (Injected by a fault)"),
        ("empty", "GET /domains/9901: an empty answer where the service documents an object"),
        ("429 times=forever", "GET /domains/9901: asked to slow down (Injected by a fault)"),
    ],
)
def test_one_id_that_cannot_be_read(fault: str, summary: str) -> None:
    """An id that cannot be looked up is unread, and the other entities are read."""
    with running(f"GET ^/domains/9901$ {fault}") as world:
        state = bare(world, "domains/id:9901", "domains/acme.example")

    assert set(state.entities) == {entity("domains/acme.example")}
    assert [diagnostic.summary for diagnostic in state.unread.values()] == [summary]
    assert state.missing == {}


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("401", Code.KEY_REFUSED),
        ("403", Code.REFUSED_BY_SERVICE),
        ("503 times=forever", Code.UNAVAILABLE),
        ("429 times=forever", Code.THROTTLED),
        ("html", Code.UNEXPECTED_ANSWER),
        ("empty", Code.UNEXPECTED_ANSWER),
    ],
)
def test_an_index_that_cannot_be_read(fault: str, code: Code) -> None:
    """Without the index nothing is known of the whole target: an error, not empty entities."""
    with running(f"GET ^/domains$ {fault}") as world, pytest.raises(MpctlError) as failed:
        bare(world, "domains/acme.example", "domains/globex.example")

    assert [diagnostic.code for diagnostic in failed.value.diagnostics] == [code]


def test_one_pass_for_all_names() -> None:
    """However many names there are, the index is read once, page by page."""
    with running(data=many(250)) as world:
        state = bare(world, *(f"domains/d{number:03}.example" for number in range(250)))

        assert len(state.entities) == 250
        assert world.paths() == [INDEX] * 3 + [CUSTOMER]


def test_no_index_for_ids() -> None:
    """Ids are asked for one by one, and need no index."""
    with running() as world:
        bare(world, "domains/id:9101", "domains/id:9201")

        assert world.paths() == ["/domains/9101", "/domains/9201", CUSTOMER]


def test_an_id_that_the_index_shows() -> None:
    """Where the index is read anyway, an id that it shows costs nothing."""
    with running() as world:
        bare(world, "domains/globex.example", "domains/id:9101")

        assert world.paths() == [INDEX, "/customers/5002"]


def test_what_was_resolved_is_remembered() -> None:
    """A second reading in a run resolves nothing again."""
    with running() as world:
        bare(world, "domains/acme.example")
        world.read()

        assert world.paths() == [INDEX, CUSTOMER, "/domains/9101/allow_block_rules"]


@pytest.mark.parametrize(
    ("reading", "paths"),
    [
        (Reading(entity("domains/acme.example"), rules=False), []),
        (Reading(entity("domains/acme.example")), ["/domains/9101/allow_block_rules"]),
        (
            Reading(
                entity("domains/acme.example"),
                rules=False,
                settings=frozenset({"allow_spam_release"}),
            ),
            ["/domains/9101/configuration"],
        ),
    ],
)
def test_nothing_is_read_that_nobody_wants(reading: Reading, paths: list[str]) -> None:
    """Rules are read where rules matter, and a configuration where a setting is declared."""
    with running() as world:
        world.provider.fetch([reading])

        assert world.paths() == [INDEX, CUSTOMER, *paths]
        assert world.sandbox.writes() == []


@pytest.mark.parametrize(
    ("fault", "switches", "account"),
    [
        ("GET /nothing 500", {}, "400"),
        ("GET /nothing 500", {"id_type": "string"}, "400"),
        ("GET /nothing 500", {"envelope": "all_wrapped"}, "400"),
        ("GET /nothing 500", {"sparse": "on"}, ""),
        ("GET /customers 403", {}, ""),
        ("GET /customers empty", {}, ""),
    ],
)
def test_the_account(fault: str, switches: dict[str, str], account: str) -> None:
    """The account is the reseller above the customer of a domain, empty where nobody says."""
    with running(fault, switches=switches) as world:
        state = bare(world, "domains/acme.example")

    assert state.account == Account("https://service.example", account)
    assert set(state.entities) == {entity("domains/acme.example")}


def test_nothing_wanted() -> None:
    """Who wants nothing sends nothing."""
    with running() as world:
        state = world.provider.fetch([])

        assert state == LiveState(Account("https://service.example"))
        assert world.paths() == []


def test_each_wanted_entity_ends_in_one_place() -> None:
    """Every entity that was asked for is found, missing or unread, and only one of them."""
    texts = ["acme.example", "acme-mail.example", "nowhere.example", "twin.example", "id:9201"]
    with running() as world:
        state = bare(world, *(f"domains/{text}" for text in texts))

    places: list[Entity] = [*state.entities, *state.missing, *state.unread]
    assert sorted(places) == sorted(entity(f"domains/{text}") for text in texts)
