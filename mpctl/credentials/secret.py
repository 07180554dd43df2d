"""A value that must not be seen."""

from __future__ import annotations

from mpctl.diagnostics import Diagnostic


class Secret:
    """A key or a part of one; it shows its value only to whoever calls `reveal`.

    `source` is where it came from, to say "the key from {source}" when a service refuses it;
    `cautions` is what the user should know about that place.
    """

    __slots__ = ("_value", "cautions", "source")

    def __init__(self, value: str, source: str, cautions: tuple[Diagnostic, ...] = ()) -> None:
        self._value = value
        self.source = source
        self.cautions = cautions

    def reveal(self) -> str:
        """The value itself, for the header that it goes into."""
        return self._value

    def __repr__(self) -> str:
        return f"<secret from {self.source}>"
