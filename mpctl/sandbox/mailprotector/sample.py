"""Data sets to start from: a builder for tests, and two ready forms, tiny and big."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from mpctl.sandbox.mailprotector.documents import merged, permission
from mpctl.sandbox.mailprotector.entities import Directory, Document, Entity, Key, Scope
from mpctl.sandbox.mailprotector.mail import Decision, Mail
from mpctl.sandbox.mailprotector.mailroom import FIRST_MESSAGE_ID, MailRoom
from mpctl.sandbox.mailprotector.rulebook import Rule, RuleBook, RuleType

Values = str | Iterable[str]

FIRST_RULE_ID = 610_001
FIRST_IDS: Mapping[Scope, int] = {
    Scope.RESELLERS: 400,
    Scope.CUSTOMERS: 5001,
    Scope.DOMAINS: 9101,
    Scope.USER_GROUPS: 3101,
    Scope.USERS: 70001,
}


@dataclass(frozen=True)
class SampleData:
    """A data set: who there is, what is set, what passed, and whose key is the sandbox's."""

    entities: tuple[Entity, ...]
    key_reseller: Key
    rules: tuple[Rule, ...] = ()
    configuration: Mapping[Key, Document] = field(default_factory=dict)
    mails: tuple[Mail, ...] = ()

    def rulebook(self) -> RuleBook:
        """Return the rules in a book that gives out fresh ids."""
        next_id = max((rule.id for rule in self.rules), default=FIRST_RULE_ID - 1) + 1
        return RuleBook(self.rules, next_id=next_id)

    def mailroom(self) -> MailRoom:
        """Return the messages in a mail room that gives out fresh ids."""
        return MailRoom(self.mails)

    @staticmethod
    def tiny(domains: Mapping[str, Mapping[str, Iterable[str]]]) -> "SampleData":
        """Return one customer's domains, from `{"a.example": {"allow": [...], "block": [...]}}`."""
        builder = SampleBuilder()
        customer = builder.customer("Acme Widgets", builder.reseller("Harbor IT Services"))
        for name, rules in domains.items():
            builder.rules(builder.domain(name, customer), **rules)
        return builder.build()

    @staticmethod
    def big(*, domains: int, rules: int) -> "SampleData":
        """Return `domains` domains with `rules` block rules each, ten domains to a customer."""
        builder = SampleBuilder()
        reseller = builder.reseller("Harbor IT Services")
        for number in range(domains):
            if number % 10 == 0:
                customer = builder.customer(f"Customer {number // 10:05}", reseller)
            blocks = [f"sender{n:05}.d{number:05}.example" for n in range(rules)]
            builder.domain(f"d{number:05}.example", customer, block=blocks)
        return builder.build()


class SampleBuilder:
    """Collects entities and what is set on them; every method returns the entity's key.

    Ids count up from those of the Mailprotector reference, section 16, unless they are given.
    Values are given as a list, or as one text with spaces between them.
    """

    def __init__(self) -> None:
        self._entities: dict[Key, Entity] = {}
        self._rules: list[Rule] = []
        self._configuration: dict[Key, Document] = {}
        self._next = dict(FIRST_IDS)
        self._mails: list[dict[str, Any]] = []

    def reseller(self, name: str, *, id_: int | None = None) -> Key:
        """Add a reseller; the key of the sandbox belongs to the first."""
        return self._add(Scope.RESELLERS, name, id_)

    def customer(
        self,
        name: str,
        reseller: Key,
        *,
        id_: int | None = None,
        allow: Values = (),
        block: Values = (),
    ) -> Key:
        """Add a customer of a reseller."""
        key = self._add(Scope.CUSTOMERS, name, id_, owner=reseller)
        return self.rules(key, allow=allow, block=block)

    def domain(
        self,
        name: str,
        customer: Key,
        *,
        id_: int | None = None,
        pending: bool = False,
        allow: Values = (),
        block: Values = (),
    ) -> Key:
        """Add a domain of a customer."""
        key = self._add(Scope.DOMAINS, name, id_, owner=customer, pending=pending)
        return self.rules(key, allow=allow, block=block)

    def alias_domain(
        self, name: str, domain: Key, *, id_: int | None = None, pending: bool = False
    ) -> Key:
        """Add a second name of a domain."""
        owner = self._entities[domain].owner
        return self._add(Scope.DOMAINS, name, id_, owner=owner, alias_of=domain, pending=pending)

    def user_group(self, name: str, domain: Key, *, id_: int | None = None) -> Key:
        """Add a user group of a domain."""
        return self._add(Scope.USER_GROUPS, name, id_, owner=domain)

    def user(self, full_name: str, group: Key, *, id_: int | None = None) -> Key:
        """Add a user; "Alice Ng" is alice.ng at the group's domain, "Carol" is carol."""
        first, _, last = full_name.partition(" ")
        name = full_name.lower().replace(" ", ".")
        return self._add(Scope.USERS, name, id_, owner=group, first_name=first, last_name=last)

    def alias_user(self, name: str, user: Key, *, id_: int | None = None) -> Key:
        """Add a second address of a user."""
        owner = self._entities[user].owner
        return self._add(Scope.USERS, name, id_, owner=owner, alias_of=user)

    def rules(self, key: Key, *, allow: Values = (), block: Values = ()) -> Key:
        """Add rules, blocks first."""
        for rule_type, values in ((RuleType.BLOCK, block), (RuleType.ALLOW, allow)):
            for value in _words(values):
                self._rules.append(Rule(FIRST_RULE_ID + len(self._rules), key, value, rule_type))
        return key

    def permissions(self, key: Key, **permissions: bool) -> Key:
        """Set release permissions locally, such as `allow_spam_release=True`."""
        for name, value in permissions.items():
            local = self._configuration.get(key, {})
            self._configuration[key] = merged(local, permission(name, value))
        return key

    def mail(
        self,
        received: str,
        sender: str | None,
        to: Values,
        subject: str,
        *,
        decision: str = "default",
        findings: Values = ("spf_pass",),
        **details: Any,
    ) -> int:
        """Add a message, received at an ISO 8601 time in UTC, and return its id.

        `details` are other fields of `Mail`. It belongs to the first recipient, or to its sender
        when it is outbound.
        """
        number = FIRST_MESSAGE_ID + len(self._mails)
        self._mails.append(
            {
                "id": number,
                "sender": sender,
                "recipients": _words(to),
                "subject": subject,
                "received": datetime.fromisoformat(received).replace(tzinfo=UTC),
                "decision": Decision(decision),
                "findings": _words(findings),
                **details,
            }
        )
        return number

    def build(self) -> SampleData:
        """Return the data set; ValueError when a message is nobody's."""
        key_reseller = next(key for key in self._entities if key.scope is Scope.RESELLERS)
        directory = Directory(self._entities.values(), key_reseller)
        return SampleData(
            tuple(self._entities.values()),
            key_reseller,
            tuple(self._rules),
            self._configuration,
            tuple(Mail(place=_place(fields, directory), **fields) for fields in self._mails),
        )

    def _add(self, scope: Scope, name: str, id_: int | None, **details: Any) -> Key:
        key = Key(scope, self._next[scope] if id_ is None else id_)
        self._next[scope] = max(self._next[scope], key.id + 1)
        if key in self._entities:
            raise ValueError(f"the sample data has {key} twice")
        self._entities[key] = Entity(key, name, **details)
        return key


def _words(values: Values) -> tuple[str, ...]:
    return tuple(values.split() if isinstance(values, str) else values)


def _place(mail: Mapping[str, Any], directory: Directory) -> Key:
    owner = mail["sender"] if mail.get("outbound") else mail["recipients"][0]
    place = directory.place_of(owner or "")
    if place is None:
        raise ValueError(f"the sample data has nobody with the address {owner}")
    return place
