"""What a program prints or a file holds: one line that is the key, or a JSON object with fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from mpctl.credentials.line import key_in
from mpctl.credentials.secret import Secret
from mpctl.credentials.source import Nothing, Place
from mpctl.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said, and what the user should know about the place that said it."""

    text: str = field(repr=False)
    cautions: tuple[Diagnostic, ...] = ()


class Answering(Protocol):
    """A place that answers with text."""

    @property
    def name(self) -> str:
        """What to call it in a sentence: `the command 'pass'`."""

    @property
    def verb(self) -> str:
        """How it has what it says: `printed`."""

    def answer(self) -> Answer:
        """Ask it; raises Nothing."""


@dataclass(frozen=True, slots=True)
class OnlyLine:
    """The only line of an answer is the key."""

    asked: Answering

    @property
    def name(self) -> str:
        """The place itself."""
        return self.asked.name

    def look(self) -> Secret:
        """The value; raises Nothing."""
        answer = self.asked.answer()
        return Secret(key_in(answer.text, self.asked.verb), self.name, answer.cautions)


def json_fields(asked: Answering, keys: Mapping[str, str]) -> Place:
    """The sources of several fields in one JSON object, each at its dotted path."""
    document = _Document(asked)
    return {field: _JsonField(document, key) for field, key in keys.items()}


@dataclass(slots=True)
class _Document:
    """The JSON object of an answer; it is asked for once, however many fields are wanted."""

    asked: Answering
    _answered: Answer | Nothing | None = field(default=None, repr=False)

    def answer(self) -> Answer:
        if self._answered is None:
            try:
                self._answered = self.asked.answer()
            except Nothing as nothing:
                self._answered = nothing
        if isinstance(self._answered, Nothing):
            raise self._answered
        return self._answered

    def content(self) -> dict[str, Any]:
        try:
            content = json.loads(self.answer().text)
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            raise Nothing(
                f"{self.asked.verb} no JSON object",
                "With keys, the fields are looked up in one JSON object.",
            )
        return content


@dataclass(frozen=True, slots=True)
class _JsonField:
    document: _Document
    key: str

    @property
    def name(self) -> str:
        return self.document.asked.name

    def look(self) -> Secret:
        verb = self.document.asked.verb
        value: Any = self.document.content()
        for step in self.key.split("."):
            if not isinstance(value, dict) or step not in value:
                raise Nothing(
                    f"{verb} no field {self.key}", "Look at its fields, and correct keys."
                )
            value = value[step]
        if not isinstance(value, str):
            raise Nothing(f"{verb} a field {self.key} that is no text", "Write it in quotes.")
        found = key_in(value, f"{verb} a field {self.key} that holds")
        return Secret(found, f"field {self.key} of {self.name}", self.document.answer().cautions)
