"""Saved plans: one UTF-8 JSON document each, private, checked before it is believed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from mpctl.core.decode import DecodeError, plan_from_json
from mpctl.core.plan import Plan
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError
from mpctl.store.files import write_file

MAX_SIZE: Final = 256 * 1024 * 1024


def save_plan(path: Path, document: Mapping[str, Any]) -> None:
    """Write a plan's document, readable for the owner only.

    Raises MpctlError when the file cannot be written.
    """
    write_file(path, json.dumps(document, ensure_ascii=False, indent=1) + "\n", private=True)


def load_plan(path: Path, *, version: str) -> tuple[Plan, dict[str, Any]]:
    """Read a saved plan of this version of mpctl, and its document.

    Raises MpctlError, which ends in a refusal, when the file is absent, truncated, edited, of
    another version, or no plan at all.
    """
    document = _read(path)
    try:
        plan = plan_from_json(document)
    except DecodeError as error:
        raise _refused(path, str(error)) from error
    if document.get("mpctl_version") != version:
        raise _refused(path, f"it is of mpctl {document.get('mpctl_version')}, this is {version}")
    return plan, document


def _read(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_SIZE + 1)
        if len(data) > MAX_SIZE:
            raise _refused(path, "it is too large")
        return json.loads(data.decode("utf-8"))
    except OSError as error:
        raise _refused(path, f"it cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise _refused(path, "it is not a whole JSON document") from error


def _refused(path: Path, why: str) -> MpctlError:
    return MpctlError(
        Diagnostic(
            Code.INVALID_PLAN,
            f"the saved plan {path} is not used: {why}",
            why="Only what was reviewed may be applied, so the file must be exactly as written.",
            fix="Plan again with --out, and have the new plan reviewed.",
        ),
        exit_code=ExitCode.REFUSED,
    )
