"""Lists come in pages, and all pages together are the list."""

from itertools import count, takewhile
from typing import Any

import pytest

from mpctl.sandbox import SampleData
from tests.sandbox.conftest import Serve
from tests.sandbox.talk import Client

RULES = "/domains/9101/allow_block_rules"


def of_size(size: int) -> SampleData:
    """Return one domain with so many rules."""
    return SampleData.tiny({"a.example": {"block": [f"s{n}.example" for n in range(size)]}})


def pages(client: Client, query: str = "") -> list[list[Any]]:
    """Return all pages up to the first that is empty."""
    answers = (client.get(f"{RULES}?page={number}{query}").json for number in count(1))
    return list(takewhile(bool, answers))


@pytest.mark.parametrize("size", [0, 1, 24, 25, 26, 50, 51])
def test_all_pages_together_are_the_list(serve: Serve, size: int) -> None:
    """The union of all pages is the whole list, without a row twice."""
    client = serve(data=of_size(size))

    ids = [row["id"] for page in pages(client) for row in page]

    assert sorted(ids) == sorted(rule.id for rule in client.state.rules_of("domains", 9101))


def test_twenty_five_rows_to_a_page(serve: Serve) -> None:
    """A page has 25 rows where none are asked for."""
    assert [len(page) for page in pages(serve(data=of_size(60)))] == [25, 25, 10]


def test_per_page(serve: Serve) -> None:
    """`per_page` sets the size of a page."""
    assert [len(page) for page in pages(serve(data=of_size(60)), "&per_page=40")] == [40, 20]


def test_cap(serve: Serve) -> None:
    """No page has more than 100 rows, whatever is asked for."""
    assert [len(page) for page in pages(serve(data=of_size(120)), "&per_page=500")] == [100, 20]


def test_page_cap(serve: Serve) -> None:
    """`page_cap` limits the size of a page without a word."""
    client = serve(data=of_size(20), switches={"page_cap": "7"})

    assert [len(page) for page in pages(client, "&per_page=100")] == [7, 7, 6]


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x", "per_page=0", "per_page=x"])
def test_nonsense_counts_as_not_given(serve: Serve, query: str) -> None:
    """A page or size that is no number from 1 on counts as not given."""
    client = serve(data=of_size(60))

    assert client.get(f"{RULES}?{query}").json == client.get(RULES).json


def test_a_page_far_out(serve: Serve) -> None:
    """A page behind the last is an empty list."""
    reply = serve(data=of_size(60)).get(f"{RULES}?page=99999999")

    assert (reply.status, reply.json) == (200, [])


def test_rails_header(serve: Serve) -> None:
    """The header has the object of the reference by default."""
    assert serve(data=of_size(57)).get(RULES).pagination == {
        "total": 57,
        "total_pages": 3,
        "first_page": True,
        "last_page": False,
        "previous_page": None,
        "next_page": 2,
        "out_of_bounds": False,
        "offset": 0,
    }


def test_rails_header_of_the_last_page(serve: Serve) -> None:
    """On the last page there is no next page."""
    header = serve(data=of_size(57)).get(f"{RULES}?page=3").pagination

    assert (header["last_page"], header["next_page"], header["previous_page"]) == (True, None, 2)


def test_current_page_header(serve: Serve) -> None:
    """`pagination_header=current_page` names other fields."""
    client = serve(data=of_size(57), switches={"pagination_header": "current_page"})

    assert client.get(f"{RULES}?page=2").pagination == {
        "total_entries": 57,
        "total_pages": 3,
        "current_page": 2,
        "next_page": 3,
        "previous_page": 1,
        "offset": 25,
    }


def test_minimal_header(serve: Serve) -> None:
    """`pagination_header=minimal` has page, size and total only."""
    client = serve(data=of_size(57), switches={"pagination_header": "minimal"})

    assert client.get(RULES).pagination == {"page": 1, "per_page": 25, "total_count": 57}


def test_absent_header(serve: Serve) -> None:
    """`pagination_header=absent` sends none."""
    client = serve(switches={"pagination_header": "absent"})

    assert "X-Pagination" not in client.get(RULES).headers


def test_garbage_header(serve: Serve) -> None:
    """`pagination_header=garbage` sends what is not JSON."""
    header = serve(switches={"pagination_header": "garbage"}).get(RULES).headers["X-Pagination"]

    assert header == "page=1; of=many"


def test_ignores_page(serve: Serve) -> None:
    """`ignores_page=on` sends the first page again and again."""
    client = serve(data=of_size(60), switches={"ignores_page": "on"})

    assert client.get(f"{RULES}?page=2").json == client.get(RULES).json


def test_wrong_total(serve: Serve) -> None:
    """`wrong_total=on` promises one row more than there is."""
    client = serve(data=of_size(25), switches={"wrong_total": "on"})

    header = client.get(RULES).pagination

    assert (header["total"], header["next_page"]) == (26, 2)


def test_rows_come_by_value_not_by_id(client: Client) -> None:
    """The order of rules has nothing to do with their ids, and does not change."""
    ids = [row["id"] for row in client.rules("domains/9201")]

    assert ids not in (sorted(ids), sorted(ids, reverse=True))
    assert ids == [row["id"] for row in client.rules("domains/9201")]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("name=ACME.example", ["acme.example"]),
        ("name=acme", []),
        ("id=9101", ["acme.example"]),
        ("id[leq]=9102", ["acme-mail.example", "acme.example"]),
        ("id[Gt]=9101&id[LT]=9103", ["acme-mail.example"]),
        ("created_at[geq]=2999-01-01", []),
    ],
)
def test_filters(client: Client, query: str, names: list[str]) -> None:
    """A parameter named after a field filters by its exact value, or by an operator."""
    rows = client.get(f"/domains?per_page=100&{query}").json

    assert sorted(names) == sorted(row["name"] for row in rows)


def test_the_header_counts_filtered_rows(client: Client) -> None:
    """A filter acts before paging."""
    assert client.get("/domains?name=acme.example").pagination["total"] == 1


@pytest.mark.parametrize("parameter", ["colour=red", "name[near]=acme", "account=5001"])
@pytest.mark.parametrize(
    ("behaviour", "status", "rows"), [("ignore", 200, 25), ("400", 400, None), ("empty", 200, 0)]
)
def test_unknown_filters(
    serve: Serve, parameter: str, behaviour: str, status: int, rows: int | None
) -> None:
    """`unknown_filter` says what a parameter does that no row has."""
    reply = serve(switches={"unknown_filter": behaviour}).get(f"/domains?{parameter}")

    assert reply.status == status
    assert rows is None or len(reply.json) == rows


def test_aliases_in_lists(serve: Serve) -> None:
    """`aliases_in_lists=omitted` keeps alias domains and users out of lists, not out of reach."""
    client = serve(switches={"aliases_in_lists": "omitted"})

    assert client.get("/domains?name=acme-mail.example").json == []
    assert client.get("/domains/9101/users?name=sales").json == []
    assert client.get("/domains/9101/aliases").json[0]["name"] == "acme-mail.example"
