"""From the content of `mpctl.yaml`, valid against its schema, to a `Configuration`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from fnmatch import fnmatchcase
from typing import Final

from mpctl.core.capabilities import Capabilities
from mpctl.core.entity import EntityError, parse_entity
from mpctl.core.guards import ApplyFrom, Guards, Lift
from mpctl.core.rule import Action
from mpctl.core.state import Mode
from mpctl.diagnostics import Code, Origin, did_you_mean
from mpctl.policy.configuration import Configuration, Judgement, Lint, Manage, Target
from mpctl.policy.dates import DateError, parse_day
from mpctl.policy.documents import Document
from mpctl.policy.placed import PlacedDict
from mpctl.policy.problems import Problems
from mpctl.policy.wording import alternatives, described

_LOOPBACK: Final = re.compile(
    r"https?://(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?(/[\w./-]*)?", re.ASCII
)
_ADDRESS: Final = re.compile(r"([A-Z_][A-Z0-9_]*_)?BASE_URL", re.ASCII)
_SEVERAL: Final = 2
_UNDATED: Final = date.min
_UNPROTECTED: Final = "A protection that means nothing protects nothing."
_AS_IN: Final = "Write it as in mailprotector:domains/acme.example, * and ? possible."
_LIMITS: Final = ("max_removals", "max_removals_percent", "max_loosening", "max_tightening")
_REASONS: Final = {
    "all": frozenset(Action),
    "none": frozenset[Action](),
    "allow": frozenset({Action.ALLOW}),
    "block": frozenset({Action.BLOCK}),
}


def configure(
    document: Document, capabilities: Mapping[str, Capabilities], problems: Problems
) -> Configuration:
    """Read everything that the schema cannot judge; what is wrong is reported and left out."""
    content = document.content
    targets = _targets(content.mapping("targets"), capabilities, problems)
    default_target = _default_target(document, targets, problems)
    return Configuration(
        version=content.get("version", 0),
        default_target=default_target,
        targets=targets,
        manage=Manage.read(content.mapping("defaults").get("manage"), Manage.all(Mode.FULL)),
        guards=_guards(document, targets, problems),
        lint=_lint(content.mapping("lint")),
        path=content.origin.path,
    )


def _targets(
    content: PlacedDict, capabilities: Mapping[str, Capabilities], problems: Problems
) -> dict[str, Target]:
    targets = {name: _target(content, name, problems) for name in content}
    for name, target in targets.items():
        provider = capabilities.get(target.provider)
        if provider is None:
            _refuse_provider(target.provider, content[name].at("provider"), capabilities, problems)
            continue
        if target.base_url and not _trusted(target.base_url, provider):
            _refuse_url(target, content[name].at("base_url"), problems)
        _check_variable(content[name].mapping("credentials").mapping("env"), problems)
        _check_options(content[name].mapping("options"), provider, problems)
    return targets


def _check_options(options: PlacedDict, provider: Capabilities, problems: Problems) -> None:
    for name, value in options.items():
        option = provider.options.get(name)
        if option is None:
            problems.error(
                Code.UNKNOWN_OPTION,
                options.at_key(name),
                f"{provider.provider} has no option {name!r}",
                "What it asks for would be ignored without a word.",
                did_you_mean(name, provider.options) or "Take it out.",
            )
        elif value not in option.values:
            problems.error(
                Code.NOT_A_CHOICE,
                options.at(name),
                f"{name!r} is {described(value)}, expected {alternatives(option.values)}",
                f"It says {option.help}.",
                did_you_mean(str(value), option.values),
            )


def _target(targets: PlacedDict, name: str, problems: Problems) -> Target:
    content: PlacedDict = targets[name]
    return Target(
        name=name,
        provider=content["provider"],
        origin=targets.at_key(name),
        account=str(content.get("account", "")),
        base_url=content.get("base_url", ""),
        credentials=content.get("credentials", {}),
        max_concurrency=content.get("max_concurrency"),
        requests_per_second=_rate(content, problems),
        reads_per_minute=content.get("reads_per_minute"),
        writes_per_minute=content.get("writes_per_minute"),
        options=content.get("options", {}),
    )


def _rate(content: PlacedDict, problems: Problems) -> float | None:
    written = content.get("requests_per_second")
    if written is None:
        return None
    if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", str(written), re.ASCII) and float(written) > 0:
        return float(written)
    problems.error(
        Code.OUT_OF_RANGE,
        content.at("requests_per_second"),
        f"'requests_per_second' is {written!r}, expected a number above 0",
        "It paces the requests of a run.",
        "Write it as in 5 or 0.5.",
    )
    return None


def _trusted(url: str, provider: Capabilities) -> bool:
    own = provider.base_url
    return (own and url.rstrip("/") == own.rstrip("/")) or _LOOPBACK.fullmatch(url) is not None


def _refuse_url(target: Target, origin: Origin, problems: Problems) -> None:
    problems.error(
        Code.UNTRUSTED_URL,
        origin,
        f"{target.base_url!r} is not the address of {target.provider}",
        "Whoever can edit this file could have the key sent elsewhere.",
        f"Take it out; set {target.provider.upper()}_API_BASE_URL in the environment instead.",
    )


def _check_variable(claimed: PlacedDict, problems: Problems) -> None:
    """Take only a variable that was made to hold a base URL: any other may be somebody else's."""
    if _ADDRESS.fullmatch(claimed.get("base_url", "BASE_URL")) is None:
        problems.error(
            Code.UNTRUSTED_URL,
            claimed.at("base_url"),
            "'base_url' under 'env' is not the name of a variable that ends in BASE_URL",
            "Whoever can edit this file could have the key sent elsewhere.",
            "Write the address into the environment, and here the name of its variable, as in "
            "base_url: ACME_BASE_URL.",
        )


def _refuse_provider(
    name: str, origin: Origin, capabilities: Mapping[str, Capabilities], problems: Problems
) -> None:
    problems.error(
        Code.UNKNOWN_PROVIDER,
        origin,
        f"there is no provider {name!r}",
        "mpctl would not know how to speak to the service.",
        did_you_mean(name, capabilities),
    )


def _default_target(document: Document, targets: Mapping[str, Target], problems: Problems) -> str:
    content = document.content
    name: str | None = content.get("default_target")
    if name is None and (len(targets) < _SEVERAL or not document.sound):
        return next(iter(targets), "")
    if name is None:
        problems.error(
            Code.MISSING_KEY,
            content.origin,
            "there are several targets and no 'default_target'",
            "It would be open to which account an entity belongs that names no target.",
            f"Add default_target: {next(iter(targets))}.",
        )
        return ""
    if name not in targets and document.sound:
        problems.error(
            Code.UNKNOWN_TARGET,
            content.at("default_target"),
            f"there is no target {name!r}",
            "Entities that name no target would belong to no account.",
            did_you_mean(name, targets),
        )
    return name


def _guards(document: Document, targets: Mapping[str, Target], problems: Problems) -> Guards:
    content = document.content.mapping("guards")
    protect = content.items_of("protect")
    for index, selector in enumerate(protect if document.sound else ()):
        _check_selector(selector, targets, protect.at(index), problems)
    apply_from = content.mapping("apply_from")
    limits = {name: content[name] for name in _LIMITS if name in content}
    return Guards(
        **limits,
        protect=tuple(protect),
        apply_from=ApplyFrom(**apply_from) if apply_from else None,
        lifts=tuple(_lift(lift, problems) for lift in content.items_of("lifts")),
    )


def _check_selector(
    selector: str, targets: Mapping[str, Target], origin: Origin, problems: Problems
) -> None:
    try:
        target = parse_entity(selector, default_target="").target
    except EntityError as error:
        problems.error(Code.INVALID_ENTITY, origin, str(error), _UNPROTECTED, _AS_IN)
        return
    if target and not any(fnmatchcase(name, target) for name in targets):
        problems.error(
            Code.UNKNOWN_TARGET,
            origin,
            f"there is no target {target!r}",
            _UNPROTECTED,
            did_you_mean(target, targets),
        )


def _lift(content: PlacedDict, problems: Problems) -> Lift:
    try:
        until = parse_day(content["until"])
    except DateError as error:
        until = _UNDATED
        why = "When the lift ends would be open."
        problems.error(Code.INVALID_DATE, content.at("until"), str(error), why, error.hint)
    return Lift(content["guard"], content["up_to"], until, str(content["reason"]))


def _lint(content: PlacedDict) -> Lint:
    default = Lint()
    return Lint(
        require_reason=_REASONS[content.get("require_reason", "none")],
        max_allow_days=content.get("max_allow_days"),
        expiring_days=content.get("expiring_days", default.expiring_days),
        broad_allow=Judgement(content.get("broad_allow", default.broad_allow)),
        broad_block=Judgement(content.get("broad_block", default.broad_block)),
    )
