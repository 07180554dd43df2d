"""What a program prints as a source."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mpctl.credentials.answer import Answer
from mpctl.credentials.line import decoded
from mpctl.credentials.source import Nothing
from mpctl.program import Finished, Run, ending


@dataclass(frozen=True, slots=True)
class Command:
    """A program with its arguments, or a line that is split as a shell would; no shell runs it."""

    written: Sequence[str] | str = field(repr=False)
    folder: Path
    run: Run

    @property
    def name(self) -> str:
        """`the command 'pass'`, without the arguments: they may hold a secret of their own."""
        try:
            return f"the command '{self._arguments()[0]}'"
        except Nothing:
            return "the command"

    @property
    def verb(self) -> str:
        """It prints."""
        return "printed"

    def answer(self) -> Answer:
        """What it printed; raises Nothing."""
        finished = self._finished(self._arguments())
        if finished.status:
            raise Nothing(
                ending(finished.status),
                "Run the command yourself to see what it says: mpctl never repeats that.",
            )
        return Answer(decoded(finished.out))

    def _finished(self, arguments: Sequence[str]) -> Finished:
        try:
            return self.run(arguments, self.folder)
        except FileNotFoundError:
            raise Nothing("was not found") from None
        except TimeoutError as error:
            raise Nothing(str(error), "It must not ask: its input is closed.") from None
        except OSError as error:
            raise Nothing(f"cannot be started ({error.strerror})") from None

    def _arguments(self) -> Sequence[str]:
        words = split_line(self.written) if isinstance(self.written, str) else self.written
        if not words:
            raise Nothing("names no program")
        return words


def split_line(line: str, system: str = os.name) -> Sequence[str]:
    """The words of a command line, quoted where they hold spaces; raises Nothing."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters = True, ""
    if system == "nt":  # there, paths are written with what elsewhere escapes a character
        lexer.escape = ""
    try:
        return list(lexer)
    except ValueError:
        raise Nothing("has a quotation that is not closed") from None
