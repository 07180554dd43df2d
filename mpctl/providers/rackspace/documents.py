"""The pure translations of settings, read in one spelling and written in another (6.2, 9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mpctl.core.rule import SettingValue
from mpctl.core.setting import NOBODY, Form, SettingError
from mpctl.providers.rackspace.capabilities import CAPABILITIES, DOMAINS, EXCHANGE, RACKSPACE
from mpctl.providers.rackspace.native import NotUnderstood

Values = Mapping[str, SettingValue]
LEVEL: Final = "filter_level"
HANDLING: Final = "spam_handling"
QUARANTINE: Final = "send_to_domain_quarantine"


@dataclass(frozen=True, slots=True)
class Field:
    """A setting with its place in the document that is read and its name in the form.

    `clear` is the form's name for taking an address away. `only_with` is the one handling of spam
    with which the form may carry the field.
    """

    setting: str
    path: tuple[str, ...]
    form: str
    clear: str = ""
    only_with: str = ""


_LEVEL: Final = Field(LEVEL, ("filterLevel",), "filterLevel")
_RS: Final = tuple(
    Field(setting, ("rsEmailSettings", name), f"rsEmail.{name}", only_with=only_with)
    for setting, name, only_with in (
        (HANDLING, "spamHandling", ""),
        ("has_folder_cleaner", "hasFolderCleaner", "toFolder"),
        ("spam_folder_age_limit", "spamFolderAgeLimit", "toFolder"),
        ("spam_folder_num_limit", "spamFolderNumLimit", "toFolder"),
        ("spam_forwarding_address", "spamForwardingAddress", "toAddress"),
    )
)
FIELDS: Final[Mapping[str, tuple[Field, ...]]] = {
    EXCHANGE: (
        Field(LEVEL, ("filterLevel",), "filterlevel"),
        Field(QUARANTINE, ("sendToDomainQuarantine",), "sendtodomainquarantine"),
        Field("quarantine_owner", ("quarantineOwner",), "quarantineowner", "removeQuarantineOwner"),
    ),
    RACKSPACE: (_LEVEL, *_RS),
    DOMAINS: (
        _LEVEL,
        *_RS,
        Field(
            "forward_to_domain_quarantine",
            ("exchangeSettings", "forwardToDomainQuarantine"),
            "exchange.forwardToDomainQuarantine",
        ),
        Field(
            "quarantine_owner",
            ("exchangeSettings", "quarantineOwner"),
            "exchange.quarantineOwner",
            "exchange.removeQuarantineOwner",
        ),
        Field(
            "default_quarantine_owner",
            ("exchangeSettings", "defaultQuarantineOwner"),
            "exchange.defaultQuarantineOwner",
            "exchange.removeDefaultQuarantineOwner",
        ),
    ),
}


def values_of(scope: str, body: Any) -> dict[str, SettingValue]:
    """Every setting of a place that its document tells in a form that is understood.

    Raises NotUnderstood when it is no document of settings at all.
    """
    if not isinstance(body, dict) or "filterlevel" not in _by_name(body):
        raise NotUnderstood("the answer is no document with a filter level")
    read = ((field.setting, _value(field, body)) for field in FIELDS[scope])
    return {name: value for name, value in read if value is not None}


def form_of(scope: str, values: Values) -> dict[str, str]:
    """The form that writes all settings of a place."""
    return dict(pair for field in _written(scope, values) for pair in _pairs(field, values))


def lacking(scope: str, values: Values) -> list[str]:
    """The settings that a form must carry and nobody knows: it would change them (section 6.2).

    What a service has nothing at all of, such as Exchange at a domain without it, is not missed.
    """
    present = {field.path[:-1] for field in FIELDS[scope] if field.setting in values}
    needed = (f for f in _written(scope, values) if f.path[:-1] in present or f.setting == LEVEL)
    return [field.setting for field in needed if field.setting not in values]


def misplaced(scope: str, values: Values, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Settings that the form cannot carry with this handling of spam, and the one it would take."""
    handling = values.get(HANDLING)
    for field in FIELDS[scope]:
        if field.setting in names and field.only_with not in {"", handling}:
            yield field.setting, field.only_with


def _written(scope: str, values: Values) -> Iterator[Field]:
    for field in FIELDS[scope]:
        if field.only_with in {"", values.get(HANDLING)}:
            yield field


def _pairs(field: Field, values: Values) -> Iterator[tuple[str, str]]:
    value = values.get(field.setting)
    if value is None:
        return
    if value == NOBODY and CAPABILITIES.settings[field.setting].form is Form.ADDRESS:
        if field.clear:
            yield field.clear, "true"
    elif field.setting == QUARANTINE and values.get(LEVEL) == "off":
        yield field.form, "false"  # the service forces it (section 6.2)
    else:
        yield field.form, str(value).lower() if isinstance(value, bool) else str(value)


def _value(field: Field, document: Any) -> SettingValue | None:
    for name in field.path:
        document = _by_name(document).get(name.lower(), _MISSING)
    if document is _MISSING:
        return None
    spec = CAPABILITIES.settings[field.setting]
    if spec.form is Form.ADDRESS:
        document = document or NOBODY
    elif isinstance(document, str):
        document = _word(document, spec.values)
    try:
        return spec.canonical(document)
    except SettingError:
        return None


def _word(text: str, choices: Iterable[SettingValue]) -> SettingValue:
    """A word in any case; booleans may come as words."""
    return next((choice for choice in choices if str(choice).lower() == text.lower()), text)


def _by_name(document: Any) -> Mapping[str, Any]:
    if not isinstance(document, dict):
        return {}
    return {str(name).lower(): value for name, value in document.items()}


_MISSING: Final = object()
