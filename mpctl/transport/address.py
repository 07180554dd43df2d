"""Where a service is, seen from this machine."""

from __future__ import annotations

import ipaddress
import socket
from typing import Final
from urllib.parse import urlsplit

_DISCARD: Final = 9


def own_address(base_url: str) -> str:
    """The address that connections to a host come from, empty where this machine cannot tell.

    Nothing is sent. Behind a proxy or a translating router the service sees another one.
    """
    host = urlsplit(base_url).hostname or ""
    try:
        family, kind, *_, place = socket.getaddrinfo(host, _DISCARD, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind) as opened:
            opened.connect(place)
            return str(opened.getsockname()[0])
    except OSError:
        return ""


def is_loopback(url: str) -> bool:
    """Tell whether a URL points at this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
