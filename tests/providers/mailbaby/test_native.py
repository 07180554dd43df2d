"""The translations between MailBaby's rows and rules, and how its answers are judged."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.match import Kind, Match
from mpctl.providers.mailbaby.capabilities import CAPABILITIES
from mpctl.providers.mailbaby.dialect import judge
from mpctl.providers.mailbaby.native import (
    NotUnderstood,
    from_native,
    identifier,
    order_from_native,
    to_native,
)
from mpctl.transport import Reply
from tests.providers.mailbaby.world import key

ROW = {"id": 14, "user": "mb39", "type": "email", "data": "spammer@bad.com"}
KINDS = {
    "email": ("Spammer@Bad.com", Kind.EMAIL, "spammer@bad.com"),
    "domain": ("BAD.com", Kind.DOMAIN, "bad.com"),
    "destination": ("Someone@bad.com", Kind.RECIPIENT, "someone@bad.com"),
    "startswith": ("Sales-", Kind.SENDER_PREFIX, "sales-"),
}


@pytest.mark.parametrize("type_", KINDS)
def test_each_type_is_a_kind(type_: str) -> None:
    """Compared without case, and shown as it is stored."""
    data, kind, canonical = KINDS[type_]

    native = from_native({**ROW, "type": type_, "data": data})

    assert (native.username, native.rule.native_id, native.rule.shown) == ("mb39", "14", data)
    assert native.rule.key.match == Match(kind, canonical)
    assert to_native(native.rule.key, "mb39") == {
        "type": type_,
        "data": canonical,
        "username": "mb39",
        "user": "mb39",
    }


@pytest.mark.parametrize(
    ("type_", "data"),
    [
        ("email", " spammer@bad.com"),
        ("domain", "bad.com."),
        ("domain", "bücher.com"),
        ("domain", "*.bad.com"),
        ("email", "bad.com"),
        ("startswith", "sales\n"),
        ("subject", "Win a prize"),
        ("Email", "spammer@bad.com"),
    ],
)
def test_another_spelling_is_a_rule_of_its_own(type_: str, data: str) -> None:
    """What the relay makes of it is unknown: it is never taken for the rule that is declared."""
    assert from_native({**ROW, "type": type_, "data": data}).rule.key.match == Match(
        Kind.NATIVE, f"{type_}:{data}"
    )


@given(st.sampled_from(sorted(KINDS)), st.text(max_size=20))
def test_any_value_is_read(type_: str, data: str) -> None:
    """Whatever somebody stored becomes a rule, and never one that would be sent otherwise."""
    match = from_native({**ROW, "type": type_, "data": data}).rule.key.match

    assert match.value in {data.lower(), f"{type_}:{data}"}


@pytest.mark.parametrize(
    "row",
    [
        None,
        [],
        {},
        {**ROW, "user": None},
        {**ROW, "user": " "},
        {**ROW, "id": None},
        {**ROW, "id": "5abc"},
        {**ROW, "id": True},
        {**ROW, "id": -5},
        {**ROW, "type": None},
        {**ROW, "data": None},
        {**ROW, "data": ["a"]},
    ],
)
def test_an_odd_row_is_not_understood(row: Any) -> None:
    """A row without owner, id, type or value is no rule, and never nothing."""
    with pytest.raises(NotUnderstood):
        from_native(row)


def test_unknown_columns_and_texts_for_numbers_are_read() -> None:
    """Ids are numbers or text, and a table may have further columns."""
    assert from_native({**ROW, "id": "0014", "created": None, "x": 1}) == from_native(ROW)
    assert identifier("14") == identifier(14) == "14"


@pytest.mark.parametrize(
    ("status", "active"),
    [("active", True), ("Active ", True), ("canceled", False), ("pending", False), (None, False)],
)
def test_only_an_active_order_is_active(status: str | None, *, active: bool) -> None:
    """A status that nobody knows is not active."""
    assert order_from_native({"id": 39, "username": "MB39", "status": status}).active is active


@pytest.mark.parametrize(
    ("status", "body", "reply"),
    [
        (200, [], Reply.DONE),
        (200, {"status": "ok", "text": 1}, Reply.DONE),
        (200, {"status": "ok", "msg": "x"}, Reply.DONE),
        (200, {"code": 500, "msg": "Server internal error"}, Reply.FAILED),
        (200, {"code": "23000", "msg": "duplicate"}, Reply.FAILED),
        (200, {"code": 404, "msg": "404 Not Found", "data": []}, Reply.REFUSED),
        (200, {"code": 2002, "msg": "x"}, Reply.REFUSED),
        (200, {"msg": "x"}, Reply.FAILED),
        (200, None, Reply.FAILED),
        (400, {"code": 400, "message": "No active mail orders."}, Reply.REFUSED),
        (400, {"code": "HY000", "msg": "x"}, Reply.FAILED),
        (400, None, Reply.REFUSED),
        (401, {"code": 401, "message": "x"}, Reply.KEY_REFUSED),
        (200, {"code": 401, "message": "x"}, Reply.KEY_REFUSED),
        (200, {"code": 401, "msg": "x"}, Reply.KEY_REFUSED),
        (200, {"code": 401, "status": "ok", "text": 1}, Reply.DONE),
        (500, {"code": 401, "msg": "x"}, Reply.FAILED),
        (401, {"code": 500, "msg": "x"}, Reply.KEY_REFUSED),
        (404, None, Reply.REFUSED),
        (429, None, Reply.THROTTLED),
        (500, {"code": 404, "msg": "x"}, Reply.FAILED),
        (503, None, Reply.FAILED),
        (302, None, Reply.REDIRECTED),
    ],
)
def test_what_an_answer_means(status: int, body: Any, reply: Reply) -> None:
    """By status, and for the framework's failures by `msg` without `status`."""
    assert judge(status, body, "") is reply


@pytest.mark.parametrize(
    ("value", "kind", "fits"),
    [
        ("bad.com", None, True),
        ("xn--p1ai.xn--p1ai", None, True),
        ("a_b.com", None, False),
        ("a.1b", None, False),
        ("a.b@bad.com", None, True),
        ("o'neil+x@bad.com", None, True),
        (".a@bad.com", None, False),
        ("a..b@bad.com", None, False),
        ("ä@bad.com", None, False),
        ("a@b_c.com", None, False),
        ("a@bad.com", Kind.RECIPIENT, True),
        ("a..b@bad.com", Kind.RECIPIENT, False),
        ("a+_.-9", Kind.SENDER_PREFIX, True),
        ("a b", Kind.SENDER_PREFIX, False),
        ("a" * 64, Kind.SENDER_PREFIX, True),
        ("a" * 65, Kind.SENDER_PREFIX, False),
        ("a@", Kind.SENDER_PREFIX, False),
    ],
)
def test_what_may_be_sent(value: str, kind: Kind | None, *, fits: bool) -> None:
    """The local rules of the reference, section 6.2; the service may not check any."""
    match = key(value, kind).match
    pattern = CAPABILITIES.shapes[match.kind].pattern

    assert pattern is not None
    assert bool(pattern.fullmatch(match.value)) is fits
