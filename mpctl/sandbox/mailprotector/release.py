"""Endpoints that let held mail go (section 10)."""

from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

from mpctl.sandbox.mailprotector.answers import Answer, Id, RefusalError
from mpctl.sandbox.mailprotector.call import Call, invalid, not_found
from mpctl.sandbox.mailprotector.entities import Document, Key
from mpctl.sandbox.mailprotector.mail import Mail
from mpctl.sandbox.mailprotector.values import is_valid

NOUN = "delivered_messages"


def deliver(call: Call) -> Answer:
    """POST /messages/{id}/deliver: 204 when the message went."""
    mail = call.state.message(int(call.words[0]))
    if mail is None:
        raise not_found()
    call.visible(mail.place)
    if not _can_go(call, mail):
        raise not_found()
    original, others = _delivery(call.body())
    if call.state.may_release(mail):
        _send(call, mail, original=original, others=others)
    elif call.switches.release_denied != "silent204":
        raise _denied(int(call.switches.release_denied))
    return Answer({}, "message", HTTPStatus.NO_CONTENT, write=True)


def deliver_many(call: Call) -> Answer:
    """POST /{scope}/{id}/messages/deliver_many: the ids that went, in an order of their own."""
    key, body = call.entity, call.body()
    original, others = _delivery(body)
    wanted = _selected(call, key, body)
    permitted = [mail for mail in wanted if call.state.may_release(mail)]
    if len(permitted) < len(wanted) and call.switches.deliver_many_denied == "403":
        raise _denied(HTTPStatus.FORBIDDEN)
    for mail in permitted:
        _send(call, mail, original=original, others=others)
    ids = sorted((Id(mail.id) for mail in permitted), reverse=True)
    return Answer(ids, NOUN, wrapped=True, write=True)


def _can_go(call: Call, mail: Mail) -> bool:
    return call.state.holds(mail.id) or call.switches.redeliver == "204"


def _send(call: Call, mail: Mail, *, original: bool, others: Sequence[str]) -> None:
    own = mail.recipients if original else ()
    call.state.deliver(mail.id, tuple(dict.fromkeys([*own, *others])))


def _denied(status: int) -> RefusalError:
    return RefusalError(status, "Message release is not permitted")


def _selected(call: Call, key: Key, body: Document) -> list[Mail]:
    """Return the messages below `key` that are asked for; all others are skipped in silence."""
    if _is_all(body):
        return list(call.state.held(*key))
    found = (call.state.message(number) for number in _numbers(body))
    return [
        mail
        for mail in found
        if mail and key in call.directory.chain(mail.place) and _can_go(call, mail)
    ]


def _is_all(body: Document) -> bool:
    word = body.get("all_selected", "false")
    if word not in ("true", "false"):
        raise invalid("all_selected", "is not included in the list")
    return bool(word == "true")


def _numbers(body: Document) -> Iterable[int]:
    ids = body.get("ids")
    if not isinstance(ids, str) or not ids.strip():
        raise invalid("ids", "can't be blank")
    words = [word.strip() for word in ids.split(",")]
    if not all(word.isascii() and word.isdigit() for word in words):
        raise invalid("ids", "is invalid")
    return dict.fromkeys(map(int, words))


def _delivery(body: Document) -> tuple[bool, tuple[str, ...]]:
    """Return whether the original recipients get it, and who else does."""
    original = _flag(body.get("include_original_recipients", 1))
    others = _addresses(body.get("recipients", ""))
    if not original and not others:
        raise invalid("recipients", "can't be blank")
    return original, others


def _flag(value: Any) -> bool:
    if value not in (0, 1):  # true and false are equal to them
        raise invalid("include_original_recipients", "is not included in the list")
    return bool(value)


def _addresses(text: Any) -> tuple[str, ...]:
    if not isinstance(text, str):
        raise invalid("recipients", "is invalid")
    addresses = tuple(word.strip() for word in text.split(",")) if text.strip() else ()
    if not all("@" in address and is_valid(address) for address in addresses):
        raise invalid("recipients", "is invalid")
    return addresses
