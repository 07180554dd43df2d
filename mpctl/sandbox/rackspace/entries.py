"""Entries of the four lists: which are taken, what they match (Rackspace reference, section 7)."""

import re
from enum import StrEnum

LONGEST = 254
LOCAL_PART = re.compile(r"[a-z0-9.!#$&'*+=?^_`{|}~-]{1,64}", re.ASCII | re.IGNORECASE)
LABEL = re.compile(r"[a-z0-9%-]{1,63}", re.ASCII | re.IGNORECASE)
TLD = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}", re.ASCII | re.IGNORECASE)
OCTET = re.compile(r"0|[1-9]\d{0,2}", re.ASCII)
OCTETS = 4
HIGHEST_OCTET = 255


class ListName(StrEnum):
    """The four lists, by the newer spelling of their routes."""

    BLOCK = "blocklist"
    SAFE = "safelist"
    IP_BLOCK = "ipblocklist"
    IP_SAFE = "ipsafelist"

    @classmethod
    def of_route(cls, word: str) -> "ListName":
        """Return the list of a route, in either spelling."""
        return cls(word.replace("blacklist", "blocklist"))

    @property
    def holds_ips(self) -> bool:
        """Whether entries are IP addresses, not senders."""
        return self in (ListName.IP_BLOCK, ListName.IP_SAFE)

    @property
    def blocks(self) -> bool:
        """Whether entries keep mail out."""
        return self in (ListName.BLOCK, ListName.IP_BLOCK)

    @property
    def opposite(self) -> "ListName":
        """The list of the same kind of entries with the other effect."""
        return OPPOSITES[self]


OPPOSITES = {
    ListName.BLOCK: ListName.SAFE,
    ListName.SAFE: ListName.BLOCK,
    ListName.IP_BLOCK: ListName.IP_SAFE,
    ListName.IP_SAFE: ListName.IP_BLOCK,
}


def is_valid(entry: str, list_: ListName) -> bool:
    """Whether the service takes the entry on this list."""
    return _is_ip(entry) if list_.holds_ips else is_sender(entry)


def is_sender(entry: str) -> bool:
    """Whether the entry is an address or a domain; wildcards stand in domain entries only."""
    local, _, domain = entry.rpartition("@")
    if len(entry) > LONGEST or not _is_domain(domain):
        return False
    return not local or (LOCAL_PART.fullmatch(local) is not None and "%" not in domain)


def is_address(text: str) -> bool:
    """Whether the text is one full address."""
    return not text.startswith("@") and "@" in text and is_sender(text)


def is_domain_entry(entry: str) -> bool:
    """Whether the entry stands for all senders of a domain."""
    return not entry.rpartition("@")[0]


def _is_domain(text: str) -> bool:
    *labels, tld = text.split(".")
    return bool(labels) and all(map(LABEL.fullmatch, labels)) and TLD.fullmatch(tld) is not None


def _is_ip(entry: str) -> bool:
    """Whether it is a dotted quad, whose last octets, but not all of them, may be %."""
    octets = entry.split(".")
    numbers = [octet for octet in octets if octet != "%"]
    return (
        len(octets) == OCTETS
        and len(numbers) > 0
        and octets[: len(numbers)] == numbers
        and all(OCTET.fullmatch(octet) and int(octet) <= HIGHEST_OCTET for octet in numbers)
    )


def folded(entry: str) -> str:
    """Return the one spelling of an entry that all its spellings share."""
    return entry.lower().removeprefix("@")


def covers(entry: str, domain: str) -> bool:
    """Whether an entry matches all of a domain; % is any run of characters, dots included."""
    pattern = ".*".join(re.escape(part) for part in folded(entry).split("%"))
    return re.fullmatch(pattern, domain.lower()) is not None
