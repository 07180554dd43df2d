"""Which entity a document is about: its target, its scope, its name, and how they are spelt."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from mpctl.core.capabilities import Capabilities, Scope
from mpctl.core.entity import Entity, EntityError, parse_entity
from mpctl.diagnostics import Code, Origin, did_you_mean
from mpctl.policy.configuration import Configuration
from mpctl.policy.placed import PlacedDict
from mpctl.policy.problems import Problems

_OPEN: Final = "Which entity is meant would be open."
_WILDCARDS: Final = frozenset("*?")


@dataclass(frozen=True, slots=True)
class Services:
    """The targets that entities can belong to; `complete` if `mpctl.yaml` is valid.

    Where it is not, that is reported there, and an entity with an unknown target is not blamed.
    """

    configuration: Configuration | None
    capabilities: Mapping[str, Capabilities]
    complete: bool = True

    @property
    def default_target(self) -> str:
        """The target of entities that name none."""
        return self.configuration.default_target if self.configuration else ""

    @property
    def targets(self) -> frozenset[str]:
        """The names of all targets."""
        return frozenset(self.configuration.targets if self.configuration else ())

    @property
    def meaning(self) -> Hashable:
        """Everything that a document can learn here, to be compared."""
        targets = self.configuration.targets.values() if self.configuration else ()
        providers = frozenset((target.name, target.provider) for target in targets)
        return self.default_target, providers, self.complete

    def behind(self, target: str) -> Capabilities | None:
        """What the service of a target can do, None where that is not known."""
        if self.configuration is None or target not in self.configuration.targets:
            return None
        return self.capabilities.get(self.configuration.targets[target].provider)

    def having(self, scope: str) -> list[str]:
        """The targets whose service has a scope."""
        services = {target: self.behind(target) for target in sorted(self.targets)}
        return [
            target for target, service in services.items() if service and scope in service.scopes
        ]


def read_entity_name(content: PlacedDict, services: Services, problems: Problems) -> Entity | None:
    """Read and check what `entity` and `target` say together."""
    if "entity" not in content:
        return None
    origin = content.at("entity")
    try:
        entity = parse_entity(content["entity"], default_target="")
    except EntityError as error:
        fix = "Write it as in domains/acme.example."
        problems.error(Code.INVALID_ENTITY, origin, str(error), _OPEN, fix)
        return None
    entity = replace(entity, target=_target(entity, content, services, problems))
    service = services.behind(entity.target)
    if service is not None:
        _check_name(entity, service, origin, services, problems)
    return entity


def _target(entity: Entity, content: PlacedDict, services: Services, problems: Problems) -> str:
    named: str = content.get("target", "")
    origin = content.at("target") if named and not entity.target else content.at("entity")
    if named and entity.target and named != entity.target:
        problems.error(
            Code.CONTRADICTION,
            origin,
            f"the entity says target {entity.target!r}, 'target' at {content.at('target')} says "
            f"{named!r}",
            "An entity belongs to one account.",
            "Keep one of them.",
        )
    target = entity.target or named
    if target and services.complete and target not in services.targets:
        problems.error(
            Code.UNKNOWN_TARGET,
            origin,
            f"there is no target {target!r}",
            "Which account the entity belongs to would be open.",
            did_you_mean(target, services.targets),
        )
    return target or services.default_target


def _check_name(
    entity: Entity, service: Capabilities, origin: Origin, services: Services, problems: Problems
) -> None:
    scope = service.scopes.get(entity.scope)
    if scope is None:
        elsewhere = [f"{target}:{entity.path}" for target in services.having(entity.scope)]
        problems.error(
            Code.UNKNOWN_SCOPE,
            origin,
            f"{service.provider} has no scope {entity.scope!r}",
            _OPEN,
            f"Name its target, as in {' or '.join(elsewhere)}."
            if elsewhere
            else did_you_mean(entity.scope, service.scopes),
        )
    elif wrong := wrong_name(entity, scope):
        fix = f"Write it as in {scope.example}, or by its number as in {scope.name}/id:9101."
        problems.error(Code.INVALID_ENTITY, origin, wrong, _OPEN, fix)


def wrong_name(entity: Entity, scope: Scope) -> str:
    """Say what is wrong with a name in a scope; empty when it could be one."""
    if entity.native_id is not None:
        is_number = entity.native_id.isascii() and entity.native_id.isdigit()
        return "" if is_number else f"the id {entity.native_id!r} is not a number"
    if _WILDCARDS & set(entity.name):
        return f"{entity.shown!r} has a wildcard, and a document is about one entity"
    parts = entity.name.split("/")
    if len(parts) != scope.parts or not all(map(str.strip, parts)):
        plural = "part" if scope.parts == 1 else "parts"
        return f"a name in {scope.name} has {scope.parts} {plural}, {entity.shown!r} does not"
    return ""
