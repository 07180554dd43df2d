"""What is found out about somebody's mail, also where a service breaks off in the middle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

import pytest

from mpctl.core.browse import EntityList, FoundUser, Level, Listed
from mpctl.core.capabilities import Scope
from mpctl.core.entity import ID_PREFIX, Entity, Ref
from mpctl.core.investigation import Investigation, Question
from mpctl.core.mail import HeldMessage, LogEntry, Page, Search
from mpctl.core.match import parse_match
from mpctl.core.permission import PERMITS
from mpctl.core.rule import Action, LiveRule, RuleKey
from mpctl.core.state import Account, LiveState
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError
from mpctl.operate import Source, investigate
from mpctl.operate.investigating import JUDGED, SHOWN
from mpctl.ports import Browser, MailLog, Provider
from tests.strategies import capabilities

NOW: Final = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ADDRESS: Final = "alice.ng@acme.example"
QUESTION: Final = Question(ADDRESS, NOW - timedelta(days=1), sender="vendor", subject="invoice")
USER: Final = FoundUser(Ref("users", "7"), f"users/{ADDRESS}", "Default", "acme.example", ())
BROKEN: Final = MpctlError(Diagnostic(Code.NOT_KNOWN, "the line went dead"))
NOTHING_TOLD: Final = LiveState(Account("mailprotector", "400"))
SERVICE: Final = replace(
    capabilities(),
    scopes={
        "domains": Scope("domains", "domains/acme.example", in_domain=True),
        "users": Scope("users", "users/a@acme.example", in_domain=True),
    },
)


def entry(number: int, sender: str = "x@vendor.example") -> LogEntry:
    """A log entry."""
    return LogEntry(f"log-{number}", sender=sender, recipients=(ADDRESS,), received=NOW)


@dataclass
class Fake:
    """A service that tells these pages and levels, and raises the errors among them."""

    entry_pages: tuple[Page[LogEntry] | MpctlError, ...] = ()
    levels: tuple[Level | MpctlError, ...] = (Level(USER.ref, USER.path, ()),)
    user: FoundUser | None = USER
    held_rows: tuple[HeldMessage, ...] = ()
    listed: tuple[Listed, ...] = ()
    live: LiveState | MpctlError = NOTHING_TOLD
    service: Any = SERVICE
    searched: tuple[Entity, Search] | None = None
    pages_read: int = 0

    @property
    def capabilities(self) -> Any:
        """Users below domains, unless told otherwise."""
        return self.service

    def find_user(self, address: str) -> FoundUser | None:
        """The user, whatever the address."""
        assert address == ADDRESS
        return self.user

    def chain(self, entity: Entity, *, effective: bool) -> Iterator[Level]:
        """One level after the other."""
        assert effective
        assert entity.target == "mailprotector"
        for level in self.levels:
            if isinstance(level, MpctlError):
                raise level
            yield level

    def entries(self, entity: Entity, search: Search) -> Iterator[Page[LogEntry]]:
        """One page after the other."""
        self.searched = entity, search
        for page in self.entry_pages:
            self.pages_read += 1
            if isinstance(page, MpctlError):
                raise page
            yield page

    def held(self, entity: Entity, search: Search) -> Iterator[Page[HeldMessage]]:
        """One page."""
        assert (entity, search) == self.searched
        yield Page(self.held_rows)

    def fetch(self, wanted: Any) -> LiveState:
        """No setting is told, unless told otherwise."""
        del wanted
        if isinstance(self.live, MpctlError):
            raise self.live
        return self.live

    def entities(self, scope: str, under: Entity | None) -> EntityList:
        """What there is."""
        assert (scope, under) == ("server", None)
        return EntityList(self.listed)

    def ask(self, *, log: bool = True) -> Investigation:
        """Ask, and there is an answer."""
        source = Source("mailprotector", *cast("tuple[Provider, Browser, MailLog]", (self,) * 3))
        source = source if log else replace(source, mail_log=None)
        declared: Mapping[Entity, Any] = {}
        found = investigate(QUESTION, source, declared)
        assert found is not None
        return found


def test_a_log_that_breaks_off_between_pages() -> None:
    """What was read is shown, and it is said that this was not all."""
    found = Fake((Page((entry(1),)), BROKEN)).ask()

    assert [one.id for one in found.entries] == ["log-1"]
    assert found.torn
    assert found.doubts == ("the log: the line went dead",)
    assert found.incomplete


def test_a_log_that_is_not_proven_whole() -> None:
    """A doubt of the listing is one of the answer."""
    found = Fake((Page((entry(1),), doubt="a page was short"),)).ask()

    assert (found.torn, found.doubts) == (True, ("the log: a page was short",))
    assert found.incomplete


def test_a_log_that_is_whole_leaves_no_doubt() -> None:
    """Two pages are read to their end."""
    found = Fake((Page((entry(1),)), Page((entry(2),), 2))).ask()

    assert (len(found.entries), found.torn, found.doubts) == (2, False, ())
    assert not found.incomplete


def test_no_more_is_read_than_is_shown() -> None:
    """After so many rows no further page is asked for, and the answer says that it is cut."""
    fake = Fake((Page(tuple(map(entry, range(SHOWN + 5)))), BROKEN))
    found = fake.ask()

    assert (len(found.entries), fake.pages_read) == (SHOWN, 1)
    assert found.doubts == (f"the log: only the latest {SHOWN} are looked at",)
    assert (found.torn, found.incomplete) == (False, False)


def test_the_latest_senders_are_judged() -> None:
    """Of many senders the rules are looked at for the first few."""
    rows = tuple(entry(number, f"s{number}@vendor.example") for number in range(JUDGED + 3))
    found = Fake((Page(rows),)).ask()

    assert [one.sender for one in found.judgements] == [one.sender for one in rows[:JUDGED]]


@pytest.mark.parametrize(
    ("user", "home", "recipient"),
    [(USER, f"users/{ADDRESS}", ""), (None, "domains/acme.example", ADDRESS)],
)
def test_what_is_searched(user: FoundUser | None, home: str, recipient: str) -> None:
    """Below a user everything is the user's; in a domain only what came for the address."""
    fake = Fake((Page(()),), user=user)
    fake.ask()

    assert fake.searched is not None
    entity, search = fake.searched
    assert entity.path == home
    assert search == Search(
        recipient=recipient, sender="vendor", subject="invoice", since=QUESTION.since
    )


def test_rules_above_that_cannot_be_read() -> None:
    """A block of the user is not certain where an allow may stand above, and it is said where."""
    block = LiveRule(RuleKey(Action.BLOCK, parse_match("vendor.example")), "vendor.example", "1")
    levels = (Level(USER.ref, USER.path, (block,)), BROKEN)
    found = Fake((Page((entry(1),)),), levels=levels).ask()

    (judged,) = found.judgements
    assert (judged.action, judged.certain) == (Action.BLOCK, False)
    assert found.doubts == (f"rules at or above {USER.path}: the line went dead",)
    assert found.incomplete


def test_a_level_whose_rules_may_not_be_all() -> None:
    """It is named, and no block below it is certain."""
    block = LiveRule(RuleKey(Action.BLOCK, parse_match("vendor.example")), "vendor.example", "1")
    found = Fake(
        (Page((entry(1),)),), levels=(Level(USER.ref, USER.path, (block,), complete=False),)
    ).ask()

    assert [one.certain for one in found.judgements] == [False]
    assert found.doubts == (f"the rules of {USER.path}: the listing is not proven whole",)
    assert found.incomplete


@pytest.mark.parametrize("code", [Code.NOT_FOUND, Code.NOT_KNOWN])
def test_neither_user_nor_domain(code: Code) -> None:
    """Only what is known not to exist is nobody; what cannot be read is a doubt."""
    error = MpctlError(Diagnostic(code, "no"))
    fake = Fake((Page(()),), levels=(error,), user=None)
    source = Source("mailprotector", *cast("tuple[Provider, Browser, MailLog]", (fake,) * 3))

    found = investigate(QUESTION, source, {})

    assert (found is None) is (code is Code.NOT_FOUND)


def test_a_level_above_that_is_not_found() -> None:
    """The user is there, so this is a doubt about what stands above."""
    levels = (Level(USER.ref, USER.path, ()), MpctlError(Diagnostic(Code.NOT_FOUND, "gone")))

    found = Fake((Page((entry(1),)),), levels=levels).ask()

    assert found.doubts == (f"rules at or above {USER.path}: gone",)


def test_a_service_that_keeps_no_log() -> None:
    """That is said, and is how the service is: nothing failed."""
    found = Fake().ask(log=False)

    assert found.doubts == ("what became of messages: the service keeps no log that can be read",)
    assert (found.asked, found.incomplete) == (False, False)


HELD: Final = HeldMessage(
    "7", sender="y@vendor.example", recipients=(ADDRESS,), mailbox=ADDRESS, received=NOW
)


def test_who_is_held_comes_first() -> None:
    """The senders of held messages are judged before those of the log."""
    found = Fake((Page((entry(1),)),), held_rows=(HELD,)).ask()

    assert [one.sender for one in found.judgements] == ["y@vendor.example", "x@vendor.example"]


def test_an_entry_that_is_still_held_is_marked() -> None:
    """By the held messages that were read."""
    logged = entry(1, "y@vendor.example")
    found = Fake((Page((logged, entry(2))),), held_rows=(HELD,)).ask()

    assert found.marks == {"log-1": ("7",), "log-2": ()}


PERMITTING: Final = replace(
    SERVICE, settings={name: cast("Any", None) for name in PERMITS.values()}
)


def unread(code: Code) -> LiveState:
    """A user whose settings are not told."""
    user = Entity("mailprotector", "users", f"{ID_PREFIX}7")
    return LiveState(
        Account("mailprotector"), unread={user: Diagnostic(code, "the line went dead")}
    )


@pytest.mark.parametrize(
    ("live", "doubts"),
    [
        (BROKEN, ("the release permissions: the line went dead",)),
        (unread(Code.UNAVAILABLE), ("the release permissions: the line went dead",)),
        (unread(Code.UNSUPPORTED_SETTING), ()),
    ],
)
def test_permissions_that_cannot_be_read(
    live: LiveState | MpctlError, doubts: tuple[str, ...]
) -> None:
    """That is a doubt; that a level keeps no such settings is none."""
    found = Fake((Page(()),), live=live, service=PERMITTING).ask()

    assert (found.doubts, found.incomplete) == (doubts, bool(doubts))
    values = {grant.value for grants in found.permissions.values() for grant in grants}
    assert values <= {None}


@pytest.mark.parametrize("count", [0, 2])
def test_a_service_of_several_that_knows_no_recipients(count: int) -> None:
    """Which of them gets the mail nobody can tell, so it is bad usage; the only one is meant."""
    server = replace(capabilities(), scopes={"server": Scope("server", "server/mx.example")})
    one = Listed(Ref("server", "1"), "server/mx.example")
    levels = (Level(one.ref, one.path, ()),)

    assert Fake(levels=levels, listed=(one,), service=server).ask(log=False).home.path == one.path
    with pytest.raises(MpctlError, match="does not tell whose mail") as refused:
        Fake(levels=levels, listed=(one,) * count, service=server).ask(log=False)
    assert refused.value.exit_code is ExitCode.USAGE
