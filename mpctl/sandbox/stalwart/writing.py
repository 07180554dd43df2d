"""Endpoints that write settings (sections 4.5 to 4.8): stored, and not live."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mpctl.sandbox.stalwart.answers import RefusedError, crashed, malformed
from mpctl.sandbox.stalwart.call import Call
from mpctl.sandbox.stalwart.stored import Stored

MYSQL_KEY = 255


@dataclass(frozen=True)
class Insert:
    """Write pairs, unless something is there that must not be."""

    values: tuple[tuple[str, str], ...]
    guard: str | None

    def carry_out(self, stored: Stored) -> None:
        """Do it; RefusedError when the guard finds something."""
        if self.guard is not None and _finds(stored.view(), self.guard):
            raise RefusedError("assertFailed")
        stored.insert(self.values)


@dataclass(frozen=True)
class Delete:
    """Delete exact keys."""

    keys: tuple[str, ...]

    def carry_out(self, stored: Stored) -> None:
        """Do it."""
        stored.delete(self.keys)


@dataclass(frozen=True)
class Clear:
    """Delete every key that starts with a text; no dot is added, and the empty text is all."""

    prefix: str
    text: str | None

    def carry_out(self, stored: Stored) -> None:
        """Do it."""
        stored.clear(self.prefix, self.text)


Operation = Insert | Delete | Clear


def update(call: Call) -> None:
    """POST /settings: decoded as a whole, then carried out one after another."""
    document = call.document()
    if not isinstance(document, list):
        raise malformed()
    for number, operation in enumerate([_decoded(item) for item in document]):
        if call.switches.fail_after_op and number == call.switches.fail_after_op:
            raise crashed()
        if call.switches.store == "mysql" and _too_long(operation):
            raise crashed()
        call.state.store(operation.carry_out)


def delete_one(call: Call) -> None:
    """DELETE /settings/{key}."""
    call.state.store(Delete(call.words).carry_out)


def _too_long(operation: Operation) -> bool:
    keys = [key for key, _ in operation.values] if isinstance(operation, Insert) else []
    return any(len(key.encode()) > MYSQL_KEY for key in keys)


def _finds(view: Mapping[str, str], guard: str) -> bool:
    """A guard that ends in a dot is a prefix, any other a key."""
    return any(key.startswith(guard) for key in view) if guard.endswith(".") else guard in view


def _decoded(item: Any) -> Operation:
    decode = DECODERS.get(str(item.get("type"))) if isinstance(item, dict) else None
    if decode is None:
        raise malformed()
    return decode(item)


def _insert(item: Mapping[str, Any]) -> Insert:
    prefix, values, guarded = item.get("prefix"), item.get("values"), item.get("assert_empty")
    is_typed = isinstance(guarded, bool) and (prefix is None or isinstance(prefix, str))
    if not is_typed or not isinstance(values, list) or not all(map(_is_pair, values)):
        raise malformed()
    pairs = tuple((key if prefix is None else f"{prefix}.{key}", value) for key, value in values)
    first = pairs[0][0] if pairs else None
    guard = first if prefix is None else f"{prefix}."
    return Insert(pairs, guard if guarded else None)


def _is_pair(pair: Any) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and _are_texts(pair)  # noqa: PLR2004


def _are_texts(items: list[Any]) -> bool:
    return all(isinstance(item, str) for item in items)


def _delete(item: Mapping[str, Any]) -> Delete:
    keys = item.get("keys")
    if not isinstance(keys, list) or not _are_texts(keys):
        raise malformed()
    return Delete(tuple(keys))


def _clear(item: Mapping[str, Any]) -> Clear:
    prefix, text = item.get("prefix"), item.get("filter")
    if not isinstance(prefix, str) or not (text is None or isinstance(text, str)):
        raise malformed()
    return Clear(prefix, text)


DECODERS: Mapping[str, Callable[[Mapping[str, Any]], Operation]] = {
    "insert": _insert,
    "delete": _delete,
    "clear": _clear,
}
