"""Why a message did not arrive: everything a service tells about it, put together; reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, TypeVar

from mpctl.core.bearing import Layer, judge
from mpctl.core.browse import FoundUser, Level
from mpctl.core.capabilities import Capabilities
from mpctl.core.entity import Entity
from mpctl.core.investigation import Investigation, Question, senders
from mpctl.core.layers import declaring, live_layers
from mpctl.core.mail import HeldMessage, LogEntry, Message, Page, Search
from mpctl.core.permission import PERMITS, Grant
from mpctl.core.state import DesiredEntity
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError
from mpctl.operate.permitting import Declared, read_grants
from mpctl.operate.still_held import StillHeld
from mpctl.ports import Browser, MailLog, Provider

Row = TypeVar("Row", bound=Message)

# More would not be read by anybody at three in the night; `logs` and `messages` list all.
SHOWN: Final = 20
# Of so many senders the rules are looked at, the latest first.
JUDGED: Final = 5


@dataclass(frozen=True, slots=True)
class Source:
    """A target to ask: `mail_log` is None where the service keeps none."""

    target: str
    provider: Provider
    browser: Browser
    mail_log: MailLog | None = None

    @property
    def service(self) -> Capabilities:
        """What the service can express."""
        return self.provider.capabilities


@dataclass(slots=True)
class _Notebook:
    """What could not be found out, noted while the rest goes on."""

    doubts: list[str] = field(default_factory=list)
    torn: bool = False
    incomplete: bool = False

    def miss(self, what: str, why: str) -> None:
        """Note what was asked for and is not known."""
        self.doubts.append(f"{what}: {why}")
        self.incomplete = True

    def note(self, what: str, error: MpctlError) -> None:
        """Note why something could not be read."""
        self.miss(what, error.diagnostics[0].summary)


def investigate(
    question: Question, source: Source, desired: Mapping[Entity, DesiredEntity]
) -> Investigation | None:
    """Find out what became of somebody's mail; None where neither the user nor the domain exists.

    What cannot be read is a doubt of the result. Raises MpctlError when nothing can be asked.
    """
    notebook = _Notebook()
    user = source.browser.find_user(question.recipient) if _has_people(source) else None
    home = _home(question, user, source)
    chain = _chain(home, source, notebook)
    if chain is None:
        return None
    levels, unread = chain
    entries, held = _messages(question, user, home, source, notebook)
    policies = declaring(desired, source.target)
    read = tuple(live_layers(levels, policies))
    layers = (*read, *unread)
    permissions = _permissions(levels, policies, source, notebook)
    for layer in read:
        if not layer.whole:
            notebook.miss(f"the rules of {layer.path}", "the listing is not proven whole")
    return Investigation(
        question=question,
        home=home,
        user=user,
        entries=entries,
        held=held,
        marks=_marks(entries, held),
        layers=layers,
        judgements=tuple(
            judge(sender, layers, source.service)
            for sender in senders(question, (*held, *entries))[:JUDGED]
        ),
        permissions=permissions,
        asked=source.mail_log is not None,
        torn=notebook.torn,
        incomplete=notebook.incomplete,
        doubts=tuple(notebook.doubts),
    )


def _has_people(source: Source) -> bool:
    return any(scope.in_domain for scope in source.service.scopes.values())


def _home(question: Question, user: FoundUser | None, source: Source) -> Entity:
    """The user, or else the domain of the address; at a service without either its one entity."""
    if user is not None:
        return _entity(source.target, user.path)
    if _has_people(source):
        return _entity(source.target, f"domains/{question.recipient.rpartition('@')[2]}")
    everything = source.browser.entities(next(iter(source.service.scopes)), None)
    if len(everything.entities) != 1:
        raise MpctlError(_nobody(question, source), exit_code=ExitCode.USAGE)
    return _entity(source.target, everything.entities[0].path)


def _entity(target: str, path: str) -> Entity:
    scope, _, name = path.partition("/")
    return Entity(target, scope, name.casefold(), shown=name)


def _chain(
    home: Entity, source: Source, notebook: _Notebook
) -> tuple[list[Level], tuple[Layer, ...]] | None:
    """The levels that can be read, and a layer of unknown rules for those that cannot.

    None when the first of them does not exist.
    """
    levels: list[Level] = []
    try:
        levels.extend(source.browser.chain(home, effective=True))
    except MpctlError as error:
        if error.diagnostics[0].code is Code.NOT_FOUND and not levels:
            return None
        nearest = levels[-1].path if levels else home.path
        notebook.note(f"rules at or above {nearest}", error)
        return levels, (Layer("what could not be read", whole=False),)
    return levels, ()


def _messages(
    question: Question,
    user: FoundUser | None,
    home: Entity,
    source: Source,
    notebook: _Notebook,
) -> tuple[tuple[LogEntry, ...], tuple[HeldMessage, ...]]:
    if source.mail_log is None:
        notebook.doubts.append("what became of messages: the service keeps no log that can be read")
        return (), ()
    search = Search(
        # Below a user everything is the user's, under whichever alias it came.
        recipient="" if user else question.recipient,
        sender=question.sender,
        subject=question.subject,
        since=question.since,
    )
    log = source.mail_log
    entries = _latest("the log", lambda: log.entries(home, search), notebook)
    held = _latest("the held messages", lambda: log.held(home, search), notebook)
    return entries, held


def _marks(
    entries: Sequence[LogEntry], held: tuple[HeldMessage, ...]
) -> dict[str, tuple[str, ...] | None]:
    known = StillHeld(iter([Page(held)]))
    return {entry.id: known.of(entry) for entry in entries}


def _latest(
    what: str, read: Callable[[], Iterator[Page[Row]]], notebook: _Notebook
) -> tuple[Row, ...]:
    rows: list[Row] = []
    try:
        for page in read():
            rows.extend(islice(page.rows, SHOWN - len(rows)))
            if len(rows) >= SHOWN:
                notebook.doubts.append(f"{what}: only the latest {SHOWN} are looked at")
                break
            if page.doubt:
                notebook.miss(what, page.doubt)
                notebook.torn = True
    except MpctlError as error:
        notebook.note(what, error)
        notebook.torn = True
    return tuple(rows)


def _permissions(
    levels: Sequence[Level], policies: Declared, source: Source, notebook: _Notebook
) -> dict[str, tuple[Grant, ...]]:
    names = [name for name in PERMITS.values() if name in source.service.settings]
    if source.mail_log is None or not levels:
        return {}
    unread: list[Diagnostic] = []
    try:
        return read_grants(
            source.target, levels, names, source.provider, policies, on_unread=unread.append
        )
    except MpctlError as error:
        unread.extend(error.diagnostics)
        return {}
    finally:
        if unread:
            notebook.miss("the release permissions", unread[0].summary)


def _nobody(question: Question, source: Source) -> Diagnostic:
    return Diagnostic(
        Code.USAGE,
        f"target {source.target!r} does not tell whose mail {question.recipient} gets",
        why="Its rules hold for the mail of a whole order, whoever it is for.",
        fix="Look at the rules of one with mpctl rules, or name another target with --target.",
    )
