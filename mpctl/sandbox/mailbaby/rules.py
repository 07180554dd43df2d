"""Endpoints of deny rules (the MailBaby reference, sections 4.2, 5.1 and 5.2)."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from mpctl.sandbox.exchange import Response
from mpctl.sandbox.mailbaby.answers import FrameworkError, RefusalError, answer, done
from mpctl.sandbox.mailbaby.body import fields, text
from mpctl.sandbox.mailbaby.call import Call
from mpctl.sandbox.mailbaby.model import Rule
from mpctl.sandbox.mailbaby.switches import Switches
from mpctl.sandbox.mailbaby.values import as_id, is_address, is_domain, is_prefix, is_rfc_address

NO_ADDRESS: Final = "Invalid email address in data."
PROBLEMS: Mapping[str, str] = {
    "email": NO_ADDRESS,
    "domain": "Invalid domain name in data.",
    "destination": NO_ADDRESS,
    "startswith": (
        "Invalid email start string, it should contain only alphanumeric characters, +_.-"
    ),
}
DUPLICATE_OR_NULL: Final = "23000"
TOO_LONG: Final = "22001"


def list_rules(call: Call) -> Response:
    """GET /mail/rules: those of all active orders."""
    usernames = call.readable()
    rules = call.arranged(call.state.listed_rules(), lambda rule: rule.id)
    return answer([_document(rule, call.switches) for rule in rules if rule.username in usernames])


def create(call: Call) -> Response:
    """POST /mail/rules: the order comes first, then the type, then the data."""
    sent = fields(call.request)
    username = _username(call, sent)
    type_, data = _checked(sent, call.switches)
    data = _fitting(data, call.switches)
    present = call.state.rules_of(username)
    if call.switches.max_rules and len(present) >= call.switches.max_rules:
        raise RefusalError("Too many rules.")
    twice = any(rule.says(username, type_, data) for rule in present)
    if twice and call.switches.unique_rules == "on":
        raise FrameworkError(DUPLICATE_OR_NULL)
    number = call.state.add_rule(username, type_, data).id
    return done(str(number) if call.switches.id_type == "text" else number)


def delete(call: Call) -> Response:
    """DELETE /mail/rules/{id}: the answer is the same, whether something went or not."""
    number = as_id(call.words[0], checked=call.switches.validation != "off")
    if number is None:
        raise RefusalError("The specified ID was invalid.")
    usernames = {order.username for order in call.active_orders()}
    rule = call.state.rule(number)
    if rule is not None and rule.username in usernames:
        call.state.remove_rule(rule.id)
    elif call.switches.delete_unknown == "404":
        raise RefusalError("The specified rule was not found.", HTTPStatus.NOT_FOUND)
    return done("record deleted")


def _document(rule: Rule, switches: Switches) -> dict[str, Any]:
    created = {
        "text": rule.created,
        "date-time": rule.created.replace(" ", "T") + "Z",
        "null": None,
    }[switches.created]
    extra = {"hits": 0} if switches.extra_column == "on" else {}
    return {
        "id": rule.id if switches.id_type == "number" else str(rule.id),
        "user": rule.username,
        "type": rule.type,
        "data": rule.data,
        "created": created,
        **extra,
    }


def _username(call: Call, sent: Mapping[str, Any]) -> str:
    chosen = _chosen(sent, call.switches)
    if chosen is None:
        return call.active_orders()[0].username
    if chosen not in [order.username for order in call.state.active_orders()]:
        raise RefusalError("Invalid or Inactive Username.", int(call.switches.unknown_username))
    return str(chosen)


def _chosen(sent: Mapping[str, Any], switches: Switches) -> Any:
    """Return what was sent in the fields that choose an order, None when they are not there."""
    names = {"both": ("username", "user"), "neither": ()}.get(
        switches.order_field, (switches.order_field,)
    )
    return next((sent[name] for name in names if sent.get(name) is not None), None)


def _checked(sent: Mapping[str, Any], switches: Switches) -> tuple[str, str]:
    """Return type and data; without a validator only the database looks at them."""
    type_, data = text(sent.get("type")), text(sent.get("data"))
    if switches.validation == "off":
        if type_ is None or data is None:
            raise FrameworkError(DUPLICATE_OR_NULL)
        return type_, data
    if type_ is None or type_ not in PROBLEMS:
        raise RefusalError("Invalid value for type.")
    if data is None or not _validator(type_, switches)(data):
        raise RefusalError(PROBLEMS[type_])
    return type_, data


def _validator(type_: str, switches: Switches) -> Callable[[str], bool]:
    if type_ == "domain":
        return is_domain
    if type_ == "startswith":
        return is_prefix
    return is_rfc_address if switches.validation == "2.x+rfc" else is_address


def _fitting(data: str, switches: Switches) -> str:
    longest = switches.max_data
    if not longest or len(data) <= longest:
        return data
    if switches.long_data == "refuse":
        raise FrameworkError(TOO_LONG)
    return data[:longest]
