"""Who there is: accounts, domains and mailboxes. Nothing here changes them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Scope(StrEnum):
    """What has spam settings and lists (the Rackspace reference, sections 6 and 9)."""

    EX_MAILBOXES = "ex_mailboxes"
    RS_MAILBOXES = "rs_mailboxes"
    DOMAINS = "domains"


class Key(NamedTuple):
    """What identifies such an entity: a domain's name or a mailbox's address, in lower case."""

    scope: Scope
    name: str

    def __str__(self) -> str:
        return f"{self.scope}/{self.name}"

    @classmethod
    def of(cls, scope: str, name: str) -> "Key":
        """Return the key of a name in any case."""
        return cls(Scope(scope), name.lower())

    @classmethod
    def parse(cls, text: str) -> "Key":
        """Read "ex_mailboxes/jo@acme.example"; ValueError when it is not of that form."""
        return cls.of(*text.split("/", 1))

    @property
    def domain(self) -> str:
        """The domain's name."""
        return self.name.rpartition("@")[2]


@dataclass(frozen=True)
class Account:
    """A customer; `parent` is the number of its reseller's account."""

    number: str
    name: str
    reference: str = ""
    parent: str | None = None


@dataclass(frozen=True)
class Domain:
    """A domain of an account; `service` is exchange, rsemail, both or none."""

    name: str
    account: str
    service: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mailbox:
    """A mailbox of a domain. Sizes are megabytes."""

    key: Key
    display_name: str
    enabled: bool = True
    size: int = 25_600
    current_usage: int = 0

    @property
    def local_part(self) -> str:
        """The name of the mailbox within its domain."""
        return self.key.name.rpartition("@")[0]


class Directory:
    """All of them, by name; the API keys are those of one account, which sees those below it."""

    def __init__(
        self,
        accounts: Iterable[Account],
        domains: Iterable[Domain],
        mailboxes: Iterable[Mailbox],
        own_account: str,
    ) -> None:
        self.own_account = own_account
        self.accounts: Mapping[str, Account] = {one.number: one for one in accounts}
        self.domains: Mapping[str, Domain] = {one.name.lower(): one for one in domains}
        self._mailboxes = {one.key: one for one in mailboxes}
        self._keys = {Key(Scope.DOMAINS, name) for name in self.domains} | set(self._mailboxes)

    def __contains__(self, key: Key) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[Key]:
        """Give all that has settings and lists, in order."""
        return iter(sorted(self._keys))

    def is_visible(self, number: str) -> bool:
        """Whether the API keys may see an account."""
        account = self.accounts[number]
        return self.own_account in (account.number, account.parent)

    def customers(self) -> list[Account]:
        """Return the accounts below that of the keys, by name."""
        below = [one for one in self.accounts.values() if one.parent == self.own_account]
        return sorted(below, key=lambda account: account.name)

    def domains_of(self, accounts: Iterable[str]) -> list[Domain]:
        """Return the domains of some accounts, by name."""
        wanted = set(accounts)
        found = [domain for domain in self.domains.values() if domain.account in wanted]
        return sorted(found, key=lambda domain: domain.name)

    def mailboxes(self, domain: str, scope: Scope) -> list[Mailbox]:
        """Return the mailboxes of one kind of a domain, by name."""
        found = [
            mailbox
            for key, mailbox in self._mailboxes.items()
            if key.scope is scope and key.domain == domain.lower()
        ]
        return sorted(found, key=lambda mailbox: mailbox.key)
