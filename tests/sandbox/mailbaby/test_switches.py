"""Each value of each switch makes a difference: one scenario a switch, one outcome a value."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from mpctl.sandbox.mailbaby import SWITCHES, SampleData
from tests.sandbox.mailbaby.conftest import NO_SWITCHES, Serve
from tests.sandbox.mailbaby.talk import Client, two_orders

NEW_YEAR = datetime(2028, 1, 1, tzinfo=UTC).timestamp()
A_LONG_ADDRESS = f"{'a' * 60}@bad.com"


def choose_an_order(client: Client) -> Any:
    """The orders of rules: both fields that disagree, `user` alone, `username` alone."""
    fields = {"type": "email", "data": "new@bad.com"}
    both = {"username": "mb41", "user": "mb39"}
    numbers = [
        client.post("/mail/rules", {**fields, **some}).json["text"]
        for some in (both, {"user": "mb41"}, {"username": "mb41"})
    ]
    return [rule.username for n in numbers if (rule := client.state.rule(n))]


def id_types(client: Client) -> Any:
    """The types of ids in a list, and of the id of a new rule."""
    listed = {type(row["id"]).__name__ for row in client.rules()}
    return listed, type(client.add("email", "a@b.com").json["text"]).__name__


def add_twice(client: Client) -> Any:
    """The answer to a rule that differs from another in case only, and how many there are."""
    reply = client.add("email", "OF-mb39@bad.com").json
    return reply.get("code", "ok"), len(client.state.rules_of("mb39"))


def columns(client: Client) -> Any:
    """The number of fields that a rule has."""
    return len(client.rules()[0])


def invalid_values(client: Client) -> Any:
    """The answers to Unicode, rubbish, a bad type, no data and a bad id; whether 14 went."""
    replies = [
        client.add("email", "ü@bad.com"),
        client.add("domain", "*.bad"),
        client.add("nonsense", "x"),
        client.post("/mail/rules", {"type": "email"}),
        client.remove("14abc"),
    ]
    return [reply.json.get("code", "ok") for reply in replies], client.state.rule(14) is None


def first_calls(client: Client) -> Any:
    """The codes of the first two answers of a read and of a write, and how many rules there are."""
    orders = [client.get("/mail").json for _ in range(2)]
    added = [client.add("email", "a@b.com").json for _ in range(2)]
    codes = [document["code"] for document in (*orders, *added) if "code" in document]
    return codes, len(client.state.rules_of("mb39"))


def unknown_route(client: Client) -> Any:
    """The status of a call that does not exist, for a client that accepts JSON."""
    return client.get("/nowhere").status


def requests_in_a_second(client: Client) -> Any:
    """How many of 51 requests of one moment pass."""
    client.service.pace.clock = lambda: NEW_YEAR
    return sum(client.get("/mail").status == 200 for _ in range(51))


def refusal_of_a_hurry(client: Client) -> Any:
    """Status and Retry-After of the second request of a second, which does nothing."""
    client.service.pace.clock = lambda: NEW_YEAR
    client.get("/mail")
    refused = client.add("email", "a@b.com")
    assert len(client.state.rules_of("mb39")) == 1
    return refused.status, refused.headers.get("Retry-After")


def reads_after_writes(client: Client) -> Any:
    """Whether a new rule is in the two lists after it, and an old one in those after its end."""
    client.add("email", "new@bad.com")
    added = ["new@bad.com" in client.data() for _ in range(2)]
    client.remove(14)
    return added, ["of-mb39@bad.com" in client.data() for _ in range(2)]


def a_hundred_rules(client: Client) -> Any:
    """The answers to rule 100, to rule 101, and to a rule of another order."""
    for n in range(98):
        client.state.add_rule("mb39", "email", f"{n}@bad.com")
    return [client.add("email", "a@b.com", of).status for of in ("mb39", "mb39", "mb41")]


def long_values(client: Client) -> Any:
    """The answers to a long and a short value, and the lengths that are stored."""
    replies = [client.add("email", "b" + address).json for address in (A_LONG_ADDRESS, "@c.com")]
    stored = [len(rule.data) for rule in client.state.rules_of("mb39")[1:]]
    return [reply.get("code", "ok") for reply in replies], stored


def orders_of_lists(client: Client) -> Any:
    """The ids of orders, and those of rules, listed twice."""
    client.add("email", "a@b.com")
    client.add("email", "c@d.com")
    orders = [row["id"] for row in client.get("/mail").json]
    return orders, *([row["id"] for row in client.rules()] for _ in range(2))


def first_order(client: Client) -> Any:
    """The order of a rule that names none."""
    number = client.post("/mail/rules", {"type": "email", "data": "a@b.com"}).json["text"]
    rule = client.state.rule(number)
    return rule and rule.username


def delete_what_is_not_there(client: Client) -> Any:
    """The answers to deletes of mine, theirs and nobody's; whether theirs is still there."""
    replies = [client.remove(14), client.remove(16), client.remove(99)]
    return [reply.status for reply in replies], client.state.rule(16) is not None


def username_of_others(client: Client) -> Any:
    """The answer to a rule for an inactive order."""
    reply = client.add("email", "a@b.com", "mb33")
    return reply.status, reply.json["code"]


def read_without_an_order(client: Client) -> Any:
    """The answers of rules, blocks and a delete without an active order; whether [] is one."""
    for username in ("mb39", "mb41"):
        client.state.set_status(username, "canceled")
    replies = (client.get("/mail/rules"), client.get("/mail/blocks"), client.remove(14))
    return [reply.status for reply in replies], replies[0].json == []


def delist_rubbish(client: Client) -> Any:
    """The answers to delisting nothing, no address and an address; how many rows are left."""
    client.state.flag("mb39", "internal", None)
    documents: list[dict[str, str]] = [{}, {"email": "bad.com"}, {"email": "a@bad.com"}]
    statuses = [client.post("/mail/blocks/delete", document).status for document in documents]
    return statuses, len(client.state.flags())


def delist_answer(client: Client) -> Any:
    """The answer of a delisting."""
    return client.post("/mail/blocks/delete", {"email": "a@bad.com"}).json


def creation_time(client: Client) -> Any:
    """The time of a rule."""
    return client.rules()[0]["created"]


def statuses(client: Client) -> Any:
    """The statuses of the orders."""
    return {row["username"]: row["status"] for row in client.get("/mail").json}


NORMAL = [400, 400, 400, 400, 400]


@dataclass(frozen=True)
class Case:
    """A scenario, what comes of it at each value, and what else is chosen."""

    scenario: Callable[[Client], Any]
    outcomes: Mapping[str, Any]
    beside: Mapping[str, str] = field(default_factory=dict)


CASES: Mapping[str, Case] = {
    "order_field": Case(
        choose_an_order,
        {
            "username": ["mb41", "mb39", "mb41"],
            "user": ["mb39", "mb41", "mb39"],
            "both": ["mb41", "mb41", "mb41"],
            "neither": ["mb39", "mb39", "mb39"],
        },
    ),
    "id_type": Case(
        id_types,
        {"number": ({"int"}, "int"), "text": ({"str"}, "str"), "mixed": ({"str"}, "int")},
    ),
    "unique_rules": Case(add_twice, {"off": ("ok", 2), "on": ("23000", 1)}),
    "extra_column": Case(columns, {"off": 5, "on": 6}),
    "validation": Case(
        invalid_values,
        {
            "2.x": (NORMAL, False),
            "2.x+rfc": (["ok", *NORMAL[1:]], False),
            "off": (["ok", "ok", "ok", "23000", "ok"], True),
        },
    ),
    "framework_error": Case(
        first_calls,
        {
            "off": ([], 3),
            "500": ([500, 500], 2),
            "HY000": (["HY000", "HY000"], 2),
            "2002": ([2002, 2002], 2),
        },
    ),
    "framework_status": Case(unknown_route, {"200": 200, "real": 404}),
    "rate_limit": Case(requests_in_a_second, {"off": 51, "50": 50}),
    "rate_limit_status": Case(
        refusal_of_a_hurry, {"429": (429, "1"), "503": (503, "1")}, {"rate_limit": "1"}
    ),
    "retry_after": Case(
        refusal_of_a_hurry,
        {
            "seconds": (429, "1"),
            "date": (429, "Sat, 01 Jan 2028 00:00:02 GMT"),
            "absent": (429, None),
        },
        {"rate_limit": "1"},
    ),
    "read_lag": Case(
        reads_after_writes,
        {"0": ([True, True], [False, False]), "1": ([False, True], [True, False])},
    ),
    "max_rules": Case(a_hundred_rules, {"off": [200, 200, 200], "100": [200, 400, 200]}),
    "max_data": Case(long_values, {"off": (["ok", "ok"], [69, 7]), "64": (["22001", "ok"], [7])}),
    "long_data": Case(
        long_values,
        {"refuse": (["22001", "ok"], [7]), "truncate": (["ok", "ok"], [20, 7])},
        {"max_data": "20"},
    ),
    "list_order": Case(
        orders_of_lists,
        {
            "insertion": ([41, 33, 39], [14, 15, 17, 18], [14, 15, 17, 18]),
            "newest": ([41, 39, 33], [18, 17, 15, 14], [18, 17, 15, 14]),
            "shuffled": ([41, 39, 33], [17, 14, 18, 15], [18, 14, 15, 17]),
        },
    ),
    "first_order": Case(first_order, {"lowest": "mb39", "highest": "mb41"}),
    "delete_unknown": Case(
        delete_what_is_not_there,
        {"ok": ([200, 200, 200], True), "404": ([200, 404, 404], True)},
    ),
    "unknown_username": Case(username_of_others, {"400": (400, 400), "404": (404, 404)}),
    "no_active_order": Case(
        read_without_an_order,
        {"400": ([400, 400, 400], False), "empty": ([200, 200, 400], True)},
    ),
    "delist_invalid": Case(
        delist_rubbish, {"200": ([200, 200, 200], 0), "400": ([400, 400, 200], 1)}
    ),
    "delist_key": Case(
        delist_answer,
        {
            "text": {"status": "ok", "text": "record deleted"},
            "0": {"status": "ok", "0": "record deleted"},
        },
    ),
    "created": Case(
        creation_time,
        {"text": "2025-01-08 14:41:00", "date-time": "2025-01-08T14:41:00Z", "null": None},
    ),
    "inactive_status": Case(
        statuses,
        {
            "stored": {"mb41": "active", "mb39": "active", "mb33": "canceled"},
            "pending": {"mb41": "active", "mb39": "active", "mb33": "pending"},
        },
    ),
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, case in CASES.items() for value in case.outcomes]
)
def test_each_value(serve: Serve, name: str, value: str) -> None:
    """A scenario at a value ends as this value says."""
    case = CASES[name]

    client = serve(two_orders(), switches={**case.beside, name: value})

    assert case.scenario(client) == case.outcomes[value]


def test_every_value_has_its_outcome() -> None:
    """Every value that a switch lists is tried, and no two values look alike."""
    assert {name: list(case.outcomes) for name, case in CASES.items()} == {
        name: list(switch.values) for name, switch in SWITCHES.items()
    }
    for case in CASES.values():
        outcomes = list(case.outcomes.values())
        assert all(outcomes.count(outcome) == 1 for outcome in outcomes)


def test_withheld_values_can_be_named(serve: Serve) -> None:
    """At `neither` a rule for the first order still lands where it should."""
    client = serve(two_orders(), switches={"order_field": "neither"})

    client.add("email", "new@bad.com", "mb39")

    assert [rule.data for rule in client.state.rules_of("mb39")][-1] == "new@bad.com"


def test_what_is_a_duplicate(serve: Serve) -> None:
    """The same order, type and data in any case are a duplicate; another type or order is none."""
    client = serve(two_orders(), switches={"unique_rules": "on"})
    rules = [
        ("email", "New@Bad.com", "mb39"),
        ("email", "nEW@bad.com", "mb39"),
        ("destination", "new@bad.com", "mb39"),
        ("email", "new@bad.com", "mb41"),
    ]

    assert [client.add(*rule).json.get("code", "ok") for rule in rules] == [
        "ok",
        "23000",
        "ok",
        "ok",
    ]


def test_the_longest_value(serve: Serve) -> None:
    """A value of just the greatest length is taken."""
    client = serve(two_orders(), switches={"max_data": "9"})

    assert client.add("email", "a@bad.com").json["status"] == "ok"


def test_errors_come_again_after_a_reset(serve: Serve) -> None:
    """After a reset the first call of each kind fails once more."""
    client = serve(two_orders(), switches={"framework_error": "500"})
    codes = []
    for _ in range(2):
        codes += ["code" in client.get("/mail").json for _ in range(2)]
        client.sandbox.reset()

    assert codes == [True, False, True, False]


def test_a_longer_lag(serve: Serve) -> None:
    """A lag of two hides a write from two reads."""
    client = serve(two_orders(), switches={"read_lag": "2"})
    client.add("email", "new@bad.com")

    assert ["new@bad.com" in client.data() for _ in range(3)] == [False, False, True]


def test_the_proxy_comes_before_the_key(serve: Serve) -> None:
    """The rate limit holds for those without a key, and for the health check."""
    client = serve(SampleData(), switches={"rate_limit": "1"})
    client.service.pace.clock = lambda: NEW_YEAR

    assert [client.send("GET", "/ping", headers={}).status for _ in range(2)] == [200, 429]
    assert client.send("GET", "/mail", headers={}).status == 429


def test_switches_of_others_are_their_own(serve: Serve) -> None:
    """A read lag here does not touch the other services."""
    client = serve(switches={**NO_SWITCHES, "read_lag": "1"})

    assert client.sandbox.mailprotector.switches.read_lag == 0
