"""The runner of examples: what a page shows after `$ mpctl ...` is what mpctl prints.

A page is a story: its fenced blocks are taken in order, in a fresh folder with a copy of the sample
policies. A `yaml` block whose first line is a comment with a path is written to that file; a
`console` block is run. In a page that says `<!-- each heading starts afresh -->` every heading is a
story of its own. `docs/README.md` tells writers the same.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from doctest import ELLIPSIS, OutputChecker
from itertools import takewhile
from pathlib import Path
from typing import Final
from unittest.mock import patch

from mpctl.__main__ import main
from tests.docs.markdown import REPOSITORY, Fence, fences, headings

AFRESH: Final = "<!-- each heading starts afresh -->"
WIDTH: Final = 80

_SLEEP: Final = time.sleep

_EXAMPLE: Final = re.compile(
    r"^\$ (?P<command>.*?)(?: +# exit (?P<code>\d+))?\n(?P<output>(?:(?!\$ ).*\n)*)", re.MULTILINE
)
_FILE: Final = re.compile(r"# (?P<path>\S+\.ya?ml)\n")
_FOREIGN: Final = re.compile(r"MPCTL_|MAILPROTECTOR_|NO_COLOR$|.*_proxy$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended: its exit code, and what a terminal would show."""

    code: int
    output: str


@dataclass(frozen=True, slots=True)
class Example:
    """A command line of a page, and how the page says that it ends."""

    command: str
    promised: Ran

    def agrees_with(self, ran: Ran) -> bool:
        """Tell whether the page is right; its `...` stands for anything."""
        same = OutputChecker().check_output(self.promised.output, ran.output, ELLIPSIS)
        return same and self.promised.code == ran.code

    def shown(self, ran: Ran) -> str:
        """The example as it stands in a page, with this for an ending."""
        code = f"   # exit {ran.code}" if ran.code else ""
        return f"$ {self.command}{code}\n{ran.output}"


def stories(page: str) -> dict[str, list[Fence]]:
    """The fenced blocks of a page, story by story; a story is named after its heading."""
    told: dict[str, list[Fence]] = {}
    titles = headings(page) if AFRESH in page else []
    for fence in fences(page):
        above = [heading.title for heading in titles if heading.line < fence.line]
        told.setdefault(above[-1] if above else "whole page", []).append(fence)
    return {name: blocks for name, blocks in told.items() if any(map(examples, blocks))}


def examples(fence: Fence) -> list[Example]:
    """The examples of a block; none in a block that is not of the language `console`."""
    if fence.language != "console":
        return []
    found = list(_EXAMPLE.finditer(fence.text))
    assert "".join(match[0] for match in found) == fence.text, "a console block begins with $"
    return [
        Example(match["command"], Ran(int(match["code"] or 0), match["output"])) for match in found
    ]


@dataclass(frozen=True, slots=True)
class Stage:
    """A folder in which a story is played."""

    folder: Path

    @classmethod
    def set_up(cls, folder: Path) -> Stage:
        """Put a copy of the sample policies into an empty folder."""
        shutil.copytree(REPOSITORY / "policies", folder / "policies")
        return cls(folder)

    def play(self, fence: Fence) -> Iterator[tuple[Example, Ran]]:
        """Write the file that a block names, or run its examples one by one."""
        if fence.language == "yaml" and (file := _FILE.match(fence.text)):
            path = self.folder / file["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(fence.text, encoding="utf-8")
        for example in examples(fence):
            yield example, self._run(example.command)

    def _run(self, command: str) -> Ran:
        words = shlex.split(command)
        variables = dict(word.split("=", 1) for word in takewhile(_is_variable, words))
        program, *arguments = words[len(variables) :]
        with chdir(self.folder):
            if program == "rm":
                return self._remove(Path(arguments[-1]))
            assert program == "mpctl", f"a story can do nothing with {program!r}"
            return _mpctl(arguments, variables)

    def _remove(self, path: Path) -> Ran:
        assert path.resolve().is_relative_to(self.folder.resolve())
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        return Ran(0, "")


def _is_variable(word: str) -> bool:
    return re.match(r"[A-Z_]+=", word) is not None


def _mpctl(arguments: list[str], variables: Mapping[str, str]) -> Ran:
    kept = {name: value for name, value in os.environ.items() if not _FOREIGN.match(name)}
    environment = {**kept, "COLUMNS": str(WIDTH), "TZ": "UTC", **variables}
    # One stream for both, as on a terminal.
    terminal = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with (
        patch.dict(os.environ, environment, clear=True),
        patch("time.sleep", _nap),
        redirect_stdout(terminal),
        redirect_stderr(terminal),
    ):
        _heed_zone()
        code = main(arguments)
    _heed_zone()
    terminal.seek(0)
    return Ran(code, terminal.read())


def _nap(seconds: float) -> None:
    """Sleep a little where somebody would sleep: who waits for others has to let them work."""
    _SLEEP(min(seconds, 0.01))


def _heed_zone() -> None:
    """Make the zone that `TZ` names that of this process, where that can be done."""
    if hasattr(time, "tzset"):
        time.tzset()
