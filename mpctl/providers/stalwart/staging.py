"""In which order operations become live, so that every state in between lies between old and new.

A lookup reload swaps a whole list at once, a full reload everything else, and nothing does both. So
the stages are: connections refused, entries in, settings, entries out, connections let in again.
Stages of one kind that meet are one; where no kind comes twice, one write serves them all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from mpctl.core.change import SettingChange, Verb
from mpctl.core.match import Kind
from mpctl.core.rule import Action
from mpctl.core.schedule import Operation
from mpctl.providers.stalwart.capabilities import WITHOUT_DMARC
from mpctl.providers.stalwart.choice import Choice
from mpctl.providers.stalwart.editing import Reload, is_plumbing
from mpctl.providers.stalwart.stored import BLOCKED


@dataclass(frozen=True, slots=True)
class Part:
    """Operations that are written together, and the order of the reloads that follow."""

    operations: tuple[Operation, ...]
    order: tuple[Reload, ...]


def parts_of(operations: Sequence[Operation], choice: Choice) -> list[Part]:
    """Split a batch into parts that must be live one after the other."""
    rank = _ranking(operations, choice)
    staged = sorted(operations, key=rank)
    stages = [
        Part(tuple(group), (kind,)) for kind, group in groupby(staged, lambda o: _kind(rank(o)))
    ]
    order = tuple(stage.order[0] for stage in stages)
    if len(set(order)) < len(order):
        return stages
    return [Part(tuple(staged), order)]


def _ranking(operations: Sequence[Operation], choice: Choice) -> Callable[[Operation], int]:
    settings = [o for o in operations if isinstance(o.change, SettingChange)]
    # Without a setting nothing stands between the two; and before the rule counts, its list is
    # finished, or what leaves it would count for a moment.
    at_once = not settings or any(map(is_plumbing, settings))

    def rank(operation: Operation) -> int:
        change = operation.change
        if isinstance(change, SettingChange):
            # A rule that asks for more is live before an allow comes that would do without.
            return 0 if change.before == WITHOUT_DMARC else 2
        if change.verb is Verb.DELETE:
            if operation.native_id.startswith(BLOCKED):
                return 4
            return 1 if at_once else 3
        blocks = change.action is Action.BLOCK and change.match.kind is Kind.IP
        return 0 if blocks and choice.by_connection else 1

    return rank


def _kind(rank: int) -> Reload:
    return Reload.LOOKUP if rank % 2 else Reload.FULL
