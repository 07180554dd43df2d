"""Paths as configured and as shown."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path


def resolved(written: str, folder: Path) -> Path:
    """An absolute path: `~` is the home folder, a relative path lies below `folder`."""
    path = Path(written)
    with suppress(RuntimeError):  # there is no such home: the path is taken as it stands
        path = path.expanduser()
    return folder.absolute() / path


def shown(path: Path) -> str:
    """The path as messages name it: from the current directory where it lies below, with `/`."""
    here = Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else path).as_posix()
