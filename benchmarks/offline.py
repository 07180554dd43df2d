"""Policies alone: loaded, checked and compared, beside octoDNS on as many records."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.dataset import Dataset, Layout
from benchmarks.figures import Figure, Sample
from benchmarks.process import FailedError, Weight, weigh
from benchmarks.scale import Scale
from benchmarks.workplace import workplace

_CONFIG = """\
providers:
  config: {class: octodns.provider.yaml.YamlProvider, directory: source, default_ttl: 300}
  target: {class: octodns.provider.yaml.YamlProvider, directory: target, default_ttl: 300}
zones:
"""


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """Three layouts of the same rules; both programs read two sides and find them equal."""
    data = scale.offline
    layouts = {
        f"{data.domains} files, short form": workplace(folder / "short", data),
        f"{data.domains} files, long form": workplace(
            folder / "long", data, Layout(long_form=True)
        ),
        "1 file, short form": workplace(folder / "one", data, Layout(files=1)),
    }
    for place in layouts.values():
        place.commit()
    zones = write_zones(data, folder / "zones")
    peer = [_octodns(zones) for _ in range(1 if scale.runs == 1 else 2)]
    ours = {name: [p.run("diff", "HEAD") for _ in range(scale.runs)] for name, p in layouts.items()}
    alone = {name: [p.run("validate") for _ in range(scale.runs)] for name, p in layouts.items()}
    yield from _figures(data, peer, ours, "diff with HEAD, both sides loaded")
    yield from _figures(data, peer, alone, "validate, one side loaded", goals=False)


def _figures(
    data: Dataset,
    peer: list[Weight],
    ours: Mapping[str, list[Weight]],
    what: str,
    *,
    goals: bool = True,
) -> Iterator[Figure]:
    theirs, memory = Sample([w.wall for w in peer]), Sample([w.memory for w in peer])
    for name, weights in ours.items():
        wall = Sample([w.wall for w in weights])
        yield Figure(
            f"{what}: octoDNS / mpctl, {data.total} rules, {name}",
            theirs.middle / wall.middle,
            20.0 if goals else None,
            f"mpctl {wall.middle:.2f} s ± {wall.spread:.0%}; octoDNS {theirs.middle:.1f} s",
            least=True,
        )
        most = Sample([w.memory for w in weights])
        yield Figure(
            f"{what}: memory, mpctl / octoDNS, {name}",
            most.middle / memory.middle,
            1.5 if goals else None,
            f"mpctl {most.middle / 1e6:.0f} MB; octoDNS {memory.middle / 1e6:.0f} MB",
        )


def write_zones(data: Dataset, folder: Path) -> Path:
    """The same number of records as zones, source and target alike."""
    zones = [f"{name}." for name in data.names()]
    for side in ("source", "target"):
        (folder / side).mkdir(parents=True)
        for zone in zones:
            records = (
                f"s{number:04d}:\n  type: CNAME\n  value: spam.example.\n"
                for number in range(data.rules)
            )
            (folder / side / f"{zone}yaml").write_text("---\n" + "".join(records), "utf-8")
    lines = (f"  {zone}: {{sources: [config], targets: [target]}}\n" for zone in zones)
    (folder / "config.yaml").write_text(_CONFIG + "".join(lines), "utf-8")
    return folder


def _octodns(zones: Path) -> Weight:
    program = Path(sys.executable).with_name("octodns-sync")
    if not program.exists():
        raise FailedError("octoDNS is not installed: python -m pip install -e '.[bench]'")
    return weigh([str(program), "--config-file", "config.yaml", "--quiet"], cwd=zones)
