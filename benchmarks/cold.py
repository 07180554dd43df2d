"""Starting when no file is in memory yet, as the first run of a day does."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.figures import Figure
from benchmarks.process import IMPORT_CLICK, ROOT, Weight, mpctl, weigh
from benchmarks.runs import in_turn
from benchmarks.scale import Scale

_OURS: Final = ("mpctl", "policies", "schemas")
_PROGRAMS: Final[Mapping[str, Sequence[str]]] = {
    "mpctl --version": mpctl("--version"),
    "mpctl plan --sandbox": mpctl("plan", "--sandbox", "--quiet"),
}


def measure(scale: Scale, folder: Path) -> Iterator[Figure]:
    """The first word and a small plan; both beside click, whose files are as cold."""
    if not hasattr(os, "posix_fadvise"):
        print("this system cannot be asked to forget files; skipped", file=sys.stderr)
        return
    files = list(_files())
    os.sync()  # only what is on disk already can be dropped

    def run(command: Sequence[str]) -> Weight:
        forget(files)
        return weigh(command, environment={"MPCTL_STATE": str(folder / "state")})

    everything = {"click": IMPORT_CLICK, **_PROGRAMS}
    found = in_turn(scale.few, {name: partial(run, words) for name, words in everything.items()})
    click = found["click"]
    for name in _PROGRAMS:
        ours = found[name]
        yield Figure(
            name,
            ours.wall.middle / click.wall.middle,
            None,
            f"{ours.wall.told('s')}, {ours.read.middle / 1e6:.3g} MB read",
            f"import click {click.wall.told('s')}, {click.read.middle / 1e6:.3g} MB read",
            f"{len(ours)} / {len(click)}",
        )


def forget(files: Sequence[Path]) -> None:
    """Ask the system to drop the content of files from memory."""
    for path in files:
        number = os.open(path, os.O_RDONLY)
        try:
            os.posix_fadvise(number, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(number)


def _files() -> Iterator[Path]:
    """Every file of the interpreter, its library, the installed packages and the project."""
    library, packages = (Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib"))
    yield Path(sys.executable).resolve()
    for folder in (*library.iterdir(), packages, *(ROOT / name for name in _OURS)):
        # What is installed beside the library belongs to other environments.
        if folder.name != "site-packages" or folder == packages:
            yield from filter(_is_readable, [folder, *folder.rglob("*")])


def _is_readable(path: Path) -> bool:
    return path.is_file() and os.access(path, os.R_OK)
