"""From tags to what happens to a message (section 6.4), and the headers that say so (7.1)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import fsum

from mpctl.sandbox.stalwart.core import ACTIONS, Core
from mpctl.sandbox.stalwart.switches import Switches


@dataclass(frozen=True)
class Verdict:
    """What the filter decides: `action` is allow, reject or discard.

    `score` is a partial sum, without a meaning, where a tag decided alone.
    """

    action: str
    score: float
    scores: Mapping[str, str]


def judge(tags: Iterable[str], core: Core, switches: Switches) -> Verdict:
    """Visit the tags until one of them is an action; else the sum decides."""
    order = sorted(tags, reverse=switches.tag_order == "descending")
    scores = {tag: core.scores.find(tag) or "0" for tag in order}
    numbers: list[float] = []
    for score in scores.values():
        if score in ACTIONS:
            return Verdict(score, fsum(numbers), scores)
        numbers.append(float(score))
    total = fsum(numbers)
    return Verdict(_by_threshold(total, core), total, scores)


def _by_threshold(total: float, core: Core) -> str:
    if 0 < core.reject <= total:
        return "reject"
    return "discard" if 0 < core.discard <= total else "allow"


def headers(verdict: Verdict, core: Core, switches: Switches) -> str:
    """Return the headers that an allowed message would get."""
    result, status = core.headers
    rows = sorted((float(score), tag) for tag, score in verdict.scores.items())
    shown = [f"{tag} ({score:.2f})" for score, tag in rows if score or not tag.startswith("X_")]
    lines = f"{result}: " + ",\r\n\t".join(shown) + "\r\n" if shown else ""
    is_spam = verdict.score >= core.spam
    if switches.since("0.15"):
        return f"{lines}X-Spam-Score: {'spam' if is_spam else 'ham'}, score={verdict.score:.2f}\r\n"
    return f"{lines}{status}: {'Yes' if is_spam else 'No'}, score={verdict.score:.2f}\r\n"
