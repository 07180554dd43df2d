"""The outbound queue: messages that wait, and what an operator does to them (section 9)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True)
class Recipient:
    """One recipient of a message. Times are RFC 3339 in UTC.

    `status` is "scheduled", or an object with one of `completed`, `temp_fail`, `perm_fail`.
    """

    address: str
    next_retry: str
    status: str | Mapping[str, str] = "scheduled"
    queue: str = "remote"
    retry_num: int = 0
    next_notify: str = "2026-11-22T09:00:00Z"
    expires: str = "2026-11-26T09:00:00Z"

    @property
    def waits(self) -> bool:
        """Whether delivery will be tried again."""
        return self.status == "scheduled" or "temp_fail" in self.status


@dataclass(frozen=True)
class QueuedMessage:
    """One accepted message on its way out."""

    id: int
    return_path: str
    recipients: tuple[Recipient, ...]
    created: str = "2026-11-21T09:00:00Z"
    size: int = 1451
    blob_hash: str = "ykrZ_KghvdG2AdjH4AZajkSvZvcsxP_oI2HEZvw-tS0"
    priority: int | None = None
    env_id: str | None = None

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "QueuedMessage":
        """Return the message of a state file."""
        recipients = tuple(Recipient(**row) for row in document["recipients"])
        return cls(**{**document, "recipients": recipients})

    def written(self) -> Document:
        """Return the message as it stands in the state file."""
        return asdict(self)

    @property
    def due(self) -> datetime:
        """When the first of its recipients is tried next."""
        return min(moment(one.next_retry) for one in self.recipients)

    def reaches(self, text: str) -> bool:
        """Whether a recipient contains the text."""
        return any(text in one.address for one in self.recipients)

    def rescheduled(self, at: datetime, text: str) -> "QueuedMessage":
        """Return the message with matching recipients that wait due at a moment."""
        due = written_moment(at)
        return replace(
            self,
            recipients=tuple(
                replace(one, next_retry=due) if one.waits and text in one.address else one
                for one in self.recipients
            ),
        )

    def without(self, text: str) -> "QueuedMessage | None":
        """Return the message without matching recipients, None when nobody is left."""
        left = tuple(one for one in self.recipients if text not in one.address)
        return replace(self, recipients=left) if left else None

    def document(self, *, grouped: bool) -> Document:
        """Return the message as the service shows it, up to v0.12 grouped by domain."""
        extras = {"priority": self.priority, "env_id": self.env_id}
        return {
            "id": self.id,
            "return_path": self.return_path,
            **(self._domains() if grouped else self._flat()),
            "created": self.created,
            "size": self.size,
            "blob_hash": self.blob_hash,
            **{name: value for name, value in extras.items() if value is not None},
        }

    def _flat(self) -> Document:
        return {"recipients": [_shown(one) for one in self.recipients]}

    def _domains(self) -> Document:
        names = dict.fromkeys(one.address.rpartition("@")[2] for one in self.recipients)
        return {"domains": [self._domain(name) for name in names]}

    def _domain(self, name: str) -> Document:
        inside = [one for one in self.recipients if one.address.endswith(f"@{name}")]
        first = inside[0]
        return {
            "name": name,
            "status": first.status,
            "recipients": [{"address": one.address, "status": one.status} for one in inside],
            "retry_num": first.retry_num,
            "next_retry": first.next_retry,
            "next_notify": first.next_notify,
            "expires": first.expires,
        }


def _shown(recipient: Recipient) -> Document:
    return {
        "address": recipient.address,
        "queue": recipient.queue,
        "status": recipient.status,
        "retry_num": recipient.retry_num,
        "next_retry": recipient.next_retry,
        "next_notify": recipient.next_notify,
        "expires": recipient.expires,
    }


def moment(text: str) -> datetime:
    """Read an RFC 3339 time; ValueError when it is none, or has no zone."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found.astimezone(UTC)


def written_moment(at: datetime) -> str:
    """Return a time as the service writes it, in whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
