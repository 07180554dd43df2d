"""The JSON Schemas: one that editors and mpctl read alike, so that they never disagree.

`jsonschema_rs` gives the verdict on everything; only when that is "invalid" `jsonschema` is loaded
to say why.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, Final, cast

import jsonschema_rs

from mpctl.policy.placed import Path

if TYPE_CHECKING:
    from jsonschema import ValidationError

# importlib.resources would find it, too, and import twenty modules for that.
_PACKAGE: Final = FilePath(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Violation:
    """A keyword of a schema that a value violates.

    `path` leads to the value; if the violation is `of_a_name`, to the mapping that has `found` as
    a key.
    """

    keyword: str
    expected: Any
    found: Any
    schema: Mapping[str, Any]
    path: Path
    of_a_name: bool


class Shape(StrEnum):
    """What a document can be; for a part of a schema the value names the definition."""

    CONFIGURATION = "config"
    ENTITY = "policy#entity"
    RULESET = "policy#ruleset"

    @property
    def schema(self) -> dict[str, Any]:
        """The schema of this shape alone, so that errors speak about nothing else."""
        name, _, definition = self.value.partition("#")
        schema = read_schema(name)
        if not definition:
            return schema
        return {"$ref": f"#/$defs/{definition}", "$defs": schema["$defs"]}


def read_schema(name: str) -> dict[str, Any]:
    """Read a schema: package data of an installed wheel, else from the checkout."""
    packaged = _PACKAGE / "schemas" / f"{name}.schema.json"
    checkout = _PACKAGE.parent / "schemas" / packaged.name
    source = packaged if packaged.is_file() else checkout
    return cast("dict[str, Any]", json.loads(source.read_text(encoding="utf-8")))


def is_valid(content: Any, shape: Shape) -> bool:
    """Give the bulk verdict."""
    return _verdict(shape).is_valid(content)


def violations(content: Any, shape: Shape) -> list[Violation]:
    """Say in detail what is wrong; slow, so only for content that is known to be invalid."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415  loaded only where words are needed

    return [_violation(error) for error in Draft202012Validator(shape.schema).iter_errors(content)]


def _violation(error: ValidationError) -> Violation:
    schema = error.schema
    return Violation(
        keyword=str(error.validator),
        expected=error.validator_value,
        found=error.instance,
        schema=schema if isinstance(schema, dict) else {},
        path=tuple(error.absolute_path),
        of_a_name="propertyNames" in error.absolute_schema_path,
    )


@cache
def _verdict(shape: Shape) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(shape.schema)
