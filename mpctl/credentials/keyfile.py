"""A file as a source."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from mpctl.credentials.answer import Answer
from mpctl.credentials.line import decoded
from mpctl.credentials.paths import shown
from mpctl.credentials.source import Nothing
from mpctl.diagnostics import Code, Diagnostic, Severity

_AT_MOST: Final = 65_536
_OTHERS_READ: Final = stat.S_IRGRP | stat.S_IROTH


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A file that holds the key, or the fields of one, and nothing else."""

    path: Path

    @property
    def name(self) -> str:
        """`the file keys/acme`."""
        return f"the file {shown(self.path)}"

    @property
    def verb(self) -> str:
        """It holds."""
        return "holds"

    def answer(self) -> Answer:
        """What it holds; raises Nothing."""
        try:
            with self.path.open("rb") as file:
                content, cautions = file.read(_AT_MOST), self._cautions(file)
        except FileNotFoundError:
            raise Nothing("does not exist", expected=True) from None
        except ValueError:  # a path that no file system has
            raise Nothing("does not exist") from None
        except OSError as error:
            raise Nothing(f"cannot be read ({error.strerror})") from None
        return Answer(decoded(content), cautions)

    def _cautions(self, file: IO[bytes]) -> tuple[Diagnostic, ...]:
        """Warn of a key that others can read; Windows keeps such rights elsewhere."""
        if os.name != "posix" or not os.fstat(file.fileno()).st_mode & _OTHERS_READ:
            return ()
        return (
            Diagnostic(
                Code.EXPOSED_KEY,
                f"{self.name} can be read by others on this machine",
                why="Whoever reads it can do all that the key permits.",
                fix=f"Run chmod 600 {shown(self.path)}.",
                severity=Severity.WARNING,
            ),
        )
