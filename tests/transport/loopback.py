"""A tiny scripted HTTP server on loopback, and the session under test that talks to it."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler, TCPServer, ThreadingMixIn
from typing import Any, Self

from mpctl.transport import Session
from tests.clock import FakeClock

KEY = "k3y-of-harbor-it-services"
JSON = {"Content-Type": "application/json"}

Reply = Iterable[bytes] | None
Script = Callable[["Seen"], Reply]


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it arrived; `connection` counts connections from 1."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    connection: int


def reply(status: int, document: Any = None, headers: Mapping[str, str] = JSON) -> list[bytes]:
    """Answer with a JSON document, or with an empty body."""
    return raw(status, b"" if document is None else json.dumps(document).encode(), headers)


def raw(status: int, body: bytes, headers: Mapping[str, str] = JSON) -> list[bytes]:
    """Answer with these very bytes."""
    length = {} if status == 204 else {"Content-Length": str(len(body))}
    lines = [f"{name}: {value}" for name, value in {**length, **headers}.items()]
    return ["\r\n".join([f"HTTP/1.1 {status} Reason", *lines, "", ""]).encode() + body]


OK = reply(200, {"done": True})


def in_turn(*replies: Reply) -> Script:
    """Give one reply after the other, the last one again and again; None hangs up instead."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


class Loopback:
    """Listens from `__enter__` to `__exit__`; `seen` holds what arrived."""

    def __init__(self, script: Script, *, tls: ssl.SSLContext | None = None) -> None:
        self.seen: list[Seen] = []
        self._listener = _Listener(script, self.seen, tls)
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.01,))
        scheme = "http" if tls is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self._listener.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown()
        self._thread.join()
        self._listener.hang_up()
        self._listener.server_close()


class _Listener(ThreadingMixIn, TCPServer):
    allow_reuse_address = True

    def __init__(self, script: Script, seen: list[Seen], tls: ssl.SSLContext | None) -> None:
        self.script, self.seen, self.tls = script, seen, tls
        self.connections: list[socket.socket] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.connections.append(connection)
        return connection, address

    def hang_up(self) -> None:
        """End the connections that clients keep alive, so that their threads end."""
        for connection in self.connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet: clients hang up in the middle in many of these tests."""


class _Handler(StreamRequestHandler):
    server: _Listener

    def setup(self) -> None:
        self.number = len(self.server.connections)
        if self.server.tls is not None:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
            self.server.connections[self.number - 1] = self.request
        super().setup()

    def handle(self) -> None:
        while (line := self.rfile.readline()) and (answer := self._answer(line)) is not None:
            for piece in answer:
                self.wfile.write(piece)

    def finish(self) -> None:
        super().finish()
        if self.server.tls is not None:
            self.request.close()

    def _answer(self, line: bytes) -> Reply:
        method, target, _ = line.decode().split(" ", 2)
        headers: dict[str, str] = {}
        while (header := self.rfile.readline().decode().strip()) != "":
            name, _, value = header.partition(":")
            headers[name.lower()] = value.strip()
        body = self.rfile.read(int(headers.get("content-length", "0")))
        seen = Seen(method, target, headers, body, self.number)
        self.server.seen.append(seen)
        return self.server.script(seen)


@dataclass(frozen=True, slots=True)
class Line:
    """A session, what arrived at the other end, and the clock between them."""

    session: Session
    seen: list[Seen]
    clock: FakeClock
    url: str
    trace: list[str] = field(default_factory=list)
