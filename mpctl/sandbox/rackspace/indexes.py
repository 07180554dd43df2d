"""Endpoints that show who there is (the Rackspace reference, section 5)."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from mpctl.sandbox.rackspace.answers import Answer, Document, bad_request, not_found
from mpctl.sandbox.rackspace.call import Call
from mpctl.sandbox.rackspace.directory import Account, Domain, Mailbox, Scope

DEFAULT_SIZE = 50
MOST_NAMES = 100
WHOLE_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
NOUNS: Mapping[Scope, str] = {Scope.EX_MAILBOXES: "mailboxes", Scope.RS_MAILBOXES: "rsMailboxes"}
SERVICES: Mapping[Scope, tuple[str, ...]] = {
    Scope.EX_MAILBOXES: ("exchange", "both"),
    Scope.RS_MAILBOXES: ("rsemail", "both"),
}


def customers(call: Call) -> Answer:
    """GET /customers: the accounts below that of the keys."""
    return _paged(call, "customers", [_customer(one) for one in call.directory.customers()])


def customer(call: Call) -> Answer:
    """GET /customers/{account}."""
    return Answer(_customer(call.directory.accounts[call.account]), "customer")


def domains(call: Call) -> Answer:
    """GET /customers/{account}/domains, where the account may be `all`."""
    if call.words.get("account") == "all":
        below = [account.number for account in call.directory.customers()]
        accounts = [call.directory.own_account, *below]
    else:
        accounts = [call.account]
    found = call.directory.domains_of(accounts)
    if wanted := call.query.get("domainNames"):
        names = _names(wanted)
        found = [domain for domain in found if domain.name.lower() in names]
    return _paged(call, "domains", [_domain(call, domain) for domain in found])


def domain(call: Call) -> Answer:
    """GET /customers/{account}/domains/{domain}."""
    found = call.domain
    return Answer({**_domain(call, found), "aliases": list(found.aliases)}, "domain", "alias")


def mailboxes(call: Call) -> Answer:
    """GET .../{ex or rs}/mailboxes."""
    owner, scope = call.domain, call.scope
    if owner.service not in SERVICES[scope] and call.switches.foreign_index == "404":
        raise not_found("Domain", owner.name)
    found = call.directory.mailboxes(owner.name, scope)
    if (enabled := call.query.get("enabled")) is not None:
        found = [mailbox for mailbox in found if mailbox.enabled == (enabled.lower() == "true")]
    return _paged(call, NOUNS[scope], [_mailbox(call, mailbox) for mailbox in found])


def _names(text: str) -> set[str]:
    names = text.lower().split(",")
    if len(names) > MOST_NAMES:
        raise bad_request(f"domainNames is limited to {MOST_NAMES} names")
    return set(names)


def _paged(call: Call, noun: str, rows: Sequence[Document]) -> Answer:
    asked = _number(call, "size", DEFAULT_SIZE)
    cap = call.switches.page_cap
    size = min(asked, cap)
    if "size" in call.query and asked > cap and call.switches.oversize == "400":
        raise bad_request(f"size must not exceed {cap}")
    offset = _number(call, "offset", 0)
    document: dict[str, Any] = {
        "offset": offset,
        "size": asked if call.switches.oversize == "asked" else size,
        "total": len(rows),
        noun: list(rows[offset : offset + size]),
    }
    return Answer(document, noun)


def _number(call: Call, name: str, default: int) -> int:
    """Read a whole number; anything else counts as not given."""
    text = call.query.get(name, "")
    return int(text) if WHOLE_NUMBER.fullmatch(text) else default


def _customer(account: Account) -> Document:
    return {
        "name": account.name,
        "accountNumber": account.number,
        "referenceNumber": account.reference,
    }


def _domain(call: Call, domain: Domain) -> Document:
    exchange = call.directory.mailboxes(domain.name, Scope.EX_MAILBOXES)
    rs_email = call.directory.mailboxes(domain.name, Scope.RS_MAILBOXES)
    return {
        "name": domain.name,
        "accountNumber": domain.account,
        "serviceType": domain.service,
        "exchangeMaxNumMailboxes": len(exchange) + 10,
        "exchangeUsedStorage": sum(mailbox.current_usage for mailbox in exchange),
        "rsEmailMaxNumberMailboxes": len(rs_email) + 10,
        "rsEmailUsedStorage": sum(mailbox.current_usage for mailbox in rs_email),
    }


def _mailbox(call: Call, mailbox: Mailbox) -> Document:
    extra: Document = {
        "size": mailbox.size,
        "currentUsage": mailbox.current_usage,
        "enabled": mailbox.enabled,
    }
    asked = call.query.get("fields", "").split(",")
    return {
        "name": mailbox.local_part,
        "displayName": mailbox.display_name,
        **{name: extra[name] for name in asked if name in extra},
    }
