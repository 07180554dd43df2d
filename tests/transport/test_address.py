"""From where this machine reaches a service, as far as it can tell."""

from __future__ import annotations

import pytest

from mpctl.transport import own_address


@pytest.mark.parametrize(
    ("url", "address"),
    [("http://127.0.0.1:8080/api", "127.0.0.1"), ("https://no-such.invalid/api", ""), ("", "")],
)
def test_the_address_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, url: str, address: str
) -> None:
    """The one that faces the host; a name that is not resolved is no reason to stop."""
    if not address:
        monkeypatch.setattr("socket.getaddrinfo", _fail)

    assert own_address(url) == address


def _fail(*_: object, **__: object) -> None:
    raise OSError
