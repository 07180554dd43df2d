"""From the text of a file to its YAML documents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml
from yaml.events import DocumentStartEvent, Event, ScalarEvent
from yaml.reader import Reader, ReaderError

from mpctl.diagnostics import Code, Diagnostic, MpctlError, Origin
from mpctl.policy.problems import Problems
from mpctl.policy.yaml_builder import Builder

_GLUED: Final = re.compile(r"#(?=[^\s#])")
_WHY: Final = "The rest of the file cannot be read."


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """The value of one document, and where it begins; `sound` if nothing in it is in error."""

    value: Any
    origin: Origin
    sound: bool


def read_yaml(text: str, path: str, problems: Problems) -> list[YamlDocument]:
    """Read every document of a file; an empty document counts as none.

    Raises MpctlError where the file cannot be read on.
    """
    try:
        return list(_documents(text, path, problems))
    except ReaderError as error:
        raise MpctlError(_unprintable(text, path)) from error
    except yaml.MarkedYAMLError as error:
        raise MpctlError(_invalid(error, text, path)) from error


def _documents(text: str, path: str, problems: Problems) -> Iterator[YamlDocument]:
    stream = events(text)
    if cuts := dict(_glued_comments(text)):
        stream = _warning_of_cuts(stream, cuts, path, problems)
    for event in stream:
        if isinstance(event, DocumentStartEvent):
            before, first = len(problems.errors), next(stream)
            builder = Builder(stream, path, problems)
            value = builder.build(first)
            if value is not None:
                sound = len(problems.errors) == before
                yield YamlDocument(value, builder.origin(first), sound)


def _glued_comments(text: str) -> Iterator[tuple[int, int]]:
    """Where what stands before such a comment ends, and the end of its sign."""
    for match in _GLUED.finditer(text):
        end = match.start()
        while end and text[end - 1] in " \t":
            end -= 1
        if end < match.start():
            yield end, match.end()


def events(text: str) -> Iterator[Event]:
    """What the parser finds in a text; everything that reads policies listens to this."""
    parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    return iter(parser.get_event, None)


def _warning_of_cuts(
    stream: Iterator[Event], cuts: Mapping[int, int], path: str, problems: Problems
) -> Iterator[Event]:
    for event in stream:
        if isinstance(event, ScalarEvent) and event.value and not event.style:
            _warn_of_cut(event, cuts, path, problems)
        yield event


def _warn_of_cut(
    event: ScalarEvent, cuts: Mapping[int, int], path: str, problems: Problems
) -> None:
    end: Any = event.end_mark
    if end.index not in cuts:
        return
    problems.warn(
        Code.COMMENT_IN_VALUE,
        Origin(path, end.line + 1, end.column + cuts[end.index] - end.index),
        f"the value ends before the #: it is {event.value!r}",
        "In YAML a # after a space begins a comment.",
        "Put the value into quotes if the # belongs to it, else write a space after the #.",
    )


def _invalid(error: yaml.MarkedYAMLError, text: str, path: str) -> Diagnostic:
    mark = error.problem_mark or error.context_mark
    origin = Origin(path, mark.line + 1, mark.column + 1) if mark else Origin(path, 1, 1)
    if mark and text[mark.index : mark.index + 1] == "\t":
        why = "How wide a tab is, is not defined, so YAML indents with spaces."
        what = "not YAML: a tab stands where only spaces may"
        return Diagnostic(Code.INVALID_YAML, what, why, "Write spaces.", origin)
    what = ", ".join(part for part in (error.problem, error.context) if part)
    fix = "Often a colon, a quote or a bracket is missing on this line or the one before."
    return Diagnostic(Code.INVALID_YAML, f"not YAML: {what}", _WHY, fix, origin)


def _unprintable(text: str, path: str) -> Diagnostic:
    match = Reader.NON_PRINTABLE.search(text)
    before = text[: match.start()] if match else ""
    return Diagnostic(
        Code.INVALID_YAML,
        "not YAML: a control character stands here",
        _WHY,
        "Take it out.",
        Origin(path, before.count("\n") + 1, len(before) - before.rfind("\n")),
    )
