"""Who may call: the signature over keys, User-Agent and time."""

import pytest

from mpctl.sandbox.rackspace import signature
from tests.sandbox.rackspace.conftest import Serve
from tests.sandbox.rackspace.talk import AGENT, ALEX, TIMESTAMP, Client, message

OURS = ("kUserKeyExample12345", "sSecretKeyExampleForDocsOnly0123456789AB", "mpctl/0.1")
VENDORS = (
    "eGbq9/2hcZsRlr1JV1Pi",
    "QHOvchm/40czXhJ1OxfxK7jDHr3t",
    "Rackspace Management Interface",
)
VECTORS = [
    (OURS, "20250314092653", "wee5jnSA/Ei9voFUqpHyJkhUmp0="),
    (VENDORS, "20010317143725", "HKUn0aajpSDx7qqGK3vqzn3FglI="),
    (VENDORS, "20010308143725", "46VIwd66mOFGG8IkbgnLlXnfnkU="),
]
REFUSED = (403, "Authentication failed.")


@pytest.mark.parametrize(("keys", "timestamp", "hash_"), VECTORS)
def test_worked_examples(keys: tuple[str, str, str], timestamp: str, hash_: str) -> None:
    """The signature of the worked examples is the documented one."""
    assert signature(*keys, timestamp) == f"{keys[0]}:{timestamp}:{hash_}"


@pytest.mark.parametrize(("keys", "timestamp", "hash_"), VECTORS)
def test_worked_examples_open(
    client: Client, keys: tuple[str, str, str], timestamp: str, hash_: str
) -> None:
    """The headers of the worked examples are let in by a service with those keys."""
    client.service.user_key, client.service.secret_key, agent = keys
    headers = {
        "User-Agent": agent,
        "X-Api-Signature": f"{keys[0]}:{timestamp}:{hash_}",
        "Accept": "application/json",
    }

    assert client.send("GET", f"{ALEX}/settings", headers=headers).status == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"User-Agent": AGENT + "x"},
        {"User-Agent": ""},
        {"X-Api-Signature": ""},
        {"X-Api-Signature": "a:b"},
        {"X-Api-Signature": signature("A" * 20, "B" * 40, AGENT, TIMESTAMP)},
    ],
)
def test_refused(client: Client, changed: dict[str, str]) -> None:
    """A request that is not signed over what was sent is refused, and never with a 401."""
    headers = {**client.headers(), **changed}

    reply = client.send("GET", f"{ALEX}/settings", headers=headers)

    assert message(reply) == REFUSED


def test_no_user_agent(client: Client) -> None:
    """A missing User-Agent is a failed authentication, also when nothing was hashed for it."""
    keys = client.service.user_key, client.service.secret_key
    headers = {"X-Api-Signature": signature(*keys, "", TIMESTAMP), "Accept": "application/json"}

    assert message(client.send("GET", f"{ALEX}/settings", headers=headers)) == REFUSED


def test_swapped_keys(client: Client) -> None:
    """The two keys in each other's place are refused like any unknown key."""
    keys = client.service.secret_key, client.service.user_key
    headers = {**client.headers(), "X-Api-Signature": signature(*keys, AGENT, TIMESTAMP)}

    assert message(client.send("GET", f"{ALEX}/settings", headers=headers)) == REFUSED


@pytest.mark.parametrize("timestamp", ["2025-03-14T09:26", "2025031409265", "20251399092653", "x"])
def test_time_of_another_form(client: Client, timestamp: str) -> None:
    """A time that is not fourteen digits of a real moment is refused."""
    headers = client.headers(timestamp=timestamp)

    assert message(client.send("GET", f"{ALEX}/settings", headers=headers)) == REFUSED


@pytest.mark.parametrize(
    ("timestamp", "status"),
    [
        ("20250314092153", 200),
        ("20250314092152", 403),
        ("20250314093153", 200),
        ("20250314093154", 403),
    ],
)
def test_a_window_of_time(rack: Serve, timestamp: str, status: int) -> None:
    """Where the time counts, it is UTC and may be as far away as the switch says."""
    client = rack({"signature_seconds": "300"})

    reply = client.send("GET", f"{ALEX}/settings", headers=client.headers(timestamp=timestamp))

    assert reply.status == status


def test_refused_before_anything_else(client: Client) -> None:
    """Without a signature nobody learns what there is, and nothing is changed."""
    headers = {**client.headers(), "X-Api-Signature": "x:y:z"}

    assert message(client.send("GET", "/nowhere", headers=headers)) == REFUSED
    assert message(client.send("POST", f"{ALEX}/blocklist/@a.example", headers=headers)) == REFUSED
    assert client.stored() == []


def test_a_locked_key(rack: Serve) -> None:
    """Bad signatures in a row lock the keys for good; a good one in between starts anew."""
    client = rack({"lock_after": "2"})
    bad = {**client.headers(), "X-Api-Signature": "x:y:z"}
    path = f"{ALEX}/settings"

    once = []
    for _ in range(2):
        once += [client.send("GET", path, headers=bad).status, client.get(path).status]
    locked = [client.send("GET", path, headers=bad).status for _ in range(2)]

    assert (once, locked, client.get(path).status) == ([403, 200] * 2, [403, 403], 403)


def test_the_signature_is_not_recorded(client: Client) -> None:
    """The log of requests holds neither key."""
    client.get(f"{ALEX}/settings")

    assert client.service.user_key not in str(client.sandbox.requests)
