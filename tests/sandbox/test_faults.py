"""What goes wrong on purpose, over a real socket."""

from collections.abc import Mapping
from http.client import HTTPException, IncompleteRead

import pytest

from mpctl.sandbox import Fault, FaultKind
from tests.sandbox.conftest import Serve
from tests.sandbox.talk import Client

RULES = "/domains/9101/allow_block_rules"


def faulty(serve: Serve, *texts: str) -> Client:
    """Return a client of a sandbox with these faults."""
    return serve(faults=[Fault.parse(text) for text in texts])


def stored(client: Client) -> bool:
    """Whether the rule that the tests create is there."""
    return any(r.value == "new.example" for r in client.state.rules_of("domains", 9101))


@pytest.mark.parametrize("status", [403, 404, 422, 429, 500, 502, 503])
def test_status(serve: Serve, status: int) -> None:
    """A status is answered instead of doing what was asked for."""
    client = faulty(serve, f"POST /allow_block_rules {status}")

    assert client.add("new.example").status == status
    assert not stored(client)


def test_status_after(serve: Serve) -> None:
    """`502-after` answers with an error though the effect is there."""
    client = faulty(serve, "POST /allow_block_rules 502-after")

    assert client.add("new.example").status == 502
    assert stored(client)


@pytest.mark.parametrize("value", ["3", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_retry_after(serve: Serve, value: str) -> None:
    """A status may come with Retry-After, in seconds or as a date."""
    client = faulty(serve, f'GET /domains 429 retry-after="{value}"')

    assert client.get("/domains").headers["Retry-After"] == value


def test_body(serve: Serve) -> None:
    """A status may come with any body."""
    client = faulty(serve, "GET /domains 500 body='{\"oops\": 1}'")

    assert client.get("/domains").json == {"oops": 1}


@pytest.mark.parametrize(
    ("kind", "effect"),
    [("drop-before", False), ("drop-after", True), ("reset-before", False), ("reset-after", True)],
)
def test_drop(serve: Serve, kind: str, effect: bool) -> None:  # noqa: FBT001 - the fact
    """A dropped connection brings no answer; the kind says whether the effect is there."""
    client = faulty(serve, f"POST /allow_block_rules {kind}")

    with pytest.raises((HTTPException, ConnectionError)):
        client.add("new.example")

    assert stored(client) is effect


def test_malformed(serve: Serve) -> None:
    """`malformed` answers with JSON that stops in the middle, of a correct length."""
    reply = faulty(serve, "GET /domains malformed").get("/domains")

    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/json")
    with pytest.raises(ValueError, match="line 1"):
        _ = reply.json


def test_malformed_answer_of_a_delete(serve: Serve) -> None:
    """`malformed` makes a body where there would be none."""
    client = faulty(serve, "DELETE /allow_block_rules malformed")

    assert client.remove(client.rules()[0]["id"]).body


def test_truncated(serve: Serve) -> None:
    """`truncated` announces more than it sends and hangs up."""
    client = faulty(serve, "GET /domains truncated")

    with pytest.raises(IncompleteRead):
        client.get("/domains")


@pytest.mark.parametrize(("kind", "body"), [("empty", b""), ("html", b"<!DOCTYPE html>")])
def test_answers_that_are_no_json(serve: Serve, kind: str, body: bytes) -> None:
    """`empty` and `html` answer 200 without JSON, though the effect is there."""
    client = faulty(serve, f"POST /allow_block_rules {kind}")

    reply = client.add("new.example")

    assert (reply.status, reply.body[: len(body) or None]) == (200, body)
    assert stored(client)


def test_redirect(serve: Serve) -> None:
    """`redirect` sends to another host and does nothing."""
    client = faulty(serve, "POST /allow_block_rules redirect to=https://trap.example/x")

    reply = client.add("new.example")

    assert (reply.status, reply.headers["Location"]) == (302, "https://trap.example/x")
    assert not stored(client)


def test_huge(serve: Serve) -> None:
    """`huge` sends a body of at least so many bytes, which is still JSON."""
    reply = faulty(serve, "GET /domains huge bytes=3000000").get("/domains?per_page=1")

    assert len(reply.body) > 3_000_000
    assert len(reply.json) == 1


@pytest.mark.parametrize("kind", ["delay", "slow"])
def test_late_answers_are_whole(serve: Serve, kind: str) -> None:
    """`delay` and `slow` change when an answer comes, not what it says."""
    client = faulty(serve, f"GET /domains {kind} seconds=0.1")

    assert client.get("/domains/9101").json == client.get("/domains/9101").json


def test_a_client_may_lose_patience(serve: Serve) -> None:
    """A client that hangs up while it waits finds the effect done, and the server alive."""
    client = faulty(serve, "POST /allow_block_rules delay seconds=60")
    client.connection.timeout = 0.05

    with pytest.raises(TimeoutError):
        client.add("new.example")

    client.connection.timeout = 10
    assert client.get("/domains").status == 200
    assert stored(client)


def test_nth_and_times(serve: Serve) -> None:
    """A fault hits from the n-th matching call on, so many times."""
    client = faulty(serve, "GET ^/domains$ 503 nth=2 times=2")

    assert [client.get("/domains").status for _ in range(5)] == [200, 503, 503, 200, 200]


def test_forever(serve: Serve) -> None:
    """`times=forever` does not end."""
    client = faulty(serve, "* /domains 503 nth=2 times=forever")

    assert [client.get("/domains").status for _ in range(4)] == [200, 503, 503, 503]


def test_other_calls_do_not_count(serve: Serve) -> None:
    """Only calls of the method and path count, and the path may include the query."""
    client = faulty(serve, r"GET /allow_block_rules\?.*page=2 503")

    assert client.get("/domains?page=2").status == 200
    assert client.get(f"{RULES}?page=1").status == 200
    assert client.get(f"{RULES}?per_page=5&page=2").status == 503


def test_the_first_fault_wins_and_all_count(serve: Serve) -> None:
    """Where several faults hit a call the first is seen, and the call counts for each."""
    client = faulty(serve, "GET /domains 500", "GET /domains 502 times=2")

    assert [client.get("/domains").status for _ in range(3)] == [500, 502, 200]


def test_inject_and_clear(client: Client) -> None:
    """Faults come and go while the sandbox runs."""
    client.sandbox.inject(Fault("GET", "/domains", FaultKind.STATUS, status=502, times=None))
    broken = client.get("/domains").status
    client.sandbox.clear_faults()

    assert (broken, client.get("/domains").status) == (502, 200)


def test_meanwhile(client: Client) -> None:
    """Another writer may act right before the n-th matching call."""

    def intrude() -> None:
        client.state.add_rule("domains", 9101, "intruder.example", "Block")

    client.sandbox.meanwhile("GET", RULES, intrude, nth=2)

    assert ["intruder.example" in client.values() for _ in range(3)] == [False, True, True]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "POST /allow_block_rules drop-after nth=2 times=1",
            Fault("POST", "/allow_block_rules", FaultKind.DROP_AFTER, nth=2, times=1),
        ),
        ("get x 429", Fault("GET", "x", FaultKind.STATUS, status=429)),
        (
            r"* ^/domains/\d+$ 503-after",
            Fault("*", r"^/domains/\d+$", FaultKind.STATUS_AFTER, status=503),
        ),
        ("PUT x slow seconds=0.5", Fault("PUT", "x", FaultKind.SLOW, seconds=0.5)),
        ("GET x huge bytes=9", Fault("GET", "x", FaultKind.HUGE, bytes=9)),
        ("GET x empty times=forever", Fault("GET", "x", FaultKind.EMPTY, times=None)),
    ],
)
def test_parse(text: str, fault: Fault) -> None:
    """The text form says all that a fault has."""
    assert Fault.parse(text) == fault


ERRORS: Mapping[str, str] = {
    "": "write METHOD PATH KIND",
    "GET /domains": "write METHOD PATH KIND",
    "FETCH /domains 500": "'FETCH' is not a method",
    "GET /domains drop-befor": r"did you mean 'drop-before'\?",
    "GET /domains 200": "'200' is not a kind",
    "GET /domains meanwhile": "'meanwhile' is not a kind",
    "GET /domains 500 nth": "write nth=value",
    "GET /domains 500 nht=2": r"did you mean 'nth'\?",
    "GET /domains 500 nth=two": "'two' is not a number",
    "GET /domains 500 nth=0": "count from 1",
    "GET /domains 500 times=0": "count from 1",
    "GET ( 500": "not a regular expression",
    "GET 'x 500": "No closing quotation",
}


@pytest.mark.parametrize("text", ERRORS)
def test_parse_errors(text: str) -> None:
    """A fault that cannot be read says what could be written."""
    with pytest.raises(ValueError, match=ERRORS[text]):
        Fault.parse(text)
