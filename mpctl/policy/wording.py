"""What a violated schema keyword means, in the user's words and at the exact place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from mpctl.diagnostics import Code, Diagnostic, Origin, did_you_mean
from mpctl.policy.placed import Path, PlacedDict, origin_at, value_at
from mpctl.policy.schema import Violation

_TYPES: Final = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "object": "a mapping",
    "string": "text",
}


def explain(error: Violation, content: PlacedDict) -> Iterator[Diagnostic]:
    """Word one violation of a schema; a single one can concern several keys."""
    origin = origin_at(content, error.path)
    if error.of_a_name:
        names: Any = value_at(content, error.path)
        origin = names.at_key(error.found)
    yield from WORDINGS[error.keyword](error, origin)


def culprits(error: Violation) -> list[Path]:
    """The paths that have to go for the violation to be gone."""
    if error.keyword == "additionalProperties":
        return [(*error.path, key) for key in _unknown_keys(error)]
    return [(*error.path, error.found)] if error.of_a_name else [error.path]


def _unknown_keys(error: Violation) -> list[str]:
    patterns = error.schema.get("patternProperties", {})
    return [
        key
        for key in error.found
        if key not in error.schema.get("properties", {})
        and not any(re.search(pattern, key) for pattern in patterns)
    ]


def described(value: Any) -> str:
    """Name a value as the user sees it in the file."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"the text {value!r}"
    if isinstance(value, int):
        return f"the number {value}"
    return "a mapping" if isinstance(value, dict) else "a list"


def alternatives(words: Sequence[str]) -> str:
    """Join words as in `a, b or c`."""
    *head, last = words
    return f"{', '.join(head)} or {last}" if head else last


def _name(error: Violation) -> str:
    path = error.path
    if not path:
        return "the document"
    if isinstance(path[-1], str):
        return repr(path[-1])
    lists = [step for step in path if isinstance(step, str)]
    return f"an item of {lists[-1]!r}"


def _example(error: Violation) -> str:
    examples = [e for e in error.schema.get("examples", []) if isinstance(e, str | int)]
    return f"Write it as in {examples[0]}." if examples else "Correct it or take it out."


def _unknown_key(error: Violation, _: Origin) -> Iterator[Diagnostic]:
    for key in _unknown_keys(error):
        yield Diagnostic(
            Code.UNKNOWN_KEY,
            f"{key!r} is not a key of {_owner(error)}",
            "What it asks for would be ignored without a word.",
            did_you_mean(key, error.schema.get("properties", {})),
            error.found.at_key(key),
        )


def _owner(error: Violation) -> str:
    title = str(error.schema.get("title", "this mapping"))
    return title if title == "mpctl.yaml" else f"{_article(title)} {title[0].lower()}{title[1:]}"


def _article(word: str) -> str:
    return "an" if word[0].casefold() in "aeiou" else "a"


def _missing_key(error: Violation, origin: Origin) -> Iterator[Diagnostic]:
    for key in error.expected:
        if key not in error.found:
            what = f"{_name(error)} has no key {key!r}"
            why = "Without it the rest has no meaning."
            yield Diagnostic(Code.MISSING_KEY, what, why, f"Add {key!r}.", origin)


def _wrong_type(error: Violation, origin: Origin) -> Iterator[Diagnostic]:
    if error.found is None:
        yield _empty(error, origin)
        return
    types = error.expected
    expected = [_TYPES[name] for name in ([types] if isinstance(types, str) else types)]
    what = f"{_name(error)} is {described(error.found)}, expected {alternatives(expected)}"
    why = "Nothing is converted silently."
    yield Diagnostic(Code.WRONG_TYPE, what, why, _type_fix(error, expected), origin)


def _type_fix(error: Violation, expected: list[str]) -> str:
    if expected == [_TYPES["boolean"]]:
        return boolean_fix(error.found)
    if _TYPES["string"] in expected and isinstance(error.found, int):
        return f"Text that looks like something else stands in quotes. {_example(error)}"
    if expected == [_TYPES["array"]]:
        return "Write it as a list, each item on a line of its own after a dash."
    return _example(error)


def boolean_fix(found: Any) -> str:
    """Say how a boolean is written, and which one was probably meant."""
    meant = {"yes": "true", "on": "true", "no": "false", "off": "false"}
    word = str(found).casefold()
    meant_here = meant.get(word, word if word in {"true", "false"} else "true or false")
    return f"Only true and false are booleans; write {meant_here}."


def _empty(error: Violation, origin: Origin) -> Diagnostic:
    types = error.expected
    nothing = {"array": "[]", "object": "{}"}.get(types) if isinstance(types, str) else None
    return Diagnostic(
        Code.EMPTY_KEY,
        f"{_name(error)} has no value",
        "An empty value could mean none or unmanaged, and the difference is removals.",
        f"Write {nothing} or take the key out." if nothing else "Write a value or take it out.",
        origin,
    )


def _too_short(error: Violation, origin: Origin) -> Iterator[Diagnostic]:
    what = f"{_name(error)} is empty"
    why = "It would be open what is meant."
    yield Diagnostic(Code.EMPTY_KEY, what, why, "Write a value or take it out.", origin)


def _not_a_choice(error: Violation, origin: Origin) -> Iterator[Diagnostic]:
    if error.found is None:
        yield _empty(error, origin)
        return
    choices = [str(choice) for choice in error.expected]
    what = f"{_name(error)} is {described(error.found)}, expected {alternatives(choices)}"
    fix = did_you_mean(str(error.found), choices)
    yield Diagnostic(Code.NOT_A_CHOICE, what, "No other word has a meaning here.", fix, origin)


_LIMITS: Final = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
}


def _out_of_range(error: Violation, origin: Origin) -> Iterator[Diagnostic]:
    limit = f"{_LIMITS[error.keyword]} {error.expected}"
    what = f"{_name(error)} is {error.found}, expected {limit}"
    yield Diagnostic(Code.OUT_OF_RANGE, what, "It is most likely a slip.", _example(error), origin)


def _forbidden(error: Violation, origin: Origin) -> Iterator[Diagnostic]:
    together = error.expected.get("required")
    if together:
        what = " and ".join(map(repr, together)) + " exclude each other"
        why = "It would be open whether both are meant."
        yield Diagnostic(Code.INVALID_DOCUMENT, what, why, "Keep one of them.", origin)
        return
    yield Diagnostic(
        Code.INVALID_VALUE,
        f"{error.found!r} is not a name for {_name(error)}",
        "Names stand in entities before the colon and in environment variables.",
        "Use letters, digits, dots, dashes and underscores.",
        origin,
    )


def _repeated(error: Violation, origin: Origin) -> Iterator[Diagnostic]:
    what = f"{_name(error)} has the same item twice"
    why = "One of the two is too many, or was meant to be another."
    yield Diagnostic(Code.INVALID_DOCUMENT, what, why, "Take one of them out.", origin)


WORDINGS: Final[dict[str, Callable[[Violation, Origin], Iterator[Diagnostic]]]] = {
    "additionalProperties": _unknown_key,
    "enum": _not_a_choice,
    "exclusiveMinimum": _out_of_range,
    "maximum": _out_of_range,
    "minItems": _too_short,
    "minLength": _too_short,
    "minProperties": _too_short,
    "minimum": _out_of_range,
    "not": _forbidden,
    "required": _missing_key,
    "type": _wrong_type,
    "uniqueItems": _repeated,
}
