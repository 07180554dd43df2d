"""A message on its way through the filter: what rules can ask of it (section 6.3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email import message_from_string
from email.message import Message
from email.utils import getaddresses
from typing import Any

Value = int | float | str | list[str]

ADDRESS_PARTS = ("", ".local", ".domain")
ADDRESSES = ("from", "env_from", "reply_to", "env_to", "to", "cc", "bcc")
PLAIN = (
    "remote_ip", "remote_ip.ptr", "ehlo_domain", "asn", "country", "auth_as", "is_tls", "subject",
    "body",
)  # fmt: skip
VARIABLES = frozenset(PLAIN) | {name + part for name in ADDRESSES for part in ADDRESS_PARTS}
KNOWN_HEADERS = (
    "From", "To", "Cc", "Bcc", "Subject", "Date", "Message-ID", "Reply-To", "Sender", "Received",
    "Return-Path", "MIME-Version", "Content-Type", "DKIM-Signature", "List-Id",
)  # fmt: skip


def is_variable(name: str) -> bool:
    """Whether rules of scope `any` have a variable of this name."""
    return name in VARIABLES


def parse_message(text: str) -> Message | None:
    """Return the message, None when it has no header that is known."""
    message = message_from_string(text)
    return message if any(name in message for name in KNOWN_HEADERS) else None


def body_of(message: Message) -> str:
    """Return the text of a message that has one part."""
    payload = message.get_payload()
    return payload if isinstance(payload, str) else ""


@dataclass(frozen=True)
class Envelope:
    """How a message comes in, and from where."""

    remote_ip: str
    sender: str = ""
    recipients: tuple[str, ...] = ()
    ehlo: str = ""
    login: str = ""
    is_tls: bool = False


@dataclass(frozen=True)
class Scene:
    """All that an expression sees: variables, the tags so far, and the live lookup lists."""

    variables: Mapping[str, Value]
    look_up: Callable[[str, str], str | None] = lambda _, __: None
    tags: frozenset[str] = field(default_factory=frozenset)

    def variable(self, name: str) -> Value:
        """Return the value of a known variable; what there is nothing of is the empty string."""
        return self.variables.get(name, "")


def variables_of(message: Message, envelope: Envelope) -> dict[str, Value]:
    """Return the variables of a message and its envelope."""
    values: dict[str, Value] = {
        "remote_ip": envelope.remote_ip,
        "ehlo_domain": envelope.ehlo.lower(),
        "auth_as": envelope.login,
        "is_tls": int(envelope.is_tls),
        "subject": str(message.get("Subject", "")),
        "body": body_of(message),
    }
    for name, header in (("from", "From"), ("reply_to", "Reply-To")):
        values |= _single(name, (_addresses(message, header) or [""])[0])
    values |= _single("env_from", envelope.sender.lower())
    for name in ("to", "cc", "bcc"):
        values |= _several(name, _addresses(message, name))
    return values | _several("env_to", [address.lower() for address in envelope.recipients])


def _addresses(message: Message, header: str) -> list[str]:
    fields: list[Any] = message.get_all(header, [])
    pairs = getaddresses([str(one) for one in fields])
    return [address.lower() for _, address in pairs if address]


def _single(name: str, address: str) -> dict[str, Value]:
    return {name + part: PARTS[part](address) for part in ADDRESS_PARTS}


def _several(name: str, addresses: list[str]) -> dict[str, Value]:
    return {name + part: [PARTS[part](one) for one in addresses] for part in ADDRESS_PARTS}


def _unicode_domain(address: str) -> str:
    """Domains are turned from Punycode to Unicode; addresses are not."""
    return ".".join(_unicode_label(label) for label in address.rpartition("@")[2].split("."))


def _unicode_label(label: str) -> str:
    try:
        return label.encode("ascii").decode("idna") if label.startswith("xn--") else label
    except UnicodeError:
        return label


PARTS: Mapping[str, Callable[[str], str]] = {
    "": str,
    ".local": lambda address: address.rpartition("@")[0],
    ".domain": _unicode_domain,
}
