"""What stands in the state file: statuses, rules and flags, as a document and back."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from mpctl.sandbox.disk import check_format
from mpctl.sandbox.mailbaby.model import Flag, Rule, Store

FORMAT = 1


@dataclass(slots=True)
class Content:
    """Everything that changes. `rules` are by id, oldest first."""

    statuses: dict[str, str]
    rules: dict[int, Rule]
    flags: list[Flag]
    next_rule_id: int


def by_id(rules: Iterable[Rule]) -> dict[int, Rule]:
    """Return the rules by their ids."""
    return {rule.id: rule for rule in rules}


def written(content: Content) -> dict[str, Any]:
    """Return the state as a JSON document."""
    return {
        "format": FORMAT,
        "next_rule_id": content.next_rule_id,
        "orders": content.statuses,
        "rules": [asdict(rule) for rule in content.rules.values()],
        "flags": [asdict(flag) for flag in content.flags],
    }


def read(document: Any, usernames: Collection[str]) -> Content:
    """Return the state that a document holds; any error when it makes no sense."""
    check_format(document, FORMAT)
    content = Content(
        statuses=dict(document["orders"]),
        rules=by_id(_rule(row) for row in document["rules"]),
        flags=[_flag(row) for row in document["flags"]],
        next_rule_id=int(document["next_rule_id"]),
    )
    _check_owners(content, usernames)
    return content


def _rule(row: Mapping[str, Any]) -> Rule:
    return Rule(**{**row, "id": int(row["id"])})


def _flag(row: Mapping[str, Any]) -> Flag:
    return Flag(**{**row, "store": Store(row["store"])})


def _check_owners(content: Content, usernames: Collection[str]) -> None:
    of_rules = {rule.username for rule in content.rules.values()}
    owners = of_rules | {flag.username for flag in content.flags} | set(content.statuses)
    if strangers := sorted(owners.difference(usernames)):
        raise LookupError(f"it names {', '.join(strangers)}, which the sample data does not have")
    if missing := sorted(set(usernames).difference(content.statuses)):
        raise LookupError(f"it does not name {', '.join(missing)}, which the sample data has")
