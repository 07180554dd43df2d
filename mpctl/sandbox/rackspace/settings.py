"""Spam settings: what a PUT makes of them (the Rackspace reference, sections 6.2, 9.1 and 9.2)."""

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from mpctl.sandbox.rackspace.answers import Document, bad_request
from mpctl.sandbox.rackspace.directory import Scope
from mpctl.sandbox.rackspace.entries import is_address
from mpctl.sandbox.rackspace.switches import Switches

Path = tuple[str, ...]
Form = Mapping[str, str]

WHOLE_NUMBER = re.compile(r"\d{1,6}", re.ASCII)
BOOLEANS: Mapping[str, bool] = {"true": True, "false": False}
OWNERS = frozenset({"quarantineOwner", "defaultQuarantineOwner"})
TO_FOLDER, TO_ADDRESS = "toFolder", "toAddress"

RS_DEFAULTS: Mapping[str, Any] = {
    "spamHandling": TO_FOLDER,
    "hasFolderCleaner": False,
    "spamFolderAgeLimit": 0,
    "spamFolderNumLimit": 0,
    "spamForwardingAddress": "",
}
DEFAULTS: Mapping[Scope, Mapping[str, Any]] = {
    Scope.EX_MAILBOXES: {
        "filterLevel": "on",
        "sendToDomainQuarantine": False,
        "quarantineOwner": "",
    },
    Scope.RS_MAILBOXES: {"filterLevel": "on", "rsEmailSettings": RS_DEFAULTS},
    Scope.DOMAINS: {
        "filterLevel": "on",
        "rsEmailSettings": RS_DEFAULTS,
        "exchangeSettings": {
            "forwardToDomainQuarantine": "off",
            "quarantineOwner": "",
            "defaultQuarantineOwner": "",
        },
    },
}


@dataclass(frozen=True)
class Field:
    """A form field: how errors write it, where its value goes, and how its text is read."""

    name: str
    path: Path
    read: Callable[[str, str], Any]


def _one_of(*words: str) -> Callable[[str, str], str]:
    def read(name: str, text: str) -> str:
        if text not in words:
            raise bad_request(f"Invalid {name}, input must be: {'/'.join(words)}")
        return text

    return read


def _boolean(name: str, text: str) -> bool:
    if text.lower() not in BOOLEANS:
        raise bad_request(f"Invalid {name}, input must be: true/false")
    return BOOLEANS[text.lower()]


def _number(name: str, text: str) -> int:
    if not WHOLE_NUMBER.fullmatch(text):
        raise bad_request(f"Invalid {name}, input must be a number")
    return int(text)


def _address(_: str, text: str) -> str:
    if not is_address(text):
        raise bad_request(f"invalid email address: {text}")
    return text


FILTER_LEVEL = Field("filterLevel", ("filterLevel",), _one_of("on", "off", "exclusive"))
RS, EXCHANGE = "rsEmailSettings", "exchangeSettings"
HANDLING = Field(
    "rsEmail.spamHandling",
    (RS, "spamHandling"),
    _one_of(TO_FOLDER, "delete", "labelSubject", TO_ADDRESS),
)
FOLDER_FIELDS = (
    Field("rsEmail.hasFolderCleaner", (RS, "hasFolderCleaner"), _boolean),
    Field("rsEmail.spamFolderAgeLimit", (RS, "spamFolderAgeLimit"), _number),
    Field("rsEmail.spamFolderNumLimit", (RS, "spamFolderNumLimit"), _number),
)
FORWARDING = Field("rsEmail.spamForwardingAddress", (RS, "spamForwardingAddress"), _address)
RS_FIELDS = (HANDLING, *FOLDER_FIELDS, FORWARDING)
OVERRIDE = Field("overrideUserSettings", (), _boolean)

FIELDS: Mapping[Scope, tuple[Field, ...]] = {
    Scope.EX_MAILBOXES: (
        FILTER_LEVEL,
        Field("sendToDomainQuarantine", ("sendToDomainQuarantine",), _boolean),
        Field("quarantineOwner", ("quarantineOwner",), _address),
    ),
    Scope.RS_MAILBOXES: (FILTER_LEVEL, *RS_FIELDS),
    Scope.DOMAINS: (
        FILTER_LEVEL,
        *RS_FIELDS,
        Field(
            "exchange.forwardToDomainQuarantine",
            (EXCHANGE, "forwardToDomainQuarantine"),
            _one_of("on", "off", "nonuser"),
        ),
        Field("exchange.quarantineOwner", (EXCHANGE, "quarantineOwner"), _address),
        Field("exchange.defaultQuarantineOwner", (EXCHANGE, "defaultQuarantineOwner"), _address),
    ),
}
CLEARS: Mapping[Scope, tuple[Field, ...]] = {
    Scope.EX_MAILBOXES: (Field("removeQuarantineOwner", ("quarantineOwner",), _boolean),),
    Scope.RS_MAILBOXES: (),
    Scope.DOMAINS: (
        Field("exchange.removeQuarantineOwner", (EXCHANGE, "quarantineOwner"), _boolean),
        Field(
            "exchange.removeDefaultQuarantineOwner", (EXCHANGE, "defaultQuarantineOwner"), _boolean
        ),
    ),
}


def edited(scope: Scope, before: Document, form: Form, switches: Switches) -> Document:
    """Return the settings after a PUT of a form, whose names are lower case."""
    if "filterlevel" not in form:
        FILTER_LEVEL.read(FILTER_LEVEL.name, "")
    after = _base(scope, before, switches)
    for path, value in _changes(scope, form, switches):
        _put(after, path, value)
    if scope is Scope.EX_MAILBOXES and after["filterLevel"] == "off":
        after["sendToDomainQuarantine"] = False
    if RS in after:
        _check_handling(after[RS], form)
    return after


def overrides(form: Form) -> bool:
    """Whether a PUT at a domain overwrites the settings of all its users."""
    return OVERRIDE.read(OVERRIDE.name, form.get(OVERRIDE.name.lower(), "false")) is True


def overridden(scope: Scope, own: Document, domain: Document) -> Document:
    """Return a mailbox's settings after those of its domain were laid over them."""
    laid = {**deepcopy(own), "filterLevel": domain["filterLevel"]}
    if scope is Scope.RS_MAILBOXES:
        return {**laid, RS: deepcopy(domain[RS])}
    quarantined = domain[EXCHANGE]["forwardToDomainQuarantine"] == "on"
    return {**laid, "sendToDomainQuarantine": quarantined and domain["filterLevel"] != "off"}


def shown(document: Document, switches: Switches) -> Document:
    """Return the settings as a GET shows them."""
    return {name: _shown(name, value, switches) for name, value in document.items()}


def _shown(name: str, value: Any, switches: Switches) -> Any:
    if isinstance(value, dict):
        return shown(value, switches)
    is_unset = name in OWNERS and value == ""
    return None if is_unset and switches.no_owner == "null" else value


def _base(scope: Scope, before: Document, switches: Switches) -> Document:
    """Return what stands where the form says nothing."""
    if switches.omitted_fields == "all":
        return deepcopy(dict(DEFAULTS[scope]))
    base = deepcopy(before)
    if switches.omitted_fields == "quarantine" and scope is Scope.EX_MAILBOXES:
        base["sendToDomainQuarantine"] = False
    return base


def _changes(scope: Scope, form: Form, switches: Switches) -> Iterator[tuple[Path, Any]]:
    cleared = {field.path for field in CLEARS[scope] if _is_cleared(field, form)}
    for field in FIELDS[scope]:
        text = form.get(field.name.lower())
        if text is not None:
            value = field.read(field.name, text)
            if field.path in cleared and switches.owner_and_remove == "400":
                raise bad_request(f"{field.name} is given and removed")
            if field.path in cleared and switches.owner_and_remove == "owner":
                cleared.remove(field.path)
            yield field.path, value
    yield from ((path, "") for path in cleared)


def _is_cleared(field: Field, form: Form) -> bool:
    return field.read(field.name, form.get(field.name.lower(), "false")) is True


def _put(document: Document, path: Path, value: Any) -> None:
    *outer, name = path
    for part in outer:
        document = document[part]
    document[name] = value


def _check_handling(handling: Document, form: Form) -> None:
    """Refuse fields that do not go with the way in which spam is handled (section 9.1)."""
    how = handling["spamHandling"]
    for needed, fields in ((TO_FOLDER, FOLDER_FIELDS), (TO_ADDRESS, (FORWARDING,))):
        for field in fields:
            if how != needed and field.name.lower() in form:
                raise bad_request(f"{field.name} requires {HANDLING.name} {needed}")
    if how == TO_ADDRESS and not handling["spamForwardingAddress"]:
        raise bad_request(f"{FORWARDING.name} is required")
