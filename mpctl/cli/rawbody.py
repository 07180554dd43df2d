"""Parameters and bodies of requests that are written by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from mpctl.cli.looking import usage
from mpctl.diagnostics import Code, Diagnostic, MpctlError

AT_MOST = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Body:
    """What a request carries, in the one way that its service reads."""

    json: Any = None
    form: Mapping[str, str] | None = None
    raw: bytes | None = None


def read_params(texts: Sequence[str]) -> dict[str, list[str]]:
    """Read NAME=VALUE, a name as often as it likes; MpctlError (bad usage) without a `=`."""
    params: dict[str, list[str]] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise usage(f"{text!r} is not a parameter", "Write it as in --param per_page=1.")
        params.setdefault(name, []).append(value)
    return params


def read_body(text: str, *, form: bool, plain: bool) -> Body:
    """Read JSON, @FILE or - for the standard input; a form is made of an object's fields.

    With `plain`, the service takes a text as it stands. Raises MpctlError: bad usage where it is
    not what the service takes, else a file that cannot be read.
    """
    content = _content(text)
    if plain:
        return Body(raw=content)
    parsed = _parsed(content)
    if not form:
        return Body(json=parsed)
    if not isinstance(parsed, dict):
        raise usage("this service takes forms, and the body is no JSON object", "")
    return Body(form={name: _field(name, value) for name, value in parsed.items()})


def _content(text: str) -> bytes:
    if text != "-" and not text.startswith("@"):
        return text.encode("utf-8", "surrogateescape")
    name = text.removeprefix("@")
    shown = "the standard input" if name == "-" else Path(name).as_posix()
    try:
        with click.open_file(name, "rb") as stream:
            content: bytes = stream.read(AT_MOST + 1)
    except OSError as error:
        raise _unreadable(f"{shown} cannot be read: {error.strerror}") from error
    if len(content) > AT_MOST:
        raise _unreadable(f"{shown} is larger than {AT_MOST} bytes")
    return content


def _parsed(content: bytes) -> Any:
    """Parse strictly: what JSON itself does not have, or has twice, is not what was meant."""
    try:
        parsed = json.loads(content.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise usage("the body is not UTF-8", "") from error
    except json.JSONDecodeError as error:
        fix = 'Write it as in --body \'{"value": "spammer.example"}\', or give a file with @.'
        raise usage(f"the body is not JSON: {error}", fix) from error
    except (ValueError, RecursionError) as error:
        raise usage(f"the body is not JSON: {error}", "") from error
    if parsed is None:
        raise usage("the body is null, which is no body", "Leave --body out.")
    return parsed


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object has a name twice")
    return found


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is not a value")


def _field(name: str, value: Any) -> str:
    if isinstance(value, dict | list):
        raise usage(f"this service takes forms, in which {name!r} can only be one value", "")
    return value if isinstance(value, str) else "" if value is None else json.dumps(value)


def _unreadable(summary: str) -> MpctlError:
    return MpctlError(Diagnostic(Code.UNREADABLE_FILE, summary))
