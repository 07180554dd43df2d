"""The sample data and the sample policies belong together."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from mpctl.sandbox import Sandbox
from mpctl.sandbox.mailprotector.entities import Directory, Entity, Key, Scope
from mpctl.sandbox.rackspace.directory import Key as Mailbox
from mpctl.sandbox.stalwart.harbor import SERVER

POLICIES = Path(__file__).parents[2] / "policies"
WAITING = "domains/northwind-canada.example"


def documents() -> Iterator[Any]:
    """Return all documents of the sample policies."""
    for path in sorted(POLICIES.rglob("*.yaml")):
        yield from yaml.safe_load_all(path.read_text(encoding="utf-8"))


def entities() -> dict[str, Any]:
    """Return the entity documents by their names."""
    return {each["entity"]: each for each in documents() if "entity" in each}


def live_entities() -> dict[str, Key]:
    """Return scope and id of what the key sees, by the names that a policy may use."""
    directory = Sandbox().mailprotector.state.directory
    visible = [directory[key] for key in directory.subtree(directory.key_reseller)]
    keys = {each.key for each in visible}
    names = {f"{each.key.scope}/{_name(each, directory)}": each.key for each in visible}
    return names | {f"{key.scope}/id:{key.id}": key for key in keys}


def _name(entity: Entity, directory: Directory) -> str:
    document = directory.document(entity.key)
    if entity.key.scope == Scope.USER_GROUPS:
        return f"{document['domain']['name']}/{entity.name}"
    return str(document.get("primary_address", entity.name))


def everything_live() -> set[str]:
    """Return the names of all that the keys of the four services see and may change."""
    sandbox = Sandbox()
    mailboxes = sandbox.rackspace.state.directory

    def _account(key: Mailbox) -> str:
        return mailboxes.domains[key.domain if "@" in key.name else key.name].account

    return {
        *live_entities(),
        *(f"mailboxes:{key}" for key in mailboxes if _account(key) == "12345678"),
        *(f"relay:orders/{order.username}" for order in sandbox.mailbaby.state.active_orders()),
        f"mx:server/{SERVER['server.hostname']}",
    }


@pytest.mark.parametrize("entity", entities())
def test_declared_entities_exist(entity: str) -> None:
    """Every entity that a policy names is in the sample data, except the one waited for."""
    assert (entity in everything_live()) is (entity != WAITING)


def test_every_target_has_entities() -> None:
    """The policies show all four services, and each target of the configuration is used."""
    configured = yaml.safe_load((POLICIES / "mpctl.yaml").read_text(encoding="utf-8"))["targets"]
    used = {name.rpartition("/")[0].rpartition(":")[0] for name in entities()}

    assert used - {""} == configured.keys() - {"mailprotector"}
    assert len({target["provider"] for target in configured.values()}) == 4


def test_one_is_waited_for() -> None:
    """The domain that is not there yet says so."""
    assert entities()[WAITING]["when_missing"] == "wait"


def test_included_rule_sets_exist() -> None:
    """Every rule set that is included is there, and every one that is there is included."""
    written = {each["ruleset"] for each in documents() if "ruleset" in each}
    included = {name for entity in entities().values() for name in entity.get("include", [])}

    assert written == included


def test_most_domains_are_not_declared() -> None:
    """A newcomer sees that unmanaged domains are the rule."""
    declared = [name for name in entities() if name.startswith("domains/")]
    live = [key for key in live_entities() if key.startswith("domains/") and "id:" not in key]

    assert len(declared) * 3 < len(live)


@pytest.mark.parametrize("entity", sorted(entities().keys() & live_entities().keys()))
def test_no_plan_removes_much(entity: str) -> None:
    """No complete list would lose more than a few of its live rules."""
    document = entities()[entity]
    if document.get("manage", "full") != "full":
        return
    live = Sandbox().mailprotector.state.rules_of(*live_entities()[entity])
    sets = {each["ruleset"]: each for each in documents() if "ruleset" in each}
    sources = [document, *(sets[name] for name in document.get("include", []))]
    declared = {value for source in sources for value in values(source)}

    lost = [
        rule.value
        for rule in live
        if rule.rule_type.lower() in document and rule.value.lower() not in declared
    ]

    assert len(lost) <= 2


def values(document: Any) -> Iterator[str]:
    """Return all values of the allow and block lists of a document."""
    for rule in [*document.get("allow", []), *document.get("block", [])]:
        if isinstance(rule, str):
            yield rule
        else:
            yield from rule.get("values", [rule.get("value")])
