"""Fixtures: simulators that hold the world of the documented examples."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Protocol

import pytest

from mpctl.sandbox import Sandbox
from mpctl.sandbox.rackspace import SampleBuilder, SampleData
from tests.sandbox.rackspace.talk import Client

NO_SWITCHES: Mapping[str, str] = {}


class Serve(Protocol):
    """Starts a sandbox and returns a client of it."""

    def __call__(
        self,
        switches: Mapping[str, str] = NO_SWITCHES,
        *,
        folder: Path | None = None,
        data: SampleData | None = None,
    ) -> Client:
        """Take switches by the names that the service knows."""


def example() -> SampleData:
    """Return example.com with Alex and Jane, and example.org with a Jo of each kind."""
    world = SampleBuilder("12345678", "Example")
    below = world.account("12345679", "Example Branch", reference="R-7")
    other = world.account("99999999", "Somebody Else", below=False)
    domain = world.domain("example.com", aliases="example.net", service="both")
    world.ex_mailbox("alex.smith", domain, "Alex Smith")
    world.ex_mailbox("jane.doe", domain, "Jane Doe", enabled=False)
    world.ex_mailbox("jo", world.domain("exchange.example", service="exchange"))
    world.rs_mailbox("jo", world.domain("example.org", service="rsemail"))
    world.domain("branch.example", account=below)
    world.ex_mailbox("ruth", world.domain("other.example", account=other))
    return world.build()


@pytest.fixture
def rack() -> Iterator[Serve]:
    """Start sandboxes that stop when the test ends."""
    with ExitStack() as stack:

        def start(
            switches: Mapping[str, str] = NO_SWITCHES,
            *,
            folder: Path | None = None,
            data: SampleData | None = None,
        ) -> Client:
            chosen = {f"rackspace.{name}": value for name, value in switches.items()}
            sandbox = Sandbox(folder, switches=chosen, rackspace=data or example())
            client = Client(stack.enter_context(sandbox))
            stack.enter_context(closing(client.connection))
            return client

        yield start


@pytest.fixture
def client(rack: Serve) -> Client:
    """Return a client of the examples with all switches at their defaults."""
    return rack()
