"""What a release makes of answers and looks, without any service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

import pytest

from mpctl.core.act import Act, Ended
from mpctl.core.entity import Entity
from mpctl.core.mail import Delivery, HeldMessage, LogEntry, Page, Search
from mpctl.core.outcome import Status
from mpctl.core.release import GONE, Fate, Reply
from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.operate import Quarantine, Release
from mpctl.operate.releasing import PAUSES

ENTITY: Final = Entity("mailprotector", "domains", "acme.example")
ONE: Final = HeldMessage("7", mailbox="alice.ng@acme.example", hold="spam")
TWO: Final = HeldMessage("8", mailbox="alice.ng@acme.example", hold="spam")
HELD: Final = (frozenset({"7", "8"}), "")
NONE: Final[tuple[frozenset[str], str]] = (frozenset(), "")


@dataclass
class Fake:
    """A service that answers and shows what a test wants; the last look is shown for ever."""

    replies: list[Reply]
    looks: list[tuple[frozenset[str], str]]
    chunk: int = 2
    sent: list[tuple[str, ...]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    told: list[tuple[Act, Status]] = field(default_factory=list)
    full: bool = False

    def entries(self, entity: Entity, search: Search) -> Iterator[Page[LogEntry]]:
        """Nobody asks."""
        raise NotImplementedError

    def held(self, entity: Entity, search: Search) -> Iterator[Page[HeldMessage]]:
        """One page."""
        _ = entity, search
        numbers, doubt = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        yield Page(tuple(m for m in (ONE, TWO) if m.id in numbers), doubt=doubt)

    def find(self, numbers: AbstractSet[str]) -> Mapping[str, HeldMessage]:
        """Nobody asks."""
        raise NotImplementedError

    def release(self, number: str, delivery: Delivery) -> Reply:
        """The next reply."""
        return self.release_many(ENTITY, [number], delivery)

    def release_many(self, entity: Entity, numbers: Sequence[str], delivery: Delivery) -> Reply:
        """The next reply."""
        _ = entity, delivery
        self.sent.append(tuple(numbers))
        return self.replies.pop(0)

    def begun(self, acts: Sequence[Act]) -> None:
        """Keep it, where there is room."""
        _ = acts
        if self.full:
            raise MpctlError(Diagnostic(Code.JOURNAL_FAILED, "full"))

    def done(self, ends: Sequence[Ended]) -> None:
        """Keep it."""
        self.told += [(end.act, end.status) for end in ends]

    def run(self, *messages: HeldMessage, stopped: bool = False) -> list[tuple[Fate, str]]:
        """Release messages and give what became of them."""
        quarantine = Quarantine(self, ENTITY)
        release = Release(
            self,
            quarantine,
            "mailprotector",
            Delivery(),
            self,
            self.slept.append,
            lambda: stopped,
        )
        ends = release.many(messages)
        return [(end.fate, end.detail) for end in ends]


LOST: Final = Reply(doubt="no answer came in time")


@pytest.mark.parametrize(
    ("looks", "fate", "slept"),
    [
        ([NONE], Fate.PROBABLY, 1),
        ([HELD, NONE], Fate.PROBABLY, 2),
        ([NONE, HELD], Fate.NOT_RELEASED, len(PAUSES) - 1),
        ([HELD], Fate.NOT_RELEASED, len(PAUSES) - 1),
        ([(frozenset(), "not whole")], Fate.UNKNOWN, len(PAUSES) - 1),
        ([(frozenset({"7"}), "not whole")], Fate.NOT_RELEASED, len(PAUSES) - 1),
    ],
)
def test_a_lost_answer(looks: list[tuple[frozenset[str], str]], fate: Fate, slept: int) -> None:
    """Gone is what two looks in a row do not show, held what the last one shows; sent is one."""
    fake = Fake([LOST], looks)

    ((became, detail),) = fake.run(ONE)

    assert (became, len(fake.slept)) == (fate, slept)
    assert detail.startswith(LOST.doubt)
    assert fake.sent == [("7",)]


def test_a_batch_whose_answer_was_lost_is_not_halved() -> None:
    """Its messages are looked up; each has a fate of its own."""
    fake = Fake([LOST], [(frozenset({"8"}), "")])

    assert [fate for fate, _ in fake.run(ONE, TWO)] == [Fate.PROBABLY, Fate.NOT_RELEASED]
    assert fake.sent == [("7", "8")]


@pytest.mark.parametrize(
    ("look", "fate"),
    [
        ((frozenset({"8"}), ""), Fate.NOT_RELEASED),
        (NONE, Fate.UNKNOWN),
        ((frozenset(), "not whole"), Fate.UNKNOWN),
    ],
)
def test_what_an_answer_leaves_out(look: tuple[frozenset[str], str], fate: Fate) -> None:
    """What is still held did not go; about all else nobody knows."""
    fake = Fake([Reply(went=frozenset({"7"}))], [look])

    assert [became for became, _ in fake.run(ONE, TWO)] == [Fate.RELEASED, fate]


def test_ids_that_nobody_asked_for_mean_nothing() -> None:
    """An answer about other messages is none about these."""
    fake = Fake([Reply(went=frozenset({"9"}))], [HELD])

    assert [became for became, _ in fake.run(ONE)] == [Fate.NOT_RELEASED]


def test_what_was_gone_before_is_told_from_what_is_forbidden() -> None:
    """A refusal of a message that is not held any more."""
    fake = Fake([Reply(refusal="refused with 404", separable=True)], [NONE])

    assert fake.run(ONE) == [(Fate.NOT_RELEASED, f"{GONE} (refused with 404)")]


def test_a_refusal_for_other_reasons_is_not_halved() -> None:
    """A key that is refused, or a service that is busy, says nothing about single messages."""
    fake = Fake([Reply(refusal="asked to slow down")], [HELD])

    assert {fate for fate, _ in fake.run(ONE, TWO)} == {Fate.NOT_RELEASED}
    assert fake.sent == [("7", "8")]


def test_a_journal_that_failed_once_is_not_trusted_again() -> None:
    """After a record that could not be kept nothing more is sent, though there is room by then."""
    fake = Fake([], [HELD], chunk=1, full=True)
    begun = fake.begun

    def once(acts: Sequence[Act]) -> None:
        try:
            begun(acts)
        finally:
            fake.full = False

    fake.begun = once  # type: ignore[method-assign]

    assert [fate for fate, _ in fake.run(ONE, TWO)] == [Fate.NOT_ATTEMPTED] * 2
    assert fake.sent == []


@pytest.mark.parametrize("how", ["stopped", "full"])
def test_what_cannot_be_recorded_or_is_not_wanted_any_more_is_not_sent(how: str) -> None:
    """It is not attempted, and that is recorded where there is room."""
    fake = Fake([], [HELD], chunk=1, full=how == "full")

    assert {fate for fate, _ in fake.run(ONE, TWO, stopped=how == "stopped")} == {
        Fate.NOT_ATTEMPTED
    }
    assert fake.sent == []
    assert [status for _, status in fake.told] == [Status.NOT_ATTEMPTED] * 2
