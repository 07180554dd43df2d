"""The protocols that the use cases need; providers and the command line satisfy them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, Final, Protocol

# Words of signatures alone: who needs one port should not pay for the words of all.
if TYPE_CHECKING:
    from mpctl.core.act import Act, Ended
    from mpctl.core.browse import EntityList, FoundUser, Level, Reached
    from mpctl.core.capabilities import Capabilities
    from mpctl.core.entity import Entity, Ref
    from mpctl.core.flagged import Flagged
    from mpctl.core.mail import Delivery, HeldMessage, LogEntry, Page, Search
    from mpctl.core.mailflow import Classified, Envelope, Lesson, Queue, Queued
    from mpctl.core.outcome import Outcome
    from mpctl.core.plan import EntityPlan
    from mpctl.core.release import Reply
    from mpctl.core.schedule import Batch
    from mpctl.core.state import DesiredEntity, LiveEntity, LiveState, Reading
    from mpctl.diagnostics import Diagnostic


class Provider(Protocol):
    """A service behind one target, for the length of one run; safe to use from many threads."""

    @property
    def capabilities(self) -> Capabilities:
        """What the service can express."""

    def fetch(
        self, wanted: Sequence[Reading], on_read: Callable[[], None] = lambda: None
    ) -> LiveState:
        """Read what is wanted, and nothing more; `on_read` is called after each entity.

        Each wanted entity ends in exactly one mapping of the result. An entity that was resolved
        before in this run is not resolved again. Raises MpctlError when the target as a whole
        cannot be read: the key is refused, the index of entities fails.
        """

    def review(self, desired: DesiredEntity, live: LiveEntity) -> Sequence[Diagnostic]:
        """Judge what only live facts can tell; pure."""

    def count_users(self, ref: Ref) -> int | None:
        """How many users stand at or below an entity, None when the service does not tell."""

    def apply(self, batch: Batch) -> Sequence[Outcome]:
        """Carry out a batch and give one outcome for each of its operations; never raises."""


class Browser(Protocol):
    """A service behind one target, for people who look around; reads only.

    Every method raises MpctlError when something cannot be read or does not exist.
    """

    def reach(self) -> Reached:
        """Ask the smallest question."""

    def entities(self, scope: str, under: Entity | None) -> EntityList:
        """List the entities of a scope, all that the key sees or those under another."""

    def chain(self, entity: Entity, *, effective: bool) -> Iterable[Level]:
        """The rules at an entity and, if wanted, at everything above it, nearest first."""

    def configuration(self, entity: Entity) -> Mapping[str, Any]:
        """The whole configuration document of an entity."""

    def find_user(self, address: str) -> FoundUser | None:
        """The user behind an address, None where there is none."""


class BlockList(Protocol):
    """The senders that a service has flagged of its own accord.

    Every method raises MpctlError when the service does not do what it was asked.
    """

    def flagged(self) -> Sequence[Flagged]:
        """Everything that is flagged now."""

    def delist(self, sender: str) -> None:
        """Take a sender off, in exactly this spelling; a write."""


class MailLog(Protocol):
    """What became of messages, and which of them are held; reads only.

    Every method raises MpctlError when the entity does not exist or a page cannot be read.
    """

    def entries(self, entity: Entity, search: Search) -> Iterator[Page[LogEntry]]:
        """The messages of an entity and of everything below it; a page is read when it is taken.

        Every row fits the search, whatever the service makes of it.
        """

    def held(self, entity: Entity, search: Search) -> Iterator[Page[HeldMessage]]:
        """The held messages at and below an entity; read and judged as in `entries`."""

    def find(self, numbers: AbstractSet[str]) -> Mapping[str, HeldMessage]:
        """Those of these messages that are held anywhere the key sees.

        Raises MpctlError when one was not found and the listing is not proven whole.
        """


class Releaser(Protocol):
    """Letting held messages go; what went cannot be called back.

    A method sends one call, never twice, and never raises: what nobody knows is a doubt of the
    reply.
    """

    def release(self, number: str, delivery: Delivery) -> Reply:
        """Let one message go; a write."""

    def release_many(self, entity: Entity, numbers: Sequence[str], delivery: Delivery) -> Reply:
        """Let messages below an entity go; a write. At most `chunk` messages."""

    @property
    def chunk(self) -> int:
        """How many messages one call of `release_many` takes."""


class MailFilter(Protocol):
    """The running spam filter of a server.

    Every method raises MpctlError when the service does not do what it was asked.
    """

    def classify(self, message: str, envelope: Envelope) -> Classified:
        """Ask how it judges a message; nothing is learnt."""

    def train(self, lesson: Lesson, message: str) -> None:
        """Let it learn from a message; a write that cannot be undone."""


class MailQueue(Protocol):
    """The outbound queue of a server, message by message.

    Every method raises MpctlError when the service does not do what it was asked.
    """

    def list(self) -> Queue:
        """All messages."""

    def show(self, number: str) -> Queued:
        """One message."""

    def reschedule(self, number: str, at: str) -> bool:
        """Try again at a time (RFC 3339); False if there was nothing to do. A write."""

    def cancel(self, number: str) -> bool:
        """Give up the recipients that wait; False if there was nothing to do. A write."""


class Reloader(Protocol):
    """A server that works with what it loaded, not with what is stored."""

    def reload(self) -> Mapping[str, str]:
        """Make everything stored live; gives what the server has against it, by key. A write."""


class Progress(Protocol):
    """Somebody who likes to know how far a long run has come."""

    def expect(self, what: str, total: int) -> None:
        """A stage of so many steps begins."""

    def advance(self) -> None:
        """One step is done."""


class Silence:
    """Nobody likes to know."""

    def expect(self, what: str, total: int) -> None:
        """Do nothing."""

    def advance(self) -> None:
        """Do nothing."""


SILENCE: Final[Progress] = Silence()


class RunLog(Protocol):
    """The record of a run, written ahead of what it tells; used from many threads.

    A method returns when what it was told is safe from a crash. It raises MpctlError when it cannot
    keep that: then what was to follow must not be done.
    """

    def before(self, live: LiveEntity, plan: EntityPlan) -> None:
        """An entity, as just read, is about to be written to for the first time."""

    def attempt(self, batch: Batch) -> None:
        """A batch is about to be sent."""

    def ended(self, outcomes: Sequence[Outcome]) -> None:
        """Operations ended, or were not attempted."""


class ActLog(Protocol):
    """The record of acts, written ahead like `RunLog`; raises MpctlError as that does."""

    def begun(self, acts: Sequence[Act]) -> None:
        """These are about to be done."""

    def done(self, ends: Sequence[Ended]) -> None:
        """Acts ended, or were not attempted."""
