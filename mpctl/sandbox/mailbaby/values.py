"""What the service takes as the data and the id of a rule (sections 6.1 and 5.2)."""

import re
from importlib.resources import files

LABEL = re.compile(r"(?!-)[a-z0-9-]+(?<!-)", re.ASCII | re.IGNORECASE)
LOCAL_PART = re.compile(
    r"""(?!.{65})(?:[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*|"[^"\\]*")""", re.ASCII
)
HOST = re.compile(
    r"(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)+(?:xn--)?[a-z][a-z0-9]*(?:-+[a-z0-9]+)*",
    re.ASCII | re.IGNORECASE,
)
PREFIX = re.compile(r"[A-Za-z0-9+_.-]+\n?", re.ASCII)  # PHP's $ lets a final newline pass
INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)
TLDS = frozenset(files(__package__).joinpath("tlds.txt").read_text("ascii").split())
LONGEST_ADDRESS = 254
LONGEST_LABEL = 63


def is_domain(value: str) -> bool:
    """Whether the value has a real top-level domain and plain labels before it."""
    *labels, tld = value.split(".")
    return (
        bool(labels)
        and tld.lower() in TLDS
        and all(LABEL.fullmatch(label) and label.count("--") <= 1 for label in labels)
    )


def is_address(value: str) -> bool:
    """Whether the value is an ASCII address whose domain has a dot."""
    local, _, host = value.rpartition("@")
    return (
        len(value) <= LONGEST_ADDRESS
        and LOCAL_PART.fullmatch(local) is not None
        and HOST.fullmatch(host) is not None
        and all(len(label) <= LONGEST_LABEL for label in host.split("."))
    )


def is_rfc_address(value: str) -> bool:
    """Whether an RFC parser takes the value: beyond ASCII, and hosts without a dot."""
    local, _, host = value.rpartition("@")
    return bool(re.fullmatch(r'[^\s@"]+|"[^"\\]*"', local) and re.fullmatch(r"[\w.-]+", host))


def as_id(word: str, *, checked: bool) -> int | None:
    """Return the rule id that a word of a path means, None where it is refused.

    Unchecked, the database reads the digits in front: "5abc" is 5, and "abc" is 0.
    """
    if checked:
        return int(word) if INTEGER.fullmatch(word) else None
    digits = INTEGER.match(word)
    return int(digits[0]) if digits else 0


def is_prefix(value: str) -> bool:
    """Whether the value may begin a local part."""
    return PREFIX.fullmatch(value) is not None
