"""From canonical answers to what goes over the wire: formats and dialects that switches choose."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from mpctl.sandbox.exchange import Request, Response, json_response
from mpctl.sandbox.rackspace.switches import Switches
from mpctl.sandbox.rackspace.xml import document_xml, fault_xml

Document = dict[str, Any]

XML_HEADERS: Mapping[str, str] = {"Content-Type": "text/xml; charset=utf-8"}
HTML_HEADERS: Mapping[str, str] = {"Content-Type": "text/html; charset=utf-8"}
ANY_FORMAT = ("", "*/*")
FORMATS: Mapping[str, str] = {
    "application/json": "json",
    "text/xml": "xml",
    "application/xml": "xml",
}
FAULTS: Mapping[int, str] = {
    HTTPStatus.FORBIDDEN: "unauthorized",
    HTTPStatus.NOT_FOUND: "itemNotFound",
}
NOON = 12


@dataclass(frozen=True)
class Answer:
    """A success in canonical form: the document of a read, or what a write left.

    `root` and `item` name its elements in XML.
    """

    document: Document
    root: str
    item: str = "item"
    write: bool = False


class RefusalError(Exception):
    """The service does not do it: a status, a sentence and, for a 404, what is not there."""

    def __init__(self, status: int, message: str, *, resource: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.resource = resource


def bad_request(message: str) -> RefusalError:
    """Return the refusal of a value."""
    return RefusalError(HTTPStatus.BAD_REQUEST, message)


def unauthorized(message: str) -> RefusalError:
    """Return the refusal of a caller: who it is, or how fast."""
    return RefusalError(HTTPStatus.FORBIDDEN, message)


def not_found(resource: str, name: str) -> RefusalError:
    """Return the refusal of what is not there, such as the Mailbox "jo"."""
    return RefusalError(HTTPStatus.NOT_FOUND, f"{resource} {name} not found", resource=resource)


def wanted_format(request: Request, switches: Switches) -> str | None:
    """Return json or xml as the request accepts, None when it wants neither."""
    accept = request.headers.get("accept", "")
    words = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
    known = [FORMATS[word] for word in words if word in FORMATS]
    if known:
        return known[0]
    is_open = any(word in ANY_FORMAT for word in words) and switches.default_format != "406"
    return switches.default_format if is_open else None


def spoken(answer: Answer, format_: str, switches: Switches) -> Response:
    """Return a success as this simulator sends it."""
    if not answer.write or switches.write_answer == "document":
        return _document(answer, format_, switches)
    if switches.write_answer == "object":
        return _document(Answer({}, answer.root), format_, switches)
    status = HTTPStatus.NO_CONTENT if switches.write_answer == "204" else HTTPStatus.OK
    return Response(status)


def _document(answer: Answer, format_: str, switches: Switches) -> Response:
    if format_ == "xml":
        body = document_xml(answer.root, answer.document, item=answer.item)
        return Response(HTTPStatus.OK, XML_HEADERS, body)
    return json_response(HTTPStatus.OK, _cased(answer.document, switches))


def refused(refusal: RefusalError, format_: str, switches: Switches, now: float) -> Response:
    """Return an error as this simulator sends it at this Unix time."""
    mangled = _mangled(refusal, switches)
    if mangled is not None:
        return mangled
    name, fault = _fault(refusal, switches, now)
    header = {"x-error-message": refusal.message} if switches.error_header == "sent" else {}
    if format_ == "xml":
        return Response(refusal.status, {**XML_HEADERS, **header}, fault_xml(name, fault))
    return json_response(refusal.status, _cased({name: fault}, switches), header)


def _mangled(refusal: RefusalError, switches: Switches) -> Response | None:
    """Return what a proxy, or a bare 404, makes of the error, if anything."""
    bodies = [switches.error_body]
    if refusal.status == HTTPStatus.NOT_FOUND:
        bodies.append(switches.not_found_body)
    if "html" in bodies:
        page = f"<!DOCTYPE html><html><body><h1>Error {int(refusal.status)}</h1></body></html>"
        return Response(refusal.status, HTML_HEADERS, page.encode())
    return Response(refusal.status) if "empty" in bodies else None


def _fault(refusal: RefusalError, switches: Switches, now: float) -> tuple[str, Document]:
    fault = {"message": refusal.message, "details": _details(now), "code": int(refusal.status)}
    if refusal.resource:
        fault["resourceType"] = refusal.resource
    faults = {**FAULTS, HTTPStatus.BAD_REQUEST: switches.fault_400}
    kind = faults.get(refusal.status, "apps")
    # The vendor's table writes appsFault with its suffix, too (section 3).
    is_bare = switches.fault_names == "bare" and kind != "apps"
    return kind if is_bare else f"{kind}Fault", fault


def _details(now: float) -> str:
    """Return the date-time that the published samples have as details."""
    moment = datetime.fromtimestamp(now, UTC)
    hour, half = (moment.hour + NOON - 1) % NOON + 1, "AM" if moment.hour < NOON else "PM"
    return f"{moment.month}/{moment.day}/{moment.year} {hour}:{moment:%M:%S} {half}"


def _cased(value: Any, switches: Switches) -> Any:
    """Return the document with its keys in the case of this simulator."""
    if isinstance(value, dict):
        case = CASES[switches.key_case]
        return {case(name): _cased(inner, switches) for name, inner in value.items()}
    if isinstance(value, list):
        return [_cased(inner, switches) for inner in value]
    return value


CASES: Mapping[str, Callable[[str], str]] = {
    "documented": str,
    "Pascal": lambda name: name[:1].upper() + name[1:],
    "lower": str.lower,
}
