"""What Mailprotector can express."""

from __future__ import annotations

from typing import Final

from mpctl.core.capabilities import Capabilities, Flow, Known, Scope, Semantics
from mpctl.core.match import Kind
from mpctl.core.rule import Action
from mpctl.core.setting import SettingSpec

_KINDS: Final = frozenset({Kind.EMAIL, Kind.DOMAIN})

CAPABILITIES: Final = Capabilities(
    provider="mailprotector",
    base_url="https://emailservice.io/api/v1",
    scopes={
        "resellers": Scope("resellers", "resellers/Harbor IT Services"),
        "customers": Scope("customers", "customers/Acme Widgets"),
        "domains": Scope("domains", "domains/acme.example", in_domain=True),
        "user_groups": Scope(
            "user_groups", "user_groups/acme.example/Default", parts=2, in_domain=True
        ),
        "users": Scope("users", "users/alice.ng@acme.example", in_domain=True),
    },
    kinds={Action.ALLOW: _KINDS, Action.BLOCK: _KINDS},
    settings={
        "allow_spam_release": SettingSpec(
            "allow_spam_release", (False, True), "release mail held as spam", judges=False
        ),
        "allow_policy_release": SettingSpec(
            "allow_policy_release", (False, True), "release mail held by a policy", judges=False
        ),
    },
    flow=Flow.INBOUND,
    wins=Action.ALLOW,
    semantics=Semantics(
        sender="envelope or header: unknown",
        domain_covers_subdomains=Known.NO,
        native={Kind.EMAIL: "an address", Kind.DOMAIN: "a bare domain"},
    ),
    concurrency=4,
    requests_per_second=5.0,
)
