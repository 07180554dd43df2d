"""A plain client for the tests of the sandbox: the standard library, one kept connection."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from mpctl.sandbox import Sandbox

TIMEOUT = 10.0


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The parsed body."""
        return json.loads(self.body)

    @property
    def pagination(self) -> Any:
        """The parsed X-Pagination header."""
        return json.loads(self.headers["X-Pagination"])


class Wire:
    """One kept connection to what listens at a base URL."""

    def __init__(self, base_url: str) -> None:
        self.url = urlsplit(base_url)
        self.connection = HTTPConnection(str(self.url.netloc), timeout=TIMEOUT)

    def usual(self) -> Mapping[str, str]:
        """Return the headers of a request for which nobody gives others."""
        raise NotImplementedError

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send one request, with `headers` in place of the usual ones where they are given."""
        chosen = dict(self.usual() if headers is None else headers)
        try:
            self.connection.request(method, self.url.path + path, body, chosen)
            response = self.connection.getresponse()
            return Reply(response.status, dict(response.headers), response.read())
        except Exception:
            self.connection.close()
            raise


class Client(Wire):
    """Talks to the simulated Mailprotector of one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox.mailprotector.base_url)
        self.sandbox = sandbox
        self.service = sandbox.mailprotector
        self.state = sandbox.mailprotector.state
        self.headers = {"Authorization": f"Bearer {self.service.api_key}"}

    def usual(self) -> Mapping[str, str]:
        """Return the headers of a request."""
        return self.headers

    def get(self, path: str) -> Reply:
        """GET a path below the base URL."""
        return self.send("GET", path)

    def call(self, method: str, path: str, document: Any) -> Reply:
        """Send a JSON document."""
        headers = {**self.headers, "Content-Type": "application/json"}
        return self.send(method, path, json.dumps(document).encode(), headers)

    def add(self, value: str, rule_type: str = "block", *, to: str = "domains/9101") -> Reply:
        """Create a rule."""
        path = f"/{to}/allow_block_rules"
        return self.call("POST", path, {"value": value, "rule_type": rule_type})

    def remove(self, rule_id: int) -> Reply:
        """Delete a rule."""
        return self.send("DELETE", f"/allow_block_rules/{rule_id}")

    def rules(self, of: str = "domains/9101") -> list[Any]:
        """Return the rows of a rule list that fits on one page."""
        rows: list[Any] = self.get(f"/{of}/allow_block_rules?per_page=100").json
        return rows

    def values(self, of: str = "domains/9101") -> list[str]:
        """Return the values of a rule list that fits on one page."""
        return [row["value"] for row in self.rules(of)]

    def permissions(self, of: str = "domains/9101") -> Any:
        """Return the release permissions that an entity shows."""
        return self.get(f"/{of}/configuration").json["configuration"]["permissions"]["messages"]

    def allow_spam_release(self, *, to: Any, of: str = "domains/9101") -> Reply:
        """Set the release permission, as the smallest partial PUT."""
        body = {"permissions": {"messages": {"allow_spam_release": to}}}
        return self.call("PUT", f"/{of}/configuration", body)

    def held(self, of: str = "resellers/400", query: str = "") -> list[Any]:
        """Return the held messages of a listing that fits on one page."""
        rows: list[Any] = self.get(f"/{of}/messages?page_size=50{query}").json
        return rows

    def logs(self, of: str = "resellers/400", query: str = "") -> list[Any]:
        """Return the log entries of a listing that fits on one page."""
        rows: list[Any] = self.get(f"/{of}/logs?page_size=50{query}").json
        return rows

    def deliver(self, number: object, **body: Any) -> Reply:
        """Release one message."""
        return self.call("POST", f"/messages/{number}/deliver", body)

    def deliver_many(self, *numbers: int, of: str = "resellers/400", **body: Any) -> Reply:
        """Release several messages below an entity, `numbers` in that order."""
        ids = {"ids": ",".join(map(str, numbers))} if numbers else {}
        return self.call("POST", f"/{of}/messages/deliver_many", {**ids, **body})
