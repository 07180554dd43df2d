"""Throttling: a 403 with its message, for reads and for writes."""

from tests.sandbox.rackspace.conftest import Serve
from tests.sandbox.rackspace.talk import ALEX, Client, message

EXCEEDED = (403, "Exceeded request limits")


def test_reads(client: Client) -> None:
    """In a minute, 120 reads pass; the next is refused until the first is a minute old."""
    passed = [client.get(f"{ALEX}/settings").status for _ in range(120)]
    refused = client.get(f"{ALEX}/settings")
    client.now += 59.9
    still = client.get(f"{ALEX}/settings").status
    client.now += 0.1

    assert (set(passed), message(refused), still) == ({200}, EXCEEDED, 403)
    assert client.get(f"{ALEX}/settings").status == 200


def test_the_fault(rack: Serve) -> None:
    """The fault is that of bad credentials; only the message tells them apart."""
    client = rack({"reads_per_minute": "1"})
    client.get(f"{ALEX}/settings")

    reply = client.get(f"{ALEX}/settings")

    assert reply.headers["x-error-message"] == "Exceeded request limits"
    assert "Retry-After" not in reply.headers
    assert reply.json == {
        "unauthorizedFault": {
            "message": "Exceeded request limits",
            "details": "3/14/2025 9:26:53 AM",
            "code": 403,
        }
    }


def test_reads_and_writes_are_counted_apart(rack: Serve) -> None:
    """POST, PUT and DELETE share one count that reads do not touch."""
    client = rack({"reads_per_minute": "1", "writes_per_minute": "3"})

    writes = [
        client.post("blocklist", "@a.example").status,
        client.delete("blocklist", "@a.example").status,
        client.put(f"{ALEX}/blocklist", addList="@b.example").status,
        client.put(f"{ALEX}/blocklist", addList="@c.example").status,
    ]

    assert writes == [200, 200, 200, 403]
    assert [client.get(f"{ALEX}/blocklist").status for _ in range(2)] == [200, 403]


def test_a_throttled_write_is_not_carried_out(rack: Serve) -> None:
    """A throttled write did nothing, and waiting is enough to repeat it."""
    client = rack({"writes_per_minute": "1"})
    client.put(f"{ALEX}/blocklist", addList="@a.example")

    refused = client.put(f"{ALEX}/blocklist", addList="@b.example")
    stored = client.stored()
    client.now += 60

    assert (refused.status, stored) == (403, ["@a.example"])
    assert client.put(f"{ALEX}/blocklist", addList="@b.example").status == 200


def test_ninety_writes(client: Client) -> None:
    """In a minute, 90 writes pass."""
    statuses = [client.post("safelist", "@a.example").status for _ in range(91)]

    assert statuses == [200] * 90 + [403]


def test_bad_credentials_do_not_count(rack: Serve) -> None:
    """Requests with a bad signature use up nothing."""
    client = rack({"reads_per_minute": "1"})
    client.send("GET", f"{ALEX}/settings", headers={**client.headers(), "X-Api-Signature": "x"})

    assert client.get(f"{ALEX}/settings").status == 200
