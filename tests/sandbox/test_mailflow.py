"""Logs and held messages are listed as the Mailprotector reference, section 9, has it."""

import re
from itertools import count, takewhile
from urllib.parse import quote

import pytest

from mpctl.sandbox import SampleBuilder, SampleData
from tests.sandbox.conftest import Serve
from tests.sandbox.talk import Client

INVOICE = 1985000129
LISTS = ("logs", "messages")


def crowd(size: int) -> SampleData:
    """Return one domain with so many held messages."""
    builder = SampleBuilder()
    customer = builder.customer("Acme Widgets", builder.reseller("Harbor IT Services"))
    builder.domain("acme.example", customer)
    for number in range(size):
        received = f"2026-11-20T{number // 60 % 24:02}:{number % 60:02}:00"
        builder.mail(
            received, "a@b.example", "x@acme.example", f"No {number}", decision="quarantine_spam"
        )
    return builder.build()


def test_a_log_entry(client: Client) -> None:
    """An entry has every field of the reference, with its types."""
    (entry,) = client.logs(query="&subject=invoice+20417")

    assert entry == {
        "id": "daad34a4-291f-5cf7-9fe1-4e322b52adf3",
        "uuid": "daad34a4-291f-5cf7-9fe1-4e322b52adf3",
        "sender": "billing@clearwater-freight.example",
        "from": '"Clearwater Freight" <billing@clearwater-freight.example>',
        "recipient": "priya.nair@acme.example",
        "score": {"score": 540},
        "direction": "inbound",
        "origin": "198.51.100.24",
        "subject": "Invoice 20417 for PO 8831",
        "user": {"id": 70004, "name": "priya.nair"},
        "user_group": {"id": 3101, "name": "Default"},
        "domain": {"id": 9101, "name": "acme.example"},
        "customer": {"id": 5001, "name": "Acme Widgets"},
        "reseller": {"id": 400, "name": "Harbor IT Services"},
        "provider": {"id": 60, "name": "North America"},
        "received_at": "2026-11-20T17:48:12.096+00:00",
        "decision": "quarantine_spam",
        "results_data": ["invoice_words", "bulk", "no_rdns"],
        "rule_ids": [],
        "helo": "out4.clearwater-freight.example",
        "ptr": "out4.clearwater-freight.example",
        "ip": "198.51.100.24",
        "postfix_queue_id": "DAAD34A429",
    }


def test_a_held_message(client: Client) -> None:
    """A held message has every field of the reference; its results add up to its score."""
    (message,) = client.held(query="&subject=invoice")
    results = message.pop("results")

    assert message == {
        "id": INVOICE,
        "uuid": "4746AF8D-EFFF-5ACC-A856-8EE7E90371BF.1",
        "address": "priya.nair@acme.example",
        "recipients": ["priya.nair@acme.example"],
        "sender": "billing@clearwater-freight.example",
        "to": "priya.nair@acme.example",
        "from": '"Clearwater Freight" <billing@clearwater-freight.example>',
        "cc": "",
        "subject": "Invoice 20417 for PO 8831",
        "received_at": "2026-11-20T17:48:12.096Z",
        "direction": "inbound",
        "quarantine_type": "spam",
        "decision": "quarantine_spam",
        "score": {"score": 540},
    }
    assert [(each["id"], each["title"]) for each in results][2] == (17, "No Reverse DNS")
    assert sum(each["weight"] for each in results) == 540


def test_an_alias_is_held_at_its_user(client: Client) -> None:
    """Mail to an alias's address is in the quarantine of the root user, addressed to the alias."""
    rows = client.held("users/70001")

    assert {(row["address"], *row["recipients"]) for row in rows} == {
        ("alice.ng@acme.example", "sales@acme.example")
    }
    assert len(rows) == 2


def test_nobody_has_the_address(client: Client) -> None:
    """Mail to an address without a user belongs to its domain."""
    (entry,) = client.logs("domains/9701")

    assert (entry["user"], entry["user_group"]) == (None, None)
    assert (entry["domain"]["id"], entry["recipient"]) == (9701, "office@kestrel.example")
    assert client.held("domains/9701")[0]["address"] == "office@kestrel.example"


def test_an_alias_domain_is_its_domain(client: Client) -> None:
    """Mail to an alias domain belongs to the user of the domain itself."""
    (entry,) = client.logs(query="&recipient=acme-mail.example")

    assert (entry["user"]["id"], entry["domain"]["id"]) == (70001, 9101)


@pytest.mark.parametrize(
    ("entity", "logged", "held"),
    [
        ("resellers/400", 37, 18),
        ("customers/5001", 18, 7),
        ("domains/9101", 17, 7),
        ("domains/9104", 1, 0),
        ("user_groups/3102", 4, 2),
        ("users/70002", 4, 2),
        ("users/70003", 0, 0),
    ],
)
def test_a_listing_covers_what_lies_below(
    client: Client, entity: str, logged: int, held: int
) -> None:
    """A listing holds the mail of the entity and of everything beneath it."""
    assert (len(client.logs(entity)), len(client.held(entity))) == (logged, held)


@pytest.mark.parametrize("noun", LISTS)
def test_a_foreign_entity(serve: Serve, noun: str) -> None:
    """The mail of another reseller is not to be seen."""
    client = serve(switches={"foreign_entity": "403"})

    assert client.get(f"/resellers/401/{noun}").status == 403
    assert client.get(f"/domains/1/{noun}").status == 404


@pytest.mark.parametrize("noun", LISTS)
@pytest.mark.parametrize(
    ("query", "sizes"),
    [
        ("", [25, 25, 25, 25, 20]),
        ("&page_size=40", [40, 40, 40]),
        ("&page_size=500", [50, 50, 20]),
        ("&per_page=60", [50, 50, 20]),
        ("&page_size=50&per_page=10", [50, 50, 20]),
        ("&page_size=0", [25, 25, 25, 25, 20]),
    ],
)
def test_pages(serve: Serve, noun: str, query: str, sizes: list[int]) -> None:
    """`page_size` counts, else `per_page`, up to 50; all pages together are the list."""
    client = serve(data=crowd(120))
    path = f"/domains/9101/{noun}?page="
    answers = (client.get(f"{path}{number}{query}").json for number in count(1))

    pages = list(takewhile(bool, answers))

    assert [len(page) for page in pages] == sizes
    assert len({row["id"] for page in pages for row in page}) == 120


@pytest.mark.parametrize(
    ("parameter", "query", "rows"),
    [
        ("page_size", "per_page=3", 25),
        ("page_size", "page_size=3", 3),
        ("per_page", "page_size=3", 25),
        ("per_page", "page_size=3&per_page=4", 4),
    ],
)
def test_size_parameter(serve: Serve, parameter: str, query: str, rows: int) -> None:
    """`size_parameter` leaves one of the two names."""
    client = serve(data=crowd(30), switches={"size_parameter": parameter})

    assert len(client.get(f"/domains/9101/messages?{query}").json) == rows


def test_a_name_of_no_size_is_an_unknown_filter(serve: Serve) -> None:
    """Where `page_size` is not known, `unknown_filter` says what becomes of it."""
    client = serve(switches={"size_parameter": "per_page", "unknown_filter": "400"})

    assert client.get("/resellers/400/messages?page_size=3").status == 400


@pytest.mark.parametrize("noun", LISTS)
def test_page_cap(serve: Serve, noun: str) -> None:
    """`page_cap` limits logs and messages too."""
    client = serve(switches={"page_cap": "7"})

    assert len(client.get(f"/resellers/400/{noun}?page_size=50").json) == 7


@pytest.mark.parametrize(
    ("shape", "names"),
    [
        ("rails", {"total": 18, "total_pages": 2, "next_page": 2}),
        ("current_page", {"total_entries": 18, "current_page": 1}),
        ("minimal", {"page": 1, "per_page": 10, "total_count": 18}),
    ],
)
def test_pagination_header(serve: Serve, shape: str, names: dict[str, int]) -> None:
    """The header has the shape that `pagination_header` chooses."""
    client = serve(switches={"pagination_header": shape})

    header = client.get("/resellers/400/messages?page_size=10").pagination

    assert names.items() <= header.items()


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("sender=CLEARWATER", 1),
        ("sender=quote", 1),
        ("sender=nobody", 0),
        ("recipient=sales%40acme", 2),
        ("recipient=alice.ng", 0),
        ("subject=confirm+your", 5),
        ("subject=%E3%81%8A%E6%94%AF%E6%89%95", 1),
        ("decision=quarantine_policy", 2),
        ("decision=deliver", 0),
        ("direction=Outbound", 2),
        ("quarantine_type=virus", 1),
        ("received_at[geq]=2026-11-21T02:15:39.009Z", 2),
        ("received_at[gt]=2026-11-21T02:15:39.009Z", 1),
        ("received_at[lt]=2026-11-10", 2),
        ("sender=payroll&recipient=globex", 2),
    ],
)
def test_filters(client: Client, query: str, rows: int) -> None:
    """Texts filter as parts without case, the decision by its word, fields as everywhere."""
    assert len(client.held(query=f"&{query}")) == rows


def test_a_time_filters_logs_as_well(client: Client) -> None:
    """Times compare as times, whichever way either side writes the zone."""
    late = client.logs(query=f"&received_at[geq]={quote('2026-11-21T03:15:39.009+01:00')}")

    assert len(late) == 4


@pytest.mark.parametrize(("behaviour", "rows"), [("substring", 5), ("exact", 0)])
def test_text_filter(serve: Serve, behaviour: str, rows: int) -> None:
    """`text_filter` says whether a part of a text is enough."""
    client = serve(switches={"text_filter": behaviour})

    assert len(client.held(query="&subject=action")) == rows
    assert len(client.held(query="&sender=BILLING@clearwater-freight.example")) == 1


@pytest.mark.parametrize(("which", "rows"), [("envelope", 0), ("header", 10)])
def test_sender_filter(serve: Serve, which: str, rows: int) -> None:
    """`sender_filter` says whether the envelope's sender is meant or the From header."""
    client = serve(switches={"sender_filter": which})

    assert len(client.logs(query="&sender=no-reply")) == rows


def test_direction_filter(serve: Serve) -> None:
    """`direction_filter=ignored` lets both directions pass."""
    client = serve(switches={"direction_filter": "ignored", "unknown_filter": "400"})

    assert len(client.held(query="&direction=outbound")) == 18


@pytest.mark.parametrize(("behaviour", "status"), [("ignore", 200), ("400", 400), ("empty", 200)])
def test_unknown_filters(serve: Serve, behaviour: str, status: int) -> None:
    """`unknown_filter` counts for mail; the documented parameters are none."""
    client = serve(switches={"unknown_filter": behaviour})
    known = "sort_field=%40timestamp&sort_direction=asc&page=1&page_size=50&recipient=a"

    reply = client.get("/resellers/400/messages?colour=red")

    assert reply.status == status
    assert behaviour != "empty" or reply.json == []
    assert len(client.get(f"/resellers/400/messages?{known}").json) == 18


@pytest.mark.parametrize("noun", LISTS)
@pytest.mark.parametrize(
    "query",
    ["decision=spam", "sort_field=timestamp", "sort_direction=up", "decision=", "sort_field="],
)
@pytest.mark.parametrize("entity", ["resellers/400", "users/70003"])
def test_unknown_words(client: Client, noun: str, query: str, entity: str) -> None:
    """A word that is none of the choices is 422, also where nothing would be listed."""
    assert client.get(f"/{entity}/{noun}?{query}").status == 422


def test_the_latest_come_first(client: Client) -> None:
    """Without a word about it, messages are sorted by time, the latest first."""
    times = [row["received_at"] for row in client.logs()]

    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize(
    ("field", "key"),
    [
        ("@timestamp", lambda row: row["received_at"]),
        ("prime.direction", lambda row: row["direction"]),
        ("prime.from_header_raw", lambda row: row["from"].casefold()),
        ("prime.recipient", lambda row: row["recipient"]),
        ("prime.subject", lambda row: row["subject"].casefold()),
        ("prime.decision", lambda row: row["decision"]),
        ("prime.score", lambda row: row["score"]["score"]),
    ],
)
@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_sorting(client: Client, field: str, key: object, direction: str) -> None:
    """Every documented field sorts, in both directions."""
    rows = client.logs(query=f"&sort_field={quote(field)}&sort_direction={direction}")
    keys = [key(row) for row in rows]  # type: ignore[operator]

    assert keys == sorted(keys, reverse=direction == "desc")
    assert len(set(keys)) > 1


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_equal_keys(client: Client, direction: str) -> None:
    """Equal sort keys are ordered by id, descending, in both directions."""
    query = f"&sender=payroll&sort_field=prime.subject&sort_direction={direction}"
    ids = [row["id"] for row in client.held(query=query)]

    assert ids == sorted(ids, reverse=True)


def test_log_decision(serve: Serve) -> None:
    """`log_decision=omitted` leaves it out of entries; it still filters, and messages tell it."""
    client = serve(switches={"log_decision": "omitted"})

    assert not any("decision" in row for row in client.logs())
    assert len(client.logs(query="&decision=quarantine_spam")) == 15
    assert client.held()[0]["decision"] == "quarantine_spam"


@pytest.mark.parametrize("noun", LISTS)
def test_sparse(serve: Serve, noun: str) -> None:
    """`sparse=on` leaves nothing but the id."""
    rows = serve(switches={"sparse": "on"}).get(f"/resellers/400/{noun}").json

    assert {tuple(row) for row in rows} == {("id",)}


@pytest.mark.parametrize("noun", LISTS)
@pytest.mark.parametrize(("envelope", "wrapped"), [("all_wrapped", True), ("none_wrapped", False)])
def test_envelope(serve: Serve, noun: str, envelope: str, *, wrapped: bool) -> None:
    """`envelope` may wrap lists of mail."""
    answer = serve(switches={"envelope": envelope}).get(f"/resellers/400/{noun}").json

    assert (list(answer) == [noun]) is wrapped


def test_id_type(serve: Serve) -> None:
    """`id_type=string` writes the ids of messages, and of all that they refer to, as text."""
    client = serve(switches={"id_type": "string"})

    assert client.held(query="&subject=invoice")[0]["id"] == str(INVOICE)
    assert client.logs("users/70002")[0]["user"]["id"] == "70002"


def test_ids_of_logs_release_nothing(client: Client) -> None:
    """The id of a log entry is a UUID, which no release takes."""
    number = client.logs()[0]["id"]

    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", number)
    assert client.deliver(number).status == 404


def test_a_result_is_explained(client: Client) -> None:
    """`POST /results` says what a code means, and is a read."""
    found = client.call("POST", "/results", {"code": "no_rdns", "mode": "inbound"})

    assert (found.status, found.json["id"], found.json["title"]) == (200, 17, "No Reverse DNS")
    assert client.sandbox.writes() == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"code": "no_such", "mode": "inbound"}, 404),
        ({"code": " "}, 422),
        ({"code": 17}, 422),
        ({}, 422),
        ({"code": "no_rdns", "mode": "sideways"}, 422),
    ],
)
def test_a_result_that_is_none(client: Client, body: object, status: int) -> None:
    """A code that is unknown is 404, one that is missing or of an unknown mode 422."""
    assert client.call("POST", "/results", body).status == status
