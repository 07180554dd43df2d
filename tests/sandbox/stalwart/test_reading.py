"""Settings are one flat map, read by prefix, by group and by key (section 4)."""

import pytest

from mpctl.sandbox.stalwart import SampleData, plumbing
from tests.sandbox.stalwart.conftest import Serve
from tests.sandbox.stalwart.talk import Client, insert

PAIR = {"lookup.mpctl._keep": "mpctl", "lookup.mpctl.block.domain.spam.example": "mpctl"}


def test_the_documented_listing(serve: Serve) -> None:
    """A listing has the total and the keys without their prefix, in ascending order."""
    client = serve(data=SampleData(settings=PAIR))

    reply = client.get("/settings/list?prefix=lookup.mpctl")

    assert reply.body == (
        b'{"data":{"total":2,"items":{"_keep":"mpctl","block.domain.spam.example":"mpctl"}}}'
    )
    assert reply.headers["Content-Type"] == "application/json; charset=utf-8"


def test_an_empty_listing(client: Client) -> None:
    """Without a match the listing is empty, and no error."""
    assert client.get("/settings/list?prefix=nothing").body == b'{"data":{"total":0,"items":{}}}'


@pytest.mark.parametrize("prefix", ["lookup.mpctl", "lookup.mpctl."])
def test_a_dot_is_appended_to_a_prefix(client: Client, prefix: str) -> None:
    """A prefix means what lies below it, not keys that begin alike."""
    client.state.set_settings({"lookup.mpctl2.x": ""})

    assert "_keep" in client.settings(prefix)
    assert not [key for key in client.settings(prefix) if key.startswith("2")]


@pytest.mark.parametrize("query", ["", "?prefix="])
def test_no_prefix_is_everything(client: Client, query: str) -> None:
    """Without a prefix every setting is listed, secrets too."""
    items = client.data(f"/settings/list{query}")["items"]

    assert items == client.state.settings()
    assert {"oauth.key", "authentication.fallback-admin.secret"} <= set(items)


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("limit=4", 4),
        ("limit=4&page=0", 4),
        ("limit=4&page=3", 2),
        ("limit=4&page=4", 0),
        ("limit=0", 10),
        ("limit=four", 10),
        ("page=2", 10),
    ],
)
def test_pages(client: Client, query: str, count: int) -> None:
    """Pages count from 1, a limit of 0 is all, and the total is that of all matches."""
    found = client.data(f"/settings/list?prefix=lookup.mpctl&{query}")

    assert (found["total"], len(found["items"])) == (10, count)


def test_pages_are_disjoint(client: Client) -> None:
    """The pages together are the listing."""
    pages = [
        client.data(f"/settings/list?prefix=lookup.mpctl&limit=3&page={n}")["items"]
        for n in range(1, 5)
    ]

    assert {key: value for page in pages for key, value in page.items()} == client.settings(
        "lookup.mpctl"
    )


def test_the_documented_group(serve: Serve) -> None:
    """A group collects the fields of each record that has the suffix."""
    client = serve(data=SampleData(settings=plumbing()))

    assert client.data("/settings/group?prefix=spam-filter.rule&suffix=scope") == {
        "total": 1,
        "items": [
            {
                "_id": "mpctl_access",
                "scope": "any",
                "priority": "2000",
                "enable": "true",
                **{
                    key.removeprefix("spam-filter.rule.mpctl_access."): value
                    for key, value in plumbing().items()
                    if ".condition." in key
                },
            }
        ],
    }


def test_the_group_of_the_seed(client: Client) -> None:
    """Listeners are records with dotted fields."""
    client.state.set_settings({"server.listener.https.tls.implicit": "true"}, live=False)
    client.state.set_settings({"server.listener.https.protocol": "http"}, live=False)

    found = client.data("/settings/group?prefix=server.listener&suffix=protocol")

    assert found["total"] == 3
    assert {"_id": "https", "tls.implicit": "true", "protocol": "http"} in found["items"]


@pytest.mark.parametrize("query", ["", "&suffix="])
def test_a_group_without_a_suffix(client: Client, query: str) -> None:
    """Without a suffix each key is an item of its own."""
    found = client.data(f"/settings/group?prefix=server.allowed-ip{query}")

    assert found == {"total": 1, "items": [{"_id": "192.0.2.250", "_value": "monitoring"}]}


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("suffix=scope&filter=INVOICE", ["harbor_invoice"]),
        ("suffix=scope&filter=blocked_dom", ["stwt_blocked_domain"]),
        ("suffix=scope&limit=1&page=2", ["mpctl_access"]),
    ],
)
def test_groups_are_filtered_and_paged(client: Client, query: str, ids: list[str]) -> None:
    """A filter is a substring of any value, the id included, in any case."""
    found = client.data(f"/settings/group?prefix=spam-filter.rule&{query}")

    assert [item["_id"] for item in found["items"]] == ids


def test_a_group_of_one_field(client: Client) -> None:
    """`field` keeps that field and the id."""
    found = client.data("/settings/group?prefix=spam-filter.rule&suffix=scope&field=priority")

    assert {"_id": "mpctl_access", "priority": "2000"} in found["items"]
    assert {"_id": "harbor_invoice"} in found["items"]


def test_keys(client: Client) -> None:
    """Keys and prefixes are answered in one map of full keys; what is missing is left out."""
    found = client.data(
        "/settings/keys?prefixes=server.blocked-ip,server.allowed-ip"
        "&keys=spam-filter.score.spam,spam-filter.score.reject,server.hostname"
    )

    assert found == {
        "server.allowed-ip.192.0.2.250": "monitoring",
        "server.blocked-ip.198.51.100.99": "",
        "server.blocked-ip.203.0.113.192/26": "by hand, Maja",
        "server.hostname": "mx.harbor.example",
        "spam-filter.score.spam": "6.0",
    }


@pytest.mark.parametrize("query", ["", "?keys=no.such", "?prefixes=no.such", "?keys=,"])
def test_no_keys(client: Client, query: str) -> None:
    """Nothing that is asked for, or nothing found, is an empty map."""
    assert client.data(f"/settings/keys{query}") == {}


def test_a_key_with_a_comma_cannot_be_asked_for(client: Client) -> None:
    """A comma separates keys."""
    client.state.set_settings({"lookup.odd.a,b": "x"})

    assert client.data("/settings/keys?keys=lookup.odd.a,b") == {}


def test_queries_are_form_decoded(client: Client) -> None:
    """A plus is a blank unless it is encoded; of repeated parameters the last is kept."""
    client.state.set_settings({"lookup.odd.a+b": "1", "lookup.odd.a b": "2"})

    assert client.data("/settings/keys?keys=lookup.odd.a%2Bb") == {"lookup.odd.a+b": "1"}
    assert client.data("/settings/keys?keys=lookup.odd.a+b") == {"lookup.odd.a b": "2"}
    assert client.data("/settings/keys?keys=x&keys=server.hostname") != {}


def test_keys_are_case_sensitive(client: Client) -> None:
    """Two spellings are two keys."""
    client.update(insert(("lookup.mpctl.x.A", "1"), ("lookup.mpctl.x.a", "2")))

    assert client.settings("lookup.mpctl.x") == {"A": "1", "a": "2"}


def test_the_local_file_wins(client: Client) -> None:
    """A copy in the database of a key that belongs to the local file is not shown."""
    client.state.store(lambda stored: stored.db.update({"server.hostname": "other.example"}))
    client.state.store(lambda stored: stored.db.update({"server.other": "x"}))

    assert client.settings("server")["hostname"] == "mx.harbor.example"
    assert "other" not in client.settings("server")


@pytest.mark.parametrize(
    ("key", "layer"),
    [
        ("server.hostname", "local"),
        ("store.x.y", "local"),
        ("storage.data", "local"),
        ("storage.other", "db"),
        ("server.blocked-ip.192.0.2.9", "db"),
        ("server.allowed-ip.192.0.2.9", "db"),
        ("lookup.mpctl.x", "db"),
    ],
)
def test_where_keys_are_written(client: Client, key: str, layer: str) -> None:
    """Local patterns decide; the addresses below `server.` are an exception."""
    client.update(insert((key, "new")))

    assert getattr(client.state.stored, layer)[key] == "new"
    assert client.state.settings()[key] == "new"
