"""Endpoints of the spam settings (the Rackspace reference, sections 6.2, 9.1 and 9.2)."""

from collections.abc import Mapping

from mpctl.sandbox.rackspace.answers import Answer, Document
from mpctl.sandbox.rackspace.call import Call
from mpctl.sandbox.rackspace.directory import Key, Scope
from mpctl.sandbox.rackspace.settings import edited, overridden, overrides, shown

ROOTS: Mapping[Scope, str] = {
    Scope.EX_MAILBOXES: "MailboxSpamSettings",
    Scope.RS_MAILBOXES: "MailboxSpamSettings",
    Scope.DOMAINS: "DomainSpamSettings",
}


def show(call: Call) -> Answer:
    """GET settings."""
    key = call.key
    return _answer(call, key, call.state.shown_settings(key))


def put(call: Call) -> Answer:
    """PUT settings: a form in, nothing out."""
    key, form = call.key, call.form()
    after = edited(key.scope, call.state.settings_of(*key), form, call.switches)
    is_override = key.scope is Scope.DOMAINS and overrides(form)
    call.state.set_settings(*key, **after)
    if is_override:
        _override(call, key, after)
    return _answer(call, key, after, write=True)


def _override(call: Call, domain: Key, settings: Document) -> None:
    for key in call.directory:
        if key.domain == domain.name and key.scope is not Scope.DOMAINS:
            own = call.state.settings_of(*key)
            call.state.set_settings(*key, **overridden(key.scope, own, settings))


def _answer(call: Call, key: Key, settings: Document, *, write: bool = False) -> Answer:
    return Answer(shown(settings, call.switches), ROOTS[key.scope], write=write)
