"""The documents of a file, told apart by their first key and checked against their schema."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from mpctl.core.stage import Stage
from mpctl.diagnostics import Code, MpctlError, Origin, did_you_mean
from mpctl.policy.checking import check
from mpctl.policy.placed import PlacedDict
from mpctl.policy.problems import Problems
from mpctl.policy.schema import Shape
from mpctl.policy.source import SourceFile
from mpctl.policy.text import decode
from mpctl.policy.wording import described
from mpctl.policy.yaml_reader import YamlDocument, read_yaml
from mpctl.stages import during

_SHAPES: Final = {"entity": Shape.ENTITY, "ruleset": Shape.RULESET}
_PRIVATE: Final = "x-"


@dataclass(frozen=True, slots=True)
class Document:
    """What is valid of a document; `sound` if that is all of it, else required keys may lack."""

    content: PlacedDict
    sound: bool


@dataclass(slots=True)
class Documents:
    """Documents by shape; `complete` is False if something could not be read at all."""

    by_shape: dict[Shape, list[Document]] = field(
        default_factory=lambda: {shape: [] for shape in Shape}
    )
    complete: bool = True


@during(Stage.YAML)
def read_documents(data: bytes, shown: str, problems: Problems) -> Documents:
    """Read every document of a file; `shown` is its path in errors."""
    documents = Documents()
    read = _read(data, shown, problems)
    if read is None:
        documents.complete = False
        return documents
    for document in read:
        _file_away(document, documents, problems)
    return documents


def read_configuration(file: SourceFile, problems: Problems) -> Document | None:
    """Read the one document of `mpctl.yaml`; None if nothing of it can be used."""
    data = read_file(file, problems)
    read = None if data is None else _read(data, file.shown, problems)
    if read is None:
        return None
    if len(read) != 1 or not isinstance(read[0].value, PlacedDict):
        problems.error(
            Code.INVALID_DOCUMENT,
            Origin(file.shown, 1, 1),
            "the configuration is not one mapping",
            "It names the targets that the policies are about.",
            "Begin it with 'version: 1' and a mapping 'targets'.",
        )
        return None
    return _checked(read[0].value, Shape.CONFIGURATION, problems, sound=read[0].sound)


@during(Stage.YAML)
def read_file(file: SourceFile, problems: Problems) -> bytes | None:
    """Read the bytes of a file; None, which is never the same as empty, where that fails."""
    try:
        return file.read()
    except MpctlError as error:
        problems.errors.extend(error.diagnostics)
        return None


def _read(data: bytes, shown: str, problems: Problems) -> list[YamlDocument] | None:
    try:
        return read_yaml(decode(data, shown), shown, problems)
    except MpctlError as error:
        problems.errors.extend(error.diagnostics)
        return None


def _file_away(document: YamlDocument, documents: Documents, problems: Problems) -> None:
    content, first = document.value, _first_key(document.value)
    if first in _SHAPES:
        shape = _SHAPES[first]
        checked = _checked(content, shape, problems, sound=document.sound)
        documents.by_shape[shape].append(checked)
    elif not _only_private(content):
        _refuse(content, first, document.origin, problems)
        documents.complete = False


def _refuse(content: Any, first: str | None, origin: Origin, problems: Problems) -> None:
    if first is None:
        problems.error(
            Code.INVALID_DOCUMENT,
            origin,
            f"the document is {described(content)}, expected a mapping",
            "What it is about would be open.",
            "Begin it with 'entity:' or 'ruleset:'.",
        )
        return
    later = next((key for key in _SHAPES if key in content), None)
    problems.error(
        Code.UNKNOWN_DOCUMENT,
        content.at_key(first),
        f"a document does not begin with {first!r}",
        "The first key says what a document is about.",
        f"Move {later!r} to its front." if later else did_you_mean(first, _SHAPES),
    )


def _checked(content: PlacedDict, shape: Shape, problems: Problems, *, sound: bool) -> Document:
    before = len(problems.errors)
    rest = check(content, shape, problems)
    return Document(rest, sound=sound and len(problems.errors) == before)


def _first_key(content: Any) -> str | None:
    keys = content if isinstance(content, PlacedDict) else ()
    return next((key for key in keys if not key.startswith(_PRIVATE)), None)


def _only_private(content: Any) -> bool:
    return isinstance(content, PlacedDict) and bool(content) and _first_key(content) is None
