"""`python -m benchmarks [--quick] [--only NAME] [--write PAGE]`: measure, and print the table."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import (
    applying,
    growth,
    narrow,
    offline,
    seedloop,
    served,
    startup,
    throttled,
)
from benchmarks.figures import Figure
from benchmarks.process import FailedError
from benchmarks.scale import QUICK, WHOLE
from benchmarks.table import machine, missed, table, write

BENCHMARKS = {
    "startup": startup.measure,
    "offline": offline.measure,
    "served": served.measure,
    "narrow": narrow.measure,
    "applying": applying.measure,
    "throttled": throttled.measure,
    "growth": growth.measure,
    "seedloop": seedloop.measure,
}


def main() -> None:
    """Run what was asked for; a goal that is missed is no failure, it is a figure."""
    options = _options()
    scale = QUICK if options.quick else WHOLE
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in options.only or BENCHMARKS:
            print(f"measuring {name} ...", file=sys.stderr, flush=True)
            figures += BENCHMARKS[name](scale, Path(folder) / name)
    text = f"Measured: {machine()}; `{scale.name}`.\n\n{table(figures)}"
    print(text)
    print(f"{len(list(missed(figures)))} of {len(figures)} miss their goal")
    if options.write:
        write(options.write, text)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--quick", action="store_true", help="small sizes, once; a minute")
    parser.add_argument("--only", action="append", choices=BENCHMARKS, help="repeatable")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the table into a page")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        main()
    except FailedError as error:
        sys.exit(str(error))
