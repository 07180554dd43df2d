"""Connections are kept, and go where they should."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from mpctl import __version__
from mpctl.transport import Refused
from mpctl.transport.address import is_loopback
from tests.transport.conftest import Connect
from tests.transport.loopback import KEY, OK, Reply, Seen, in_turn, raw, reply


def test_one_connection_serves_many_requests(connect: Connect) -> None:
    """A connection is kept alive, whatever kind of answer came over it."""
    pieces = [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"2\r\n[]\r\n0\r\n\r\n"]
    answers = [
        OK,
        reply(204),
        raw(200, b""),
        reply(404),
        pieces,
        reply(429),
        reply(200, "x" * 9**6),
    ]
    line = connect(in_turn(*answers, OK))

    for _ in range(len(answers)):
        try:
            line.session.request("GET", "/things")
        except Refused:
            continue

    assert {seen.connection for seen in line.seen} == {1}
    assert len(line.seen) == len(answers) + 1


def test_as_many_connections_as_allowed_are_kept(connect: Connect) -> None:
    """Requests that overlap have connections of their own, and those are used again."""
    met = threading.Barrier(3, timeout=10)

    def script(seen: Seen) -> Reply:
        if seen.target != "/things":
            met.wait()
        return OK

    line = connect(script, limits={"connections": 3})
    line.session.request("GET", "/things")
    for _ in range(2):
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda n: line.session.request("GET", f"/things/{n}"), range(3)))

    assert {seen.connection for seen in line.seen} == {1, 2, 3}


def test_what_is_sent(connect: Connect) -> None:
    """A request has the key, asks for JSON, and names mpctl."""
    line = connect(in_turn(OK))

    line.session.request("GET", "/things", params={"page": 1, "per_page": 100})

    (seen,) = line.seen
    assert (seen.method, seen.target, seen.body) == ("GET", "/things?page=1&per_page=100", b"")
    assert seen.headers["authorization"] == f"Bearer {KEY}"
    assert seen.headers["accept"] == "application/json"
    assert seen.headers["user-agent"] == f"mpctl/{__version__}"
    assert "content-type" not in seen.headers
    assert "cookie" not in seen.headers


def test_a_document_is_sent_as_json(connect: Connect) -> None:
    """A body is JSON and says so."""
    line = connect(in_turn(OK))

    line.session.request("POST", "/things", json={"value": "blocked.example"})

    (seen,) = line.seen
    assert seen.body == b'{"value": "blocked.example"}'
    assert seen.headers["content-type"] == "application/json"


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY", "http_proxy"])
def test_no_proxy_on_loopback(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """A service on this machine is never asked through a proxy."""
    trap = connect(in_turn(OK))
    monkeypatch.setenv(variable, trap.url)
    line = connect(in_turn(OK))

    line.session.request("GET", "/things")

    assert (len(trap.seen), len(line.seen)) == (0, 1)


def test_a_proxy_from_the_environment(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    """Any other service is asked through the proxy that the environment names."""
    proxy = connect(in_turn(OK))
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    line = connect(in_turn(OK), base_url="http://service.example")

    line.session.request("GET", "/things")

    assert [seen.target for seen in proxy.seen] == ["http://service.example/things"]


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:8080/api/v1", True),
        ("http://127.8.9.10", True),
        ("http://[::1]:8080", True),
        ("http://localhost/api", True),
        ("https://emailservice.io/api/v1", False),
        ("http://127.0.0.1.elsewhere.example", False),
        ("http://127.elsewhere.example", False),
        ("http://localhost.elsewhere.example", False),
        ("http://192.0.2.1", False),
        ("", False),
    ],
)
def test_what_counts_as_this_machine(url: str, *, loopback: bool) -> None:
    """Only loopback addresses and localhost are this machine, not names that look like them."""
    assert is_loopback(url) is loopback
