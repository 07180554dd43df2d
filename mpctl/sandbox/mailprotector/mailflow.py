"""Endpoints that tell of mail: logs, held messages, results (section 9)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

from mpctl.sandbox.mailprotector.answers import Answer
from mpctl.sandbox.mailprotector.call import Call, invalid, not_found
from mpctl.sandbox.mailprotector.entities import Document
from mpctl.sandbox.mailprotector.findings import FINDINGS, explained
from mpctl.sandbox.mailprotector.mail import Decision, Mail, held_message, log_entry
from mpctl.sandbox.mailprotector.paging import Manner, listing

CAP = 50
SIZES: Mapping[str, tuple[str, ...]] = {
    "both": ("page_size", "per_page"),
    "page_size": ("page_size",),
    "per_page": ("per_page",),
}
SORT_FIELDS: Mapping[str, Callable[[Mail], Any]] = {
    "@timestamp": lambda mail: mail.received,
    "prime.direction": lambda mail: mail.direction,
    "prime.from_header_raw": lambda mail: mail.header.casefold(),
    "prime.recipient": lambda mail: mail.recipients[0].casefold(),
    "prime.subject": lambda mail: mail.subject.casefold(),
    "prime.decision": lambda mail: mail.decision,
    "prime.score": lambda mail: mail.score,
}
DECISIONS = frozenset(map(str, Decision))
OWN_PARAMETERS = frozenset(
    {"sort_field", "sort_direction", "sender", "recipient", "subject", "decision"}
)


def logs(call: Call) -> Answer:
    """GET /{scope}/{id}/logs: everything that passed below an entity."""
    return _list(call, call.state.logged(call.entity), _log_entry, "logs")


def messages(call: Call) -> Answer:
    """GET /{scope}/{id}/messages: what is held below an entity."""
    return _list(call, call.state.listed_held(call.entity), _held_message, "messages")


def explain(call: Call) -> Answer:
    """POST /results: what a code means; the shape is not documented, here it is that of 9.2."""
    body = call.body()
    code, mode = body.get("code"), body.get("mode", "inbound")
    if not isinstance(code, str) or not code.strip():
        raise invalid("code", "can't be blank")
    if mode not in ("inbound", "outbound"):
        raise invalid("mode", "is not included in the list")
    if code not in FINDINGS:
        raise not_found()
    return Answer(explained(code, mode), "result")


def _list(
    call: Call, mails: Sequence[Mail], shown: Callable[[Call, Mail], Document], noun: str
) -> Answer:
    wanted, order = _wanted(call), _order(call)
    found = order([mail for mail in mails if wanted(mail)])
    return listing(call, found, partial(shown, call), noun, _manner(call))


def _manner(call: Call) -> Manner:
    ignored = {"direction"} if call.switches.direction_filter == "ignored" else set()
    sizes = SIZES[call.switches.size_parameter]
    return Manner(sizes, caps=(CAP,), others=OWN_PARAMETERS | ignored)


def _log_entry(call: Call, mail: Mail) -> Document:
    entry = log_entry(mail, call.directory)
    if call.switches.log_decision == "omitted":
        del entry["decision"]
    return entry


def _held_message(call: Call, mail: Mail) -> Document:
    return held_message(mail, call.directory)


def _wanted(call: Call) -> Callable[[Mail], bool]:
    """Return the test that the parameters for texts and for the decision stand for."""
    parameters = dict(call.request.query)
    decision = _one_of(DECISIONS, parameters, "decision", "")
    texts = [(TEXTS[name], parameters[name]) for name in TEXTS if name in parameters]
    return lambda mail: (
        decision in ("", mail.decision)
        and all(
            any(_says(call, text, wanted) for text in texts_of(call, mail))
            for texts_of, wanted in texts
        )
    )


def _senders(call: Call, mail: Mail) -> Sequence[str]:
    return [mail.header if call.switches.sender_filter == "header" else mail.sender or ""]


def _says(call: Call, text: str, wanted: str) -> bool:
    text, wanted = text.casefold(), wanted.casefold()
    return text == wanted if call.switches.text_filter == "exact" else wanted in text


def _order(call: Call) -> Callable[[Sequence[Mail]], Sequence[Mail]]:
    """Return what sorts; equal keys are ordered by id, the latest first, in either direction."""
    parameters = dict(call.request.query)
    key = SORT_FIELDS[_one_of(SORT_FIELDS, parameters, "sort_field", "@timestamp")]
    reverse = _one_of(("desc", "asc"), parameters, "sort_direction", "desc") == "desc"
    return lambda mails: sorted(sorted(mails, key=lambda mail: -mail.id), key=key, reverse=reverse)


def _one_of(choices: Collection[str], given: Mapping[str, str], name: str, default: str) -> str:
    if name in given and given[name] not in choices:
        raise invalid(name, "is not included in the list")
    return given.get(name, default)


TEXTS: Mapping[str, Callable[[Call, Mail], Sequence[str]]] = {
    "sender": _senders,
    "recipient": lambda _, mail: mail.recipients,
    "subject": lambda _, mail: [mail.subject],
}
