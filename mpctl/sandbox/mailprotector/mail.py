"""Messages that passed the filter, as logs and the quarantine show them (section 9)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from mpctl.sandbox.mailprotector.entities import PROVIDER, Directory, Document, Key, Scope
from mpctl.sandbox.mailprotector.findings import explained, weight

HIGHEST_SCORE = 1000


class Decision(StrEnum):
    """What became of a message."""

    DEFAULT = "default"
    DELIVER = "deliver"
    QUARANTINE_SPAM = "quarantine_spam"
    QUARANTINE_VIRUS = "quarantine_virus"
    QUARANTINE_POLICY = "quarantine_policy"
    BOUNCE = "bounce"
    ENCRYPT = "encrypt"
    DELETE = "delete"

    @property
    def hold(self) -> str:
        """The type of the quarantine that it leads to; empty when to none."""
        head, _, kind = self.partition("_")
        return kind if head == "quarantine" else ""


@dataclass(frozen=True, slots=True)
class Mail:
    """One message for one mailbox.

    `place` is the user, or the domain where nobody has the address, whose mail it is: received, or
    sent when it is outbound. `sender` is the envelope's, None for a bounce; `author` the From
    header. `findings` are codes of results, which add up to the score.
    """

    id: int
    place: Key
    sender: str | None
    recipients: tuple[str, ...]
    subject: str
    received: datetime
    decision: Decision = Decision.DEFAULT
    author: str = ""
    outbound: bool = False
    findings: tuple[str, ...] = ()
    origin: str = "192.0.2.152"
    host: str = ""

    @property
    def direction(self) -> str:
        """Which way it went."""
        return "outbound" if self.outbound else "inbound"

    @property
    def score(self) -> int:
        """What its findings weigh together, at most 1000."""
        return min(HIGHEST_SCORE, sum(map(weight, self.findings)))

    @property
    def log_id(self) -> str:
        """The id of its log entry, which is not the id of the message."""
        return str(uuid5(NAMESPACE_URL, f"log:{self.id}"))

    @property
    def header(self) -> str:
        """The From header."""
        return self.author or self.sender or "MAILER-DAEMON (Mail Delivery System)"

    def written(self) -> Document:
        """Return the message as it stands in the state file."""
        return asdict(self) | {"place": str(self.place), "received": self.received.isoformat()}

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "Mail":
        """Return the message of a state file; any error when it makes no sense."""
        row = dict(document)
        return cls(
            place=Key.parse(row.pop("place")),
            recipients=tuple(row.pop("recipients")),
            received=datetime.fromisoformat(row.pop("received")),
            decision=Decision(row.pop("decision")),
            findings=tuple(row.pop("findings")),
            **row,
        )


def log_entry(mail: Mail, directory: Directory) -> Document:
    """Return a log entry (section 9.1)."""
    host = mail.host or f"mail.{mail.header.rpartition('@')[2].strip('>') or 'unknown.example'}"
    return {
        "id": mail.log_id,
        "uuid": mail.log_id,
        "sender": mail.sender,
        "from": mail.header,
        "recipient": mail.recipients[0],
        "score": {"score": mail.score},
        "direction": mail.direction,
        "origin": mail.origin,
        "subject": mail.subject,
        **_belongs_to(mail.place, directory),
        "provider": dict(PROVIDER),
        "received_at": _milliseconds(mail.received) + "+00:00",
        "decision": str(mail.decision),
        "results_data": list(mail.findings),
        "rule_ids": [],
        "helo": host,
        "ptr": host,
        "ip": mail.origin,
        "postfix_queue_id": mail.log_id.replace("-", "")[:10].upper(),
    }


def held_message(mail: Mail, directory: Directory) -> Document:
    """Return a held message (section 9.2)."""
    mailbox = directory.document(mail.place).get("primary_address", mail.recipients[0])
    return {
        "id": mail.id,
        "uuid": f"{uuid5(NAMESPACE_URL, f'message:{mail.id}')}.1".upper(),
        "address": mailbox,
        "recipients": list(mail.recipients),
        "sender": mail.sender,
        "to": ", ".join(mail.recipients),
        "from": mail.header,
        "cc": "",
        "subject": mail.subject,
        "received_at": _milliseconds(mail.received) + "Z",
        "direction": mail.direction,
        "quarantine_type": mail.decision.hold,
        "decision": str(mail.decision),
        "score": {"score": mail.score},
        "results": [explained(code, mail.direction) for code in mail.findings],
    }


def _belongs_to(place: Key, directory: Directory) -> Document:
    """Return references to everything that the message lies below; none is null."""
    chain = {key.scope: directory[key].reference for key in directory.chain(place)}
    return {name: chain.get(scope) for scope, name in _REFERENCES.items()}


def _milliseconds(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")


_REFERENCES: Mapping[Scope, str] = {
    Scope.USERS: "user",
    Scope.USER_GROUPS: "user_group",
    Scope.DOMAINS: "domain",
    Scope.CUSTOMERS: "customer",
    Scope.RESELLERS: "reseller",
}
