"""TLS is verified, and its failures are told in words that help."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mpctl.transport import Limits, Session, Unavailable
from tests.clock import FakeClock
from tests.transport.conftest import CALLS
from tests.transport.loopback import OK, Loopback, Reply, Seen, in_turn

HERE = Path(__file__).parent
# Made for 127.0.0.1 and these tests alone, signed by itself, good until 2126.
CERTIFICATE = HERE / "self_signed.pem"
KEY_FILE = HERE / "self_signed.key.pem"


@pytest.fixture
def tls() -> ssl.SSLContext:
    """What a server needs that shows the certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE, KEY_FILE)
    return context


def session_to(url: str, *, trusting: bool) -> Session:
    """Open a session that makes one attempt, trusting the certificate or the usual ones."""
    session = Session(
        url,
        authorize=lambda: {"Authorization": "Bearer key"},
        calls=CALLS,
        limits=Limits(attempts=1),
        clock=FakeClock().clock,
        writable=True,
    )
    if trusting:
        session._wire._connections._ways["verify"] = str(CERTIFICATE)
    return session


def test_a_certificate_is_verified(tls: ssl.SSLContext) -> None:
    """A service with a certificate that nobody vouches for is not sent the key."""
    with (
        Loopback(in_turn(OK), tls=tls) as server,
        closing(session_to(server.url, trusting=False)) as session,
        pytest.raises(Unavailable) as failed,
    ):
        session.request("POST", "/things", json={})

    (diagnostic,) = failed.value.diagnostics
    assert diagnostic.summary == "POST /things: the TLS certificate could not be verified"
    assert diagnostic.fix == ("Where a proxy inspects TLS, name its CA file in REQUESTS_CA_BUNDLE.")
    assert not failed.value.may_have_executed
    assert server.seen == []


def test_a_known_certificate_is_accepted(tls: ssl.SSLContext) -> None:
    """A service with a certificate that is vouched for is asked."""
    with (
        Loopback(in_turn(OK), tls=tls) as server,
        closing(session_to(server.url, trusting=True)) as session,
    ):
        assert session.request("POST", "/things", json={}).body == {"done": True}


def test_a_certificate_of_somebody_else_is_refused(tls: ssl.SSLContext) -> None:
    """A certificate that is vouched for, but for another host, is none."""
    with (
        Loopback(in_turn(OK), tls=tls) as server,
        closing(session_to(server.url.replace("127.0.0.1", "localhost"), trusting=True)) as session,
        pytest.raises(Unavailable) as failed,
    ):
        session.request("POST", "/things", json={})

    assert failed.value.what == "the TLS certificate could not be verified"
    assert server.seen == []


def test_a_tls_failure_after_the_request_leaves_a_doubt(tls: ssl.SSLContext) -> None:
    """When the encryption breaks after a write was sent, its effect is not known."""

    def garble(_: Seen) -> Reply:
        return garbled(server)

    with (
        Loopback(garble, tls=tls) as server,
        closing(session_to(server.url, trusting=True)) as session,
        pytest.raises(Unavailable) as failed,
    ):
        session.request("POST", "/things", json={})

    assert failed.value.what == "the TLS connection failed"
    assert failed.value.may_have_executed
    assert len(server.seen) == 1


def garbled(server: Loopback) -> Iterator[bytes]:
    """Write past the encryption, straight to the connection."""
    encrypted = server._listener.connections[0]
    with socket.socket(fileno=socket.dup(encrypted.fileno())) as plain:
        plain.send(b"this is no TLS record at all")
    yield b""


def test_a_service_without_tls() -> None:
    """A service that does not speak TLS where it should is an error, not a surprise."""
    with (
        Loopback(in_turn(OK)) as server,
        closing(session_to(server.url.replace("http:", "https:"), trusting=False)) as session,
        pytest.raises(Unavailable) as failed,
    ):
        session.request("GET", "/things")

    assert failed.value.what == "the TLS connection failed"
