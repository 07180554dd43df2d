"""Keys that a switch puts into the server's local file."""

from collections.abc import Mapping

from mpctl.sandbox.stalwart.stored import LOCAL_PATTERNS
from mpctl.sandbox.stalwart.switches import Switches

SHADOWS: Mapping[str, Mapping[str, str]] = {
    "off": {},
    "threshold": {"spam-filter.score.spam": "7.5"},
    "score": {"spam-filter.list.scores.MPCTL_BLOCK": "4.0"},
    "rule": {"spam-filter.rule.mpctl_access.priority": "900"},
    "entry": {"lookup.mpctl.block.domain.shadow.example": "ansible"},
}
ERRORS: Mapping[str, Mapping[str, str]] = {
    "off": {},
    "pyzor": {"spam-filter.pyzor.enable": "true"},
    "score": {"spam-filter.list.scores.LOCAL_NEWSLETTER": "two"},
    "address": {"server.allowed-ip.0": "198.51.100.4"},
}
CUSTOM_PATTERNS = (*LOCAL_PATTERNS, "spam-filter.score.*", "lookup.mpctl.*")


def planted(switches: Switches) -> dict[str, str]:
    """Return what the switches say was written there by somebody else."""
    custom = enumerate(CUSTOM_PATTERNS if switches.local_keys == "custom" else ())
    return {
        **SHADOWS[switches.shadow],
        **ERRORS[switches.foreign_error],
        **{f"config.local-keys.{position:04}": pattern for position, pattern in custom},
    }
