"""What Rackspace Email can express."""

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
from mpctl.core.match import Kind
from mpctl.core.rule import Action
from mpctl.core.setting import Form, SettingSpec

DOMAINS: Final = "domains"
EXCHANGE: Final = "ex_mailboxes"
RACKSPACE: Final = "rs_mailboxes"

_KINDS: Final = frozenset({Kind.EMAIL, Kind.DOMAIN, Kind.SUBDOMAINS, Kind.IP, Kind.NATIVE})

# Section 7.1: ASCII, no comma, slash, semicolon or quotes; `%` is the wildcard, never before the @.
_DOMAIN: Final = r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:[a-z]{2,}|xn--[a-z0-9-]+)"
_EMAIL: Final = rf"(?=.{{1,254}}\Z)[!#$&*+.0-9=?^_`a-z{{|}}~-]+@{_DOMAIN}"
# At least one `%`, none in the last label, not alone in the label before it; what a kind of its own
# says is written as that kind.
_WILDCARD: Final = (
    r"(?=.{1,254}\Z)(?=.*%)(?!@%\.[^%]*\Z)@(?:[a-z0-9%-]+\.)*"
    r"(?=[a-z0-9%-]*[a-z0-9])[a-z0-9%-]+\.(?:[a-z]{2,}|xn--[a-z0-9-]+)"
)
_IN_ASCII: Final = "names of letters, digits and hyphens that end in letters"

_ON_RS: Final = frozenset({DOMAINS, RACKSPACE})
_ON_EX: Final = frozenset({DOMAINS, EXCHANGE})

_SETTINGS: Final = (
    SettingSpec("filter_level", ("exclusive", "on", "off")),
    SettingSpec("send_to_domain_quarantine", (True, False), scopes=frozenset({EXCHANGE})),
    SettingSpec("quarantine_owner", form=Form.ADDRESS, scopes=_ON_EX),
    SettingSpec(
        "spam_handling", ("delete", "toAddress", "toFolder", "labelSubject"), scopes=_ON_RS
    ),
    SettingSpec("has_folder_cleaner", (True, False), scopes=_ON_RS),
    SettingSpec("spam_folder_age_limit", form=Form.NUMBER, whole=True, scopes=_ON_RS),
    SettingSpec("spam_folder_num_limit", form=Form.NUMBER, whole=True, scopes=_ON_RS),
    SettingSpec("spam_forwarding_address", form=Form.ADDRESS, scopes=_ON_RS),
    SettingSpec(
        "forward_to_domain_quarantine", ("on", "nonuser", "off"), scopes=frozenset({DOMAINS})
    ),
    SettingSpec("default_quarantine_owner", form=Form.ADDRESS, scopes=frozenset({DOMAINS})),
)

CAPABILITIES: Final = Capabilities(
    provider="rackspace",
    base_url="https://api.emailsrvr.com/v1",
    scopes={
        DOMAINS: Scope(DOMAINS, "domains/acme.example", in_domain=True),
        EXCHANGE: Scope(EXCHANGE, "ex_mailboxes/alice.ng@acme.example", in_domain=True),
        RACKSPACE: Scope(
            RACKSPACE, "rs_mailboxes/bob.roy@acme.example", in_domain=True, beside=EXCHANGE
        ),
    },
    kinds={Action.ALLOW: _KINDS, Action.BLOCK: _KINDS},
    shapes={
        Kind.EMAIL: Shape(
            "plain addresses without %, slash or quotes", re.compile(_EMAIL, re.ASCII)
        ),
        Kind.DOMAIN: Shape(_IN_ASCII, re.compile(_DOMAIN, re.ASCII)),
        Kind.SUBDOMAINS: Shape(_IN_ASCII, re.compile(_DOMAIN, re.ASCII)),
        Kind.IP: Shape(
            "IPv4 addresses and networks of /8, /16 or /24, or up to 16 of those together",
            prefixes=(8, 16, 24, 32),
            pieces=16,
        ),
        Kind.NATIVE: Shape(
            "wildcards inside a domain, in lower case and not before its ending, as in "
            "@vend%.example; all subdomains are written *.vendor.example",
            re.compile(_WILDCARD, re.ASCII),
        ),
    },
    settings={spec.name: spec for spec in _SETTINGS},
    flow=Flow.INBOUND,
    wins=Action.ALLOW,  # not documented; the order of writes is the one that lets mail through
    batch_size=10_000,
    mixing=Mixing.LIST,
    semantics=Semantics(
        sender="envelope or header: unknown",
        domain_covers_subdomains=Known.NO,
        native={
            Kind.EMAIL: "an address",
            Kind.DOMAIN: "@domain",
            Kind.SUBDOMAINS: "@%.domain",
            Kind.IP: "a.b.c.d, a.b.c.%, a.b.%.%, a.%.%.%",
            Kind.NATIVE: "@exam%.domain",
        },
    ),
    options={
        "block_route": Option(
            "block_route",
            ("auto", "blocklist", "blacklist"),
            "which spelling of the block lists' routes the service answers to",
        )
    },
    concurrency=4,
    reads_per_minute=60,
    writes_per_minute=30,
)
