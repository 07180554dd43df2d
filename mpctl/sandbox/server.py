"""The rim: one HTTP server on loopback that hands requests in and puts responses on the wire."""

import re
import struct
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socket import SHUT_RDWR, SO_LINGER, SOL_SOCKET, socket
from socketserver import TCPServer, ThreadingMixIn
from typing import Any
from urllib.parse import parse_qsl, unquote

from mpctl.sandbox.exchange import Request, Response

LOOPBACK = "127.0.0.1"
MAX_BODY = 4 * 1024 * 1024
STOP_SECONDS = 5.0
DRIP_PIECES = 20
WHOLE_NUMBER = re.compile(r"\d{1,18}", re.ASCII)

Answer = Callable[[Request], Response]


class Server:
    """Serves `answer` on 127.0.0.1 from `start` to `stop`; a port of 0 takes any that is free."""

    def __init__(self, answer: Answer, port: int) -> None:
        """Bind the port; OSError when it is taken."""
        self._listener = _Listener(answer, port)
        self._thread = threading.Thread(
            target=self._listener.serve_forever, args=(0.01,), name="mpctl-sandbox", daemon=True
        )

    @property
    def port(self) -> int:
        """The port in use."""
        return int(self._listener.server_address[1])

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Close the port and every open connection, and wait for their threads."""
        self._listener.stopping.set()
        self._listener.shutdown()
        self._thread.join()
        self._listener.hang_up()
        self._listener.server_close()


class _Listener(ThreadingMixIn, TCPServer):
    """HTTPServer would do, but looks up its own host name, which can take seconds."""

    daemon_threads = True
    request_queue_size = 128
    # On Windows this option would let two servers share a port instead of refusing the second.
    allow_reuse_address = sys.platform != "win32"

    def __init__(self, answer: Answer, port: int) -> None:
        self.answer = answer
        self.stopping = threading.Event()
        self._open: set[Any] = set()
        self._all_closed = threading.Condition()
        self._under_way: Counter[str] = Counter()
        self._counting = threading.Lock()
        super().__init__((LOOPBACK, port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._all_closed:
            self._open.add(request)
        super().process_request(request, client_address)

    def close_request(self, request: Any) -> None:
        super().close_request(request)
        with self._all_closed:
            self._open.discard(request)
            self._all_closed.notify_all()

    @contextmanager
    def under_way(self, path: str) -> Iterator[int]:
        """Count a request from before it is handled until it is answered, by the first folder."""
        service = path.lstrip("/").partition("/")[0]
        with self._counting:
            self._under_way[service] += 1
            parallel = self._under_way[service]
        try:
            yield parallel
        finally:
            with self._counting:
                self._under_way[service] -= 1

    def hang_up(self) -> None:
        """Close all connections: a client that kept one alive must not be served after `stop`."""
        with self._all_closed:
            for connection in self._open:
                _shut(connection)
            self._all_closed.wait_for(lambda: not self._open, timeout=STOP_SECONDS)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay quiet when a client hangs up; anything else is a bug and is shown."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _UnreadableError(Exception):
    """A request whose body cannot be read; the status that says so."""

    def __init__(self, status: int) -> None:
        self.status = status


class _Handler(BaseHTTPRequestHandler):
    server: _Listener
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _serve(self) -> None:
        try:
            body = self._body()
        except _UnreadableError as error:
            self.close_connection = True
            self._send(Response(error.status))
            return
        with self.server.under_way(self.path) as parallel:
            response = self.server.answer(self._request(body, parallel))
            self.server.stopping.wait(response.sending.delay)
        self._send(response)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - stdlib

    def _body(self) -> bytes:
        if "Transfer-Encoding" in self.headers:
            raise _UnreadableError(411)
        length = self.headers.get("Content-Length", "0")
        if not WHOLE_NUMBER.fullmatch(length):
            raise _UnreadableError(400)
        if int(length) > MAX_BODY:
            raise _UnreadableError(413)
        return self.rfile.read(int(length))

    def _request(self, body: bytes, parallel: int) -> Request:
        path, _, query = self.path.partition("?")
        return Request(
            method=self.command,
            path=unquote(path),
            raw_query=query,
            query=tuple(parse_qsl(query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
            parallel=parallel,
        )

    def _send(self, response: Response) -> None:
        sending = response.sending
        if sending.reset:
            self.close_connection = True
            _reset(self.connection)
            return
        if sending.drop:
            self._hang_up()
            return
        head = _head(response, close=self.close_connection)
        body = b"" if self.command == "HEAD" else response.body
        if sending.drip:
            self._drip(head + body, sending.drip)
        else:
            self.wfile.write(head + body[: sending.body_bytes])
        if sending.body_bytes is not None:
            self._hang_up()

    def _drip(self, data: bytes, seconds: float) -> None:
        size = -(-len(data) // DRIP_PIECES)
        for start in range(0, len(data), size):
            self.wfile.write(data[start : start + size])
            self.server.stopping.wait(seconds / DRIP_PIECES)

    def _hang_up(self) -> None:
        self.close_connection = True
        _shut(self.connection)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - stdlib's name
        """Print nothing: the request log says more."""


def _shut(connection: socket) -> None:
    try:
        connection.shutdown(SHUT_RDWR)
    except OSError:
        return  # the client was faster


def _reset(connection: socket) -> None:
    """Close at once and with a reset: whoever closes it later finds nothing left to close."""
    at_once = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
    connection.setsockopt(SOL_SOCKET, SO_LINGER, at_once)
    socket(fileno=connection.detach()).close()


def _head(response: Response, *, close: bool) -> bytes:
    headers = {"Date": formatdate(usegmt=True), **response.headers}
    if response.status != HTTPStatus.NO_CONTENT:
        headers["Content-Length"] = str(len(response.body))
    if close:
        headers["Connection"] = "close"
    lines = [f"HTTP/1.1 {response.status} {_phrase(response.status)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
