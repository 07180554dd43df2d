"""Endpoints that show who there is (the Mailprotector reference, sections 4.1, 5 and 11)."""

from collections.abc import Iterable
from http import HTTPStatus

from mpctl.sandbox.mailprotector.answers import Answer, RefusalError
from mpctl.sandbox.mailprotector.call import Call, invalid, not_found
from mpctl.sandbox.mailprotector.entities import Entity, Key, Scope
from mpctl.sandbox.mailprotector.paging import listing

NOUNS = {
    Scope.RESELLERS: "reseller",
    Scope.CUSTOMERS: "customer",
    Scope.DOMAINS: "domain",
    Scope.USER_GROUPS: "user_group",
    Scope.USERS: "user",
}


def show(call: Call) -> Answer:
    """GET /{scope}/{id}."""
    return _single(call, call.entity)


def all_domains(call: Call) -> Answer:
    """GET /domains: all that the key can see."""
    reseller = call.directory.key_reseller
    return _list(call, _in_lists(call, call.directory.below(reseller, Scope.DOMAINS)), "domains")


def below(call: Call) -> Answer:
    """GET /{scope}/{id}/{what is below}."""
    noun = call.words[2]
    return _list(call, _in_lists(call, call.directory.below(call.entity, Scope(noun))), noun)


def resellers_of_provider(_: Call) -> Answer:
    """GET /providers/{id}/resellers: not for the role of a reseller."""
    raise RefusalError(HTTPStatus.FORBIDDEN, "Not allowed for this role")


def aliases(call: Call) -> Answer:
    """GET /domains/{id}/aliases and /users/{id}/aliases."""
    return _list(call, call.directory.aliases(call.entity), "aliases")


def find_by_address(call: Call) -> Answer:
    """POST /users/find_by_address: a read. An alias's address finds the root user."""
    address = call.body().get("address")
    if not isinstance(address, str) or not address.strip():
        raise invalid("address", "can't be blank")
    user = call.directory.user_with(address.strip())
    if user is None or not call.directory.is_visible(user):
        raise not_found()
    return _single(call, user)


def _single(call: Call, key: Key) -> Answer:
    return Answer(call.directory.document(key), NOUNS[key.scope])


def _in_lists(call: Call, entities: Iterable[Entity]) -> Iterable[Entity]:
    if call.switches.aliases_in_lists == "included":
        return entities
    return (entity for entity in entities if entity.alias_of is None)


def _list(call: Call, entities: Iterable[Entity], noun: str) -> Answer:
    keys = [entity.key for entity in entities]
    return listing(call, keys, call.directory.document, noun)
