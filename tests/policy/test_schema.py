"""The JSON Schemas, for editors and for mpctl."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mpctl.policy import read_schema
from mpctl.policy.checking import check
from mpctl.policy.placed import PlacedDict, PlacedList
from mpctl.policy.problems import Problems
from mpctl.policy.schema import Shape, is_valid, violations
from mpctl.policy.wording import WORDINGS

NAMES = ["policy", "config"]


def subschemas(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema that describes the value of a key."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key == "properties":
                yield from value.values()
            yield from subschemas(value)


@pytest.mark.parametrize("name", NAMES)
def test_schemas_are_schemas(name: str) -> None:
    """Each schema is valid JSON Schema 2020-12."""
    Draft202012Validator.check_schema(read_schema(name))


@pytest.mark.parametrize("name", NAMES)
def test_every_key_is_described(name: str) -> None:
    """Every key has a title, a description and examples, itself or by reference."""
    schema = read_schema(name)
    for key in subschemas(schema):
        described = schema["$defs"][key["$ref"].rpartition("/")[2]] if "$ref" in key else key

        assert {"title", "description"} <= described.keys(), described
        assert "examples" in described, described


@pytest.mark.parametrize("name", NAMES)
def test_examples_are_valid(name: str) -> None:
    """Every example is valid where it stands."""
    schema = read_schema(name)
    for key in subschemas(schema):
        here = {**key, "$defs": schema["$defs"]}
        for sample in key.get("examples", []):
            assert Draft202012Validator(here).is_valid(sample), (key, sample)


def test_a_document_is_one_or_the_other() -> None:
    """For editors the whole schema judges a document by what it is about."""
    whole = jsonschema_rs.Draft202012Validator(read_schema("policy"))

    assert whole.is_valid({"entity": "domains/a.example", "block": []})
    assert whole.is_valid({"ruleset": "known", "block": ["a.example"]})
    assert whole.is_valid({"x-anchors": []})
    assert not whole.is_valid({"entity": "domains/a.example", "blok": []})
    assert not whole.is_valid({"ruleset": "known", "settings": {}})
    assert not whole.is_valid({"allow": []})


APPLICATORS = {"$ref", "$defs", "properties", "items", "if", "then", "else", "propertyNames"}
ANNOTATIONS = {"$schema", "title", "description", "examples", "patternProperties"}


@pytest.mark.parametrize("shape", Shape)
def test_every_keyword_has_words(shape: Shape) -> None:
    """Whatever a schema can find fault with, there are words for it."""
    keywords = set(shape.schema).union(*(set(part) for part in keyed(shape.schema)))

    assert keywords - APPLICATORS - ANNOTATIONS <= WORDINGS.keys()


def keyed(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every schema within a schema."""
    for key, value in schema.items():
        if key in {"properties", "$defs"}:
            for inner in value.values():
                yield inner
                yield from keyed(inner)
        elif key in APPLICATORS | {"additionalProperties"} and isinstance(value, dict):
            yield value
            yield from keyed(value)


def vocabulary(name: str) -> list[str]:
    """Every word that a schema knows as a key or a choice, and some that it does not."""
    words = {"x-mine", "unknown", "a.example", ""}
    for schema in _all(read_schema(name)):
        words |= set(schema.get("properties", {}))
        words |= {word for word in schema.get("enum", []) if isinstance(word, str)}
    return sorted(words)


def _all(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from _all(value)


def documents(shape: Shape) -> st.SearchStrategy[PlacedDict]:
    """Documents of the words that matter, so that many are nearly valid."""
    words = st.sampled_from(vocabulary(shape.value.partition("#")[0]))
    scalars = st.none() | st.booleans() | st.integers(-2, 102) | words | st.text(max_size=3)
    values = st.recursive(
        scalars,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(words | st.text(max_size=3), inner, max_size=4)
        ),
        max_leaves=12,
    )
    return st.dictionaries(words, values, max_size=8).map(placed)


def placed(value: Any) -> Any:
    """The same value as the reader builds it, every place being the first of the file."""
    if isinstance(value, dict):
        mapping = PlacedDict("p.yaml", (1, 1))
        for key, child in value.items():
            mapping.put(key, (1, 1), placed(child), (1, 1))
        return mapping
    if isinstance(value, list):
        items = PlacedList("p.yaml", (1, 1))
        for child in value:
            items.put(placed(child), (1, 1))
        return items
    return value


@settings(deadline=None)
@given(st.data())
def test_the_two_validators_agree(data: st.DataObject) -> None:
    """What gives the verdict and what words the errors never disagree."""
    shape = data.draw(st.sampled_from(Shape))
    document = data.draw(documents(shape))

    assert is_valid(document, shape) == (violations(document, shape) == [])


@settings(deadline=None)
@given(st.data())
def test_what_is_left_is_valid(data: st.DataObject) -> None:
    """Without its errors a document lacks nothing but keys that it never had, and is worded."""
    shape = data.draw(st.sampled_from(Shape))
    document = data.draw(documents(shape))
    problems = Problems()

    rest = check(document, shape, problems)

    assert {error.keyword for error in violations(rest, shape)} <= {"required"}
    assert is_valid(document, shape) == (not problems.errors)
    assert all(d.summary and d.why and d.fix for d in problems.errors)


def test_packaged_schemas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed package reads the schemas that lie within it."""
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas/policy.schema.json").write_text(json.dumps({"title": "packaged"}))
    monkeypatch.setattr("mpctl.policy.schema._PACKAGE", tmp_path)

    assert read_schema("policy") == {"title": "packaged"}
