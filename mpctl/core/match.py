"""What a rule matches, in canonical form, so that two spellings of one sender are one value.

Canonical: trimmed, lower case, one trailing dot dropped, domains as IDNA A-labels, networks
normalised. Nothing is widened: `*@vendor.example` is refused with a hint, not read as a domain.
"""

from __future__ import annotations

import ipaddress
import re
from enum import StrEnum
from typing import Final, NamedTuple


class Kind(StrEnum):
    """The kinds of matches that a policy can express; `native` is a row that none expresses."""

    EMAIL = "email"
    DOMAIN = "domain"
    SUBDOMAINS = "subdomains"
    IP = "ip"
    RECIPIENT = "recipient"
    SENDER_PREFIX = "sender_prefix"
    NATIVE = "native"


KIND_NAMES: Final = {
    Kind.EMAIL: "an address",
    Kind.DOMAIN: "a domain",
    Kind.SUBDOMAINS: "a wildcard domain",
    Kind.IP: "an IP address or network",
    Kind.RECIPIENT: "a recipient",
    Kind.SENDER_PREFIX: "a sender prefix",
    Kind.NATIVE: "a value in the service's own syntax",
}


class Match(NamedTuple):
    """A canonical value with its kind; equality of matches is identity of what they match."""

    kind: Kind
    value: str

    def __str__(self) -> str:
        return f"*.{self.value}" if self.kind is Kind.SUBDOMAINS else self.value


class MatchError(ValueError):
    """A text that matches nothing well-defined: `what` says why, `hint` what to write instead."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint


_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_DOMAIN = re.compile(rf"(?=.{{1,253}}\Z)(?:{_LABEL}\.)+(?!\d+\Z){_LABEL}\Z")
_LOCAL = re.compile(r"[^\s@<>\"(),:;\\\[\]*?\x00-\x1f\x7f]{1,64}\Z")
_IP_LIKE = re.compile(r"[\d.]+(/\d+)?|[0-9a-fA-F.]*:[0-9a-fA-F:.]*(/\d+)?")
_MAX_LENGTH = 320


def parse_match(text: str, kind: Kind | None = None) -> Match:
    """Read a value as somebody wrote it in a policy; the kind is inferred unless stated.

    Raises MatchError for anything that is not exactly one well-formed value.
    """
    if kind is None and _DOMAIN.match(text):
        # Most of all values are plain domains; nothing that is to be trimmed or inferred fits here.
        return Match(Kind.DOMAIN, text)
    value = text.strip()
    if not value:
        raise MatchError("the value is empty", "Write an address or a domain.")
    if len(value) > _MAX_LENGTH:
        raise MatchError(f"the value is longer than {_MAX_LENGTH} characters")
    return _PARSERS[kind or infer_kind(value)](value)


def live_match(text: str) -> Match:
    """Read a value as the service shows it; what no kind expresses is native, verbatim."""
    try:
        return parse_match(text)
    except MatchError:
        return Match(Kind.NATIVE, text)


def infer_kind(value: str) -> Kind:
    """Tell which kind of match a trimmed value looks like; it may still be malformed."""
    if "@" in value:
        return Kind.EMAIL
    if value.startswith("*."):
        return Kind.SUBDOMAINS
    return Kind.IP if _looks_like_ip(value) else Kind.DOMAIN


def canonical_domain(text: str) -> str:
    """Lower-case A-labels without the trailing dot.

    Raises MatchError when the text is not a domain name of at least two labels.
    """
    name = text.strip().lower().removesuffix(".")
    if not name.isascii():
        name = _to_a_labels(name)
    if not _DOMAIN.match(name):
        raise MatchError(f"{text.strip()!r} is not a domain name", _domain_hint(name))
    return name


def _to_a_labels(name: str) -> str:
    import idna  # noqa: PLC0415 - its tables are large, and most names are ASCII

    try:
        return idna.encode(name, uts46=True).decode("ascii").lower()
    except idna.IDNAError as error:
        raise MatchError(f"{name!r} is not a valid international domain name: {error}") from error


def _domain_hint(name: str) -> str:
    if "://" in name or "/" in name:
        return "Write the domain alone, without scheme and path."
    if "*" in name:
        return "A wildcard stands only at the front, as in *.vendor.example."
    if re.fullmatch(r"[\w-]+", name):
        return "A single word is not a domain: write it with its ending, as in vendor.example."
    return "Write it as in vendor.example."


def _parse_domain(value: str) -> Match:
    return Match(Kind.DOMAIN, canonical_domain(value))


def _parse_subdomains(value: str) -> Match:
    return Match(Kind.SUBDOMAINS, canonical_domain(value.removeprefix("*.")))


def _parse_email(value: str) -> Match:
    local, at, domain = value.rpartition("@")
    if not at:
        raise MatchError(f"{value!r} is not an address", "Write it as in billing@vendor.example.")
    if local in {"", "*"}:
        raise MatchError(
            f"{value!r} has no name before the @",
            f"To match every address of that domain, write {domain.strip() or 'the domain'!r}.",
        )
    if not _LOCAL.match(local):
        raise MatchError(
            f"{value!r} is not a single plain address",
            "Write only the address, as in billing@vendor.example, without name, quotes, "
            "brackets or wildcards.",
        )
    return Match(Kind.EMAIL, f"{local.lower()}@{canonical_domain(domain)}")


def _looks_like_ip(value: str) -> bool:
    return _IP_LIKE.fullmatch(value) is not None


def _parse_ip(value: str) -> Match:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError as error:
        raise MatchError(f"{value!r} is not an IP address or network") from error
    if "/" not in value:
        return Match(Kind.IP, str(network.network_address))
    if ipaddress.ip_interface(value).ip != network.network_address:
        raise MatchError(
            f"{value!r} has host bits set", f"For the whole network write {str(network)!r}."
        )
    single = network.prefixlen == network.max_prefixlen
    return Match(Kind.IP, str(network.network_address) if single else str(network))


def _parse_sender_prefix(value: str) -> Match:
    return Match(Kind.SENDER_PREFIX, value.lower())


def _parse_native(value: str) -> Match:
    return Match(Kind.NATIVE, value)


def _parse_recipient(value: str) -> Match:
    return Match(Kind.RECIPIENT, _parse_email(value).value)


_PARSERS: Final = {
    Kind.EMAIL: _parse_email,
    Kind.DOMAIN: _parse_domain,
    Kind.SUBDOMAINS: _parse_subdomains,
    Kind.IP: _parse_ip,
    Kind.RECIPIENT: _parse_recipient,
    Kind.SENDER_PREFIX: _parse_sender_prefix,
    Kind.NATIVE: _parse_native,
}
