"""An entity document, part by part.

Every part is read on its own, also where another one is in error, so that all problems are shown
together. `desired.py` holds the parts against each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mpctl.core.capabilities import Capabilities
from mpctl.core.entity import Entity
from mpctl.core.rule import Action, DeclaredSetting, SettingValue, Waiver
from mpctl.core.setting import Form, SettingError, SettingSpec
from mpctl.core.state import Ignore
from mpctl.diagnostics import Code, Origin, did_you_mean
from mpctl.policy.expressible import SKIP, unsupported
from mpctl.policy.naming import Services, read_entity_name
from mpctl.policy.placed import PlacedDict, PlacedList
from mpctl.policy.problems import Problems
from mpctl.policy.rules import Rules, read_rules
from mpctl.policy.rulesets import RuleSet
from mpctl.policy.waivers import read_waivers
from mpctl.policy.wording import alternatives, boolean_fix, described


@dataclass(frozen=True, slots=True)
class Parts:
    """What one document says; `service` is None where the target is in error."""

    content: PlacedDict
    entity: Entity
    service: Capabilities | None
    own: Rules
    absent: Rules
    ignored: tuple[Ignore, ...]
    settings: Mapping[str, DeclaredSetting]
    waivers: tuple[Waiver, ...]
    included: tuple[tuple[RuleSet, Origin], ...] = ()

    @property
    def skips(self) -> bool:
        """Tell whether the entity goes without what its service cannot express."""
        return _skips(self.content)


def read_parts(content: PlacedDict, services: Services, problems: Problems) -> Parts | None:
    """Read a document that is valid against the schema; None if it says of nothing.

    The rule sets that it includes are not known yet.
    """
    entity = read_entity_name(content, services, problems)
    service = services.behind(entity.target) if entity else None
    own = read_rules(content, problems)
    absent = read_rules(content.mapping("absent"), problems)
    if service is not None:
        rules = [*absent.values(), *(() if _skips(content) else own.values())]
        problems.errors.extend(unsupported(rules, service, services.capabilities.values()))
    ignored = tuple(_ignored(content.items_of("ignore"), problems))
    scope = entity.scope if entity else ""
    settings = _settings(content.mapping("settings"), service, scope, problems)
    waivers = read_waivers(content, problems)
    if entity is None:
        return None
    return Parts(content, entity, service, own, absent, ignored, settings, waivers)


def _skips(content: PlacedDict) -> bool:
    return content.get("unsupported") == SKIP


def _ignored(items: PlacedList, problems: Problems) -> Iterator[Ignore]:
    for index, item in enumerate(items):
        if isinstance(item, str):
            _check_glob(item, items.at(index), problems)
            yield from (Ignore(action, item, items.at(index)) for action in Action)
            continue
        for name, glob in item.items():
            _check_glob(glob, item.at(name), problems)
            yield Ignore(Action(name), glob, item.at(name))


def _check_glob(glob: str, origin: Origin, problems: Problems) -> None:
    if glob.isascii():
        return
    problems.error(
        Code.INVALID_VALUE,
        origin,
        f"{glob!r} can match nothing",
        "Globs are compared with international domains in their ASCII form.",
        "Write the domain in that form; it begins with xn--.",
    )


def _settings(
    content: PlacedDict, service: Capabilities | None, scope: str, problems: Problems
) -> dict[str, DeclaredSetting]:
    settings: dict[str, DeclaredSetting] = {}
    for name, value in content.items():
        spec = _spec(name, content, service, scope, problems) if service is not None else None
        canonical = _canonical(spec, value, content.at(name), problems) if spec else value
        settings[name] = DeclaredSetting(name, canonical, content.at_key(name))
    return settings


def _spec(
    name: str, content: PlacedDict, service: Capabilities, scope: str, problems: Problems
) -> SettingSpec | None:
    known = {
        spec.name: spec
        for spec in service.settings.values()
        if spec.implied is None and (spec.stands_at(scope) or scope not in service.scopes)
    }
    if name not in known:
        where = f" at {scope}" if name in service.settings else ""
        problems.error(
            Code.UNKNOWN_SETTING,
            content.at_key(name),
            f"{service.provider} has no setting {name!r}{where}",
            "What it asks for would be ignored without a word.",
            did_you_mean(name, known) or "Take it out.",
        )
    return known.get(name)


def _canonical(
    spec: SettingSpec, value: SettingValue, origin: Origin, problems: Problems
) -> SettingValue:
    try:
        return spec.canonical(value)
    except SettingError as error:
        _refuse_value(spec, value, error.expected, origin, problems)
        return value


def _refuse_value(
    spec: SettingSpec, value: object, expected: str, origin: Origin, problems: Problems
) -> None:
    boolean = set(map(type, spec.values)) == {bool}
    choices = ["true", "false"] if boolean else [str(choice) for choice in spec.values]
    suggestion = did_you_mean(str(value), choices) if spec.form is Form.CHOICE else ""
    problems.error(
        Code.INVALID_SETTING,
        origin,
        f"{spec.name!r} is {described(value)}, expected {expected or alternatives(choices)}",
        "The service would refuse it, or take it for something else.",
        boolean_fix(value) if boolean else suggestion or f"Write it as {expected}.",
    )
