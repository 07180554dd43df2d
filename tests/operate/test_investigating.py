"""What is found out about somebody's mail, also where a service breaks off in the middle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

import pytest

from mpctl.core.browse import FoundUser, Level
from mpctl.core.capabilities import Scope
from mpctl.core.entity import Entity, Ref
from mpctl.core.investigation import Investigation, Question
from mpctl.core.mail import HeldMessage, LogEntry, Page, Search
from mpctl.core.match import parse_match
from mpctl.core.rule import Action, LiveRule, RuleKey
from mpctl.core.state import Account, LiveState
from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.operate import Source, investigate
from mpctl.operate.investigating import JUDGED, SHOWN
from mpctl.ports import Browser, MailLog, Provider
from tests.strategies import capabilities

NOW: Final = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ADDRESS: Final = "alice.ng@acme.example"
QUESTION: Final = Question(ADDRESS, NOW - timedelta(days=1), sender="vendor", subject="invoice")
USER: Final = FoundUser(Ref("users", "7"), f"users/{ADDRESS}", "Default", "acme.example", ())
BROKEN: Final = MpctlError(Diagnostic(Code.NOT_KNOWN, "the line went dead"))
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
    searched: tuple[Entity, Search] | None = None
    pages_read: int = 0

    @property
    def capabilities(self) -> Any:
        """Users below domains."""
        return SERVICE

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
        """Nothing."""
        assert (entity, search) == self.searched
        yield Page(())

    def fetch(self, wanted: Any) -> LiveState:
        """No setting is told."""
        del wanted
        return LiveState(Account("mailprotector", "400"))

    def ask(self) -> Investigation:
        """Ask, and there is an answer."""
        source = Source("mailprotector", *cast("tuple[Provider, Browser, MailLog]", (self,) * 3))
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


def test_a_log_that_is_not_proven_whole() -> None:
    """A doubt of the listing is one of the answer."""
    found = Fake((Page((entry(1),), doubt="a page was short"),)).ask()

    assert (found.torn, found.doubts) == (True, ("the log: a page was short",))


def test_a_log_that_is_whole_leaves_no_doubt() -> None:
    """Two pages are read to their end."""
    found = Fake((Page((entry(1),)), Page((entry(2),), 2))).ask()

    assert (len(found.entries), found.torn, found.doubts) == (2, False, ())


def test_no_more_is_read_than_is_shown() -> None:
    """After so many rows no further page is asked for, and the answer says that it is cut."""
    fake = Fake((Page(tuple(map(entry, range(SHOWN + 5)))), BROKEN))
    found = fake.ask()

    assert (len(found.entries), fake.pages_read) == (SHOWN, 1)
    assert found.doubts == (f"the log: only the latest {SHOWN} are looked at",)
    assert not found.torn


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


def test_a_level_whose_rules_may_not_be_all() -> None:
    """It is named, and no block below it is certain."""
    block = LiveRule(RuleKey(Action.BLOCK, parse_match("vendor.example")), "vendor.example", "1")
    found = Fake(
        (Page((entry(1),)),), levels=(Level(USER.ref, USER.path, (block,), complete=False),)
    ).ask()

    assert [one.certain for one in found.judgements] == [False]
    assert found.doubts == (f"the rules of {USER.path}: the listing is not proven whole",)


@pytest.mark.parametrize("code", [Code.NOT_FOUND, Code.NOT_KNOWN])
def test_neither_user_nor_domain(code: Code) -> None:
    """Only what is known not to exist is nobody; what cannot be read is a doubt."""
    error = MpctlError(Diagnostic(code, "no"))
    fake = Fake((Page(()),), levels=(error,), user=None)
    source = Source("mailprotector", *cast("tuple[Provider, Browser, MailLog]", (fake,) * 3))

    found = investigate(QUESTION, source, {})

    assert (found is None) is (code is Code.NOT_FOUND)
