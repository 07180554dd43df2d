"""All messages of the service: which are held, and what was delivered to whom, and how often."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from mpctl.sandbox.mailprotector.entities import Document, Key
from mpctl.sandbox.mailprotector.mail import Mail

FIRST_MESSAGE_ID = 1_985_000_110


@dataclass(frozen=True, slots=True)
class Delivery:
    """One held message that was let go, and everybody whom it went to that time."""

    message: int
    recipients: tuple[str, ...]


class MailRoom:
    """A mutable index of messages. Ids come from one counter and are never used twice."""

    def __init__(
        self,
        mails: Iterable[Mail] = (),
        *,
        next_id: int = FIRST_MESSAGE_ID,
        released: Iterable[int] = (),
        deliveries: Iterable[Delivery] = (),
    ) -> None:
        self._mails = {mail.id: mail for mail in mails}
        self._released = set(released)
        self.next_id = max([next_id, *(number + 1 for number in self._mails)])
        self.deliveries = tuple(deliveries)

    def all(self) -> tuple[Mail, ...]:
        """Return every message that the logs tell of, held or not."""
        return tuple(self._mails.values())

    def held(self) -> tuple[Mail, ...]:
        """Return the messages that are in a quarantine."""
        return tuple(mail for mail in self._mails.values() if self.holds(mail.id))

    def holds(self, number: int) -> bool:
        """Whether the message is in a quarantine."""
        return self.was_held(number) and number not in self._released

    def was_held(self, number: int) -> bool:
        """Whether the message is in a quarantine, or was until it was let go."""
        mail = self._mails.get(number)
        return mail is not None and bool(mail.decision.hold)

    def __getitem__(self, number: int) -> Mail:
        return self._mails[number]

    def add(self, mail: Mail) -> Mail:
        """Take a message in under a fresh id, and return it with that id."""
        fresh = replace(mail, id=self.next_id)
        self.next_id += 1
        self._mails[fresh.id] = fresh
        return fresh

    def deliver(self, number: int, recipients: tuple[str, ...]) -> None:
        """Send a message to `recipients`; it leaves the quarantine, if it was still there."""
        self._released.add(number)
        self.deliveries = (*self.deliveries, Delivery(number, recipients))

    def received(self) -> Counter[tuple[int, str]]:
        """Count what came out of the quarantine, by message and recipient."""
        return Counter((one.message, to) for one in self.deliveries for to in one.recipients)

    def owners(self) -> set[Key]:
        """Return the places that messages belong to."""
        return {mail.place for mail in self._mails.values()}

    def written(self) -> Document:
        """Return all of it as it stands in the state file."""
        return {
            "next_id": self.next_id,
            "mails": [mail.written() for mail in self._mails.values()],
            "released": sorted(self._released),
            "deliveries": [asdict(one) for one in self.deliveries],
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "MailRoom":
        """Return what a state file holds; any error when it makes no sense."""
        return cls(
            map(Mail.read, document["mails"]),
            next_id=int(document["next_id"]),
            released=map(int, document["released"]),
            deliveries=[
                Delivery(int(row["message"]), tuple(row["recipients"]))
                for row in document["deliveries"]
            ],
        )
