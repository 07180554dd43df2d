"""Looking around at a server; what it has no notion of is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mpctl.core.browse import EntityList, FoundUser, Level, Listed, Reached
from mpctl.core.entity import Entity, Ref
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError
from mpctl.providers.stalwart.capabilities import PLUMBING
from mpctl.providers.stalwart.choice import Choice
from mpctl.providers.stalwart.provider import called, server_name, wrong_name
from mpctl.providers.stalwart.settings import Settings
from mpctl.providers.stalwart.stored import THRESHOLDS, VERSION, Stored
from mpctl.transport import Session


class Browsing:
    """The looks around that the operators' commands need; reads only.

    Every method raises MpctlError when something cannot be read or does not exist.
    """

    def __init__(self, session: Session, service: str, choice: Choice) -> None:
        self._session = session
        self._service = service
        self._choice = choice
        self._settings = Settings(session)

    def reach(self) -> Reached:
        """Read what a plan reads: one request."""
        clock = self._session.clock
        started = clock.monotonic()
        stored = self._settings.read()
        latency = clock.monotonic() - started
        rules = (
            f"vendor rules {version}" if (version := stored.keys.get(VERSION)) else "its settings"
        )
        return Reached(self._service, server_name(stored, self._session), rules, latency)

    def entities(self, scope: str, under: Entity | None) -> EntityList:
        """The one server, which stands under nothing."""
        if under is not None:
            return EntityList(())
        name = server_name(self._settings.read(), self._session)
        return EntityList((Listed(Ref(scope, name), f"{scope}/{name}"),))

    def chain(self, entity: Entity, *, effective: bool) -> Iterator[Level]:
        """The rules of the server; nothing stands above it."""
        _ = effective
        stored = self._found(entity)
        rules = tuple(row.rule for row in stored.rows(self._choice))
        yield Level(Ref(entity.scope, entity.name), entity.path, rules)

    def configuration(self, entity: Entity) -> Mapping[str, Any]:
        """The settings that mpctl knows, never what lies outside its keys."""
        stored = self._found(entity)
        settings = stored.settings(self._choice)
        return {
            **{name: settings.get(name) for name in (*THRESHOLDS, PLUMBING)},
            "spam_filter": "off" if stored.filter_is_off else "on",
        }

    def find_user(self, address: str) -> FoundUser | None:
        """Not answered: rules stand at the server, and a listing of accounts holds hashes."""
        raise MpctlError(
            Diagnostic(
                Code.USAGE,
                f"nobody can be found behind {address}: at Stalwart rules stand at the server",
                fix="Name a target of another service with --target; mailprotector has users.",
            ),
            exit_code=ExitCode.USAGE,
        )

    def _found(self, entity: Entity) -> Stored:
        stored = self._settings.read()
        name = server_name(stored, self._session)
        if not called(entity, name):
            raise MpctlError(wrong_name(entity, name))
        return stored
