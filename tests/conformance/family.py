"""Two chains of a CloudFilter account, watched at every single request.

Harbor IT Services
  Acme Widgets            acme.example     Executives, Default     Bob Roy, Alice Ng
                          birch.example
  Globex Dental           globex.example
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

from mpctl.core.entity import Entity, parse_entity
from mpctl.core.match import parse_match
from mpctl.core.outcome import ApplyResult
from mpctl.core.rule import Action, DeclaredRule, RuleKey
from mpctl.core.state import DesiredEntity, Mode
from mpctl.diagnostics import Code
from mpctl.sandbox import Fault, FaultKind, LoggedRequest, SampleBuilder, Sandbox
from tests.conformance.harness import CloudFilter
from tests.conformance.running import Bench
from tests.conformance.table import HERE
from tests.strategies import declared_settings

T = TypeVar("T")

SPAM: Final = "allow_spam_release"
POLICY: Final = "allow_policy_release"
KEYS: Final[Mapping[str, tuple[str, int]]] = {
    "resellers/Harbor IT Services": ("resellers", 400),
    "customers/Acme Widgets": ("customers", 5001),
    "customers/Globex Dental": ("customers", 5002),
    "domains/acme.example": ("domains", 9101),
    "domains/birch.example": ("domains", 9102),
    "domains/globex.example": ("domains", 9201),
    "user_groups/acme.example/Executives": ("user_groups", 3102),
    "users/bob.roy@acme.example": ("users", 70002),
}
RESELLER, ACME, GLOBEX, DOMAIN, BIRCH, OTHER, GROUP, USER = (
    parse_entity(path, default_target="mailprotector") for path in KEYS
)
# What can go wrong with any call: refused, undone, done in secret, or answered with nonsense.
MISHAPS: Final = (
    "500",
    "404",
    "403",
    "drop-before",
    "drop-after",
    "503-after",
    "empty",
    "malformed",
)
REACHES: Final = ("", "times=forever")


class Family(CloudFilter):
    """The account."""

    name = "mailprotector/family"
    keys: Mapping[Entity, tuple[str, int]] = {
        parse_entity(path, default_target="mailprotector"): key for path, key in KEYS.items()
    }
    entities = tuple(keys)

    def world(self) -> SampleBuilder:
        """Everybody, without any rule or setting."""
        world = SampleBuilder()
        reseller = world.reseller("Harbor IT Services", id_=400)
        acme = world.customer("Acme Widgets", reseller, id_=5001)
        globex = world.customer("Globex Dental", reseller, id_=5002)
        domain = world.domain("acme.example", acme, id_=9101)
        world.domain("birch.example", acme, id_=9102)
        world.domain("globex.example", globex, id_=9201)
        world.user("Alice Ng", world.user_group("Default", domain, id_=3101), id_=70001)
        world.user("Bob Roy", world.user_group("Executives", domain, id_=3102), id_=70002)
        return world


FAMILY: Final = Family()


def policy(
    entity: Entity,
    *,
    allow: Sequence[str] | None = None,
    block: Sequence[str] | None = None,
    settings_mode: Mode = Mode.FULL,
    **settings: bool,
) -> DesiredEntity:
    """What a document declares; a list that is not given is not written."""
    lists = {Action.ALLOW: allow, Action.BLOCK: block}
    keys = [RuleKey(a, parse_match(value)) for a, values in lists.items() for value in values or ()]
    return DesiredEntity(
        entity=entity,
        origin=HERE,
        modes=dict.fromkeys(Action, Mode.FULL),
        settings_mode=settings_mode,
        owned=frozenset(action for action, values in lists.items() if values is not None),
        rules={key: DeclaredRule(key, str(key.match), (HERE,)) for key in keys},
        settings=declared_settings(settings),
    )


def permission(sandbox: Sandbox, entity: Entity, name: str = SPAM) -> bool:
    """What a release permission really is at an entity, inherited or not."""
    document = sandbox.mailprotector.state.effective_configuration(*FAMILY.keys[entity])
    return bool(document["permissions"]["messages"][name])


def own_permissions(sandbox: Sandbox, entity: Entity) -> dict[str, bool]:
    """The release permissions that an entity has of its own."""
    document = sandbox.mailprotector.state.local_configuration(*FAMILY.keys[entity])
    return dict(document.get("permissions", {}).get("messages", {}))


def rules(sandbox: Sandbox, *entities: Entity) -> list[tuple[Entity, Action, str]]:
    """All rules that are really live at these entities."""
    return [
        (entity, row.action, row.value)
        for entity in entities
        for row in FAMILY.rows(sandbox, entity)
    ]


@contextmanager
def watching(sandbox: Sandbox, look: Callable[[], T]) -> Iterator[list[T]]:
    """Look before every request and once at the end; gives all that was seen."""
    seen: list[T] = []
    sandbox.inject(
        Fault("*", ".", FaultKind.MEANWHILE, times=None, action=lambda: seen.append(look()))
    )
    yield seen
    seen.append(look())


def writes_since(sandbox: Sandbox, start: int = 0) -> list[str]:
    """The writes that changed something, in order, as method and path."""
    return [said(request) for request in sandbox.requests[start:] if request.changed]


def said(request: LoggedRequest) -> str:
    """A request in a few words."""
    return f"{request.method} {request.path}"


@dataclass(frozen=True, slots=True)
class Mishap:
    """Something that goes wrong at the n-th request of a run, once or from there on."""

    kind: str
    call: int
    reach: str = ""

    @property
    def fault(self) -> Fault:
        """The fault that makes it happen."""
        return Fault.parse(f"* . {self.kind} nth={self.call} {self.reach}")


@dataclass(frozen=True, slots=True)
class Run:
    """A disturbed run, the run after it, and whether all was well at each request of both."""

    first: ApplyResult
    again: ApplyResult
    well: bool

    @property
    def all_well(self) -> bool:
        """Whether all was well, unless the service lied: what is not there cannot be cared for."""
        return self.well or Code.NOT_FOUND in {p.code for p in self.first.plan.problems}


@dataclass(frozen=True, slots=True)
class Course:
    """A scenario that is run again and again from its beginning, each time with another mishap.

    `look` tells whether all is well at a moment.
    """

    bench: Bench
    prepare: Callable[[Sandbox], object]
    desired: Sequence[DesiredEntity]
    look: Callable[[Sandbox], bool]

    def mishaps(self) -> Iterator[Mishap]:
        """Every kind at every call of an undisturbed run."""
        self._begin()
        start = len(self.bench.sandbox.requests)
        self.bench.apply(*self.desired, workers=1)
        calls = len(self.bench.sandbox.requests) - start
        for kind in MISHAPS:
            for reach in REACHES:
                yield from (Mishap(kind, call, reach) for call in range(1, calls + 1))

    def run(self, mishap: Mishap) -> Run:
        """A disturbed run, and one after it without any mishap."""
        self._begin()
        self.bench.sandbox.inject(mishap.fault)
        first, seen = self._watched()
        again, later = self._watched()
        return Run(first, again, all([*seen, *later]))

    def _watched(self) -> tuple[ApplyResult, list[bool]]:
        sandbox = self.bench.sandbox
        with watching(sandbox, lambda: self.look(sandbox)) as seen:
            result = self.bench.apply(*self.desired, workers=1)
        sandbox.clear_faults()
        return result, seen

    def _begin(self) -> None:
        self.bench.sandbox.reset()
        self.prepare(self.bench.sandbox)
