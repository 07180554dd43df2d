"""A service to read from: precomputed pages, a latency, perhaps a rate limit; its own process.

`python -m benchmarks.origin DOMAINS RULES PAGE LATENCY THROTTLED` prints its port. Every request
counts; `GET /_count` tells how many there were, `GET /_busiest` the most within one second, and
`GET /_processor` the seconds of processor time that this process has used.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from time import monotonic, process_time
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from benchmarks.dataset import FIRST_ID, Dataset

Row = Mapping[str, object]

_HEAD = "HTTP/1.1 {} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{}\r\n"
_LENGTH = re.compile(r"(?i)content-length: (\d+)")
_RESELLER = {"id": 400, "name": "Harbor IT Services"}
_CUSTOMER = {"id": 5001, "name": "Acme Widgets"}


class Pages:
    """The answers, each made once: a page of a list is bytes before anybody asks."""

    def __init__(self, data: Dataset, page: int) -> None:
        self._page = page
        self._numbers = count()
        self._rows: dict[str, Sequence[Row]] = {}
        self._lists: dict[str, list[bytes]] = {}
        domains = [_domain(FIRST_ID + i, name) for i, name in enumerate(data.names())]
        self._add("/domains", domains)
        for domain in domains:
            rows = [_rule(domain, i, value) for i, value in enumerate(data.senders(domain["name"]))]
            self._add(f"/domains/{domain['id']}/allow_block_rules", rows)
        self._objects = {
            "/customers/5001": _ok(json.dumps({**_CUSTOMER, "reseller": _RESELLER}).encode()),
            "/resellers/400": _ok(json.dumps(_RESELLER).encode()),
        }

    def answer(self, target: str) -> bytes:
        """The answer to a GET."""
        parts = urlsplit(target)
        query = parse_qs(parts.query)
        pages = self._lists.get(parts.path)
        if pages is None:
            return self._objects.get(parts.path) or _plain(404, b'{"message": "Not found"}')
        if query.get("per_page") == ["1"]:
            return pages[-1]
        number = int(query.get("page", ["1"])[0])
        return pages[number - 1] if number < len(pages) else pages[-2]

    def create(self, path: str, body: bytes) -> bytes:
        """Add a rule to a list."""
        rows, wanted = self._rows[path], json.loads(body)
        kind = str(wanted["rule_type"]).capitalize()
        row = {
            "id": 9 * 10**9 + next(self._numbers),
            "entity": rows[0]["entity"],
            "value": wanted["value"],
            "rule_type": kind,
        }
        self._add(path, [*rows, row])
        return _plain(201, json.dumps(row).encode())

    def _add(self, path: str, rows: Sequence[Row]) -> None:
        self._rows[path] = rows
        size, total = self._page, len(rows)
        starts = range(0, max(total, 1), size)
        pages = [_listed(rows[s : s + size], s // size + 1, len(starts), total) for s in starts]
        # Beyond the end an empty page; last, what is answered when one row a page is asked for.
        pages.append(_listed([], len(starts) + 1, len(starts), total))
        pages.append(_listed(rows[:1], 1, total, total))
        self._lists[path] = pages


class Origin(asyncio.Protocol):
    """One connection, kept alive."""

    requests = 0
    seconds: ClassVar[Counter[int]] = Counter()

    def __init__(self, pages: Pages, latency: float, throttled: float) -> None:
        self._pages = pages
        self._latency = latency
        self._throttled = throttled
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where answers go."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each request that is whole, after the latency."""
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end].decode("ascii")
            found = _LENGTH.search(head)
            whole = end + 4 + (int(found[1]) if found else 0)
            if len(self._received) < whole:
                return
            body, self._received = self._received[end + 4 : whole], self._received[whole:]
            method, target, _ = head.split(" ", 2)
            answer = self._answer(method, target, body)
            asyncio.get_running_loop().call_later(self._latency, self._transport.write, answer)

    def _answer(self, method: str, target: str, body: bytes) -> bytes:
        if target in _ASKED:
            return _ok(json.dumps(_ASKED[target]()).encode())
        Origin.requests += 1
        Origin.seconds[int(monotonic())] += 1
        # Every tenth and so on, without chance, so that runs are alike.
        if self._throttled and Origin.requests % round(1 / self._throttled) == 0:
            return _plain(429, b'{"message": "Too many requests"}', "Retry-After: 0\r\n")
        if method == "POST":
            return self._pages.create(target, body)
        return self._pages.answer(target)


_ASKED: Mapping[str, Callable[[], float]] = {
    "/_count": lambda: Origin.requests,
    "/_busiest": lambda: max(Origin.seconds.values(), default=0),
    "/_processor": process_time,
}


def _domain(number: int, name: str) -> dict[str, Any]:
    return {
        "id": number,
        "name": name,
        "account": _CUSTOMER,
        "domain_status": {"id": 2, "name": "Active"},
        "parent": None,
        "verification_token": None,
        "address_discovery_enabled": True,
        "created_at": "2016-06-02T00:00:00.000Z",
        "updated_at": "2025-08-23T02:00:52.000Z",
    }


def _rule(domain: Mapping[str, object], number: int, value: str) -> dict[str, object]:
    return {
        "id": int(str(domain["id"])) * 10_000 + number,
        "entity": {"id": domain["id"], "entity_type": "Domain", "name": domain["name"]},
        "value": value,
        "rule_type": "Block",
    }


def _listed(rows: Sequence[Row], page: int, pages: int, total: int) -> bytes:
    info = {
        "total": total,
        "total_pages": pages,
        "first_page": page == 1,
        "last_page": page >= pages,
        "previous_page": page - 1 or None,
        "next_page": page + 1 if page < pages else None,
        "out_of_bounds": page > pages,
        "offset": 0,
    }
    return _ok(json.dumps(rows).encode(), f"X-Pagination: {json.dumps(info)}\r\n")


def _ok(body: bytes, headers: str = "") -> bytes:
    return _plain(200, body, headers)


def _plain(status: int, body: bytes, headers: str = "") -> bytes:
    return _HEAD.format(status, len(body), headers).encode() + body


async def _serve(pages: Pages, latency: float, throttled: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Origin(pages, latency, throttled), "127.0.0.1", 0, backlog=512
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    _domains, _rules, _size = map(int, sys.argv[1:4])
    _latency, _throttled = map(float, sys.argv[4:6])
    asyncio.run(_serve(Pages(Dataset(_domains, _rules), _size), _latency, _throttled))
