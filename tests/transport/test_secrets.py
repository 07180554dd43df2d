"""The key is sent to the service and appears nowhere else."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.transport import TransportError
from tests.transport.by_hand import words_after
from tests.transport.conftest import Connect
from tests.transport.loopback import KEY, OK, in_turn, raw, reply

ECHO = f"the key {KEY} is no good"
QUIET = "the key [redacted] is no good"


def all_words(error: TransportError, trace: list[str]) -> str:
    """Everything of an error that a user could ever see."""
    shown = [str(error), error.what, error.call, *trace]
    return "\n".join([*shown, *map(str, error.diagnostics), *map(str, vars(error).values())])


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 422, 429, 500, 503])
@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"message": ECHO}),
        json.dumps({"errors": {KEY: [ECHO]}}),
        f"<html>Bearer {KEY}</html>",
        f"{KEY}{KEY}",
        json.dumps({"message": ECHO}).replace("k", "\\u006b"),
        '{"half": "' + KEY,
    ],
)
def test_an_echoed_key_is_redacted(connect: Connect, status: int, body: str) -> None:
    """A service that repeats the key in its error does not make mpctl repeat it."""
    answer = raw(status, body.encode(), {"X-Key": KEY})
    line = connect(in_turn(answer), limits={"attempts": 1})

    with pytest.raises(TransportError) as failed:
        line.session.request("GET", "/things")

    assert KEY not in all_words(failed.value, line.trace)


def test_the_rest_of_the_words_stays(connect: Connect) -> None:
    """Only the key is taken out of the service's words."""
    line = connect(in_turn(reply(401, {"message": ECHO})))

    with pytest.raises(TransportError) as refused:
        line.session.request("GET", "/things")

    assert refused.value.what == f"the key was refused with 401 ({QUIET})"


@pytest.mark.parametrize("status", [200, 422])
@pytest.mark.parametrize("before", [70, 79, 190, 199])
def test_no_half_of_a_key_stays(connect: Connect, status: int, before: int) -> None:
    """A key on the edge of what is shown is taken out before anything is cut."""
    line = connect(in_turn(raw(status, b"<p>" + b"." * (before - 3) + KEY.encode())))

    with pytest.raises(TransportError) as failed:
        line.session.request("GET", "/things")

    assert KEY[:3] not in all_words(failed.value, line.trace)


@given(st.text(max_size=300))
def test_no_text_brings_the_key_out(text: str) -> None:
    """Wherever the key stands in a body, no part of it is shown that could be told as one."""
    assert KEY[:8] not in words_after(f"{text}{KEY}{text}")


def test_a_broken_connection_quotes_no_header(connect: Connect) -> None:
    """A failure below HTTP is told in mpctl's own words."""
    line = connect(in_turn(None), limits={"attempts": 1})

    with pytest.raises(TransportError) as failed:
        line.session.request("GET", "/things")

    assert all_words(failed.value, line.trace).count(KEY) == 0


def test_no_log_holds_the_key(connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    """Not even the most talkative log of the libraries holds the key."""
    line = connect(in_turn(reply(503), OK))

    with caplog.at_level(logging.DEBUG):
        line.session.request("GET", "/things")

    assert KEY not in caplog.text


def test_a_netrc_file_is_not_read(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A .netrc file of the same host does not replace the key by its own password."""
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password hunter2\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    proxy = connect(in_turn(OK))
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    line = connect(in_turn(OK), base_url="http://service.example")

    line.session.request("GET", "/things")

    assert [seen.headers["authorization"] for seen in proxy.seen] == [f"Bearer {KEY}"]
