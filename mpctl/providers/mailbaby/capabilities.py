"""What MailBaby can express."""

from __future__ import annotations

import re
from typing import Final

from mpctl.core.capabilities import Capabilities, Flow, Known, Scope, Semantics, Shape
from mpctl.core.match import Kind
from mpctl.core.rule import Action

SCOPE: Final = "orders"

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN: Final = rf"(?:{_LABEL}\.)+(?:[a-z]{{2,63}}|xn--[a-z0-9-]{{1,58}}[a-z0-9])"
_ATOM: Final = r"[a-z0-9!#$%&'*+/=?^_{|}~`-]+"
_ADDRESS: Final = rf"(?=.{{1,254}}\Z)(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_DOMAIN}"
_ADDRESSES: Final = Shape(
    "plain ones of at most 254 letters, digits and the usual marks", re.compile(_ADDRESS)
)

CAPABILITIES: Final = Capabilities(
    provider="mailbaby",
    base_url="https://api.mailbaby.net",
    scopes={SCOPE: Scope(SCOPE, "orders/mb20682")},
    kinds={
        Action.ALLOW: frozenset(),
        Action.BLOCK: frozenset({Kind.EMAIL, Kind.DOMAIN, Kind.RECIPIENT, Kind.SENDER_PREFIX}),
    },
    shapes={
        Kind.EMAIL: _ADDRESSES,
        Kind.RECIPIENT: _ADDRESSES,
        Kind.DOMAIN: Shape(
            "those of letters, digits and hyphens", re.compile(rf"(?=.{{1,253}}\Z){_DOMAIN}")
        ),
        Kind.SENDER_PREFIX: Shape(
            "1 to 64 letters, digits and the marks + _ . -", re.compile(r"[a-z0-9+_.-]{1,64}")
        ),
    },
    flow=Flow.OUTBOUND,
    wins=Action.BLOCK,
    # A creation takes effect rule by rule; what a batch shares is the reading that proves it.
    batch_size=25,
    semantics=Semantics(
        sender="envelope",
        domain_covers_subdomains=Known.UNKNOWN,
        native={
            Kind.EMAIL: "email",
            Kind.DOMAIN: "domain",
            Kind.RECIPIENT: "destination",
            Kind.SENDER_PREFIX: "startswith",
        },
    ),
    concurrency=1,
    requests_per_second=5.0,
)
