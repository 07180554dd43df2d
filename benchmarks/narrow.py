"""How many requests a plan of little costs in a large repository."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.process import asked, origin
from benchmarks.scale import Scale
from benchmarks.workplace import workplace

PAGE = 100


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """One entity by name, and one entity that a commit changed."""
    data = scale.served
    place = workplace(folder, data)
    place.commit()
    index = -(-data.domains // PAGE)
    rules = -(-data.rules // PAGE)
    # The index of domains, the rules of one, and the step from its customer to the account.
    least = index + rules + 1
    with origin(data, page=PAGE, latency=0.0) as url:
        served = place.asking(url)
        before = asked(url)
        served.run("plan", "--only", "domains/d00007.example")
        one = asked(url) - before
        _touch(place.folder)
        before = asked(url)
        served.run("plan", "--base", "HEAD", "--changed")
        changed = asked(url) - before
    detail = f"{index} pages of the index, {rules} of rules, 1 for the account"
    yield Figure("plan --only ONE", one, least, detail, unit="requests")
    yield Figure("plan --base HEAD --changed", changed, least, detail, unit="requests")


def _touch(folder: Path) -> None:
    """Declare one rule more than the last commit does."""
    path = folder / "policies" / "c000" / "f00003.yaml"
    path.write_text(path.read_text("utf-8") + "  - one-more.example\n", "utf-8")
