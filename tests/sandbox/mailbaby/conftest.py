"""Fixtures: running sandboxes with a MailBaby that are gone after the test."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Protocol

import pytest

from mpctl.sandbox import Fault, Sandbox
from mpctl.sandbox.mailbaby import SampleData
from tests.sandbox.mailbaby.talk import Client, two_orders

NO_SWITCHES: Mapping[str, str] = {}


class Serve(Protocol):
    """Starts a sandbox and returns a client of its MailBaby."""

    def __call__(
        self,
        data: SampleData | None = None,
        *,
        folder: Path | None = None,
        switches: Mapping[str, str] = NO_SWITCHES,
        faults: Sequence[Fault] = (),
    ) -> Client:
        """Take what `Sandbox` takes, with the names of MailBaby's switches."""


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start sandboxes that stop when the test ends."""
    with ExitStack() as stack:

        def start(
            data: SampleData | None = None,
            *,
            folder: Path | None = None,
            switches: Mapping[str, str] = NO_SWITCHES,
            faults: Sequence[Fault] = (),
        ) -> Client:
            chosen = {f"mailbaby.{name}": value for name, value in switches.items()}
            sandbox = Sandbox(folder, switches=chosen, faults=faults, mailbaby=data)
            client = Client(stack.enter_context(sandbox))
            stack.enter_context(closing(client.connection))
            return client

        yield start


@pytest.fixture
def client(serve: Serve) -> Client:
    """Return a client of two orders with all switches at their defaults."""
    return serve(two_orders())
