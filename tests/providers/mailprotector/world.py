"""A provider that talks to a simulated service, with everything in sight that it does there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from mpctl.core.change import (
    Cause,
    Direction,
    RuleChange,
    SettingChange,
    Verb,
    rule_direction,
)
from mpctl.core.entity import Entity, parse_entity
from mpctl.core.match import parse_match
from mpctl.core.outcome import Outcome
from mpctl.core.rule import Action, RuleKey
from mpctl.core.schedule import Batch, Operation, Step
from mpctl.core.state import LiveEntity, LiveState, Reading
from mpctl.providers.mailprotector.calls import CALLS
from mpctl.providers.mailprotector.provider import Mailprotector
from mpctl.sandbox import Fault, SampleBuilder, SampleData, Sandbox
from mpctl.transport import Limits, Session
from tests.clock import FakeClock

NOTHING: Mapping[str, str] = {}
RULES = "/domains/9101/allow_block_rules"
PERMISSIONS = {
    "allow_spam_release": False,
    "allow_policy_release": True,
    "allow_virus_release": False,
}
CONFIGURATION = "/domains/9101/configuration"

Row = tuple[str, str]


def entity(text: str) -> Entity:
    """Read an entity of the target under test."""
    return parse_entity(text, default_target="mailprotector")


ACME = entity("domains/acme.example")


def small() -> SampleData:
    """A reseller with a few domains, and rules above, at and below one of them."""
    msp = SampleBuilder()
    reseller = msp.reseller("Harbor IT Services", id_=400)
    msp.rules(reseller, block="everywhere.example")
    acme = msp.customer("Acme Widgets", reseller, id_=5001, allow="payroll.example")
    main = msp.domain(
        "acme.example",
        acme,
        id_=9101,
        allow="partner.example",
        block="spammer.example Cheap-Toner.example",
    )
    msp.permissions(main, **PERMISSIONS)
    msp.alias_domain("acme-mail.example", main, id_=9102)
    msp.rules(msp.user_group("Executives", main), block="ceo-lunch.example")
    globex = msp.customer("Globex Dental", reseller, id_=5002)
    for number, name in ((9201, "globex.example"), (9202, "globex-ortho.example")):
        domain = msp.domain(name, globex, id_=number, block="spammer.example")
        msp.permissions(domain, allow_policy_release=True, allow_virus_release=False)
    msp.domain("xn--bcher-kva.example", globex, id_=9301)
    msp.domain("twin.example", acme, id_=9401)
    msp.domain("twin.example", globex, id_=9402)
    msp.domain("pending.example", globex, id_=9501, pending=True)
    msp.domain("intranet", globex, id_=9601)
    tidewater = msp.reseller("Tidewater Managed IT", id_=401)
    msp.domain("tidewater.example", msp.customer("Cobalt Printing", tidewater), id_=9901)
    return msp.build()


@dataclass(frozen=True, slots=True)
class World:
    """A running sandbox and the provider in front of it."""

    sandbox: Sandbox
    provider: Mailprotector
    session: Session
    clock: FakeClock

    def rows(self, number: int = 9101) -> list[Row]:
        """The rules of a domain as they really are, sorted."""
        rules = self.sandbox.mailprotector.state.rules_of("domains", number)
        return sorted((str(rule.rule_type).lower(), rule.value) for rule in rules)

    def id_of(self, value: str, number: int = 9101) -> str:
        """The id of the first rule with this value."""
        rules = self.sandbox.mailprotector.state.rules_of("domains", number)
        return next(str(rule.id) for rule in rules if rule.value == value)

    def permissions(self, number: int = 9101) -> dict[str, Any]:
        """The release permissions of a domain as they really are."""
        state = self.sandbox.mailprotector.state
        messages = state.effective_configuration("domains", number)["permissions"]["messages"]
        return dict(messages)

    def paths(self, method: str = "GET") -> list[str]:
        """The paths that were asked for, in order."""
        return [request.path for request in self.sandbox.requests if request.method == method]

    def sent(self, method: str) -> list[Any]:
        """The bodies that were sent with a method, in order."""
        return [request.body for request in self.sandbox.requests if request.method == method]

    def fetch(self, *texts: str, settings: Sequence[str] = (), rules: bool = True) -> LiveState:
        """Read entities."""
        wanted = [Reading(entity(t), rules=rules, settings=frozenset(settings)) for t in texts]
        return self.provider.fetch(wanted)

    def read(self, text: str = "domains/acme.example", **what: Any) -> LiveEntity:
        """Read one entity that is there."""
        return self.fetch(text, **what).entities[entity(text)]

    def do(self, operation: Operation, number: int = 9101) -> Outcome:
        """Carry one operation out at a domain."""
        batch = Batch(ACME, str(number), Step.WINNER_IN, (operation,))
        (outcome,) = self.provider.apply(batch)
        return outcome

    def end(self, operation: Operation, number: int = 9101) -> tuple[str, str]:
        """Carry one operation out and say how it ended."""
        outcome = self.do(operation, number)
        assert outcome.operation is operation
        return outcome.status.value, outcome.detail


@contextmanager
def running(
    *faults: str,
    switches: Mapping[str, str] = NOTHING,
    data: SampleData | None = None,
    writable: bool = True,
) -> Iterator[World]:
    """Run a sandbox with these faults and a provider that talks to it."""
    armed = [Fault.parse(text) for text in faults]
    clock = FakeClock()
    with Sandbox(switches=switches, faults=armed, data=data or small()) as sandbox:
        service = sandbox.mailprotector
        session = Session(
            service.base_url,
            authorize=lambda: {"Authorization": f"Bearer {service.api_key}"},
            calls=CALLS,
            limits=Limits(),
            clock=clock.clock,
            secrets=(service.api_key,),
            writable=writable,
        )
        with closing(session):
            provider = Mailprotector(session, service="https://service.example", connections=4)
            yield World(sandbox, provider, session, clock)


def key(action: Action, value: str) -> RuleKey:
    """The identity of a rule."""
    return RuleKey(action, parse_match(value))


def rule_change(verb: Verb, action: Action, value: str) -> RuleChange:
    """A planned change of a rule."""
    return RuleChange(
        entity=ACME,
        verb=verb,
        key=key(action, value),
        shown=value,
        direction=rule_direction(verb, action),
        cause=Cause.DECLARED,
    )


def create(value: str, action: Action = Action.BLOCK, *, replaces: Sequence[str] = ()) -> Operation:
    """Create a rule."""
    return Operation(rule_change(Verb.CREATE, action, value), replaces=tuple(replaces))


def delete(native_id: str, value: str = "spammer.example") -> Operation:
    """Delete a row."""
    return Operation(rule_change(Verb.DELETE, Action.BLOCK, value), native_id)


def grant() -> Operation:
    """Grant the release permission."""
    change = SettingChange(
        entity=ACME,
        name="allow_spam_release",
        before=False,
        after=True,
        direction=Direction.LOOSENS,
    )
    return Operation(change)
