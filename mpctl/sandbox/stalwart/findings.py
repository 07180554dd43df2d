"""What a reload reports: errors and warnings by key (section 5.2)."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Findings:
    """Collected while settings are read."""

    errors: dict[str, dict[str, Any]] = field(default_factory=dict)
    warnings: dict[str, dict[str, Any]] = field(default_factory=dict)

    def error(self, key: str, text: str, *, type_: str = "parse") -> None:
        """Report an error; a key has one, the last."""
        self.errors[key] = {"type": type_, "error": text}

    def unread(self, key: str, value: str) -> None:
        """Report a setting that nothing reads."""
        self.warnings[key] = {"type": "unread", "value": value}

    def document(self) -> dict[str, Any]:
        """Return the answer of a reload."""
        return {"warnings": self.warnings, "errors": self.errors}
