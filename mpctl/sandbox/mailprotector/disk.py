"""The state file: live state that outlives the process, so that one command sees the last."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mpctl.sandbox.mailprotector.entities import Directory, Document, Key
from mpctl.sandbox.mailprotector.rulebook import Rule, RuleBook, RuleType

FORMAT = 1
Content = tuple[RuleBook, dict[Key, Document]]


class StateFileError(Exception):
    """The state file cannot be used; the message names it and says what to do."""


class StateFile:
    """A UTF-8 JSON document of rules and local configuration, replaced as a whole."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self, directory: Directory) -> Content | None:
        """Return what was saved, None without a file; StateFileError when it makes no sense."""
        if not self._path.exists():
            return None
        try:
            rules, configuration = _read(json.loads(self._path.read_text(encoding="utf-8")))
            _check_owners(directory, rules, configuration)
        except (ValueError, TypeError, AttributeError, LookupError) as error:
            raise StateFileError(
                f"the sandbox cannot read its state in {self._path} ({error!r}); "
                "delete this file to start again from the sample data"
            ) from error
        return rules, configuration

    def save(self, rules: RuleBook, configuration: Mapping[Key, Document]) -> None:
        """Write the state beside the file and put it in its place."""
        text = json.dumps(_written(rules, configuration), ensure_ascii=False, indent=1)
        draft = self._path.with_suffix(".tmp")
        draft.write_text(text + "\n", encoding="utf-8", newline="\n")
        draft.replace(self._path)


def _written(book: RuleBook, configuration: Mapping[Key, Document]) -> Document:
    return {
        "format": FORMAT,
        "next_rule_id": book.next_id,
        "rules": [
            {
                "id": rule.id,
                "entity": str(rule.owner),
                "value": rule.value,
                "rule_type": str(rule.rule_type),
            }
            for rule in book.all()
        ],
        "configuration": {str(key): local for key, local in configuration.items()},
    }


def _read(document: Any) -> Content:
    if document["format"] != FORMAT:
        raise ValueError(f"format {document['format']}, not {FORMAT}")
    rules = [
        Rule(int(row["id"]), Key.parse(row["entity"]), row["value"], RuleType(row["rule_type"]))
        for row in document["rules"]
    ]
    configuration = {
        Key.parse(key): dict(local) for key, local in document["configuration"].items()
    }
    return RuleBook(rules, next_id=int(document["next_rule_id"])), configuration


def _check_owners(directory: Directory, book: RuleBook, configuration: Mapping[Key, Any]) -> None:
    owners = {rule.owner for rule in book.all()} | set(configuration)
    if strangers := sorted(str(key) for key in owners if key not in directory):
        raise LookupError(f"it names {', '.join(strangers)}, which the sample data does not have")
