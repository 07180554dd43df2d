"""What every provider package offers, so that any of them is opened the same way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from mpctl.ports import Browser, Provider
from mpctl.transport import CallTable, Clock, Dialect, Session, plain_http

Authorize = Callable[[], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Setup:
    """What a provider is told of its target.

    `service` names the place in plans: the base URL, or the sandbox. `account` and `options` are
    what `mpctl.yaml` says, empty where it says nothing.
    """

    service: str
    connections: int
    account: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its calls, how it says no, who asks, and the two ways to speak to it.

    `authorization` takes the fields of a credential and gives the headers of each attempt.
    `attempts` is how often a request is sent at most, `attempts_throttled` how often one that the
    service is too busy for; where it does not say how long to wait, that is `pause` seconds before
    the second, and twice as long before each further one. `error_header` is where it repeats
    what went wrong, if it does: a proxy may take the body away. `doubt` says what is odd about a
    credential that is refused, and repeats no part of it. `offers` are the ports that only some
    services have, and what stands behind them here. With `forms`, bodies are sent as forms.
    """

    calls: CallTable
    authorization: Callable[[Mapping[str, str], Clock], Authorize]
    provider: Callable[[Session, Setup], Provider]
    browser: Callable[[Session, Setup], Browser]
    offers: Mapping[type, Callable[[Session, Setup], Any]] = field(default_factory=dict)
    dialect: Dialect = plain_http
    doubt: Callable[[Mapping[str, str]], str] = lambda _: ""
    attempts: int = 4
    attempts_throttled: int | None = None
    pause: float = 5.0
    error_header: str = ""
    forms: bool = False


def service(provider: str) -> Service:
    """Load what a provider's package offers; `provider` is one of `CAPABILITIES`."""
    found = import_module(f"mpctl.providers.{provider}.service").SERVICE
    assert isinstance(found, Service)  # noqa: S101 - each package promises it
    return found
