"""Endpoints of the spam filter (section 7): classify, train, update."""

from email.message import Message
from ipaddress import ip_address
from typing import Any

from mpctl.sandbox.stalwart.addresses import addresses_in
from mpctl.sandbox.stalwart.answers import RefusedError, crashed, malformed, other
from mpctl.sandbox.stalwart.call import Call
from mpctl.sandbox.stalwart.core import ACTIONS
from mpctl.sandbox.stalwart.live import Node
from mpctl.sandbox.stalwart.message import (
    Envelope,
    Scene,
    body_of,
    parse_message,
    variables_of,
)
from mpctl.sandbox.stalwart.rules import WHOLE_MESSAGE
from mpctl.sandbox.stalwart.scoring import headers, judge
from mpctl.sandbox.stalwart.vendor import RULES_VERSION, vendor_settings

ABSENT_HEADERS = {
    "Message-ID": "MISSING_MID",
    "Date": "MISSING_DATE",
    "MIME-Version": "MISSING_MIME_VERSION",
    "Subject": "MISSING_SUBJECT",
}
VENDOR_RULES = "spam-filter.rule.stwt_"


def classify(call: Call) -> Any:
    """POST /spam-filter/classify: by live state, and nothing is learned."""
    text, envelope = _decoded(call.document())
    message = parse_message(text)
    if message is None:
        raise other("Failed to parse message.")
    core = call.here.core
    verdict = judge(_tags(message, envelope, call), core, call.switches)
    disposition: dict[str, Any] = {"action": verdict.action}
    if verdict.action == "allow":
        disposition["value"] = headers(verdict, core, call.switches)
    tags = {tag: _shown(score) for tag, score in verdict.scores.items()}
    return {"score": verdict.score, "tags": tags, "disposition": disposition}


def train(call: Call) -> None:
    """POST /spam-filter/train/{ham|spam}[/{account}], since v0.15 upload in place of train."""
    kind, account = call.words[0], call.words[1] or ""
    text = call.body.decode(errors="replace")
    if account and account not in call.state.data.individuals:
        raise RefusedError("notFound", item=account)
    if parse_message(text) is None:
        raise other("Failed to parse message.")
    call.state.train(kind, account, text)


def train_control(call: Call) -> bool:
    """GET /spam-filter/train/{start|reset|stop|delete|status}, since v0.15."""
    return call.words[0] != "status"


def update(call: Call) -> str | None:
    """GET /update/spam-filter: the vendor's rules anew, but for whether they are enabled."""
    if call.switches.download == "500":
        raise crashed()
    before = call.state.settings()
    if before.get("version.spam-filter") == RULES_VERSION and "force" not in call.parameters:
        return None
    rules = {key: value for key, value in before.items() if key.startswith(VENDOR_RULES)}
    kept = {key: value for key, value in rules.items() if key.endswith(".enable")}
    call.state.remove_settings(*rules, live=False)
    fresh = vendor_settings() | kept
    overwrites = "overwrite" in call.parameters
    wanted = {k: v for k, v in fresh.items() if overwrites or k not in before or k in rules}
    call.state.set_settings({**wanted, "version.spam-filter": RULES_VERSION}, live=False)
    return RULES_VERSION


def _tags(message: Message, envelope: Envelope, call: Call) -> frozenset[str]:
    """The built-in tags that the simulator knows, then the rules, in order of priority."""
    node = call.here
    tags = {tag for name, tag in ABSENT_HEADERS.items() if name not in message}
    tags |= set(call.state.tags) | _address_tags(message, envelope, node)
    variables = variables_of(message, envelope)
    for rule in node.core.rules:
        if rule.scope in WHOLE_MESSAGE:
            found = rule.tag(Scene(variables, node.look_up, frozenset(tags)))
            tags |= {found} if found else set()
    return frozenset(tags)


def _address_tags(message: Message, envelope: Envelope, node: Node) -> set[str]:
    received = [str(line) for line in message.get_all("Received", [])]
    named = addresses_in([envelope.remote_ip, *received, body_of(message)])
    is_blocked = any(node.is_blocked(one) and not node.is_allowed(one) for one in named)
    return {"IP_BLOCKED"} if is_blocked else set()


def _shown(score: str) -> dict[str, Any]:
    return {"action": score} if score in ACTIONS else {"action": "allow", "value": float(score)}


def _decoded(document: Any) -> tuple[str, Envelope]:
    """Return message and envelope; ProblemError when a field is missing or of another type."""
    if not isinstance(document, dict):
        raise malformed()
    fields = {**OPTIONAL, **{name: one for name, one in document.items() if name in TYPES}}
    if any(name not in fields or not _fits(fields[name], TYPES[name]) for name in TYPES):
        raise malformed()
    recipients = fields["envRcptTo"]
    if not all(isinstance(one, str) for one in recipients):
        raise malformed()
    envelope = Envelope(
        remote_ip=_address(fields["remoteIp"]),
        sender=fields["envFrom"],
        recipients=tuple(recipients),
        ehlo=fields["ehloDomain"],
        login=fields["authenticatedAs"] or "",
        is_tls=fields["isTls"],
    )
    return fields["message"], envelope


def _fits(value: Any, types: tuple[type, ...]) -> bool:
    is_misplaced = isinstance(value, bool) and bool not in types
    return isinstance(value, types) and not is_misplaced


def _address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError as error:
        raise malformed() from error


TYPES: dict[str, tuple[type, ...]] = {
    "message": (str,),
    "remoteIp": (str,),
    "envFrom": (str,),
    "envFromFlags": (int,),
    "envRcptTo": (list,),
    "ehloDomain": (str,),
    "authenticatedAs": (str, type(None)),
    "isTls": (bool,),
}
OPTIONAL: dict[str, Any] = {"ehloDomain": "", "authenticatedAs": None, "isTls": False}
