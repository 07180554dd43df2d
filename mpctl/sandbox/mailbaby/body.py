"""Fields of a request body, as PHP reads them (the MailBaby reference, section 3.1)."""

import json
from collections.abc import Mapping
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl

from mpctl.sandbox.exchange import Request

NOTHING: Mapping[str, Any] = {}


def fields(request: Request) -> Mapping[str, Any]:
    """Return what was sent: JSON, multipart, or else a form. What does not parse is empty."""
    content_type = request.headers.get("content-type", "")
    if "json" in content_type.lower():
        return _json(request.body)
    if content_type.lower().startswith("multipart/"):
        return _multipart(content_type, request.body)
    return dict(parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True))


def text(value: Any) -> str | None:
    """Return what the database makes of a field: text of text and numbers, else nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value)


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        document = json.loads(body)
    except ValueError:
        return NOTHING
    return document if isinstance(document, dict) else NOTHING


def _multipart(content_type: str, body: bytes) -> Mapping[str, Any]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    parts = message_from_bytes(head + body).walk()
    named = ((part.get_param("name", header="content-disposition"), part) for part in parts)
    return {str(name): _content(part.get_payload(decode=True)) for name, part in named if name}


def _content(payload: Any) -> str:
    return payload.decode(errors="replace") if isinstance(payload, bytes) else ""
