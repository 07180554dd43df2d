"""What a release makes of answers and looks, without any service."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final, cast

import pytest

from mpctl.core.act import Act, Ended
from mpctl.core.entity import Entity
from mpctl.core.mail import Delivery, HeldMessage, LogEntry, Page, Search
from mpctl.core.outcome import Status
from mpctl.core.release import GONE, INTERRUPTED, STILL_HELD, Fate, Released, Reply
from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.operate import Quarantine, Release
from mpctl.operate.releasing import PAUSES
from mpctl.ports import MailLog

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
        _ = delivery
        self.sent.append((f"only {number}",))
        return self.replies.pop(0)

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

    def releasing(self, stopped: Callable[[], bool] = lambda: False) -> Release:
        """What releases messages here."""
        quarantine = Quarantine(self, ENTITY)
        return Release(
            self,
            quarantine,
            "mailprotector",
            Delivery(),
            self,
            self.slept.append,
            stopped,
        )

    def run(self, *messages: HeldMessage, stopped: bool = False) -> list[tuple[Fate, str]]:
        """Release messages and give what became of them."""
        return fates(self.releasing(lambda: stopped).many(messages))


def fates(ends: Sequence[Released]) -> list[tuple[Fate, str]]:
    """What became of messages, in two words each."""
    return [(end.fate, end.detail) for end in ends]


LOST: Final = Reply(doubt="no answer came in time")


@pytest.mark.parametrize(
    ("looks", "fate", "slept"),
    [
        ([NONE], Fate.PROBABLY, 1),
        ([HELD, NONE], Fate.PROBABLY, 2),
        ([NONE, HELD], Fate.NOT_RELEASED, len(PAUSES) - 1),
        ([NONE, HELD, NONE], Fate.PROBABLY, 3),
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


REFUSED: Final = Reply(refusal="refused with 403", separable=True)


def test_a_refusal_of_one_is_found_by_halving() -> None:
    """Every message is asked for, and only the one that is refused alone is not released."""
    went = Reply(went=frozenset({"7"}))
    fake = Fake([REFUSED, went, REFUSED], [HELD])

    assert fake.run(ONE, TWO) == [(Fate.RELEASED, ""), (Fate.NOT_RELEASED, "refused with 403")]
    assert fake.sent == [("7", "8"), ("7",), ("8",)]
    assert [status for _, status in fake.told] == [Status.APPLIED, Status.FAILED]


def test_an_interruption_ends_the_halving() -> None:
    """What was not sent by then is not attempted."""
    fake = Fake([REFUSED], [HELD])

    ends = fake.releasing(lambda: bool(fake.sent)).many((ONE, TWO))

    assert fates(ends) == [(Fate.NOT_ATTEMPTED, INTERRUPTED)] * 2
    assert fake.sent == [("7", "8")]


def test_one_message_has_its_own_call() -> None:
    """Never the one for many; stopped before it, nothing is sent at all."""
    fake = Fake([Reply(went=frozenset({"7"}))], [NONE])

    assert fates(fake.releasing(lambda: True).one(ONE)) == [(Fate.NOT_ATTEMPTED, INTERRUPTED)]
    assert fake.sent == []
    assert fates(fake.releasing().one(ONE)) == [(Fate.RELEASED, "")]
    assert fake.sent == [("only 7",)]


@pytest.mark.parametrize(
    ("looks", "permitted", "after", "status"),
    [
        ([NONE], True, (Fate.RELEASED, ""), None),
        ([HELD], False, (Fate.NOT_RELEASED, STILL_HELD), Status.FAILED),
        ([HELD], None, (Fate.UNKNOWN, STILL_HELD), Status.UNKNOWN),
        ([HELD, NONE], False, (Fate.RELEASED, ""), None),
    ],
)
def test_what_went_is_looked_for(
    looks: list[tuple[frozenset[str], str]],
    permitted: bool | None,  # noqa: FBT001 - it comes from the table
    after: tuple[Fate, str],
    status: Status | None,
) -> None:
    """What is still shown did not go, whatever was said; that is recorded, and nothing else."""
    fake = Fake([], looks)
    ends = (Released(ONE, Fate.RELEASED), Released(TWO, Fate.PROBABLY, "the answer was lost"))
    release = fake.releasing()

    found = release.verify(ends, lambda _: permitted)

    assert fates(found) == [after, (Fate.PROBABLY, "the answer was lost")]
    assert [end for _, end in fake.told] == ([] if status is None else [status])
    assert release.findings == []


def test_what_cannot_be_verified_is_said() -> None:
    """A listing that is not whole proves no release."""
    release = Fake([], [(frozenset(), "a page is missing")]).releasing()

    assert fates(release.verify([Released(ONE, Fate.RELEASED)], lambda _: True)) == [
        (Fate.RELEASED, "")
    ]
    assert [finding.code for finding in release.findings] == [Code.RELEASE_UNKNOWN]


def test_nothing_to_verify_is_not_looked_for() -> None:
    """Where nothing went there is no reading."""
    fake = Fake([], [])

    assert fake.releasing().verify([Released(ONE, Fate.UNKNOWN)], lambda _: True)
    assert fake.looks == []


@dataclass
class Shelf:
    """Held messages on several pages, the last of which may have a doubt or not come at all."""

    pages: list[Page[HeldMessage]]
    broken: bool = False

    def held(self, entity: Entity, search: Search) -> Iterator[Page[HeldMessage]]:
        """One page after the other."""
        assert (entity, search) == (ENTITY, Search())
        yield from self.pages
        if self.broken:
            raise MpctlError(Diagnostic(Code.UNAVAILABLE, "the line went dead"))

    def quarantine(self) -> Quarantine:
        """What is held at the entity."""
        return Quarantine(cast("MailLog", self), ENTITY)


def test_a_message_on_a_later_page_is_found() -> None:
    """Pages are read until everything is found, and no further."""
    shelf = Shelf([Page((ONE,)), Page((TWO,), 2)], broken=True)

    assert shelf.quarantine().select(["8", "7"]).messages == (TWO, ONE)


@pytest.mark.parametrize(
    ("doubt", "words"),
    [
        ("", "8 is not held below domains/acme.example"),
        (
            "a page was short",
            (
                "8 was not found below domains/acme.example, and the listing may not be whole: "
                "a page was short"
            ),
        ),
    ],
)
def test_what_is_missing_may_be_held_in_a_doubtful_listing(doubt: str, words: str) -> None:
    """That it is not held is only said of a listing that is whole."""
    quarantine = Shelf([Page((ONE,)), Page((), 2, doubt=doubt)]).quarantine()

    assert quarantine.select(["7", "8"]).missing == {"8": words}
    assert quarantine.look({"7", "8"}).is_held("8") is (None if doubt else False)
    assert quarantine.everything(Search()).doubt == doubt


def test_what_cannot_be_looked_at_may_be_held() -> None:
    """A look that breaks off proves nothing."""
    look = Shelf([Page((ONE,))], broken=True).quarantine().look({"7", "8"})

    assert (look.is_held("8"), look.doubt) == (None, "the line went dead")


def test_all_that_is_held_anywhere_is_never_meant() -> None:
    """Without an entity messages are named one by one."""
    with pytest.raises(ValueError, match="never released"):
        Quarantine(cast("MailLog", Shelf([]))).everything(Search())
