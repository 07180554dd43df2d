"""What stands in the state file: lists and settings, as a document and back."""

from collections.abc import Iterable
from typing import Any

from mpctl.sandbox.disk import check_format
from mpctl.sandbox.rackspace.answers import Document
from mpctl.sandbox.rackspace.directory import Directory, Key
from mpctl.sandbox.rackspace.entries import ListName

FORMAT = 1
Lists = dict[Key, dict[ListName, tuple[str, ...]]]
Settings = dict[Key, Document]
Content = tuple[Lists, Settings]


def written(lists: Lists, settings: Settings) -> Document:
    """Return the state as a JSON document."""
    return {
        "format": FORMAT,
        "lists": {
            str(key): {str(list_): list(entries) for list_, entries in own.items()}
            for key, own in sorted(lists.items())
        },
        "settings": {str(key): own for key, own in sorted(settings.items())},
    }


def read(document: Any, directory: Directory) -> Content:
    """Return the state that a document holds; any error when it makes no sense."""
    check_format(document, FORMAT)
    lists = {Key.parse(key): _lists(own) for key, own in document["lists"].items()}
    settings = {Key.parse(key): dict(own) for key, own in document["settings"].items()}
    _check_owners(directory, [*lists, *settings])
    return lists, settings


def _lists(own: Any) -> dict[ListName, tuple[str, ...]]:
    return {ListName(name): tuple(map(str, entries)) for name, entries in own.items()}


def _check_owners(directory: Directory, owners: Iterable[Key]) -> None:
    if strangers := sorted({str(key) for key in owners if key not in directory}):
        raise LookupError(f"it names {', '.join(strangers)}, which the sample data does not have")
