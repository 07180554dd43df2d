"""Fixtures: running sandboxes that are gone after the test."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Protocol

import pytest

from mpctl.sandbox import Fault, SampleData, Sandbox
from tests.sandbox.talk import Client

NO_SWITCHES: Mapping[str, str] = {}


class Serve(Protocol):
    """Starts a sandbox and returns a client of it."""

    def __call__(
        self,
        folder: Path | None = None,
        *,
        switches: Mapping[str, str] = NO_SWITCHES,
        faults: Sequence[Fault] = (),
        data: SampleData | None = None,
    ) -> Client:
        """Take what `Sandbox` takes."""


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start sandboxes that stop when the test ends."""
    with ExitStack() as stack:

        def start(
            folder: Path | None = None,
            *,
            switches: Mapping[str, str] = NO_SWITCHES,
            faults: Sequence[Fault] = (),
            data: SampleData | None = None,
        ) -> Client:
            sandbox = Sandbox(folder, switches=switches, faults=faults, data=data)
            client = Client(stack.enter_context(sandbox))
            stack.enter_context(closing(client.connection))
            return client

        yield start


@pytest.fixture
def client(serve: Serve) -> Client:
    """Return a client of the sample data with all switches at their defaults."""
    return serve()
