"""The permission that a held message waits for is read once for each mailbox, and not for many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

import pytest

from mpctl.core.browse import FoundUser, Level
from mpctl.core.entity import Entity, Ref
from mpctl.core.mail import HeldMessage
from mpctl.core.rule import SettingValue
from mpctl.core.state import Account, LiveEntity, LiveState, Reading
from mpctl.diagnostics import Code, Diagnostic, MpctlError
from mpctl.operate.permitting import MAILBOXES, Permissions
from mpctl.ports import Browser, Provider

SPAM: Final = "allow_spam_release"


@dataclass
class Fake:
    """A service in which every user has this value, or that cannot be read."""

    value: SettingValue | None = True
    broken: bool = False
    unread: bool = False
    asked: list[str] = field(default_factory=list)

    def find_user(self, address: str) -> FoundUser | None:
        """The user of an address."""
        self.asked.append(address)
        if self.broken:
            raise MpctlError(Diagnostic(Code.NOT_KNOWN, "the line went dead"))
        return FoundUser(Ref("users", "7"), f"users/{address}", "Default", "acme.example", ())

    def chain(self, entity: Entity, *, effective: bool) -> Iterator[Level]:
        """The user alone."""
        assert (entity.path, effective) == ("users/id:7", True)
        yield Level(Ref("users", "7"), "users/a@acme.example", ())

    def fetch(self, wanted: Sequence[Reading]) -> LiveState:
        """The value of the one setting that is asked for."""
        (one,) = wanted
        assert (one.entity.path, one.rules) == ("users/id:7", False)
        if self.unread:
            return LiveState(Account("mailprotector"))
        settings: dict[str, Any] = {} if self.value is None else {SPAM: self.value}
        live = LiveEntity(one.entity, "7", settings=settings)
        return LiveState(Account("mailprotector"), {one.entity: live})

    @property
    def permissions(self) -> Permissions:
        """What is known of the permissions here."""
        browser, provider = cast("Browser", self), cast("Provider", self)
        return Permissions("mailprotector", browser, provider, lambda _: None)


def held(mailbox: str, hold: str = "spam", recipient: str = "") -> HeldMessage:
    """A message that is held for a mailbox."""
    recipients = (recipient,) if recipient else ()
    return HeldMessage("1", mailbox=mailbox, hold=hold, recipients=recipients)


@pytest.mark.parametrize("value", [True, False, None])
def test_whether_it_is_permitted(*, value: bool | None) -> None:
    """Yes, no, or nobody knows; never no for what is not known."""
    assert Fake(value).permissions.permitted(held("a@acme.example")) is value


def test_what_is_not_told_is_unknown() -> None:
    """A level that cannot be read forbids nothing: nobody knows its value."""
    permissions = Fake(unread=True).permissions

    assert [grant.value for grant in permissions.grants(held("a@acme.example"))] == [None]
    assert permissions.permitted(held("a@acme.example")) is None


def test_each_permission_has_its_own_value() -> None:
    """Spam of a mailbox may be released where mail held by a policy may not."""
    permissions = Fake().permissions

    assert permissions.permitted(held("a@acme.example")) is True
    assert permissions.permitted(held("a@acme.example", "policy")) is None


def test_a_mailbox_is_the_same_in_any_case() -> None:
    """Its permissions are read once."""
    fake = Fake()
    permissions = fake.permissions

    for mailbox in ("a@acme.example", "A@Acme.example"):
        assert permissions.permitted(held(mailbox)) is True
    assert fake.asked == ["a@acme.example"]


def test_the_mailbox_counts_and_else_the_first_recipient() -> None:
    """Each is asked for once."""
    fake = Fake()
    permissions = fake.permissions
    for message in (
        held("a@acme.example", recipient="alias@acme.example"),
        held("", "spam", "b@x"),
    ):
        permissions.grants(message)
        permissions.grants(message)

    assert fake.asked == ["a@acme.example", "b@x"]


@pytest.mark.parametrize("message", [held("a@acme.example", "virus"), held("")])
def test_what_waits_for_no_permission(message: HeldMessage) -> None:
    """Nothing is asked for mail with a virus, or of a mailbox that nobody knows."""
    fake = Fake()

    assert (fake.permissions.grants(message), fake.asked) == ((), [])


def test_what_cannot_be_read_is_unknown_and_not_read_again() -> None:
    """Not even for another permission of the same mailbox."""
    fake = Fake(broken=True)
    permissions = fake.permissions

    for hold in ("spam", "spam", "policy"):
        assert permissions.permitted(held("a@acme.example", hold)) is None
    assert fake.asked == ["a@acme.example"]


def test_no_more_mailboxes_than_are_worth_it() -> None:
    """Beyond them nobody knows; those that were read stay known."""
    fake = Fake()
    permissions = fake.permissions
    boxes = [f"u{number}@acme.example" for number in range(MAILBOXES + 2)]

    known = [permissions.permitted(held(box)) for box in boxes]

    assert known == [True] * MAILBOXES + [None] * 2
    assert permissions.permitted(held(boxes[0])) is True
    assert len(fake.asked) == MAILBOXES
