"""Fixtures: running sandboxes with a client of their Stalwart."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Protocol

import pytest

from mpctl.sandbox import Sandbox
from mpctl.sandbox.stalwart import SampleData
from tests.sandbox.stalwart.talk import Client

NO_SWITCHES: Mapping[str, str] = {}


class Serve(Protocol):
    """Starts a sandbox and returns a client of its Stalwart."""

    def __call__(
        self, folder: Path | None = None, *, data: SampleData | None = None, **switches: str
    ) -> Client:
        """Take switches by their own name."""


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start sandboxes that stop when the test ends."""
    with ExitStack() as stack:

        def start(
            folder: Path | None = None, *, data: SampleData | None = None, **switches: str
        ) -> Client:
            chosen = {f"stalwart.{name}": value for name, value in switches.items()}
            client = Client(stack.enter_context(Sandbox(folder, switches=chosen, stalwart=data)))
            stack.enter_context(closing(client.connection))
            return client

        yield start


@pytest.fixture
def client(serve: Serve) -> Client:
    """Return a client of the sample server with all switches at their defaults."""
    return serve()


@pytest.fixture
def bare(serve: Serve) -> Client:
    """Return a client of a server without vendor rules and without anything of ours."""
    return serve(data=SampleData.tiny())
