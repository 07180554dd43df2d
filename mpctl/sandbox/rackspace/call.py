"""One signed call, and what every endpoint needs of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from urllib.parse import parse_qsl

from mpctl.sandbox.exchange import Request
from mpctl.sandbox.rackspace.answers import RefusalError, not_found
from mpctl.sandbox.rackspace.directory import Directory, Domain, Key, Scope
from mpctl.sandbox.rackspace.entries import ListName
from mpctl.sandbox.rackspace.state import State
from mpctl.sandbox.rackspace.switches import Switches

FORM = "application/x-www-form-urlencoded"
SCOPES: Mapping[str | None, Scope] = {
    "ex": Scope.EX_MAILBOXES,
    "rs": Scope.RS_MAILBOXES,
    None: Scope.DOMAINS,
}


@dataclass(frozen=True)
class Call:
    """A request on its way to an endpoint; `words` are the named parts of its path."""

    state: State
    switches: Switches
    request: Request
    words: Mapping[str, str | None]

    @property
    def directory(self) -> Directory:
        """Who there is."""
        return self.state.directory

    @cached_property
    def query(self) -> Mapping[str, str]:
        """The parameters of the query."""
        return dict(self.request.query)

    @property
    def account(self) -> str:
        """The number of the account that the path names; `me` where it is shortened."""
        word = self.words.get("account") or "me"
        number = self.directory.own_account if word == "me" else word
        if number not in self.directory.accounts:
            raise not_found("Customer", word)
        if not self.directory.is_visible(number):
            if self.switches.foreign_account == "404":
                raise not_found("Customer", word)
            raise RefusalError(HTTPStatus.FORBIDDEN, "Not allowed for this account")
        return number

    @property
    def domain(self) -> Domain:
        """The domain that the path names, of the account that it names."""
        name = self.words["domain"] or ""
        account = self.account
        domain = self.directory.domains.get(name.lower())
        if domain is None or domain.account != account:
            raise not_found("Domain", name)
        return domain

    @property
    def scope(self) -> Scope:
        """The kind of mailbox that the path names, else the domain's."""
        return SCOPES[self.words.get("kind")]

    @property
    def key(self) -> Key:
        """The mailbox or the domain that the path names."""
        domain = self.domain
        mailbox = self.words.get("mailbox")
        if mailbox is None:
            return Key.of(Scope.DOMAINS, domain.name)
        key = Key.of(self.scope, f"{mailbox}@{domain.name}")
        if key not in self.directory:
            raise not_found("Mailbox", mailbox)
        return key

    @property
    def list_name(self) -> ListName:
        """The list that the path names, in a spelling that is served."""
        word = self.words["list"] or ""
        spelling = word.removeprefix("ip")
        if spelling != "safelist" and self.switches.block_route not in ("both", spelling):
            raise not_found("Resource", word)
        return ListName.of_route(word)

    def form(self) -> dict[str, str]:
        """Return the form that was sent, by names in lower case; another type counts as none."""
        content_type = self.request.headers.get("content-type", "").partition(";")[0]
        if content_type.strip().lower() != FORM:
            return {}
        body = self.request.body.decode(errors="replace")
        return {name.lower(): text for name, text in parse_qsl(body, keep_blank_values=True)}
