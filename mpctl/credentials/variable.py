"""The environment as a source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from mpctl.credentials.line import key_in
from mpctl.credentials.secret import Secret
from mpctl.credentials.source import Nothing

_NAME: Final = re.compile(r"[A-Z_][A-Z0-9_]*")


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the environment."""

    variable: str
    environment: Mapping[str, str] = field(repr=False)

    @property
    def name(self) -> str:
        """`the variable MAILPROTECTOR_API_KEY`; a key that stands in its place is not repeated."""
        return f"the variable {self.variable}" if self._named else "the variable of the target"

    def look(self) -> Secret:
        """The value; raises Nothing."""
        if not self._named:
            raise Nothing(
                "has no usable name",
                "Under env, write the name of a variable in capital letters, never a key.",
            )
        value = self.environment.get(self.variable)
        if value is None:
            raise Nothing("is not set", f"Set {self.variable}.", expected=True)
        if not value.strip():
            raise Nothing("is blank", f"Set {self.variable}.", expected=True)
        return Secret(key_in(value, "holds"), self.name)

    @property
    def _named(self) -> bool:
        return _NAME.fullmatch(self.variable) is not None
