"""What a batch makes of the stored keys: one list of operations, in the order of mpctl's schedule.

A note that this is not live goes first, and is taken away when it is: a run that dies in between
leaves it for the next. Allow entries go in first, then blocks, then settings and plumbing; blocks
go out, then allows (the filter asks for an allow first). That order is for a server that restarts
in between. Keys are deleted by their full names, and nothing is cleared by prefix.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from mpctl.core.change import RuleChange, SettingChange, Verb
from mpctl.core.match import Kind
from mpctl.core.rule import Action
from mpctl.core.schedule import Operation
from mpctl.providers.stalwart import plumbing
from mpctl.providers.stalwart.capabilities import PLUMBING
from mpctl.providers.stalwart.choice import Choice
from mpctl.providers.stalwart.native import MARK, is_ours, value_of
from mpctl.providers.stalwart.stored import BLOCKED, THRESHOLDS, Stored, as_network

# The server takes 1 MiB and would read a longer body as an empty one (3.4); half of that is safe.
MAX_BODY: Final = 500_000
# For a second try, where a proxy in between takes less, or the server fails halfway (4.7, 13).
SMALL_BODY: Final = 30_000
_OVERHEAD: Final = 200

Values = Mapping[str, str | None]
Request = list[dict[str, Any]]


class Reload(StrEnum):
    """What makes a stored key live (5.1)."""

    FULL = "/reload"
    BLOCKED = "/reload/server.blocked-ip"
    LOOKUP = "/reload/lookup"


@dataclass(frozen=True)
class Edit:
    """The keys that operations end in; None is a key that is not there.

    `touched` holds the keys of each operation, `values` those of all that differ from `before`.
    `foreign` operations found their address blocked by somebody else.
    """

    before: Stored
    touched: Mapping[Operation, tuple[str, ...]]
    final: Values
    foreign: frozenset[Operation] = frozenset()

    @property
    def values(self) -> dict[str, str | None]:
        """What has to be written; with it goes a note that it is not live."""
        now = self.before.keys
        values = {key: value for key, value in self.final.items() if now.get(key) != value}
        return {plumbing.SENTINEL: plumbing.PENDING, **values} if values else values

    @property
    def reverse(self) -> dict[str, str | None]:
        """What puts everything back."""
        return {key: self.before.keys.get(key) for key in self.values}

    def reloads(self, order: Sequence[Reload]) -> tuple[Reload, ...]:
        """The fewest reloads that make it live, in an order of kinds."""
        needed = {reload for keys in self.touched.values() for reload in map(reload_of, keys)}
        if self.before.pending:
            needed |= {Reload.FULL, Reload.LOOKUP}
        if Reload.FULL in needed:
            needed.discard(Reload.BLOCKED)
        kinds = [*order, *({Reload.FULL, Reload.LOOKUP} - set(order))]
        return tuple(sorted(needed, key=lambda reload: kinds.index(_as_kind(reload))))

    def needs(self, operation: Operation) -> set[Reload]:
        """The reloads without which an operation is not live."""
        needed = {reload_of(key) for key in self.touched[operation]}
        if Reload.BLOCKED in needed:
            needed.add(Reload.FULL)  # which serves both, where it is asked for
        if Reload.LOOKUP in needed and any(key.startswith(plumbing.RULE) for key in self.values):
            needed.add(Reload.FULL)  # without the rule, the list does not count
        return needed

    def shows(self, after: Stored) -> bool:
        """Tell whether a reading shows everything that was written."""
        return all(after.keys.get(key) == value for key, value in self.final.items())

    def amiss(self, operation: Operation, after: Stored) -> list[str]:
        """The keys that a reading does not show as an operation wanted them."""
        keys = self.touched[operation]
        return [key for key in keys if after.keys.get(key) != self.final[key]]


class Editor:
    """Takes operations one by one, in the order of their work."""

    def __init__(self, before: Stored, choice: Choice) -> None:
        self._before = before
        self._choice = choice
        self._lists = {action: before.entries(action) for action in Action}
        self._rows = {row.rule.native_id: row for row in before.rows(choice)}
        self._others: dict[str, str | None] = {}
        self._listed: dict[str, tuple[Action, str]] = {}

    def edit(self, operations: Sequence[Operation]) -> Edit:
        """What all operations together end in."""
        touched = {operation: tuple(self._touch(operation)) for operation in operations}
        foreign = {o for o in operations if not touched[o] and self._is_foreign(o)}
        final = {**self._others, **dict(self._entries())}
        return Edit(self._before, touched, final, frozenset(foreign))

    def _touch(self, operation: Operation) -> Iterator[str]:
        change = operation.change
        if isinstance(change, SettingChange):
            return self._set(self._setting(change))
        if change.verb is Verb.CREATE:
            return self._create(operation, change)
        return self._delete(operation, change)

    def _create(self, operation: Operation, change: RuleChange) -> Iterator[str]:
        if not self._at_connection(change):
            return self._list(change.action, self._lists[change.action].add(change.match))
        if self._is_foreign(operation):
            return iter(())
        return self._set({BLOCKED + change.match.value: MARK})

    def _delete(self, operation: Operation, change: RuleChange) -> Iterator[str]:
        row = self._rows.get(operation.native_id)
        if row is None:
            return iter(())
        if row.listed:
            return self._list(change.action, self._lists[change.action].drop(row.means))
        return self._set({row.stored: None})

    def _setting(self, change: SettingChange) -> dict[str, str | None]:
        if change.name != PLUMBING:
            return {THRESHOLDS[change.name][0]: str(change.after)}
        wanted = {**plumbing.wanted(dmarc=self._choice.dmarc), plumbing.SENTINEL: plumbing.PENDING}
        return {**wanted, **dict.fromkeys(plumbing.surplus(self._before.keys))}

    def _at_connection(self, change: RuleChange) -> bool:
        blocks = change.action is Action.BLOCK and change.match.kind is Kind.IP
        return blocks and self._choice.by_connection

    def _is_foreign(self, operation: Operation) -> bool:
        """Tell whether somebody else, such as the server itself, blocks this address already."""
        change = operation.change
        if not isinstance(change, RuleChange) or not self._at_connection(change):
            return False
        blocked = self._before.blocked.items()
        return any(
            as_network(text) == change.match for text, value in blocked if not is_ours(value)
        )

    def _set(self, values: Values) -> Iterator[str]:
        self._others.update(values)
        return iter(values)

    def _list(self, action: Action, entries: Sequence[str]) -> Iterator[str]:
        for entry in entries:
            key = f"{plumbing.LIST}.{action}.{entry}"
            self._listed[key] = action, entry
            yield key

    def _entries(self) -> Iterator[tuple[str, str | None]]:
        for key, (action, entry) in self._listed.items():
            needed = self._lists[action].needed[entry]
            yield key, value_of(entry, needed) if needed else None


def requests(values: Values, *, careful: bool = False) -> Iterator[Request]:
    """The bodies that write these keys, in order, each well below the server's limit.

    When `careful`, each of them is small and has but one operation.
    """
    limit = SMALL_BODY if careful else MAX_BODY
    request: Request = []
    size = _OVERHEAD
    for key, value in sorted(values.items(), key=_order):
        length = len(json.dumps([key, value])) + 2
        other = careful and bool(request) and request[-1]["type"] != _kind(value)
        if request and (other or size + length > limit):
            yield request
            request, size = [], _OVERHEAD
        _append(request, key, value)
        size += length
    if request:
        yield request


def is_plumbing(operation: Operation) -> bool:
    """Tell whether an operation is about what makes the rules count."""
    change = operation.change
    return isinstance(change, SettingChange) and change.name == PLUMBING


def _as_kind(reload: Reload) -> Reload:
    return Reload.FULL if reload is Reload.BLOCKED else reload


def reload_of(key: str) -> Reload:
    """What makes a key live."""
    if key.startswith(f"{plumbing.LIST}."):
        return Reload.LOOKUP
    single = key.startswith(BLOCKED) and "/" not in key
    return Reload.BLOCKED if single else Reload.FULL


def _order(item: tuple[str, str | None]) -> tuple[int, str]:
    key, value = item
    if key == plumbing.SENTINEL:
        return -1, key
    listed = {
        f"{plumbing.LIST}.{Action.ALLOW}.": (0, 4),
        f"{plumbing.LIST}.{Action.BLOCK}.": (1, 3),
    }
    for prefix, (goes_in, goes_out) in {**listed, BLOCKED: (1, 3)}.items():
        if key.startswith(prefix):
            return goes_out if value is None else goes_in, key
    return 2, key


def _append(request: Request, key: str, value: str | None) -> None:
    kind = _kind(value)
    if not request or request[-1]["type"] != kind:
        empty: dict[str, Any] = {"keys": []}
        if value is not None:
            empty = {"prefix": None, "assert_empty": False, "values": []}
        request.append({"type": kind, **empty})
    request[-1]["keys" if value is None else "values"].append(
        key if value is None else [key, value]
    )


def _kind(value: str | None) -> str:
    return "delete" if value is None else "insert"
