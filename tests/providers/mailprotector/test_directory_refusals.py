"""Names that do not lead to one entity: ambiguous, aliases, foreign, absent, or in the dark."""

from __future__ import annotations

from typing import Any

import pytest

from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.sandbox import SampleBuilder, SampleData
from tests.providers.mailprotector.people import (
    answer_with,
    asked,
    missing,
    numbers,
    people,
    resolved,
    unread,
)
from tests.providers.mailprotector.world import entity, running

TARGET = "mailprotector:"
GONE = "Nothing is planned for an entity that cannot be found."
SPELLING = "Check the spelling; for one still to come write `when_missing: wait`."
NO_GUESS = "mpctl does not guess which one is meant."
BY_ID = "Name the one that is meant by its id."
FIND = "/users/find_by_address"
BOB = "users/bob.roy@acme.example"


def ambiguous(text: str, scope: str, *ids: int) -> Diagnostic:
    """The refusal of a name with several candidates."""
    candidates = ", ".join(f"{scope}/id:{number}" for number in ids)
    summary = f"several {scope} have this name: {candidates}"
    return Diagnostic(Code.AMBIGUOUS, summary, why=NO_GUESS, fix=BY_ID, entity=TARGET + text)


@pytest.mark.parametrize(
    "diagnostic",
    [
        ambiguous("customers/Twin Peaks", "customers", 5003, 5004),
        ambiguous("domains/twin.example", "domains", 9401, 9402),
        ambiguous("user_groups/twin.example/Default", "domains", 9401, 9402),
        ambiguous("user_groups/acme.example/TWINS", "user_groups", 3103, 3104),
    ],
)
def test_an_ambiguous_name(diagnostic: Diagnostic) -> None:
    """A name that exists twice is refused with the candidates."""
    text = diagnostic.entity.removeprefix(TARGET)
    with running(data=people()) as world:
        state = resolved(world, text)

    assert unread(state, text) == diagnostic


def test_twins_are_found_by_their_ids() -> None:
    """The candidates that a refusal names can be declared."""
    with running(data=people()) as world:
        state = resolved(world, "customers/id:5003", "user_groups/id:3104")

    assert numbers(state) == {"customers/id:5003": "5003", "user_groups/id:3104": "3104"}


def test_users_who_share_a_primary_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two users of one primary address are refused as well, when a list shows them."""
    texts = [f"users/{name}@acme.example" for name in ("bob.roy", "a", "b", "c")]
    rows = [{"id": number, "primary_address": texts[0][6:]} for number in (1, 2)]
    with running(data=people()) as world:
        answer_with(monkeypatch, world, "/domains/9101/users", rows)
        state = resolved(world, *texts)

    assert unread(state, texts[0]) == ambiguous(texts[0], "users", 1, 2)


def alias(text: str, main: str, *, named: str = "") -> Diagnostic:
    """The refusal of an alias."""
    return Diagnostic(
        Code.ALIAS,
        f"{named or text} is an alias of {main}",
        why=f"Rules and settings live at {main} and cover its aliases.",
        fix=f"Declare them under {main}.",
        entity=TARGET + text,
    )


ALICE = "users/alice.ng@acme.example"


@pytest.mark.parametrize(
    "diagnostic",
    [
        alias("domains/ACME-Mail.example", "domains/acme.example"),
        alias("domains/id:9102", "domains/acme.example"),
        alias(
            "user_groups/acme-mail.example/Default",
            "domains/acme.example",
            named="domains/acme-mail.example",
        ),
        alias("users/sales@acme.example", ALICE),
        alias("users/alice.ng@acme-mail.example", ALICE),
        alias("users/sales@acme-mail.example", ALICE),
        alias("users/id:70003", ALICE),
    ],
)
def test_an_alias(diagnostic: Diagnostic) -> None:
    """An alias is refused, and its parent is named."""
    text = diagnostic.entity.removeprefix(TARGET)
    with running(data=people()) as world:
        state = resolved(world, text)

    assert unread(state, text) == diagnostic


@pytest.mark.parametrize("aliases", ["included", "omitted"])
def test_a_user_known_only_by_an_alias_among_many(aliases: str) -> None:
    """An alias among many users is refused whether or not the list shows alias users."""
    names = ["alice.ng", "bob.roy", "carol.poe", "dave.fox", "sales"]
    with running(data=people(), switches={"aliases_in_lists": aliases}) as world:
        state = resolved(world, *(f"users/{name}@acme.example" for name in names))

    assert unread(state, "users/sales@acme.example") == alias("users/sales@acme.example", ALICE)
    assert len(state.entities) == 4


def absent(text: str, fix: str = SPELLING) -> Diagnostic:
    """What is said of an entity that is proven not to be there."""
    summary = f"{text} does not exist, or this key does not see it"
    return Diagnostic(Code.NOT_FOUND, summary, why=GONE, fix=fix, entity=TARGET + text)


@pytest.mark.parametrize(
    "diagnostic",
    [
        absent("resellers/Tidewater Managed IT"),
        absent("customers/Cobalt Printing"),
        absent("domains/cobalt.example"),
        absent("user_groups/cobalt.example/Default"),
        absent("user_groups/acme.example/Drivers"),
        absent("user_groups/Default"),
        absent("users/ruth.adler@cobalt.example"),
        absent("users/nobody@acme.example"),
        absent("customers/5001", f"{SPELLING} For an id write customers/id:5001."),
    ],
)
def test_an_entity_that_is_not_there(diagnostic: Diagnostic) -> None:
    """A name that the key does not see is missing in every scope, and the spelling is doubted."""
    text = diagnostic.entity.removeprefix(TARGET)
    with running(data=people()) as world:
        state = resolved(world, text)

    assert missing(state, text) == diagnostic


FOREIGN = [
    "resellers/id:401",
    "customers/id:5901",
    "domains/id:9901",
    "user_groups/id:3901",
    "users/id:79001",
]


@pytest.mark.parametrize("text", FOREIGN)
def test_an_entity_of_another_reseller_that_is_hidden(text: str) -> None:
    """A 404 for another reseller's entity makes it missing, and the others are read."""
    with running(data=people(), switches={"foreign_entity": "404"}) as world:
        state = resolved(world, text, "domains/acme.example")

    assert missing(state, text) == Diagnostic(
        Code.NOT_FOUND,
        f"{text} does not exist, or this key does not see it",
        fix="Check the id; the console shows it in the address of the page.",
        entity=TARGET + text,
    )
    assert numbers(state) == {"domains/acme.example": "9101"}


@pytest.mark.parametrize("text", FOREIGN)
def test_an_entity_of_another_reseller_that_is_forbidden(text: str) -> None:
    """A 403 for another reseller's entity makes it unread, and the others are read."""
    with running(data=people(), switches={"foreign_entity": "403"}) as world:
        state = resolved(world, text, "domains/acme.example")

    assert unread(state, text) == Diagnostic(
        Code.NOT_VISIBLE,
        f"{text} is not visible to this key (refused with 403: Not allowed for this role)",
        why="It may belong to another reseller.",
        entity=TARGET + text,
    )
    assert numbers(state) == {"domains/acme.example": "9101"}


def test_an_id_that_answers_with_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that describes another entity than was asked for is not taken for it."""
    with running(data=people()) as world:
        answer_with(monkeypatch, world, "/domains/9101", {"id": 9201, "name": "globex.example"})
        state = resolved(world, "domains/id:9101")

    assert unread(state, "domains/id:9101").summary == (
        "GET /domains/9101: it describes domains/id:9201"
    )


def test_an_id_with_zeros_in_front() -> None:
    """A number is the same number with zeros in front of it."""
    with running(data=people()) as world:
        assert numbers(resolved(world, "domains/id:09101")) == {"domains/id:09101": "9101"}


def blind() -> SampleData:
    """A reseller without any domain."""
    msp = SampleBuilder()
    msp.customer("Acme Widgets", msp.reseller("Harbor IT Services"))
    return msp.build()


def in_doubt(text: str, scope: str, doubt: str) -> Diagnostic:
    """What is said of a name that a list does not hold, where that proves nothing."""
    own = text.partition("/")[0]
    return Diagnostic(
        Code.INCOMPLETE_LISTING,
        f"{text} is not in the list of {scope}, but the list may not be whole",
        why=f"The listing could not be proven complete: {doubt}.",
        fix=f"Name it by its id, as in {own}/id:9101.",
        entity=TARGET + text,
    )


NO_RESELLER = "the reseller behind this key is not known"


@pytest.mark.parametrize(
    "diagnostic",
    [
        in_doubt("resellers/Harbor IT Services", "resellers", NO_RESELLER),
        in_doubt("customers/Acme Widgets", "customers", NO_RESELLER),
    ],
)
def test_a_key_that_sees_no_domain(diagnostic: Diagnostic) -> None:
    """Without any domain nobody knows the reseller: its names are unread, never missing."""
    text = diagnostic.entity.removeprefix(TARGET)
    with running(data=blind()) as world:
        state = resolved(world, text)

        assert asked(world) == ["GET /domains"]
    assert unread(state, text) == diagnostic


def test_a_key_that_sees_no_domain_knows_ids() -> None:
    """A customer named by its id is found without any domain, and tells the account."""
    with running(data=blind()) as world:
        state = resolved(world, "customers/id:5001", "customers/Acme Widgets")

    assert state.account.number == "400"
    assert numbers(state) == {"customers/id:5001": "5001"}


@pytest.mark.parametrize(
    ("text", "scope", "rows"),
    [
        ("domains/nowhere.example", "domains", "6 rows were collected, the service counts 7"),
        ("user_groups/nowhere.example/X", "domains", "6 rows were collected, the service counts 7"),
        ("customers/Nobody", "customers", "5 rows were collected, the service counts 6"),
        (
            "user_groups/acme.example/X",
            "user_groups",
            "4 rows were collected, the service counts 5",
        ),
    ],
)
def test_a_list_that_is_not_whole(text: str, scope: str, rows: str) -> None:
    """A name that a doubtful list does not hold is unread in every scope, never missing."""
    with running(data=people(), switches={"wrong_total": "on"}) as world:
        state = resolved(world, text)

    assert unread(state, text) == in_doubt(text, scope, rows)


def test_a_name_in_a_list_that_is_not_whole() -> None:
    """A name that a doubtful list does hold is found."""
    texts = ["customers/Acme Widgets", "user_groups/acme.example/Default", "domains/acme.example"]
    with running(data=people(), switches={"wrong_total": "on"}) as world:
        assert sorted(numbers(resolved(world, *texts)).values()) == ["3101", "5001", "9101"]


@pytest.mark.parametrize(
    ("fault", "lost"),
    [
        ("GET /resellers/400/customers 403", "customers/Acme Widgets"),
        ("GET /resellers/400/customers 404", "customers/Acme Widgets"),
        ("GET /resellers/400/customers html", "customers/Acme Widgets"),
        ("GET /domains/9101/user_groups 403", "user_groups/acme.example/Default"),
        ("GET /domains/9101/user_groups 404", "user_groups/acme.example/Default"),
        ("GET ^/resellers/400$ 404", "resellers/Harbor IT Services"),
        (f"POST {FIND} 403", BOB),
        (f"POST {FIND} 422", BOB),
    ],
)
def test_an_index_that_fails(fault: str, lost: str) -> None:
    """A list that cannot be read makes its own names unread and stops nothing else."""
    texts = ["resellers/Harbor IT Services", "customers/Acme Widgets", "domains/acme.example"]
    texts += ["user_groups/acme.example/Default", BOB]
    with running(fault, data=people()) as world:
        state = resolved(world, *texts)

    assert unread(state, lost).code in {"refused-by-service", "unexpected-answer"}
    assert set(state.entities) == {entity(text) for text in texts if text != lost}


def test_an_index_that_fails_is_asked_once() -> None:
    """A failure is remembered: three customers do not suffer it three times."""
    names = ["customers/Acme Widgets", "customers/Globex Dental", "customers/Nobody"]
    with running("GET /resellers/400/customers 403 times=forever", data=people()) as world:
        state = resolved(world, *names)

        assert asked(world).count("GET /resellers/400/customers") == 1
    assert set(state.unread) == {entity(name) for name in names}


def test_an_unreadable_index_of_domains_stops_the_target() -> None:
    """Without the index of domains nothing is known of groups and domains: an error."""
    with (
        running("GET ^/domains$ 403", data=people()) as world,
        pytest.raises(MpctlError) as failed,
    ):
        resolved(world, "user_groups/acme.example/Default", "customers/id:5001")

    assert [d.summary for d in failed.value.diagnostics] == [
        "GET /domains: refused with 403: Injected by a fault"
    ]


ROW = {"id": 70002, "primary_address": "bob.roy@acme.example"}


@pytest.mark.parametrize(
    "answer",
    [
        ROW,
        [ROW],
        {"user": ROW},
        {**ROW, "id": "70002"},
        {**ROW, "primary_address": "BOB.Roy@Acme.example"},
        {**ROW, "email_addresses": None},
        {"id": 70002, "email_addresses": ["bob.roy@acme.example"]},
        {"id": 70002, "name": "Bob.Roy"},
    ],
)
def test_a_user_in_every_form(monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    """A user is found alone or in an array, enveloped, with few fields, in any case."""
    with running(data=people()) as world:
        answer_with(monkeypatch, world, FIND, answer)
        state = resolved(world, BOB)

    assert numbers(state) == {BOB: "70002"}


@pytest.mark.parametrize("answer", [None, {}, [], ""])
def test_no_user_in_every_form(monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
    """A success without a user says that there is none."""
    with running(data=people()) as world:
        answer_with(monkeypatch, world, FIND, answer)
        state = resolved(world, BOB)

    assert missing(state, BOB) == absent(BOB)


def test_no_user_in_an_empty_body() -> None:
    """A success without a body says that there is none."""
    with running(f"POST {FIND} empty", data=people()) as world:
        assert missing(resolved(world, BOB), BOB) == absent(BOB)


def test_a_user_without_that_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user who does not have the address, nor an alias that has, is not the one."""
    with running(data=people()) as world:
        answer_with(
            monkeypatch, world, FIND, {"id": 70001, "primary_address": "alice.ng@acme.example"}
        )
        state = resolved(world, BOB)

        assert asked(world)[:2] == [f"POST {FIND} bob.roy@acme.example", "GET /users/70001/aliases"]
    assert missing(state, BOB) == absent(BOB)


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        ({"message": "no such user"}, "an object has no usable id"),
        ({"user": None}, "an object has no usable id"),
        ({"id": None, "name": "bob.roy"}, "an object has no usable id"),
        ("bob", "an answer of type str where the service documents an object"),
        (["bob"], "an answer of type str where the service documents an object"),
        (
            {"id": 70001, "name": "alice.ng"},
            "the user that it found (id 70001) comes without addresses",
        ),
    ],
)
def test_an_answer_that_is_no_user(monkeypatch: pytest.MonkeyPatch, answer: Any, what: str) -> None:
    """An answer that cannot be understood makes the user unread, never missing."""
    with running(data=people()) as world:
        answer_with(monkeypatch, world, FIND, answer)
        diagnostic = unread(resolved(world, BOB), BOB)

    assert (diagnostic.code, diagnostic.summary) == (
        Code.UNEXPECTED_ANSWER,
        f"POST {FIND}: {what}",
    )


@pytest.mark.parametrize(
    "text",
    [
        "customers/id:5001",
        "domains/acme.example",
        "user_groups/acme.example/Default",
        "users/alice.ng@acme.example",
        "users/id:70001",
    ],
)
def test_sparse_rows(text: str) -> None:
    """Rows with nothing but an id and a name are enough to find an entity."""
    with running(data=people(), switches={"sparse": "on"}) as world:
        state = resolved(world, text)

    assert list(state.entities) == [entity(text)]
    assert state.account.number == ""


@pytest.mark.parametrize("text", ["customers/Acme Widgets", "resellers/Harbor IT Services"])
def test_sparse_rows_that_hide_the_reseller(text: str) -> None:
    """Where no row tells the reseller, what is found through it is unread, never missing."""
    with running(data=people(), switches={"sparse": "on"}) as world:
        state = resolved(world, text)

    assert unread(state, text) == in_doubt(text, text.partition("/")[0], NO_RESELLER)


@pytest.mark.parametrize("document", [{"a": 1, "b": 2}, "words", 7, [7, "x", None]])
def test_a_smallest_answer_that_is_no_list(monkeypatch: pytest.MonkeyPatch, document: Any) -> None:
    """An odd answer on the way to the account leaves the account unknown and stops nothing."""
    with running(data=people()) as world:
        answer_with(monkeypatch, world, "/domains", document)
        state = resolved(world, BOB)

    assert (numbers(state), state.account.number) == ({BOB: "70002"}, "")
