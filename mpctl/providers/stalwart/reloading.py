"""Making live what is stored, when somebody asks for it (5.1 to 5.3)."""

from __future__ import annotations

from collections.abc import Mapping

from mpctl.providers.stalwart import plumbing
from mpctl.providers.stalwart.answers import explained
from mpctl.providers.stalwart.editing import Reload
from mpctl.providers.stalwart.settings import Settings
from mpctl.transport import Session, TransportError


class Reloading:
    """The reloads behind one session."""

    def __init__(self, session: Session) -> None:
        self._settings = Settings(session)

    def reload(self) -> Mapping[str, str]:
        """Reload everything, the full one first; see `mpctl.ports.Reloader`."""
        try:
            errors = self._settings.reload(Reload.FULL)
            errors |= self._settings.reload(Reload.LOOKUP)
        except TransportError as error:
            raise explained(error) from error
        noted = self._settings.read().keys.get(plumbing.SENTINEL)
        if not errors and noted == plumbing.PENDING:
            problem = self._settings.note_live()
            if problem is not None:
                raise problem
        return errors
