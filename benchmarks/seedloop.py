"""What a script does: one call after the other, one call a rule, beside an apply."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.applying import ONE_MORE
from benchmarks.dataset import Dataset
from benchmarks.figures import Figure, Sample
from benchmarks.process import origin, weigh
from benchmarks.scale import Scale
from benchmarks.served import LATENCY
from benchmarks.workplace import workplace


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """One new rule at each of so many domains."""
    data = Dataset(scale.applied, 5)
    loops, walls = [], []
    for run in range(scale.runs):
        with origin(data, page=100, latency=LATENCY) as url:
            words = [sys.executable, "-m", "benchmarks.seedloop", url, str(data.domains)]
            loops.append(weigh(words).wall)
        here = workplace(folder / str(run), data, ONE_MORE)
        with origin(data, page=100, latency=LATENCY) as url:
            walls.append(here.asking(url).run("apply", "--confirm", "--quiet").wall)
    loop, wall = Sample(loops), Sample(walls)
    yield Figure(
        f"a loop with one call a rule / apply, {scale.applied} rules",
        loop.middle / wall.middle,
        None,
        f"loop {loop.middle:.1f} s, which reads nothing and proves nothing; mpctl "
        f"{wall.middle:.1f} s, plan and verification included",
        least=True,
    )


def _loop(url: str, domains: int) -> None:
    import requests  # noqa: PLC0415 - the parent must not pay for it

    for number in range(domains):
        path = f"{url}/domains/{9101 + number}/allow_block_rules"
        rule = {"value": "one-more.example", "rule_type": "block"}
        requests.post(path, json=rule, timeout=30).raise_for_status()


if __name__ == "__main__":
    _loop(sys.argv[1], int(sys.argv[2]))
