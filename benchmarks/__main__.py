"""`python -m benchmarks [--quick] [--only NAME] [--write PAGE]`: measure, and print the tables."""

from __future__ import annotations

import argparse
import compileall
import sys
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from rich.console import Console

from benchmarks import machine, table
from benchmarks.process import ROOT, FailedError
from benchmarks.scale import QUICK, WHOLE, Scale
from benchmarks.sections import SECTIONS, Measure, chosen, names, options


def main() -> int:
    """Run what was asked for; a goal that is missed is no failure, it is a figure."""
    said = _options()
    scale, wanted = QUICK if said.quick else WHOLE, chosen(said.only)
    described = machine.described(scale.name)
    if said.write:
        table.must_fit(said.write, described, wanted)
    if machine.is_busy():
        _say("others use this machine; the figures will be theirs as well")
    for package in ("benchmarks", "mpctl"):
        compileall.compile_dir(ROOT / package, quiet=1)
    sections = list(_measured(scale, wanted))
    print(table.headline("".join(map(str, sections))), described, sep="\n")
    if said.write:
        table.write(said.write, described, sections)
    return int(len(sections) < len(wanted))


def _measured(
    scale: Scale, wanted: Mapping[str, Mapping[str, Measure]]
) -> Iterator[table.Measured]:
    """Measure and show each section; one that fails is told and left out."""
    terminal = Console()
    for name, parts in wanted.items():
        _say(f"measuring {name} ...")
        try:
            section = _section(scale, name, parts)
        except FailedError as error:
            _say(f"{name} failed: {error}")
            continue
        table.show(section, terminal)
        yield section


def _section(scale: Scale, name: str, parts: Mapping[str, Measure]) -> table.Measured:
    started = perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        figures = [f for part, measure in parts.items() for f in measure(scale, Path(folder, part))]
    day, seconds = f"{datetime.now(UTC).date()}", perf_counter() - started
    title = SECTIONS[name].title
    how = ("--quick " if scale is QUICK else "") + options(name, parts)
    return table.Measured(name, title, how, tuple(figures), day, seconds)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--quick", action="store_true", help="small sizes, once; a minute")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        choices=list(names()),
        metavar="NAME",
        help=f"repeatable: {', '.join(names())}",
    )
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the tables into a page")
    said = parser.parse_args()
    if said.write and not set(said.only) <= SECTIONS.keys():
        parser.error("--write takes whole sections")
    return said


if __name__ == "__main__":
    try:
        sys.exit(main())
    except table.OtherMachineError as error:
        sys.exit(str(error))
