"""Training and the vendor's rules (sections 7.2 and 7.3)."""

import pytest

from mpctl.sandbox.stalwart.vendor import RULES_VERSION
from tests.sandbox.stalwart.conftest import Serve
from tests.sandbox.stalwart.talk import Client, insert

SPAM = b"From: john@example.org\nTo: list@example.org\nSubject: Testing\n\nTesting 1, 2, 3\n"


@pytest.mark.parametrize("kind", ["ham", "spam"])
@pytest.mark.parametrize("account", ["", "maja"])
def test_train(client: Client, kind: str, account: str) -> None:
    """The body is the raw message, whatever its type; the answer is null."""
    path = f"/spam-filter/train/{kind}" + (f"/{account}" if account else "")

    assert client.send("POST", path, SPAM).body == b'{"data":null}'
    assert client.state.trained == [(kind, account, SPAM.decode())]
    assert [request.write for request in client.sandbox.requests] == [True]


def test_an_unknown_account(client: Client) -> None:
    """An account that does not exist is refused with 200."""
    reply = client.send("POST", "/spam-filter/train/spam/nobody", SPAM)

    assert (reply.status, reply.body) == (200, b'{"error":"notFound","item":"nobody"}')
    assert client.state.trained == []


def test_an_unparsable_message(client: Client) -> None:
    """What is no message is refused with 200."""
    reply = client.send("POST", "/spam-filter/train/spam", b"")

    assert (reply.status, reply.json["error"]) == (200, "other")


@pytest.mark.parametrize("path", ["/spam-filter/train/eggs", "/spam-filter/upload/spam"])
def test_other_paths(client: Client, path: str) -> None:
    """There are two kinds, and up to v0.14 no uploads."""
    assert client.send("POST", path, SPAM).status == 404


@pytest.mark.parametrize("word", ["start", "reset", "stop", "delete", "status"])
def test_training_since_v0_15(serve: Serve, word: str) -> None:
    """Since v0.15 messages are uploaded, and training is controlled by GETs that act."""
    client = serve(version="0.15")

    assert client.send("POST", "/spam-filter/upload/ham/maja", SPAM).json == {"data": None}
    assert client.send("POST", "/spam-filter/train/ham", SPAM).status == 404
    assert client.data(f"/spam-filter/train/{word}") is (word != "status")
    assert client.sandbox.requests[-1].write is (word != "status")


def test_an_update(client: Client) -> None:
    """An update brings the vendor's rules back, but for whether they are on, and no others."""
    rule = "spam-filter.rule.stwt_blocked_domain."
    client.update(
        insert((rule + "enable", "false"), (rule + "priority", "1"),
               ("version.spam-filter", "2.0.3"), ("spam-filter.list.scores.MISSING_MID", "9.0"))
    )  # fmt: skip
    ours = client.settings("spam-filter.rule.mpctl_access")

    reply = client.send("GET", "/update/spam-filter", headers=client.admin)

    assert reply.json == {"data": RULES_VERSION}
    assert client.settings(rule)["enable"] == "false"
    assert client.settings(rule)["priority"] == "1020"
    assert client.settings("spam-filter.list.scores")["MISSING_MID"] == "9.0"
    assert client.settings("spam-filter.rule.mpctl_access") == ours


def test_a_forced_update(client: Client) -> None:
    """With `force` it runs at the same version, with `overwrite` it takes scores back too."""
    client.update(insert(("spam-filter.list.scores.MISSING_MID", "9.0")))
    path = "/update/spam-filter?force=true&overwrite=true"

    assert client.send("GET", "/update/spam-filter", headers=client.admin).json == {"data": None}
    assert client.send("GET", path, headers=client.admin).json == {"data": RULES_VERSION}
    assert client.settings("spam-filter.list.scores")["MISSING_MID"] == "2.5"


def test_an_update_needs_a_permission(client: Client) -> None:
    """The API key may not update."""
    assert client.get("/update/spam-filter").status == 403
