"""What there is to measure, by the name that `--only` takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks import (
    applying,
    cold,
    first,
    growth,
    narrow,
    offline,
    served,
    startup,
    throttled,
)
from benchmarks.figures import Figure
from benchmarks.scale import Scale

Measure = Callable[[Scale, Path], Iterator[Figure]]


@dataclass(frozen=True, slots=True)
class Section:
    """One table; each of its parts can be measured alone, as `SECTION-PART`."""

    title: str
    parts: Mapping[str, Measure]


SECTIONS: Final[Mapping[str, Section]] = {
    "startup": Section("the first word, of import click", {"": startup.measure}),
    "first": Section("a sign of life from a large plan", {"": first.measure}),
    "cold": Section("the same with no file in memory", {"": cold.measure}),
    "offline": Section(
        "policies alone, beside octoDNS", {"whole": offline.measure, "smaller": offline.smaller}
    ),
    "served": Section(
        "a plan over HTTP, of a bare fetch by requests",
        {
            **{f"{p}-{c}": served.measure(p, c) for p in served.PAGES for c in served.CONNECTIONS},
            "smaller": served.smaller,
        },
    ),
    "narrow": Section("a plan of one entity in a large repository", {"": narrow.measure}),
    "applying": Section("an apply of independent changes", {"": applying.measure}),
    "throttled": Section(
        "a service that answers every tenth request with 429", {"": throttled.measure}
    ),
    "growth": Section("exponents over the number of rules", {"": growth.measure}),
}


def names() -> Iterator[str]:
    """What `--only` takes: sections, and parts of them."""
    for name, section in SECTIONS.items():
        yield name
        yield from (f"{name}-{part}" for part in section.parts if part)


def options(name: str, parts: Iterable[str]) -> str:
    """The options that choose these parts of a section."""
    whole = set(parts) == set(SECTIONS[name].parts)
    return " ".join(f"--only {it}" for it in ([name] if whole else [f"{name}-{p}" for p in parts]))


def chosen(only: list[str]) -> Mapping[str, Mapping[str, Measure]]:
    """The parts to measure by section; everything when nothing is named."""
    found = {
        name: {
            part: measure
            for part, measure in section.parts.items()
            if not only or name in only or f"{name}-{part}" in only
        }
        for name, section in SECTIONS.items()
    }
    return {name: parts for name, parts in found.items() if parts}
