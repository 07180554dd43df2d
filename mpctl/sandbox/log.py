"""The request log: what a client did, for tests and for the curious. Keys never enter it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mpctl.sandbox.exchange import Request

SECRET_HEADERS = frozenset(
    {"authorization", "cookie", "proxy-authorization", "x-api-key", "x-api-signature"}
)
REDACTED = "(redacted)"


@dataclass(frozen=True)
class LoggedRequest:
    """One request as it was received and answered.

    `path` lies below the service's base URL. `body` is the parsed JSON, or the text where it is
    none, or None. `status` is the status that was sent, None when the connection was dropped.
    `write` says that the call is documented as one that writes, or is not documented and no GET;
    `changed` that it did change something.
    """

    number: int
    service: str
    method: str
    path: str
    query: str
    body: Any
    status: int | None
    write: bool
    changed: bool
    headers: Mapping[str, str]


class RequestLog:
    """Requests in memory and, where a folder is given, in its `requests.jsonl`."""

    def __init__(self, folder: Path | None = None) -> None:
        self.requests: list[LoggedRequest] = []
        self._file = None if folder is None else folder / "requests.jsonl"
        self._earlier = _count_lines(self._file)

    def record(
        self, request: Request, *, service: str, status: int | None, write: bool, changed: bool
    ) -> None:
        """Append one request; its number counts on from those already in the file."""
        logged = LoggedRequest(
            number=self._earlier + len(self.requests) + 1,
            service=service,
            method=request.method,
            path=request.path,
            query=request.raw_query,
            body=_readable(request.body),
            status=status,
            write=write,
            changed=changed,
            headers=_redacted(request.headers),
        )
        self.requests.append(logged)
        if self._file is not None:
            with self._file.open("a", encoding="utf-8", newline="\n") as file:
                file.write(json.dumps(asdict(logged), ensure_ascii=False) + "\n")


def _count_lines(file: Path | None) -> int:
    if file is None or not file.exists():
        return 0
    with file.open("rb") as lines:
        return sum(1 for _ in lines)


def _redacted(headers: Mapping[str, str]) -> dict[str, str]:
    return {
        name: REDACTED if name.lower() in SECRET_HEADERS else value
        for name, value in headers.items()
    }


def _readable(body: bytes) -> Any:
    text = body.decode(errors="replace")
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text
