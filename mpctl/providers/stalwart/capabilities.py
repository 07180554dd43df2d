"""What Stalwart can express."""

from __future__ import annotations

import re
from typing import Final

from mpctl.core.capabilities import (
    Capabilities,
    Flow,
    Known,
    Mixing,
    Option,
    Scope,
    Semantics,
    Shape,
)
from mpctl.core.change import Direction
from mpctl.core.match import Kind
from mpctl.core.rule import Action
from mpctl.core.setting import Form, SettingSpec

MISSING: Final = "missing"
DIFFERENT: Final = "different"
NOT_LIVE: Final = "not live"
CURRENT: Final = "current"
# The rule as it is without the option, where the option is chosen: it lets more through.
WITHOUT_DMARC: Final = "without dmarc"
PLUMBING: Final = "plumbing"

IP_BLOCK: Final = "ip_block"
BY_MAIL: Final = "mail"
BY_CONNECTION: Final = "connection"
ALLOW_NEEDS: Final = "allow_needs"
NOTHING: Final = "nothing"
DMARC: Final = "dmarc"
NODES: Final = "nodes"
ONE: Final = "one"
SEVERAL: Final = "several"

_KINDS: Final = frozenset({Kind.EMAIL, Kind.DOMAIN, Kind.SUBDOMAINS, Kind.IP})
# A key has at most 255 bytes (3.4); `lookup.mpctl.allow.sender.` and the like are a part of it.
_LONG: Final = re.compile(r".{1,229}")
_LONG_WILDCARD: Final = re.compile(r".{1,227}")
# The filter sees IPv4-mapped addresses as IPv4 (6.3), and a network of no bits is everybody.
_NETWORK: Final = re.compile(r"(?!::ffff:)(?!.*/0\Z).+")

CAPABILITIES: Final = Capabilities(
    provider="stalwart",
    base_url="",
    scopes={"server": Scope("server", "server/mail.acme.example")},
    kinds={Action.ALLOW: _KINDS, Action.BLOCK: _KINDS},
    shapes={
        Kind.EMAIL: Shape("addresses of at most 229 characters", _LONG),
        Kind.DOMAIN: Shape("domains of at most 229 characters", _LONG),
        Kind.SUBDOMAINS: Shape("wildcards of at most 229 characters", _LONG_WILDCARD),
        Kind.IP: Shape("networks smaller than everything, and IPv4 not written as IPv6", _NETWORK),
    },
    settings={
        "spam_threshold": SettingSpec(
            "spam_threshold", form=Form.NUMBER, more=Direction.LOOSENS, meaning=""
        ),
        "discard_threshold": SettingSpec(
            "discard_threshold", form=Form.NUMBER, more=Direction.LOOSENS, zero_is_never=True
        ),
        "reject_threshold": SettingSpec(
            "reject_threshold", form=Form.NUMBER, more=Direction.LOOSENS, zero_is_never=True
        ),
        PLUMBING: SettingSpec(
            PLUMBING, (MISSING, DIFFERENT, NOT_LIVE, CURRENT, WITHOUT_DMARC), implied=CURRENT
        ),
    },
    flow=Flow.INBOUND,
    wins=Action.ALLOW,
    batch_size=100_000,
    mixing=Mixing.ENTITY,
    semantics=Semantics(
        sender="envelope or header From",
        domain_covers_subdomains=Known.NO,
        native={
            Kind.EMAIL: "sender.<address>",
            Kind.DOMAIN: "domain.<domain>",
            Kind.SUBDOMAINS: "domain.*.<domain>",
            Kind.IP: "ip.<address>, networks expanded",
        },
    ),
    options={
        IP_BLOCK: Option(
            IP_BLOCK,
            (BY_MAIL, BY_CONNECTION),
            "block addresses and networks for mail only, or refuse their every connection",
        ),
        ALLOW_NEEDS: Option(
            ALLOW_NEEDS,
            (NOTHING, DMARC),
            "whether an allowed sender counts in any message, or only in one that passes DMARC",
        ),
        NODES: Option(NODES, (ONE, SEVERAL), "whether the server is one node of a cluster"),
    },
    concurrency=4,
)
