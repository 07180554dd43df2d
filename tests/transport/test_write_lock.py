"""Nothing writes unless the session was opened for writing."""

from __future__ import annotations

import pytest

from mpctl.diagnostics import Code, Diagnostic
from mpctl.transport import CallForbidden
from tests.transport.conftest import Connect
from tests.transport.loopback import OK, in_turn

LOCKED = [
    ("POST", "/things"),
    ("PUT", "/things/1"),
    ("DELETE", "/things/1"),
    ("GET", "/undeclared"),
    ("GET", "/things/1/reload"),
    ("PATCH", "/things/1"),
]


@pytest.mark.parametrize(("method", "path"), LOCKED)
def test_a_write_is_refused(connect: Connect, method: str, path: str) -> None:
    """Without the permission to write, a write is refused before anything is sent."""
    line = connect(in_turn(OK), writable=False)

    with pytest.raises(CallForbidden) as refused:
        line.session.request(method, path, json={})

    assert refused.value.diagnostics == (
        Diagnostic(
            Code.FORBIDDEN_CALL,
            f"{method} {path}: a write was attempted without --confirm, and was not sent",
            why="Nothing writes unless the run was opened for writing.",
        ),
    )
    assert not refused.value.may_have_executed
    assert line.seen == []


@pytest.mark.parametrize(("method", "path"), LOCKED)
def test_a_write_passes_when_it_may(connect: Connect, method: str, path: str) -> None:
    """With the permission to write, declared and undeclared writes are sent."""
    line = connect(in_turn(OK), writable=True)

    assert line.session.request(method, path, json={}).body == {"done": True}
    assert [(seen.method, seen.target) for seen in line.seen] == [(method, path)]


@pytest.mark.parametrize(("method", "path"), [("GET", "/things"), ("POST", "/things/find")])
def test_a_read_needs_no_permission(connect: Connect, method: str, path: str) -> None:
    """What is declared a read is sent, whatever its method."""
    line = connect(in_turn(OK), writable=False)

    assert line.session.request(method, path).body == {"done": True}


@pytest.mark.parametrize("writable", [False, True])
def test_a_forbidden_call_is_never_sent(connect: Connect, *, writable: bool) -> None:
    """A forbidden call is refused with its reason, also by a session that may write."""
    line = connect(in_turn(OK), writable=writable)

    with pytest.raises(CallForbidden) as refused:
        line.session.request("GET", "/secrets")

    assert refused.value.diagnostics == (
        Diagnostic(
            Code.FORBIDDEN_CALL,
            "GET /secrets: mpctl never sends this call",
            why="Its answer holds a password.",
        ),
    )
    assert line.seen == []


@pytest.mark.parametrize(
    "params", [None, {}, {"fields": ""}, {"fields": "name,secrets"}, {"Fields": "name"}]
)
@pytest.mark.parametrize("writable", [False, True])
def test_a_call_that_is_allowed_in_part_is_sent_in_no_other_way(
    connect: Connect, params: dict[str, str] | None, *, writable: bool
) -> None:
    """Its answer would hold too much, so the parameters that narrow it are required."""
    line = connect(in_turn(OK), writable=writable)

    with pytest.raises(CallForbidden) as refused:
        line.session.request("GET", "/people", params=params)

    assert refused.value.diagnostics[0].why == "It holds hashes."
    assert line.seen == []


def test_a_call_that_is_allowed_in_part_is_sent_so(connect: Connect) -> None:
    """With the parameters that narrow it, and others."""
    line = connect(in_turn(OK), writable=False)

    line.session.request("GET", "/people", params={"fields": "name", "page": 2})

    assert [seen.target for seen in line.seen] == ["/people?fields=name&page=2"]
