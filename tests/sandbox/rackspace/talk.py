"""A plain client for the tests of the simulated Rackspace: it signs, and knows nothing else."""

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from mpctl.sandbox import Sandbox
from mpctl.sandbox.rackspace import signature
from tests.sandbox.talk import Reply, Wire

AGENT = "tests/1.0"
NOW = 1_741_944_413.0  # 2025-03-14 09:26:53 UTC
TIMESTAMP = "20250314092653"
FORM = "application/x-www-form-urlencoded"
ALEX = "/customers/12345678/domains/example.com/ex/mailboxes/alex.smith/spam"
JO_RS = "/domains/example.org/rs/mailboxes/jo/spam"
DOMAIN = "/domains/example.com/spam"


class Client(Wire):
    """Talks to the simulated Rackspace of one sandbox, whose clock stands still."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox.rackspace.base_url)
        self.sandbox = sandbox
        self.service = sandbox.rackspace
        self.state = sandbox.rackspace.state
        self.now = NOW
        self.service.clock = lambda: self.now

    def headers(
        self, *, timestamp: str = TIMESTAMP, accept: str = "application/json"
    ) -> dict[str, str]:
        """Return the headers of a signed request."""
        keys = self.service.user_key, self.service.secret_key
        return {
            "User-Agent": AGENT,
            "X-Api-Signature": signature(*keys, AGENT, timestamp),
            "Accept": accept,
        }

    def usual(self) -> Mapping[str, str]:
        """Return the headers of a request."""
        return self.headers()

    def get(self, path: str, *, accept: str = "application/json") -> Reply:
        """GET a path below the base URL."""
        return self.send("GET", path, headers=self.headers(accept=accept))

    def put(self, path: str, **form: str) -> Reply:
        """PUT a form; a name is written with a point for each double underscore."""
        fields = {name.replace("__", "."): text for name, text in form.items()}
        headers = {**self.headers(), "Content-Type": FORM}
        return self.send("PUT", path, urlencode(fields).encode(), headers)

    def post(self, list_: str, entry: str) -> Reply:
        """Add one entry to a list of Alex."""
        return self.send("POST", f"{ALEX}/{list_}/{quote(entry, safe='@')}")

    def delete(self, list_: str, entry: str) -> Reply:
        """Remove one entry from a list of Alex."""
        return self.send("DELETE", f"{ALEX}/{list_}/{quote(entry, safe='@')}")

    def plant(self, *entries: str, list_: str = "blocklist") -> None:
        """Put entries on a list of Alex, as they are."""
        self.state.set_entries("ex_mailboxes", "alex.smith@example.com", list_, entries)

    def stored(self, list_: str = "blocklist") -> list[str]:
        """Return a list of Alex as it really is."""
        return list(self.state.entries("ex_mailboxes", "alex.smith@example.com", list_))


def message(reply: Reply) -> tuple[int, str]:
    """Return the status and the message of an error in its usual form."""
    ((_, fault),) = reply.json.items()
    return reply.status, fault["message"]
