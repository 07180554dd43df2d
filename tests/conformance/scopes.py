"""Every level of a CloudFilter account as a service of its own, in one world with the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mpctl.core.entity import Entity, parse_entity
from mpctl.sandbox import SampleBuilder, Sandbox
from tests.conformance.harness import CloudFilter
from tests.conformance.service import NO_SWITCHES, Choice

PATHS: Final = {
    "resellers": ("resellers/Harbor IT Services", 400),
    "customers": ("customers/Acme Widgets", 5001),
    "domains": ("domains/acme.example", 9101),
    "user_groups": ("user_groups/acme.example/Executives", 3102),
    "users": ("users/alice.ng@acme.example", 70001),
}


class MailprotectorScope(CloudFilter):
    """One entity of a scope; all other entities have rules of the same values.

    A service without any field that it could do without does not tell whose key it is. Then only
    ids lead to the reseller and its customers, and names to everything else.
    """

    fault_worlds = ({"duplicate_rule": "accept"},)

    def __init__(
        self,
        scope: str,
        *,
        by_id: bool = False,
        has_settings: bool = True,
        always: Choice = NO_SWITCHES,
    ) -> None:
        name, number = PATHS[scope]
        path = f"{scope}/id:{number}" if by_id else name
        entity = parse_entity(path, default_target="mailprotector")
        self.name = f"mailprotector/{scope}{'+' if always else ''}"
        if scope in {"resellers", "customers"} and not by_id:
            self.impossible = ({"sparse": "on"}, *CloudFilter.impossible)
        self.entities = (entity,)
        self.keys: Mapping[Entity, tuple[str, int]] = {entity: (scope, number)}
        self.always = always
        self.switches = {name: s for name, s in CloudFilter.switches.items() if name not in always}
        self.setting = CloudFilter.setting if has_settings else None

    def world(self) -> SampleBuilder:
        """A full chain with its neighbours, with rules at everything but the entity itself."""
        world = SampleBuilder()
        reseller = world.reseller("Harbor IT Services", id_=400)
        acme = world.customer("Acme Widgets", reseller, id_=5001)
        globex = world.customer("Globex Dental", reseller, id_=5002)
        domain = world.domain("acme.example", acme, id_=9101)
        world.alias_domain("acme-mail.example", domain, id_=9102)
        other = world.domain("globex.example", globex, id_=9201)
        default = world.user_group("Default", domain, id_=3101)
        executives = world.user_group("Executives", domain, id_=3102)
        alice = world.user("Alice Ng", default, id_=70001)
        world.alias_user("sales", alice, id_=70003)
        bob = world.user("Bob Roy", executives, id_=70002)
        carol = world.user("Carol", world.user_group("Default", other, id_=3201), id_=71001)
        for number, key in enumerate(
            (reseller, acme, globex, domain, other, default, executives, alice, bob, carol)
        ):
            world.permissions(key, allow_policy_release=bool(number % 2))
            if tuple(key) not in self.keys.values():
                first = number % 4
                allow, block = self.values[first : first + 2], self.values[first + 2 : first + 6]
                world.rules(key, allow=allow, block=block)
        return world

    def rest(self, sandbox: Sandbox) -> Any:
        """All other rules, and all that is configured for any other entity."""
        rules, siblings = super().rest(sandbox)
        own = {f"{scope}/{number}" for scope, number in self.keys.values()}
        configured = sandbox.mailprotector.state.snapshot()["configuration"]
        return rules, siblings, {key: configured[key] for key in configured if key not in own}


SCOPES: Final = (
    MailprotectorScope("resellers"),
    MailprotectorScope("customers"),
    MailprotectorScope("domains"),
    MailprotectorScope("user_groups"),
    MailprotectorScope("users", has_settings=False),
    MailprotectorScope("users", always={"user_configuration": "present"}),
)
