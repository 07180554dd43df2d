"""The calls that read and write the settings, and make them live (sections 4 and 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mpctl.diagnostics import MpctlError
from mpctl.providers.stalwart import plumbing
from mpctl.providers.stalwart.answers import data_of, explained
from mpctl.providers.stalwart.editing import Reload, Values, requests
from mpctl.providers.stalwart.native import MARK
from mpctl.providers.stalwart.stored import KEYS, PREFIXES, Stored
from mpctl.transport import BadAnswer, Refused, Session, TransportError, Unavailable

_DONE: Final = 200
_TOO_LARGE: Final = 413


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a write may not have happened; `harmless` if it is proven that nothing was written."""

    error: TransportError
    harmless: bool


class Settings:
    """The settings of the server behind one session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def read(self) -> Stored:
        """Read everything that concerns mpctl, by one request.

        Raises MpctlError: a TransportError, or an explanation where the server is of another kind.
        """
        params = {"prefixes": ",".join(PREFIXES), "keys": ",".join(KEYS)}
        path = "/settings/keys"
        try:
            answer = self._session.request("GET", path, params=params)
        except TransportError as error:
            raise explained(error) from error
        return Stored(_texts(data_of(answer.body, f"GET {path}"), f"GET {path}"))

    def write(self, values: Values) -> Doubt | None:
        """Write keys; what went wrong is given back, because only a reading tells what it did.

        Where that may help, what is missing is written once more, with care.
        """
        doubt = self._write(values)
        if doubt is None or not _worth_care(doubt.error):
            return doubt
        try:
            stored = self.read().keys
        except MpctlError:
            return doubt
        missing = {key: value for key, value in values.items() if stored.get(key) != value}
        again = self._write(missing, careful=True)
        return None if again is None else Doubt(again.error, again.harmless and doubt.harmless)

    def _write(self, values: Values, *, careful: bool = False) -> Doubt | None:
        for number, body in enumerate(requests(values, careful=careful)):
            try:
                self._session.request("POST", "/settings", json=body)
            except TransportError as error:
                partly = isinstance(error, Refused) and error.status == _DONE
                harmless = not error.may_have_executed and not partly and number == 0
                return Doubt(error, harmless)
        return None

    def note_live(self) -> TransportError | None:
        """Take away the note that something stored is not live; gives what went wrong."""
        doubt = self.write({plumbing.SENTINEL: MARK})
        return None if doubt is None else doubt.error

    def reload(self, what: Reload, *, dry_run: bool = False) -> dict[str, str]:
        """Reload, and give the errors by the keys that the server names.

        Raises TransportError. A dry run changes next to nothing, but it is no read (5.3).
        """
        params = {"dry-run": "true"} if dry_run else None
        call = f"GET {what}"
        data = data_of(self._session.request("GET", what, params=params).body, call)
        errors = data.get("errors", {}) if isinstance(data, Mapping) else {}
        if not isinstance(errors, Mapping):
            raise BadAnswer(call, "its errors are not an object")
        return {str(key): _words(error) for key, error in errors.items()}


def _worth_care(error: TransportError) -> bool:
    """Tell whether smaller pieces may get through where one large request did not."""
    too_large = isinstance(error, Refused) and error.status == _TOO_LARGE
    return too_large or isinstance(error, Unavailable)


def _texts(data: Any, call: str) -> dict[str, str]:
    if not isinstance(data, Mapping):
        raise BadAnswer(call, "the settings are not an object")
    if not all(isinstance(value, str) for value in data.values()):
        raise BadAnswer(call, "a setting is not a text")
    return dict(data)


def _words(error: Any) -> str:
    if isinstance(error, Mapping):
        return str(error.get("error") or error.get("type") or "an error without words")
    return str(error)
