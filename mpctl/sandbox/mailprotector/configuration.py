"""Endpoints of the configuration document (the Mailprotector reference, section 8)."""

from mpctl.sandbox.mailprotector.answers import Answer
from mpctl.sandbox.mailprotector.call import Call, invalid, not_found
from mpctl.sandbox.mailprotector.documents import complaint_about
from mpctl.sandbox.mailprotector.entities import Document, Key, Scope

NOUN = "configuration"


def show(call: Call) -> Answer:
    """GET /{scope}/{id}/configuration: the document in an envelope."""
    key = _configurable(call)
    local = call.switches.config_get == "local"
    document = call.state.shown_configuration(key, local=local)
    return Answer(document, NOUN, wrapped=True, verbatim=True)


def put(call: Call) -> Answer:
    """PUT /{scope}/{id}/configuration: part of the document in, all of it out, no envelope."""
    key = _configurable(call)
    changes = call.body()
    if complaint := complaint_about(changes):
        raise invalid(*complaint)
    call.state.put_configuration(key, changes)
    return Answer(_now(call, key), NOUN, write=True, verbatim=True)


def _configurable(call: Call) -> Key:
    key = call.entity
    if key.scope is Scope.USERS and call.switches.user_configuration == "absent":
        raise not_found()
    return key


def _now(call: Call, key: Key) -> Document:
    if call.switches.config_get == "local":
        return call.state.local_configuration(*key)
    return call.state.effective_configuration(*key)
