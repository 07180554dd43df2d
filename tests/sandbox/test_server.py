"""The rim: real HTTP on loopback that starts, serves and stops cleanly."""

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from errno import EADDRINUSE
from http.client import HTTPConnection
from threading import Event, Thread, active_count
from urllib.parse import urlsplit

import pytest

from mpctl.sandbox import Fault, Sandbox
from mpctl.sandbox.exchange import Request, Response
from mpctl.sandbox.server import Server
from tests.sandbox.conftest import Serve
from tests.sandbox.talk import Client


def address(client: Client) -> tuple[str, int]:
    """Return where the sandbox listens."""
    return str(client.url.hostname), int(client.url.port or 0)


def test_the_base_url(client: Client) -> None:
    """The service lives on loopback below its own path, without a trailing slash."""
    assert client.url.hostname == "127.0.0.1"
    assert client.service.base_url.endswith("/mailprotector/api/v1")


def test_the_key_is_obviously_fake(client: Client) -> None:
    """Nobody mistakes the key for a real one."""
    assert client.service.api_key.startswith("sandbox-key-")


def test_no_url_before_the_start() -> None:
    """A sandbox that does not run has no URL."""
    with pytest.raises(RuntimeError, match="not running"):
        _ = Sandbox().mailprotector.base_url


def test_connections_are_kept(client: Client) -> None:
    """Many requests go over one connection."""
    client.get("/domains")
    connection = client.connection.sock

    client.add("new.example")
    client.remove(610003)
    client.get("/nothing")

    assert client.connection.sock is connection


def test_outside_of_every_service(client: Client) -> None:
    """A path outside the service is 404."""
    client.connection.request("GET", "/elsewhere", headers=client.headers)
    response = client.connection.getresponse()
    response.read()

    assert response.status == 404


def test_a_fixed_port(client: Client) -> None:
    """A port that is in use is an OSError."""
    taken = Sandbox(port=address(client)[1])

    with pytest.raises(OSError) as caught, taken:  # noqa: PT011 - its text is the system's
        pass

    assert caught.value.errno == EADDRINUSE


def test_a_port_is_free_again() -> None:
    """After the end the port can be used again at once."""
    with Sandbox() as first:
        port = urlsplit(first.mailprotector.base_url).port or 0

    with Sandbox(port=port) as second:
        assert urlsplit(second.mailprotector.base_url).port == port


def test_after_the_end_nobody_answers() -> None:
    """A connection that was kept alive is closed with the sandbox, and its thread ends."""
    threads = active_count()
    with Sandbox() as sandbox:
        client = Client(sandbox)
        client.get("/domains")
        kept = client.connection.sock

    assert kept.recv(1) == b""
    client.connection.close()
    assert active_count() == threads


def test_the_end_does_not_wait_for_slow_answers() -> None:
    """An answer that is delayed for an hour does not hold up the end, nor is it waited for."""
    with Sandbox(faults=[Fault.parse("GET /domains delay seconds=3600")]) as sandbox:
        client = Client(sandbox)

        def ask() -> None:
            with suppress(ConnectionError):
                client.get("/domains")

        waiting = Thread(target=ask)
        waiting.start()
        while not sandbox.requests:
            pass

    waiting.join(60)
    client.connection.close()
    assert not waiting.is_alive()


def test_a_client_that_hangs_up(capfd: pytest.CaptureFixture[str]) -> None:
    """A client that is gone before its answer leaves no trace on the terminal."""
    with Sandbox(faults=[Fault.parse("GET /domains huge")]) as sandbox:
        client = Client(sandbox)
        with socket.create_connection(address(client)) as rude:
            head = f"GET {client.url.path}/domains HTTP/1.1\r\nHost: x\r\n\r\n"
            rude.sendall(head.encode())
        while not sandbox.requests:
            pass
        assert client.send("GET", "/domains/9101").status == 200
        client.connection.close()

    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("Content-Length", "99999999", 413),
        ("Content-Length", "-1", 400),
        ("Transfer-Encoding", "chunked", 411),
    ],
)
def test_bodies_have_bounds(client: Client, header: str, value: str, status: int) -> None:
    """A body that is too long or of unknown length is refused unread, and not recorded."""
    connection = HTTPConnection(*address(client), timeout=10)
    connection.putrequest("POST", f"{client.url.path}/domains")
    connection.putheader(header, value)
    connection.endheaders()
    response = connection.getresponse()
    response.read()
    connection.close()

    assert response.status == status
    assert client.sandbox.requests == []


def test_head_has_no_body(client: Client) -> None:
    """A HEAD is not documented and brings a head only."""
    reply = client.send("HEAD", "/domains/9101")

    assert (reply.status, reply.body) == (404, b"")


def test_two_sandboxes(serve: Serve) -> None:
    """Two sandboxes share nothing."""
    one, two = serve(), serve()

    one.add("new.example")

    assert "new.example" not in two.values()


def test_requests_under_way_are_counted() -> None:
    """A request knows how many of its service were under way when it came, with itself."""
    seen: list[tuple[str, int]] = []
    three, over = Event(), Event()

    def answer(request: Request) -> Response:
        seen.append((request.path, request.parallel))
        if len(seen) == 3:
            three.set()
        if not over.is_set():
            over.wait(10)
        return Response(200)

    def ask(path: str) -> int:
        with closing(HTTPConnection("127.0.0.1", server.port, timeout=10)) as connection:
            connection.request("GET", path)
            return connection.getresponse().status

    server = Server(answer, 0)
    server.start()
    with ThreadPoolExecutor(3) as pool:
        asked = [pool.submit(ask, path) for path in ("/one/a", "/one/b", "/two/a")]
        three.wait(10)
        over.set()
        assert [one.result() for one in asked] == [200, 200, 200]
    ask("/one/c")
    server.stop()

    assert sorted(parallel for path, parallel in seen[:3] if path.startswith("/one/")) == [1, 2]
    assert [seen.pop(), ("/two/a", 1) in seen] == [("/one/c", 1), True]


def test_a_delayed_answer_is_under_way(serve: Serve) -> None:
    """A request that is answered late counts until then."""
    client = serve(faults=[Fault.parse("GET ^/domains$ delay seconds=60")])
    seen: list[int] = []
    handle = client.service.handle

    def watch(request: Request) -> Response:
        seen.append(request.parallel)
        return handle(request)

    client.service.handle = watch  # type: ignore[method-assign]
    late = Client(client.sandbox)
    late.connection.timeout = 0.05
    with pytest.raises(TimeoutError):
        late.get("/domains")
    client.get("/domains/9101")

    assert seen == [1, 2]
