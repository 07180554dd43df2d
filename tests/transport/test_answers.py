"""From what came over the wire to an answer, or to an error in the service's own words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.diagnostics import Code
from mpctl.transport import BadAnswer, Refused, Unavailable
from mpctl.transport.answer import error_message
from tests.transport.conftest import Connect
from tests.transport.loopback import OK, Loopback, in_turn, raw, reply

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(("message", "error", "errors", "detail", "title", "value")), inner
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("status", [200, 201, 202, 299])
def test_a_2xx_is_an_answer(connect: Connect, status: int) -> None:
    """Any 2xx is a success, with its status, headers and document."""
    headers = {"X-Pagination": '{"total": 1}', "Content-Type": "text/plain"}
    line = connect(in_turn(reply(status, [{"id": 1}], headers)))

    answer = line.session.request("GET", "/things")

    assert (answer.status, answer.body) == (status, [{"id": 1}])
    assert answer.headers["x-pagination"] == '{"total": 1}'


@pytest.mark.parametrize("answer", [reply(204), raw(200, b""), raw(201, b" \r\n\t")])
def test_an_empty_body_is_no_document(connect: Connect, answer: list[bytes]) -> None:
    """A success without a body, or with white space only, has no document."""
    line = connect(in_turn(answer))

    assert line.session.request("DELETE", "/things/1").body is None


def test_a_document_in_pieces(connect: Connect) -> None:
    """A body that comes in chunks is put together."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    line = connect(in_turn([head, b"3\r\n[1,\r\n", b"2\r\n2]\r\n", b"0\r\n\r\n"]))

    assert line.session.request("GET", "/things").body == [1, 2]


@pytest.mark.parametrize(
    ("body", "beginning"),
    [
        (b"<html>\n <b>We are down", "'<html> <b>We are down'"),
        (b'{"half": ', "'{\"half\":'"),
        (b"\xff\xfe", "'\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}'"),
        (b"[" * 100_000, repr("[" * 80)),
    ],
)
def test_what_is_not_json(connect: Connect, body: bytes, beginning: str) -> None:
    """A success that is no JSON is an error that shows how it begins."""
    line = connect(in_turn(raw(200, body)))

    with pytest.raises(BadAnswer) as bad:
        line.session.request("GET", "/things")

    (diagnostic,) = bad.value.diagnostics
    assert diagnostic.code is Code.UNEXPECTED_ANSWER
    assert diagnostic.summary == (
        f"GET /things: answered 200 with something that is not JSON, beginning {beginning}"
    )


@pytest.mark.parametrize("status", [301, 302, 303, 304, 307, 308])
def test_a_redirect_is_not_followed(connect: Connect, status: int) -> None:
    """A redirect is an error; the key goes nowhere else."""
    with Loopback(in_turn(OK)) as elsewhere:
        line = connect(in_turn(reply(status, headers={"Location": elsewhere.url})))

        with pytest.raises(BadAnswer) as bad:
            line.session.request("GET", "/things")

    assert elsewhere.seen == []
    assert len(line.seen) == 1
    assert bad.value.what == f"answered with a redirect ({status}), which mpctl does not follow"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"message": "Invalid API key"}, "Invalid API key"),
        ({"error": "not found"}, "not found"),
        ({"error": {"message": "not found", "code": 7}}, "not found"),
        ({"error": {"detail": "not found"}}, "not found"),
        ({"errors": ["is invalid", "is too long"]}, "is invalid; is too long"),
        ({"errors": [{"message": "is invalid"}, {"detail": "no"}]}, "is invalid; no"),
        ({"errors": {"value": ["is invalid", "is bad"]}}, "value is invalid; value is bad"),
        ({"errors": "all of it"}, "all of it"),
        ({"detail": "no such page"}, "no such page"),
        ({"title": "Bad Request"}, "Bad Request"),
        ({"message": "first", "error": "second"}, "first"),
        ({"message": "", "error": "second"}, "second"),
        ({"message": None, "errors": [], "detail": "third"}, "third"),
        ({"message": 7, "title": "fourth"}, "fourth"),
        ({"error": "other", "details": "No such file.", "reason": None}, "other: No such file."),
        (
            {"error": "other", "details": "Not stored.", "reason": "full"},
            "other: Not stored.: full",
        ),
        ({"error": "fieldMissing", "field": "name"}, "fieldMissing: name"),
        ({"error": {"message": "no"}, "details": "of it"}, "no: of it"),
        ({"message": "no", "details": "of it"}, "no"),
    ],
)
def test_the_words_of_a_service(body: Any, words: str) -> None:
    """The service's own words are found wherever services put them, in a fixed order."""
    assert error_message(body, json.dumps(body)) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Not  found\n here", "Not found here"),
        ("<!DOCTYPE html><h1>Not <b>found</b></h1>", "Not found"),
        ('{"unknown": "shape"}', '{"unknown": "shape"}'),
        ("", ""),
    ],
)
def test_the_words_of_a_text(text: str, words: str) -> None:
    """A body without known words is quoted in one line, without tags."""
    assert error_message(None, text) == words


@given(DOCUMENTS, st.text(max_size=50))
def test_any_error_is_one_line(body: Any, text: str) -> None:
    """Whatever a service answers, its words fit on one line."""
    words = error_message(body, text)

    assert words == " ".join(words.split())


def test_words_are_cut(connect: Connect) -> None:
    """Of a long message the first 200 characters are shown."""
    line = connect(in_turn(reply(422, {"message": "x" * 5000})))

    with pytest.raises(Refused) as refused:
        line.session.request("GET", "/things")

    assert refused.value.message == "x" * 200


@pytest.mark.parametrize(
    ("status", "body", "summary"),
    [
        (422, b'{"errors": {"value": ["is invalid"]}}', "refused with 422: value is invalid"),
        (404, b"", "refused with 404"),
        (403, b"<h1>Go away</h1>", "refused with 403: Go away"),
    ],
)
def test_a_refusal_is_quoted(connect: Connect, status: int, body: bytes, summary: str) -> None:
    """A 4xx is an error with the call, the status and the service's words."""
    line = connect(in_turn(raw(status, body)))

    with pytest.raises(Refused) as refused:
        line.session.request("GET", "/things")

    assert refused.value.status == status
    assert [(d.code, d.summary) for d in refused.value.diagnostics] == [
        (Code.REFUSED_BY_SERVICE, f"GET /things: {summary}")
    ]


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
def test_a_fault_of_the_server(connect: Connect, status: int) -> None:
    """A 5xx is an error that leaves open whether the call was executed."""
    line = connect(in_turn(reply(status, {"error": "oops"})))

    with pytest.raises(Unavailable) as failed:
        line.session.request("GET", "/things")

    assert failed.value.what == f"failed with {status} (oops)"
    assert failed.value.diagnostics[0].code is Code.UNAVAILABLE
