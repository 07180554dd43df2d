"""The bodies of writes: small enough, in order, and never about anybody else's keys."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.providers.stalwart.editing import MAX_BODY, SMALL_BODY, requests

KEYS = st.sampled_from(
    [
        *(
            f"lookup.mpctl.{action}.domain.{n}.example"
            for action in ("allow", "block")
            for n in "abc"
        ),
        "lookup.mpctl._keep",
        "server.blocked-ip.192.0.2.1",
        "spam-filter.score.spam",
        "spam-filter.rule.mpctl_access.enable",
    ]
)
VALUES = st.dictionaries(KEYS, st.one_of(st.none(), st.sampled_from(["mpctl", "7"])), min_size=1)
# What comes goes in this order, what goes in the reverse one (11.6).
COMES = ("lookup.mpctl._keep", "lookup.mpctl.allow.", "lookup.mpctl.block.", "server.", "spam-")


def done(body: list[dict[str, object]], stored: dict[str, str]) -> list[tuple[str, str | None]]:
    """Carry a body out as the server does; gives the keys in their order."""
    order: list[tuple[str, str | None]] = []
    for operation in body:
        if operation["type"] == "insert":
            assert (operation["prefix"], operation["assert_empty"]) == (None, False)
            pairs: list[tuple[str, str | None]] = [(k, v) for k, v in operation["values"]]  # type: ignore[attr-defined]
        else:
            assert set(operation) == {"type", "keys"}
            assert operation["type"] == "delete"
            pairs = [(key, None) for key in operation["keys"]]  # type: ignore[attr-defined]
        order += pairs
    for key, value in order:
        stored.pop(key, None)
        if value is not None:
            stored[key] = value
    return order


@given(VALUES, st.booleans())
def test_a_write_ends_in_what_was_wanted(values: dict[str, str | None], careful: bool) -> None:  # noqa: FBT001 - a value
    """By inserts and deletes of whole keys, each once; nothing is cleared, whatever is stored."""
    stored = dict.fromkeys(values, "before") | {"lookup.others.a": "1"}
    order = [pair for body in requests(values, careful=careful) for pair in done(body, stored)]

    assert dict(order) == values
    assert len(order) == len(values)
    wanted = {key: value for key, value in values.items() if value is not None}
    assert stored == {**wanted, "lookup.others.a": "1"}


@given(VALUES)
def test_a_restart_in_between_blocks_less(values: dict[str, str | None]) -> None:
    """The note first; allows before blocks come; blocks go before allows."""
    order = [pair for body in requests(values) for pair in done(body, {})]
    comes = [key for key, value in order if value is not None]
    goes = [key for key, value in order if value is None and key.startswith("lookup.mpctl.")]

    if "lookup.mpctl._keep" in values:
        assert order[0][0] == "lookup.mpctl._keep"
    ranks = [next(n for n, start in enumerate(COMES) if key.startswith(start)) for key in comes]
    assert ranks == sorted(ranks)
    listed = [key.split(".")[2] for key in goes if "_keep" not in key]
    assert listed == sorted(listed, reverse=True)


@pytest.mark.parametrize(("careful", "limit"), [(False, MAX_BODY), (True, SMALL_BODY)])
def test_no_body_is_longer_than_the_server_takes(limit: int, *, careful: bool) -> None:
    """Twelve thousand entries, and in a second try small pieces of one operation each."""
    values: dict[str, str | None] = {
        f"lookup.mpctl.{'allow' if n % 2 else 'block'}.domain.{n:060}.example": (
            None if n % 3 else "mpctl"
        )
        for n in range(12_000)
    }
    bodies = list(requests(values, careful=careful))

    assert all(len(json.dumps(body)) <= limit for body in bodies)
    assert sum(len(json.dumps(body)) for body in bodies) < len(bodies) * limit
    assert len(bodies) <= 1 + sum(len(json.dumps(body)) for body in bodies) / (limit * 0.8) + 4
    assert not careful or all(len(body) == 1 for body in bodies)
    assert dict(pair for body in bodies for pair in done(body, {})) == values
