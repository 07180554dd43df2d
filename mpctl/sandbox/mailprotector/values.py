"""Which rule values the service takes (the Mailprotector reference, section 7.6)."""

import re
from collections.abc import Container
from ipaddress import ip_address

LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII | re.IGNORECASE)
LOCAL_PART = re.compile(r"[a-z0-9.!#$%&'/=?^_`{|}~+-]{1,64}", re.ASCII | re.IGNORECASE)
LONGEST = 254
MAILBOX_PROVIDERS = frozenset(
    {"aol.com", "gmail.com", "hotmail.com", "icloud.com", "outlook.com", "yahoo.com"}
)


def is_valid(value: str) -> bool:
    """Whether the value is a full address or a bare domain: no wildcard, no IP, no TLD."""
    local, at, domain = value.rpartition("@")
    if len(value) > LONGEST or (at and not LOCAL_PART.fullmatch(local)):
        return False
    return _is_domain(domain)


def _is_domain(text: str) -> bool:
    labels = text.split(".")
    return (
        len(labels) > 1
        and all(LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
    )


def is_ip_or_tld(value: str) -> bool:
    """Whether the value is an IP address or a single label."""
    try:
        ip_address(value)
    except ValueError:
        return LABEL.fullmatch(value) is not None
    return True


def is_high_risk(value: str, own_domains: Container[str]) -> bool:
    """Whether an allow of this value opens the door to everybody."""
    return value.casefold() in MAILBOX_PROVIDERS or value.casefold() in own_domains
