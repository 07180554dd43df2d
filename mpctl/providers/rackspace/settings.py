"""Writing the settings of a place: all of them in one PUT (reference, sections 6.2 and 9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mpctl.core.change import SettingChange
from mpctl.core.outcome import Outcome, Status
from mpctl.core.rereading import settled
from mpctl.core.rule import SettingValue
from mpctl.core.schedule import Batch
from mpctl.providers.rackspace.documents import form_of, lacking
from mpctl.providers.rackspace.place import Place
from mpctl.providers.rackspace.reading import NotThere, Reading
from mpctl.transport import Session, TransportError

Values = Mapping[str, SettingValue]


class Settings:
    """The settings behind one session, written; `noted` values were read right before."""

    def __init__(self, session: Session, reading: Reading) -> None:
        self._session = session
        self._reading = reading
        self._noted: dict[Place, Values] = {}

    def note(self, place: Place, values: Values) -> None:
        """Remember what was just read: a write carries every value, changed or not."""
        self._noted[place] = values

    def write(self, batch: Batch, place: Place) -> list[Outcome]:
        """Write all changes of settings of a place at once."""
        try:
            before = self._noted.pop(place, None) or self._reading.settings(place)
        except NotThere:
            return _all(batch, Status.FAILED, f"{place.native_id} is not there any more")
        except TransportError as error:
            return _all(batch, Status.FAILED, error.what)
        wanted = {change.name: change.after for change in _changes(batch)}
        values = {**before, **wanted}
        if missing := lacking(place.scope, values):
            detail = f"the service does not tell {', '.join(missing)}, which a write would change"
            return _all(batch, Status.FAILED, detail)
        return self._put(batch, place, values, wanted)

    def _put(self, batch: Batch, place: Place, values: Values, wanted: Values) -> list[Outcome]:
        path, form = self._reading.settings_path(place), form_of(place.scope, values)
        try:
            self._session.request("PUT", path, form=form)
        except TransportError as error:
            if not error.may_have_executed:
                return _all(batch, Status.FAILED, error.what)
            return self._after_lost_answer(batch, place, wanted, error)
        return _all(batch, Status.APPLIED)

    def _after_lost_answer(
        self, batch: Batch, place: Place, wanted: Values, error: TransportError
    ) -> list[Outcome]:
        try:
            shown, _ = settled(
                lambda: self._reading.settings(place),
                lambda values: wanted.items() <= values.items(),
                self._session.clock.sleep,
            )
        except (TransportError, NotThere):
            return _all(batch, Status.UNKNOWN, f"{error.what}; it cannot be read back")
        if any(change.pins for change in _changes(batch)):
            detail = f"{error.what}; a read cannot tell whether the value is its own now"
            return _all(batch, Status.UNKNOWN, detail)
        if wanted.items() <= shown.items():
            return _all(batch, Status.APPLIED, "the answer was lost, a read shows it")
        return _all(batch, Status.UNKNOWN, f"{error.what}; a read does not show it")


def _changes(batch: Batch) -> Sequence[SettingChange]:
    return [o.change for o in batch.operations if isinstance(o.change, SettingChange)]


def _all(batch: Batch, status: Status, detail: str = "") -> list[Outcome]:
    return [Outcome(operation, status, detail) for operation in batch.operations]
