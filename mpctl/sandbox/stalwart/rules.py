"""Rules of the spam filter: settings to conditions that yield a tag (section 6.2)."""

from collections.abc import Mapping
from dataclasses import dataclass

from mpctl.sandbox.stalwart.expressions import Expression, parse
from mpctl.sandbox.stalwart.findings import Findings
from mpctl.sandbox.stalwart.functions import is_true
from mpctl.sandbox.stalwart.message import Scene

PREFIX = "spam-filter.rule."
WHOLE_MESSAGE = ("any", "message")
SCOPES = (*WHOLE_MESSAGE, "url", "domain", "email", "ip", "header", "body")
Fields = Mapping[str, str]


@dataclass(frozen=True)
class Rule:
    """The branches in order, each a condition and the tag that it stands for."""

    id: str
    priority: int
    scope: str
    branches: tuple[tuple[Expression, Expression], ...]

    def tag(self, scene: Scene) -> str | None:
        """Return the tag that the rule adds; a result that is no string adds none."""
        for condition, result in self.branches:
            if is_true(condition(scene)):
                found = result(scene)
                return found if isinstance(found, str) and found else None
        return None


def read_rules(settings: Mapping[str, str], findings: Findings) -> tuple[Rule, ...]:
    """Return the enabled rules by priority; those with an error are left out and reported."""
    grouped: dict[str, dict[str, str]] = {}
    for key, value in settings.items():
        if key.startswith(PREFIX):
            id_, _, field = key.removeprefix(PREFIX).partition(".")
            grouped.setdefault(id_, {})[field] = value
    rules = [_rule(id_, fields, findings) for id_, fields in grouped.items() if "scope" in fields]
    return tuple(sorted(filter(None, rules), key=lambda rule: rule.priority))


def _rule(id_: str, fields: Fields, findings: Findings) -> Rule | None:
    prefix = f"{PREFIX}{id_}."
    before = len(findings.errors)
    scope = fields["scope"]
    if scope not in SCOPES:
        findings.error(f"{prefix}scope", f'Invalid type "{scope}".')
    priority = _priority(prefix, fields.get("priority", "0"), findings)
    branches = _branches(prefix, fields, findings)
    if len(findings.errors) > before or not branches or not _enabled(prefix, fields, findings):
        return None
    return Rule(id_, priority, scope, branches)


def _priority(prefix: str, text: str, findings: Findings) -> int:
    try:
        return int(text)
    except ValueError:
        findings.error(f"{prefix}priority", f'Invalid integer value "{text}".')
        return 0


def _enabled(prefix: str, fields: Fields, findings: Findings) -> bool:
    text = fields.get("enable", "true")
    if text not in ("true", "false"):
        findings.error(f"{prefix}enable", f'Invalid boolean value "{text}".')
    return text == "true"


def _branches(
    prefix: str, fields: Fields, findings: Findings
) -> tuple[tuple[Expression, Expression], ...]:
    """Read one expression, or pairs of `if` and `then` with an `else` behind them."""
    if "condition" in fields:
        single = _expression(f"{prefix}condition", fields["condition"], findings)
        return ((ALWAYS, single),)
    names = sorted(name for name in fields if name.startswith("condition."))
    positions = sorted({name.split(".")[1] for name in names})
    branches: list[tuple[Expression, Expression]] = []
    for position in positions:
        at = f"condition.{position}"
        if f"{at}.else" in fields:
            last = _expression(f"{prefix}{at}.else", fields[f"{at}.else"], findings)
            return (*branches, (ALWAYS, last))
        parts = [
            _expression(f"{prefix}{at}.{word}", fields.get(f"{at}.{word}", ""), findings)
            for word in ("if", "then")
        ]
        branches.append((parts[0], parts[1]))
    if positions:
        findings.error(f"{prefix}condition", "Missing 'else'")
    return ()


def _expression(key: str, text: str, findings: Findings) -> Expression:
    try:
        return parse(text)
    except ValueError as error:
        findings.error(key, str(error))
        return NEVER


def ALWAYS(_: Scene) -> int:  # noqa: N802 - a constant of the language
    """The condition of `else`."""
    return 1


def NEVER(_: Scene) -> int:  # noqa: N802 - a constant of the language
    """What stands for an expression that could not be read."""
    return 0
