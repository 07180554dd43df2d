"""The tables of the policy reference, from the schemas and from what the providers can do."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from mpctl.core.capabilities import Capabilities
from mpctl.core.match import KIND_NAMES, Kind
from mpctl.core.rule import Action
from mpctl.policy.yaml_scalars import plain
from mpctl.providers import CAPABILITIES
from tests.docs.markdown import REPOSITORY

Node = Mapping[str, Any]
Row = tuple[str, ...]

# table -> (schema, definition; none is the whole schema)
TABLES: Final = {
    "keys of an entity": ("policy", "entity"),
    "keys of a rule": ("policy", "rule"),
    "keys of a rule set": ("policy", "ruleset"),
    "keys of a waiver": ("policy", "waiver"),
    "keys of mpctl.yaml": ("config", ""),
    "keys of a target": ("config", "target"),
    "keys of guards": ("config", "guards"),
    "keys of lint": ("config", "lint"),
}
# Definitions with a table of their own: others point to it instead of repeating it.
_ELSEWHERE: Final = {
    "rule": "[rule](#rules)",
    "absentRule": "[rule](#rules) without `expires` and `waive`",
    "waiver": "[waiver](#waivers)",
    "target": "[target](#targets)",
    "guards": "[mapping](#guards)",
    "lint": "[mapping](#lint)",
}
_TYPES: Final = {
    "array": "list",
    "boolean": "`true` or `false`",
    "integer": "whole number",
    "number": "number",
    "object": "mapping",
    "string": "text",
}
_DEFAULT: Final = re.compile(r" ?Default: (.+?)\.$")
_PLAIN_START: Final = re.compile(r"[A-Za-z0-9/.]")
_HEAD: Final = ("key", "value", "default", "meaning", "example")


_SERVICE = ("provider", "mail", "wins", "a sender is compared with", "a domain covers subdomains")


def tables() -> dict[str, str]:
    """Every generated part of the policy reference by its name."""
    return {
        **{name: _keys(_schema(file), definition) for name, (file, definition) in TABLES.items()},
        "scopes": _table(("provider", "scope", "written as"), _scopes(CAPABILITIES.values())),
        "settings": _table(
            ("provider", "setting", "values, the strictest first", "meaning"),
            _settings(CAPABILITIES.values()),
        ),
        "services": _table(_SERVICE, map(_service, CAPABILITIES.values())),
        "kinds": _table(("provider", "can allow", "can block"), _kinds(CAPABILITIES.values())),
    }


def all_keys() -> set[str]:
    """The name of every key of both schemas, wherever it stands."""
    return set(_named_keys([_schema("policy"), _schema("config")]))


def flow(value: Any) -> str:
    """A value in YAML on one line, as one would write it in a policy."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        unmistakable = _PLAIN_START.match(value) and plain(value) == value and ": " not in value
        return value if unmistakable else json.dumps(value)
    return json.dumps(value)


def _schema(name: str) -> Node:
    text = (REPOSITORY / "schemas" / f"{name}.schema.json").read_text("utf-8")
    schema: Node = json.loads(text)
    return schema


def _keys(schema: Node, definition: str) -> str:
    node = schema["$defs"][definition] if definition else schema
    return _table(_HEAD, _rows(schema, node, ""))


def _rows(schema: Node, node: Node, prefix: str) -> Iterator[Row]:
    for key, written in node["properties"].items():
        spec = _resolved(schema, written)
        meaning = _DEFAULT.sub("", spec["description"])
        default = _DEFAULT.search(spec["description"])
        required = "required" if key in node.get("required", ()) else ""
        yield (
            f"`{prefix}{key}`",
            _type(schema, written),
            default[1] if default else required,
            meaning,
            f"`{key}: {flow(spec['examples'][0])}`" if "examples" in spec else "",
        )
        for inner, suffix in ((spec.get("items", {}), "[]."), (written, ".")):
            if _reference(inner) not in _ELSEWHERE:
                resolved = _resolved(schema, inner)
                if "properties" in resolved:
                    yield from _rows(schema, resolved, f"{prefix}{key}{suffix}")


def _type(schema: Node, written: Node) -> str:
    name = _reference(written)
    if name in _ELSEWHERE:
        return _ELSEWHERE[name]
    spec = _resolved(schema, written)
    if "enum" in spec:
        return ", ".join(f"`{choice}`" for choice in spec["enum"])
    named = spec.get("additionalProperties")
    if isinstance(named, Mapping) and _reference(named) in _ELSEWHERE:
        return f"mapping from a name to a {_type(schema, named)}"
    types = [spec["type"]] if isinstance(spec["type"], str) else spec["type"]
    of = f", each {_type(schema, spec['items'])}" if "items" in spec else ""
    return " or ".join(_TYPES[word] for word in types) + of


def _reference(node: Node) -> str:
    return str(node.get("$ref", "")).rpartition("/")[2]


def _resolved(schema: Node, node: Node) -> Node:
    name = _reference(node)
    found: Node = schema["$defs"][name] if name else node
    return found


def _named_keys(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        yield from node.get("properties", ())
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from _named_keys(item)


def _scopes(services: Iterable[Capabilities]) -> Iterator[Row]:
    for service in services:
        for scope in service.scopes.values():
            yield service.provider, f"`{scope.name}`", f"`{scope.example}`"


def _settings(services: Iterable[Capabilities]) -> Iterator[Row]:
    for service in services:
        for setting in service.settings.values():
            values = ", ".join(f"`{flow(value)}`" for value in setting.values)
            yield service.provider, f"`{setting.name}`", values, setting.meaning


def _service(service: Capabilities) -> Row:
    means = service.semantics
    covers = means.domain_covers_subdomains.value
    return service.provider, service.flow.value, service.wins.value, means.sender, covers


def _kinds(services: Iterable[Capabilities]) -> Iterator[Row]:
    for service in services:
        known = (
            ", ".join(KIND_NAMES[kind] for kind in Kind if kind in service.kinds[action])
            for action in Action
        )
        yield service.provider, *known


def _table(head: Row, rows: Iterable[Row]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
