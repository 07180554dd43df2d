"""What a plan of little costs in a large repository."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.process import Weight
from benchmarks.runs import in_turn
from benchmarks.scale import Scale
from benchmarks.service import service
from benchmarks.workplace import workplace

_PAGE = 100
_COMMANDS = {
    "plan --only ONE": ("plan", "--only", "domains/d00007.example"),
    "plan --base HEAD --changed": ("plan", "--base", "HEAD", "--changed"),
}


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """One entity by name, and one entity that a commit changed."""
    data = scale.served
    place = workplace(folder, data)
    place.commit()
    _touch(folder)
    asked: dict[str, int] = {}
    with service(data, page=_PAGE) as origin:
        served = place.asking(origin.url)

        def counted(name: str) -> Weight:
            before = origin.requests
            weight = served.run(*_COMMANDS[name])
            asked[name] = origin.requests - before
            return weight

        found = in_turn(scale.few, {name: partial(counted, name) for name in _COMMANDS})
    # The index of domains, the rules of one, and the step from its customer to the account.
    index, rules = -(-data.domains // _PAGE), -(-data.rules // _PAGE)
    for name, ours in found.items():
        yield Figure(
            f"{name}, of {data.domains}",
            asked[name],
            index + rules + 1,
            f"{ours.wall.told('s')}, processor {ours.processor.middle:.3g} s",
            f"{index} pages of the index, {rules} of rules, 1 for the account",
            f"{len(ours)}",
            unit="requests",
        )


def _touch(folder: Path) -> None:
    """Declare one rule more than the last commit does."""
    path = folder / "policies" / "c000" / "f00003.yaml"
    path.write_text(path.read_text("utf-8") + "  - one-more.example\n", "utf-8")
