"""The one JSON object that every command prints with `--format json`; see `result.schema.json`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from mpctl.core.codec import FORMAT_VERSION, diagnostic_to_json
from mpctl.diagnostics import Diagnostic, ExitCode


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
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
