"""Endpoints of allow and block rules (the Mailprotector reference, section 7)."""

from collections.abc import Iterable
from functools import partial
from http import HTTPStatus

from mpctl.sandbox.mailprotector.answers import Answer
from mpctl.sandbox.mailprotector.call import Call, invalid, not_found
from mpctl.sandbox.mailprotector.entities import ENTITY_TYPES, Document, Key, Scope
from mpctl.sandbox.mailprotector.paging import listing
from mpctl.sandbox.mailprotector.rulebook import Rule, RuleType
from mpctl.sandbox.mailprotector.values import is_high_risk, is_ip_or_tld, is_valid

NOUN = "allow_block_rule"


def list_rules(call: Call) -> Answer:
    """GET /{scope}/{id}/allow_block_rules, by value: the order of ids means nothing."""
    rows = sorted(_listed(call), key=lambda rule: (rule.value.casefold(), rule.id))
    return listing(call, rows, partial(_document, call), NOUN + "s")


def create(call: Call) -> Answer:
    """POST /{scope}/{id}/allow_block_rules."""
    key = call.entity
    body = call.body()
    value, rule_type = _value(call, body), _rule_type(body)
    present = call.state.rules_of(*key)
    _check_opposite(call, present, value, rule_type)
    _check_risk(call, value, rule_type)
    double = next((rule for rule in present if rule.says(value, rule_type)), None)
    if double is not None and call.switches.duplicate_rule == "reject":
        raise invalid("value", "has already been taken")
    if double is not None and call.switches.duplicate_rule == "existing":
        return Answer(_document(call, double), NOUN, write=True)
    rule = call.state.add_rule(*key, value, rule_type)
    return Answer(_document(call, rule), NOUN, HTTPStatus.CREATED, write=True)


def delete(call: Call) -> Answer:
    """DELETE /allow_block_rules/{id}: no scope protects a rule that the key can reach."""
    rule = call.state.rule(int(call.words[0]))
    if rule is None:
        raise not_found()
    call.visible(rule.owner)
    call.state.remove_rule(rule.id)
    return Answer({}, NOUN, HTTPStatus.NO_CONTENT, write=True)


def _listed(call: Call) -> Iterable[Rule]:
    key = call.entity
    yield from call.state.listed_rules(key)
    for other in _others(call, key):
        yield from call.state.rules_of(*other)


def _others(call: Call, key: Key) -> list[Key]:
    """Return the entities whose rules the list of `key` shows besides its own."""
    if call.switches.rules_list == "direct+inherited":
        return list(call.directory.chain(key)[:-1])
    if call.switches.rules_list == "subtree":
        return call.directory.subtree(key)[1:]
    return []


def _document(call: Call, rule: Rule) -> Document:
    owner: Document = {
        "id": rule.owner.id,
        "entity_type": ENTITY_TYPES[rule.owner.scope],
        "name": call.directory[rule.owner].name,
    }
    shapes: dict[str, Document] = {
        "nested": {"entity": owner},
        "flat": {"entity_id": owner["id"], "entity_type": owner["entity_type"]},
        "absent": {},
    }
    entity = shapes[call.switches.rule_entity]
    return {"id": rule.id, **entity, "value": rule.value, "rule_type": str(rule.rule_type)}


def _value(call: Call, body: Document) -> str:
    value = body.get("value")
    if not isinstance(value, str) or not value.strip():
        raise invalid("value", "can't be blank")
    value = value.strip()
    tolerated = call.switches.ip_or_tld == "accept" and is_ip_or_tld(value)
    if not (is_valid(value) or tolerated):
        raise invalid("value", "is invalid")
    return value.lower() if call.switches.value_case == "lower" else value


def _rule_type(body: Document) -> RuleType:
    try:
        return RuleType.parse(str(body.get("rule_type")))
    except ValueError as error:
        raise invalid("rule_type", "is not included in the list") from error


def _check_opposite(call: Call, present: Iterable[Rule], value: str, rule_type: RuleType) -> None:
    opposite = RuleType.BLOCK if rule_type is RuleType.ALLOW else RuleType.ALLOW
    if call.switches.opposite_rule == "422" and any(rule.says(value, opposite) for rule in present):
        raise invalid("value", "has already been taken")


def _check_risk(call: Call, value: str, rule_type: RuleType) -> None:
    if call.switches.high_risk_allow == "accept" or rule_type is RuleType.BLOCK:
        return
    account = call.directory.chain(call.entity)[:2][-1]
    own = {domain.name for domain in call.directory.below(account, Scope.DOMAINS)}
    if is_high_risk(value, own):
        raise invalid("value", "is a high-risk domain and cannot be allowed")
