"""A plain client of the simulated MailBaby: the standard library, one kept connection."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from mpctl.sandbox import Sandbox
from mpctl.sandbox.mailbaby import SampleBuilder, SampleData
from tests.sandbox.talk import Reply, Wire

FORM = "application/x-www-form-urlencoded"


class Client(Wire):
    """Talks to the simulated MailBaby of one sandbox."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox.mailbaby.base_url)
        self.sandbox = sandbox
        self.service = sandbox.mailbaby
        self.state = sandbox.mailbaby.state
        self.headers = {"X-API-KEY": self.service.api_key, "Accept": "application/json"}

    def usual(self) -> Mapping[str, str]:
        """Return the headers of a request."""
        return self.headers

    def get(self, path: str) -> Reply:
        """GET a path below the base URL."""
        return self.send("GET", path)

    def post(self, path: str, document: Any) -> Reply:
        """POST a JSON document."""
        headers = {**self.headers, "Content-Type": "application/json"}
        return self.send("POST", path, json.dumps(document).encode(), headers)

    def post_form(self, path: str, fields: Mapping[str, str]) -> Reply:
        """POST a form."""
        headers = {**self.headers, "Content-Type": FORM}
        return self.send("POST", path, urlencode(fields).encode(), headers)

    def add(self, type_: str, data: str, username: str = "mb39") -> Reply:
        """Create a rule as a careful client does: with both names of the order."""
        document = {"type": type_, "data": data, "username": username, "user": username}
        return self.post("/mail/rules", document)

    def remove(self, rule_id: int | str) -> Reply:
        """Delete a rule."""
        return self.send("DELETE", f"/mail/rules/{rule_id}")

    def rules(self) -> list[Any]:
        """Return the rows of the rule list."""
        rows: list[Any] = self.get("/mail/rules").json
        return rows

    def data(self) -> list[str]:
        """Return the data of the rules in the list."""
        return [row["data"] for row in self.rules()]


def two_orders(
    *, status: str = "active", flags: Iterable[tuple[str, str | None]] = ()
) -> SampleData:
    """Return orders mb41 and mb39 with one rule each, a canceled mb33, and a foreign mb77.

    Rules are 13 (mb33), 14 (mb39), 15 (mb41) and 16 (mb77). `status` is that of mb39 and mb41;
    `flags` are stores with senders, of mb39.
    """
    builder = SampleBuilder()
    builder.order(41, status=status)
    builder.order(33, status="canceled", comment="old")
    builder.order(39, status=status)
    builder.order(77, foreign=True)
    for username, id_ in (("mb33", 13), ("mb39", 14), ("mb41", 15), ("mb77", 16)):
        builder.rule(username, "email", f"of-{username}@bad.com", id_=id_)
    for store, sender in flags:
        builder.flag("mb39", store, sender)
    return builder.build(next_rule_id=17)
