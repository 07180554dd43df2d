"""Rules are created, listed and deleted (the Mailprotector reference, section 7)."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from time import sleep

import pytest

from mpctl.sandbox import SampleData, Sandbox
from tests.sandbox.conftest import Serve
from tests.sandbox.talk import Client, Reply

SCOPES = ["resellers/400", "customers/5001", "domains/9101", "user_groups/3101", "users/70001"]


def test_a_row(client: Client) -> None:
    """A rule names its owner, its value and its capitalised type."""
    assert client.rules("customers/5001")[1] == {
        "id": 610001,
        "entity": {"id": 5001, "entity_type": "Account", "name": "Acme Widgets"},
        "value": "blocked.example",
        "rule_type": "Block",
    }


@pytest.mark.parametrize("entity", SCOPES)
def test_created_rules_are_listed(client: Client, entity: str) -> None:
    """A created rule answers 201 with its row, which the list then has, at every scope."""
    created = client.add("new.example", "allow", to=entity)

    assert created.status == 201
    assert created.json in client.rules(entity)


@pytest.mark.parametrize("entity", SCOPES)
def test_deleted_rules_are_gone(client: Client, entity: str) -> None:
    """A delete answers 204 without a body and takes the row away."""
    row = client.add("new.example", to=entity).json

    deleted = client.remove(row["id"])

    assert (deleted.status, deleted.body) == (204, b"")
    assert row not in client.rules(entity)


def test_ids_are_not_used_again(client: Client) -> None:
    """A rule that is created after a delete has a new id."""
    first = client.add("new.example").json["id"]
    client.remove(first)

    assert client.add("new.example").json["id"] > first


def test_delete_an_unknown_rule(client: Client) -> None:
    """A delete of what is not there is 404."""
    assert client.remove(999999).status == 404


def test_delete_a_rule_of_another_reseller(client: Client) -> None:
    """A rule of another reseller is neither visible nor deleted."""
    (rule,) = client.state.rules_of("domains", 9901)

    assert client.remove(rule.id).status == 404
    assert client.state.rules_of("domains", 9901) == (rule,)


@pytest.mark.parametrize("value", ["a@b.example", " B.example ", "x.y.z.example", "a+b@c.example"])
def test_valid_values(client: Client, value: str) -> None:
    """Addresses and domains are stored trimmed, in the case in which they came."""
    assert client.add(value).json["value"] == value.strip()


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "example",
        "com",
        ".com",
        "*.spam.example",
        "@spam.example",
        "*@spam.example",
        "a@b",
        "a b@c.example",
        "a@b@c.example",
        "-x.example",
        "spam..example",
        "spam.example.",
        "192.0.2.1",
        "2001:db8::1",
        "192.0.2.0/24",
        "bücher.example",
        f"{'x' * 250}.example",
        None,
        5,
        ["spam.example"],
    ],
)
def test_invalid_values(client: Client, value: str) -> None:
    """Wildcards, words, TLDs, IP addresses and what is no text are 422, and nothing is stored."""
    before = client.state.snapshot()

    assert client.add(value).status == 422
    assert client.state.snapshot() == before


@pytest.mark.parametrize("value", ["192.0.2.1", "2001:db8::1", "com"])
def test_ip_or_tld(serve: Serve, value: str) -> None:
    """`ip_or_tld=accept` stores IP addresses and TLDs, and still no wildcards."""
    client = serve(switches={"ip_or_tld": "accept"})

    assert (client.add(value).status, client.add("*.spam.example").status) == (201, 422)


@pytest.mark.parametrize("rule_type", ["permit", "", None])
def test_invalid_types(client: Client, rule_type: str) -> None:
    """A type other than allow and block is 422."""
    assert client.add("new.example", rule_type).status == 422


def test_a_wrapped_body(client: Client) -> None:
    """A body in an envelope is 422: the value is missing."""
    body = {"allow_block_rule": {"value": "new.example", "rule_type": "block"}}

    assert client.call("POST", "/domains/9101/allow_block_rules", body).status == 422


def test_a_body_that_is_no_json(client: Client) -> None:
    """A body that is announced as JSON and is none is 400."""
    headers = {**client.headers, "Content-Type": "application/json"}

    assert client.send("POST", "/domains/9101/allow_block_rules", b"{", headers).status == 400


def test_a_body_of_another_type(client: Client) -> None:
    """A body that is not announced as JSON counts as none."""
    body = b'{"value":"new.example","rule_type":"block"}'

    assert client.send("POST", "/domains/9101/allow_block_rules", body).status == 422


@pytest.mark.parametrize(
    ("behaviour", "status", "rows"), [("reject", 422, 1), ("accept", 201, 2), ("existing", 200, 1)]
)
def test_duplicate_rule(serve: Serve, behaviour: str, status: int, rows: int) -> None:
    """`duplicate_rule` says what a second create of a rule does, in any case of letters."""
    client = serve(data=SampleData.tiny({"a.example": {}}), switches={"duplicate_rule": behaviour})
    first = client.add("new.example").json["id"]

    second = client.add("New.example")

    assert second.status == status
    assert len(client.rules()) == rows
    assert behaviour != "existing" or second.json["id"] == first


@pytest.mark.parametrize(("behaviour", "status"), [("accept", 201), ("422", 422)])
def test_opposite_rule(serve: Serve, behaviour: str, status: int) -> None:
    """`opposite_rule` says whether an entity may allow and block one value."""
    client = serve(switches={"opposite_rule": behaviour})

    assert client.add("Spammer.example", "allow").status == status


@pytest.mark.parametrize(
    ("behaviour", "stored"), [("keep", "New.Example"), ("lower", "new.example")]
)
def test_value_case(serve: Serve, behaviour: str, stored: str) -> None:
    """`value_case` says whether the case of letters survives."""
    assert serve(switches={"value_case": behaviour}).add("New.Example").json["value"] == stored


@pytest.mark.parametrize("value", ["gmail.com", "ACME.example", "acme-mail.example"])
@pytest.mark.parametrize(("behaviour", "status"), [("accept", 201), ("422", 422)])
def test_high_risk_allow(serve: Serve, value: str, behaviour: str, status: int) -> None:
    """`high_risk_allow=422` refuses to allow own domains and mailbox providers."""
    client = serve(switches={"high_risk_allow": behaviour})

    assert client.add(value, "allow").status == status


def test_high_risk_blocks(serve: Serve) -> None:
    """`high_risk_allow=422` concerns neither blocks nor single addresses."""
    client = serve(switches={"high_risk_allow": "422"})

    assert client.add("gmail.com", "block").status == 201
    assert client.add("someone@gmail.com", "allow").status == 201


@pytest.mark.parametrize(
    ("behaviour", "owners"),
    [
        ("direct", {9101}),
        ("direct+inherited", {400, 5001, 9101}),
        ("subtree", {9101, 3102, 70001}),
    ],
)
def test_rules_list(serve: Serve, behaviour: str, owners: set[int]) -> None:
    """`rules_list` adds rows of ancestors, or of what lies below, with their own owners."""
    rows = serve(switches={"rules_list": behaviour}).rules()

    assert {row["entity"]["id"] for row in rows} == owners


def test_rule_entity_flat(serve: Serve) -> None:
    """`rule_entity=flat` names the owner beside the value."""
    row = serve(switches={"rule_entity": "flat"}).rules()[0]

    assert (row["entity_id"], row["entity_type"], "entity" in row) == (9101, "Domain", False)


def test_rule_entity_absent(serve: Serve) -> None:
    """`rule_entity=absent` does not name the owner."""
    row = serve(switches={"rule_entity": "absent"}).rules()[0]

    assert set(row) == {"id", "value", "rule_type"}


def test_read_lag(serve: Serve) -> None:
    """`read_lag=2` shows the old list to the next two reads after a write."""
    client = serve(switches={"read_lag": "2"})
    before = client.values()

    client.add("new.example")

    assert [client.values() == before for _ in range(3)] == [True, True, False]


def test_read_lag_after_two_writes(serve: Serve) -> None:
    """A second write before a read keeps the state before the first in sight."""
    client = serve(switches={"read_lag": "1"})

    client.add("first.example")
    client.add("second.example")

    assert "first.example" not in client.values()
    assert {"first.example", "second.example"} <= set(client.values())


def test_read_lag_concerns_the_entity_that_was_written(serve: Serve) -> None:
    """Reads of other entities neither lag nor count."""
    client = serve(switches={"read_lag": "1"})
    client.add("new.example")

    client.values("domains/9201")

    assert "new.example" not in client.values()
    assert "new.example" in client.values()


def added(sandbox: Sandbox, value: str) -> Reply:
    """Create a rule over a connection of its own."""
    writer = Client(sandbox)
    with closing(writer.connection):
        return writer.add(value)


def test_many_writers(client: Client) -> None:
    """Twenty writers at once are all served, and no id is given twice."""
    with ThreadPoolExecutor(20) as pool:
        replies = pool.map(lambda n: added(client.sandbox, f"w{n}.example"), range(100))
        ids = [reply.json["id"] for reply in replies]

    assert len(set(ids)) == 100
    assert set(ids) <= {rule.id for rule in client.state.rules_of("domains", 9101)}


def test_many_writers_of_one_rule(client: Client) -> None:
    """Writers of the same rule create it once: requests are handled one after another."""
    inside: list[int] = []
    together: list[int] = []

    def look_around() -> None:
        inside.append(1)
        sleep(0.01)
        together.append(len(inside))
        inside.pop()

    for nth in range(1, 9):
        client.sandbox.meanwhile("POST", "/allow_block_rules", look_around, nth=nth)
    with ThreadPoolExecutor(8) as pool:
        replies = pool.map(lambda _: added(client.sandbox, "new.example"), range(8))
        statuses = sorted(reply.status for reply in replies)

    assert together == [1] * 8
    assert statuses == [201] + [422] * 7
