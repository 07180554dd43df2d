"""The running configuration of the mail filter: what stored settings mean (section 6)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from mpctl.sandbox.stalwart.addresses import AddressSet
from mpctl.sandbox.stalwart.findings import Findings
from mpctl.sandbox.stalwart.globs import GlobMap
from mpctl.sandbox.stalwart.rules import Rule, read_rules

LOOKUP = "lookup."
SCORES = "spam-filter.list.scores."
THRESHOLD = "spam-filter.score."
BLOCKED = "server.blocked-ip."
ALLOWED = "server.allowed-ip."
ACTIONS = ("reject", "discard")
DEFAULT_SPAM = 5.0
FLOAT = re.compile(
    r"[-+]?(\d+\.?\d*([eE][-+]?\d+)?|\.\d+([eE][-+]?\d+)?|inf(inity)?|nan)", re.IGNORECASE
)

Lists = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Core:
    """Rules, scores, thresholds, allowed addresses and blocked networks, from one set of settings.

    A score is the text of a number, or one of `ACTIONS`.
    """

    settings: Mapping[str, str]
    rules: tuple[Rule, ...]
    scores: GlobMap
    spam: float
    reject: float
    discard: float
    allowed: AddressSet
    blocked: AddressSet

    @cached_property
    def headers(self) -> tuple[str, str]:
        """The names of the headers for result and status."""
        name = "spam-filter.header.{}.name"
        return (
            self.settings.get(name.format("result"), "X-Spam-Result"),
            self.settings.get(name.format("status"), "X-Spam-Status"),
        )


def read_core(settings: Mapping[str, str], findings: Findings) -> Core:
    """Read what parses and report the rest."""
    kept = {key: value for key, value in settings.items() if _belongs(key)}
    blocked, allowed = AddressSet.read(kept, BLOCKED), AddressSet.read(kept, ALLOWED)
    _report(BLOCKED, blocked, findings)
    _report(ALLOWED, allowed, findings)
    return Core(
        settings=kept,
        rules=read_rules(kept, findings),
        scores=_scores(kept, findings),
        spam=_threshold(kept, "spam", DEFAULT_SPAM, findings),
        reject=_threshold(kept, "reject", 0.0, findings),
        discard=_threshold(kept, "discard", 0.0, findings),
        allowed=allowed,
        blocked=AddressSet(networks=blocked.networks),
    )


def read_banned(settings: Mapping[str, str], findings: Findings) -> AddressSet:
    """Read the single addresses that are blocked."""
    blocked = AddressSet.read(settings, BLOCKED)
    _report(BLOCKED, blocked, findings)
    return AddressSet(singles=blocked.singles)


def read_lists(settings: Mapping[str, str], findings: Findings) -> Lists:
    """Read the lookup lists: the list's name runs to the first dot."""
    lists: Lists = {}
    for key, value in settings.items():
        if not key.startswith(LOOKUP):
            continue
        name, dot, entry = key.removeprefix(LOOKUP).partition(".")
        if dot and entry:
            lists.setdefault(name, {})[entry] = value
        else:
            findings.error(name, "Invalid lookup key format")
    return lists


def _belongs(key: str) -> bool:
    return key.startswith(("spam-filter.", BLOCKED, ALLOWED))


def _report(prefix: str, addresses: AddressSet, findings: Findings) -> None:
    """Several bad addresses are one entry, under the name of their namespace."""
    for problem in addresses.problems:
        findings.error(prefix.removesuffix("."), problem)


def _scores(settings: Mapping[str, str], findings: Findings) -> GlobMap:
    scores: dict[str, str] = {}
    for key, value in settings.items():
        if not key.startswith(SCORES):
            continue
        if value.lower() in ACTIONS or FLOAT.fullmatch(value):
            scores[key.removeprefix(SCORES)] = value.lower()
        else:
            findings.error(key, "Invalid score: invalid float literal")
    return GlobMap(scores)


def _threshold(settings: Mapping[str, str], name: str, default: float, findings: Findings) -> float:
    text = settings.get(THRESHOLD + name)
    if text is None:
        return default
    if FLOAT.fullmatch(text):
        return float(text)
    findings.error(THRESHOLD + name, f'Invalid floating point value "{text}".')
    return default
