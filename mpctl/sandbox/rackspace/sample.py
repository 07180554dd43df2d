"""Data sets to start from, and a builder for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mpctl.sandbox.rackspace.answers import Document
from mpctl.sandbox.rackspace.directory import Account, Domain, Key, Mailbox, Scope
from mpctl.sandbox.rackspace.entries import ListName

Values = str | Iterable[str]
SERVICES = ("exchange", "rsemail", "both", "none")


@dataclass(frozen=True)
class SampleData:
    """A data set: who there is, what is set, and whose keys are the sandbox's."""

    accounts: tuple[Account, ...]
    domains: tuple[Domain, ...]
    mailboxes: tuple[Mailbox, ...]
    own_account: str
    lists: Mapping[Key, dict[ListName, tuple[str, ...]]] = field(default_factory=dict)
    settings: Mapping[Key, Document] = field(default_factory=dict)

    @staticmethod
    def big(*, mailboxes: int, rules: int = 0) -> "SampleData":
        """Return one domain, acme.example, with so many Exchange mailboxes and blocks in each."""
        builder = SampleBuilder("12345678", "Harbor IT Services")
        domain = builder.domain("acme.example", service="exchange")
        blocks = [f"@sender{number:05}.example" for number in range(rules)]
        for number in range(mailboxes):
            builder.lists(builder.ex_mailbox(f"u{number:05}", domain), block=blocks)
        return builder.build()


class SampleBuilder:
    """Collects accounts, domains, mailboxes and what is set on them.

    Everything that can have lists and settings is known by its key. Values are given as a list, or
    as one text with spaces between them.
    """

    def __init__(self, number: str, name: str) -> None:
        """Begin with the account of the sandbox's keys."""
        self._own_account = number
        self._accounts = {number: Account(number, name)}
        self._domains: dict[str, Domain] = {}
        self._mailboxes: dict[Key, Mailbox] = {}
        self._lists: dict[Key, dict[ListName, tuple[str, ...]]] = {}
        self._settings: dict[Key, Document] = {}

    def account(self, number: str, name: str, *, reference: str = "", below: bool = True) -> str:
        """Add another account, below that of the keys or a stranger's; gives its number."""
        parent = self._own_account if below else None
        self._accounts[number] = Account(number, name, reference, parent)
        return number

    def domain(
        self, name: str, *, service: str = "both", account: str = "", aliases: Values = ()
    ) -> Key:
        """Add a domain, by default of the keys' own account."""
        if service not in SERVICES:
            raise ValueError(f"{service!r} is not a service; choose from {', '.join(SERVICES)}")
        key = Key.of(Scope.DOMAINS, name)
        owner = account or self._own_account
        self._domains[key.name] = Domain(name, owner, service, tuple(_words(aliases)))
        return key

    def ex_mailbox(self, local_part: str, domain: Key, name: str = "", **details: Any) -> Key:
        """Add an Exchange mailbox; `details` are those of Mailbox."""
        return self._add(Scope.EX_MAILBOXES, local_part, domain, name, details)

    def rs_mailbox(self, local_part: str, domain: Key, name: str = "", **details: Any) -> Key:
        """Add a Rackspace Email mailbox."""
        return self._add(Scope.RS_MAILBOXES, local_part, domain, name, details)

    def lists(
        self,
        key: Key,
        *,
        block: Values = (),
        allow: Values = (),
        ip_block: Values = (),
        ip_allow: Values = (),
    ) -> Key:
        """Add entries, whatever they are."""
        given = {
            ListName.BLOCK: block,
            ListName.SAFE: allow,
            ListName.IP_BLOCK: ip_block,
            ListName.IP_SAFE: ip_allow,
        }
        own = self._lists.setdefault(key, {})
        for list_, values in given.items():
            own[list_] = (*own.get(list_, ()), *_words(values))
        return key

    def settings(self, key: Key, **settings: Any) -> Key:
        """Set what is not the default, in the shape that a GET answers."""
        self._settings[key] = {**self._settings.get(key, {}), **settings}
        return key

    def build(self) -> SampleData:
        """Return the data set."""
        return SampleData(
            tuple(self._accounts.values()),
            tuple(self._domains.values()),
            tuple(self._mailboxes.values()),
            self._own_account,
            self._lists,
            self._settings,
        )

    def _add(
        self, scope: Scope, local_part: str, domain: Key, name: str, details: Mapping[str, Any]
    ) -> Key:
        key = Key.of(scope, f"{local_part}@{domain.name}")
        if any(other.name == key.name for other in self._mailboxes):
            raise ValueError(f"the sample data has {key.name} twice")
        display_name = name or local_part.replace(".", " ").title()
        self._mailboxes[key] = Mailbox(key, display_name, **details)
        return key


def _words(values: Values) -> Iterable[str]:
    return values.split() if isinstance(values, str) else values
