"""Nothing is sent that was not recorded before: once the record fails, nothing more is begun."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mpctl.core.outcome import Outcome
from mpctl.core.plan import EntityPlan
from mpctl.core.schedule import Batch
from mpctl.core.state import LiveEntity
from mpctl.diagnostics import Diagnostic, MpctlError
from mpctl.ports import RunLog


class NoLog:
    """A record that nobody keeps."""

    def before(self, live: LiveEntity, plan: EntityPlan) -> None:
        """Forget it."""

    def attempt(self, batch: Batch) -> None:
        """Forget it."""

    def ended(self, outcomes: Sequence[Outcome]) -> None:
        """Forget it."""


class Record:
    """A run's log, and the first reason why it could not be kept; safe to use from many threads."""

    def __init__(self, log: RunLog) -> None:
        self._log = log
        self.failure: Diagnostic | None = None

    def before(self, live: LiveEntity, plan: EntityPlan) -> bool:
        """Record what an entity is like; tell whether that is safe."""
        return self._keep(lambda: self._log.before(live, plan))

    def attempt(self, batch: Batch) -> bool:
        """Record that a batch goes out; only if this is true it may."""
        return self._keep(lambda: self._log.attempt(batch))

    def ended(self, outcomes: Sequence[Outcome]) -> None:
        """Record how operations ended."""
        if outcomes:
            self._keep(lambda: self._log.ended(outcomes))

    def _keep(self, write: Callable[[], None]) -> bool:
        if self.failure is None:
            try:
                write()
            except MpctlError as error:
                self.failure = error.diagnostics[0]
        return self.failure is None
