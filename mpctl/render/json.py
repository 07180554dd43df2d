"""The one JSON object that every command prints with `--format json`; see `result.schema.json`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from mpctl.core.codec import FORMAT_VERSION, diagnostic_to_json
from mpctl.core.stage import Stage
from mpctl.diagnostics import Diagnostic, ExitCode
from mpctl.render.words import printable
from mpctl.stages import during

# JSON escapes the control characters below the space by itself.
_STRANGE: Final = re.compile(r"[^\n -~]")


@during(Stage.RENDER)
def render_json(
    command: str,
    *,
    exit_code: ExitCode,
    environment: str,
    diagnostics: Iterable[Diagnostic] = (),
    parts: Mapping[str, Any] | None = None,
) -> str:
    """Wrap the parts of a result, such as `plan`, in the common envelope; ends in a newline.

    `environment` is LIVE, SANDBOX or, where no service is ever asked, OFFLINE.
    """
    document = {
        "format_version": FORMAT_VERSION,
        "command": command,
        "environment": environment,
        "exit_code": int(exit_code),
        "diagnostics": [diagnostic_to_json(diagnostic) for diagnostic in diagnostics],
        **(parts or {}),
    }
    return _STRANGE.sub(_harmless, json.dumps(document, ensure_ascii=False, indent=2)) + "\n"


def _harmless(found: re.Match[str]) -> str:
    """Letters as they are, and what could move, hide or reorder others as an escape of JSON."""
    character = found[0]
    return character if printable(character) == character else json.dumps(character)[1:-1]
