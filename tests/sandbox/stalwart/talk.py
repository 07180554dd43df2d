"""A plain client for the tests of the simulated Stalwart: the standard library only."""

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any

from mpctl.sandbox import Sandbox
from tests.sandbox.talk import Reply, Wire

MESSAGE = (
    "From: {sender}\r\nTo: maja.lind@harbor.example\r\nSubject: Hello\r\n"
    "Date: Sat, 21 Nov 2026 09:00:00 +0000\r\nMessage-ID: <1@elsewhere.example>\r\n"
    "MIME-Version: 1.0\r\n{headers}\r\nHello.\r\n"
)


def basic(name: str, secret: str) -> dict[str, str]:
    """Return the header of an account with a password."""
    pair = base64.b64encode(f"{name}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def insert(*pairs: tuple[str, Any], prefix: str | None = None, **more: Any) -> dict[str, Any]:
    """Return an insert operation."""
    values = [list(pair) for pair in pairs]
    return {"type": "insert", "prefix": prefix, "values": values, "assert_empty": False, **more}


def delete(*keys: str) -> dict[str, Any]:
    """Return a delete operation."""
    return {"type": "delete", "keys": list(keys)}


class Client(Wire):
    """Talks to the simulated Stalwart of one sandbox, with the API key unless told otherwise."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox.stalwart.base_url)
        self.sandbox = sandbox
        self.service = sandbox.stalwart
        self.state = sandbox.stalwart.state
        self.headers = {"Authorization": f"Bearer {self.service.api_token}"}
        self.admin = basic(self.service.username, self.service.password)

    def usual(self) -> Mapping[str, str]:
        """Return the headers of a request."""
        return self.headers

    def get(self, path: str) -> Reply:
        """GET a path below the base URL."""
        return self.send("GET", path)

    def data(self, path: str) -> Any:
        """Return the data of a GET that succeeds."""
        reply = self.get(path)
        assert (reply.status, list(reply.json)) == (200, ["data"])
        return reply.json["data"]

    def post(self, path: str, document: Any) -> Reply:
        """POST a JSON document."""
        return self.send("POST", path, json.dumps(document).encode())

    def update(self, *operations: Any) -> Any:
        """Carry out operations on settings; returns the parsed answer."""
        return self.post("/settings", operations).json

    def settings(self, prefix: str) -> dict[str, str]:
        """Return the settings below a prefix, by the rest of the key."""
        items: dict[str, str] = self.data(f"/settings/list?prefix={prefix}")["items"]
        return items

    def reload(self, what: str = "") -> Any:
        """Reload, all or one thing; returns the data."""
        return self.data(f"/reload/{what}" if what else "/reload")

    def errors(self) -> dict[str, Any]:
        """Return the errors of a dry run, by key."""
        found: dict[str, Any] = self.data("/reload?dry-run=true")["errors"]
        return found

    def classify(
        self,
        sender: str = "someone@elsewhere.example",
        *,
        envelope: str | None = None,
        ip: str = "192.0.2.10",
        recipients: Iterable[str] = ("maja.lind@harbor.example",),
        headers: str = "",
    ) -> Any:
        """Return the verdict on a message without any fault of its own."""
        document = {
            "message": MESSAGE.format(sender=sender, headers=headers),
            "remoteIp": ip,
            "envFrom": sender if envelope is None else envelope,
            "envFromFlags": 0,
            "envRcptTo": list(recipients),
        }
        return self.post("/spam-filter/classify", document).json["data"]

    def tags(self, *args: Any, **details: Any) -> set[str]:
        """Return the tags that such a message gets."""
        return set(self.classify(*args, **details)["tags"])
