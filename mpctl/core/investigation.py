"""Why a message did not arrive: everything that was found out, as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mpctl.core.bearing import Judgement, Layer, judge
from mpctl.core.browse import FoundUser
from mpctl.core.capabilities import Capabilities
from mpctl.core.entity import Entity
from mpctl.core.layers import policy_layers
from mpctl.core.mail import HeldMessage, LogEntry, Message
from mpctl.core.match import Kind, Match, MatchError, parse_match
from mpctl.core.permission import PERMITS, Grant
from mpctl.core.state import DesiredEntity


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to know: mail for `recipient`, a canonical address, since a time.

    `sender` is an address, a domain, or a part of either, empty for any; `subject` is a part.
    """

    recipient: str
    since: datetime
    sender: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Investigation:
    """What was found. `home` is the entity nearest to the recipient that there is.

    `asked` tells whether messages were looked for, `torn` that not all of them could be read.
    `permissions` are, by name, those that a release needs, at every level from the nearest up.
    `marks` are, by the id of a log entry, the ids of the held messages that it may tell of.
    `doubts` say what could not be found out; `incomplete` that the reason is no wish of the asker
    and no limit of the service: something that was asked for could not be read, or is not proven.
    """

    question: Question
    home: Entity
    user: FoundUser | None = None
    entries: tuple[LogEntry, ...] = ()
    held: tuple[HeldMessage, ...] = ()
    marks: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)
    layers: tuple[Layer, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    permissions: Mapping[str, tuple[Grant, ...]] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()
    asked: bool = True
    torn: bool = False
    incomplete: bool = False


def senders(question: Question, messages: Sequence[Message]) -> tuple[Match, ...]:
    """Whose rules to look at: the sender that was asked for, else everybody who wrote.

    Both the envelope's sender and the one of the From header count: which of them a service
    compares is not documented everywhere.
    """
    asked = _address(question.sender)
    if asked is not None:
        return (asked,)
    spelt = [text for one in messages for text in (one.sender, _bare(one.author)) if text]
    found = dict.fromkeys(match for text in spelt if (match := _address(text)) is not None)
    return tuple(found) or tuple(filter(None, [_address(f"any@{question.sender}")]))


def _address(text: str) -> Match | None:
    try:
        return parse_match(text, Kind.EMAIL)
    except MatchError:
        return None


def _bare(author: str) -> str:
    """The address of a From header."""
    from email.utils import parseaddr  # noqa: PLC0415 - slow to import, and rarely needed

    return parseaddr(author)[1]


def by_policies(
    question: Question,
    target: str,
    desired: Mapping[Entity, DesiredEntity],
    service: Capabilities,
    now: datetime,
) -> Investigation:
    """What the policies of a target alone say about mail for an address."""
    own = [one for entity, one in desired.items() if entity.target == target]
    found = list(policy_layers(question.recipient, own, service, now))
    layers = tuple(layer for _, layer in found)
    return Investigation(
        question=question,
        home=found[0][0].entity if found else _domain_of(question, target),
        layers=layers,
        judgements=tuple(judge(one, layers, service) for one in senders(question, ())),
        permissions={
            name: tuple(_declared(one, name) for one, layer in found if layer.above)
            for name in PERMITS.values()
            if name in service.settings
        },
        doubts=("no service was asked: what is live, and what became of messages, is not known",),
        asked=False,
    )


def _declared(one: DesiredEntity, name: str) -> Grant:
    """A permission as the policies alone tell of it."""
    setting = one.settings.get(name)
    value = setting.value if setting else None
    return Grant(one.entity.path, value, value, setting.origin if setting else one.origin)


def _domain_of(question: Question, target: str) -> Entity:
    return Entity(target, "domains", question.recipient.rpartition("@")[2])
