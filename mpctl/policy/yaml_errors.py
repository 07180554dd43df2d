"""What can be wrong with YAML, apart from its syntax: the problems that the builder reports."""

from __future__ import annotations

from mpctl.diagnostics import Code, Diagnostic, Origin
from mpctl.policy.yaml_scalars import CORE


def duplicate_key(key: str, first: Origin, origin: Origin) -> Diagnostic:
    """One mapping writes a key twice."""
    return Diagnostic(
        Code.DUPLICATE_KEY,
        f"{key!r} is already written at {first}",
        "Only one of the two could count, and which one is not said.",
        "Keep one of them, or join what they hold.",
        origin,
    )


def key_not_text(origin: Origin) -> Diagnostic:
    """A key is a number, a boolean, a list or a mapping."""
    return Diagnostic(
        Code.INVALID_YAML,
        "a key is not text",
        "Keys are names.",
        "Put it into quotes if it is meant.",
        origin,
    )


def foreign_tag(tag: str, origin: Origin) -> Diagnostic:
    """A tag asks for a type that policies do not have, or that the value does not fit."""
    return Diagnostic(
        Code.INVALID_YAML,
        f"the tag {tag.replace(CORE, '!!')} does not belong here",
        "Policies hold text, integers, true and false, mappings and lists, nothing else.",
        "Take the tag out.",
        origin,
    )


def merge_of_no_mapping(origin: Origin) -> Diagnostic:
    """`<<` is given something that has no keys."""
    return Diagnostic(
        Code.INVALID_YAML,
        "<< merges something that is not a mapping",
        "There are no keys in it to take over.",
        "Name an anchor that stands at a mapping, as in <<: *defaults.",
        origin,
    )


def unknown_alias(name: str, origin: Origin) -> Diagnostic:
    """An alias without its anchor."""
    return Diagnostic(
        Code.INVALID_YAML,
        f"the alias *{name} names no anchor",
        "An alias stands for a value that was named before it, as in &name.",
        f"Write &{name} before that value; put text that begins with * into quotes.",
        origin,
    )


def recursive_alias(name: str, origin: Origin) -> Diagnostic:
    """An alias inside its own anchor."""
    return Diagnostic(
        Code.INVALID_YAML,
        f"the alias *{name} stands inside the value that it names",
        "Written out, the value would have no end.",
        "Take the alias out.",
        origin,
    )


def too_deep(levels: int, origin: Origin) -> Diagnostic:
    """More nesting than any policy has."""
    return Diagnostic(
        Code.TOO_LARGE,
        f"the document is nested more than {levels} levels deep",
        "Reading it could take all the memory of this machine.",
        "Write it flatter.",
        origin,
    )


def too_many_aliases(origin: Origin) -> Diagnostic:
    """Aliases of aliases that would fill the memory if they were written out."""
    return Diagnostic(
        Code.TOO_LARGE,
        "the aliases of the document stand for too much",
        "Reading it could take all the memory of this machine.",
        "Write it with fewer aliases.",
        origin,
    )
