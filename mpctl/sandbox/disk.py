"""State files: live state that outlives the process, so that one command sees the last."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")


class StateFileError(Exception):
    """The state file cannot be used; the message names it and says what to do."""


class StateFile:
    """A UTF-8 JSON document of one service's state, replaced as a whole."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, read: Callable[[Any], T]) -> T | None:
        """Return what `read` makes of the document, None without a file.

        StateFileError when it makes no sense: it is not JSON, or `read` fails on it.
        """
        if not self._path.exists():
            return None
        try:
            return read(json.loads(self._path.read_text(encoding="utf-8")))
        except (ValueError, TypeError, AttributeError, LookupError) as error:
            raise StateFileError(
                f"the sandbox cannot read its state in {self._path} ({error!r}); "
                "delete this file to start again from the sample data"
            ) from error

    def save(self, document: Any) -> None:
        """Write the document beside the file and put it in its place."""
        text = json.dumps(document, ensure_ascii=False, indent=1)
        draft = self._path.with_suffix(".tmp")
        draft.write_text(text + "\n", encoding="utf-8", newline="\n")
        draft.replace(self._path)


def check_format(document: Any, known: int) -> None:
    """Refuse, with a ValueError, a document that another version wrote."""
    if document["format"] != known:
        raise ValueError(f"format {document['format']}, not {known}")
