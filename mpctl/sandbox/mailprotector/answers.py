"""From canonical answers to what goes over the wire: the dialects that switches choose.

Endpoints speak one canonical form, that of the Mailprotector reference. Here it becomes the form
of this simulator: envelopes, types of ids and booleans, case, missing fields, shape of errors.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from mpctl.sandbox.exchange import NO_HEADERS, Response, json_response
from mpctl.sandbox.mailprotector.switches import Switches

ID_FIELDS = frozenset({"id", "entity_id"})
CASED_FIELDS = frozenset({"rule_type", "entity_type"})
NEEDED_FIELDS = frozenset(
    {"id", "name", "value", "rule_type", "entity", "entity_id", "entity_type", "parent"}
)


class Id(int):
    """An id that stands in a list, where no name of a field says so."""


@dataclass(frozen=True)
class Answer:
    """A success in canonical form.

    `noun` names the payload in an envelope; `wrapped` says whether the documented answer has one.
    `write` marks answers whose status the switch `write_codes` decides, `verbatim` documents that
    the switch `sparse` leaves whole.
    """

    payload: Any
    noun: str
    status: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)
    wrapped: bool = False
    write: bool = False
    verbatim: bool = False


class RefusalError(Exception):
    """The service does not do it: a status, a sentence, and the field that is to blame."""

    def __init__(
        self,
        status: int,
        problem: str,
        *,
        field: str = "base",
        headers: Mapping[str, str] = NO_HEADERS,
    ) -> None:
        super().__init__(problem)
        self.status = status
        self.problem = problem
        self.field = field
        self.headers = headers

    @property
    def sentence(self) -> str:
        """The problem with its field in front, where it has one."""
        return self.problem if self.field == "base" else f"{self.field} {self.problem}"


def spoken(answer: Answer, switches: Switches) -> Response:
    """Return a success as this simulator sends it."""
    status = _status(answer, switches)
    if status == HTTPStatus.NO_CONTENT:
        return Response(status, answer.headers)
    payload = answer.payload if answer.verbatim else _sparse(answer.payload, switches)
    payload = _dialect(payload, switches)
    if _is_wrapped(answer, switches):
        payload = {answer.noun: payload}
    return json_response(status, payload, answer.headers)


def refused(refusal: RefusalError, switches: Switches) -> Response:
    """Return an error as this simulator sends it."""
    sentence = refusal.sentence
    if switches.error_body == "text":
        return Response(refusal.status, _typed("text/plain", refusal), sentence.encode())
    if switches.error_body == "html":
        page = f"<!DOCTYPE html><html><body><h1>{sentence}</h1></body></html>"
        return Response(refusal.status, _typed("text/html", refusal), page.encode())
    body = {
        "message": {"message": sentence},
        "error": {"error": sentence},
        "errors_map": {"errors": {refusal.field: [refusal.problem]}},
        "errors_list": {"errors": [sentence]},
    }[switches.error_body]
    return json_response(refusal.status, body, refusal.headers)


def _typed(content_type: str, refusal: RefusalError) -> dict[str, str]:
    return {"Content-Type": f"{content_type}; charset=utf-8", **refusal.headers}


def _status(answer: Answer, switches: Switches) -> int:
    if not answer.write or switches.write_codes == "documented":
        return answer.status
    return HTTPStatus.OK if switches.write_codes == "all200" else HTTPStatus.NO_CONTENT


def _is_wrapped(answer: Answer, switches: Switches) -> bool:
    return switches.envelope == "all_wrapped" or (
        switches.envelope == "documented" and answer.wrapped
    )


def _sparse(payload: Any, switches: Switches) -> Any:
    """Leave out what is not needed to know a thing; a parent that is null is not needed either."""
    if switches.sparse == "off":
        return payload
    if isinstance(payload, list):
        return [_sparse(item, switches) for item in payload]
    if not isinstance(payload, dict):
        return payload
    return {
        name: _sparse(value, switches)
        for name, value in payload.items()
        if name in NEEDED_FIELDS and value is not None
    }


def _dialect(payload: Any, switches: Switches) -> Any:
    """Return the payload with ids, booleans and words in the form of this simulator."""
    if isinstance(payload, list):
        return [_dialect(item, switches) for item in payload]
    if isinstance(payload, Id):
        return str(payload) if switches.id_type == "string" else payload
    if isinstance(payload, dict):
        return {name: _leaf(name, value, switches) for name, value in payload.items()}
    return payload


def _leaf(name: str, value: Any, switches: Switches) -> Any:
    if isinstance(value, bool):
        return BOOLEANS[switches.bool_style](value)
    if name in ID_FIELDS and switches.id_type == "string":
        return str(value)
    if name in CASED_FIELDS:
        return CASES[switches.rule_type_case](value)
    return _dialect(value, switches)


BOOLEANS: Mapping[str, Callable[[bool], object]] = {
    "json": bool,
    "int": int,
    "string": lambda value: str(value).lower(),
}
CASES: Mapping[str, Callable[[str], str]] = {
    "Title": str,
    "lower": str.lower,
    "UPPER": str.upper,
}
