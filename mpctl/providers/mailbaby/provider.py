"""The provider itself: fetch, review and apply over one session."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from mpctl.core import state
from mpctl.core.capabilities import Capabilities
from mpctl.core.change import Verb
from mpctl.core.entity import Entity, Ref
from mpctl.core.outcome import Outcome
from mpctl.core.schedule import Batch
from mpctl.core.state import DesiredEntity, LiveEntity, LiveState, Reading
from mpctl.diagnostics import Code, Diagnostic, Severity
from mpctl.providers.mailbaby.account import Account, View
from mpctl.providers.mailbaby.capabilities import CAPABILITIES
from mpctl.providers.mailbaby.native import Order
from mpctl.providers.mailbaby.review import review
from mpctl.providers.mailbaby.rules import Rules
from mpctl.transport import Session


class MailBaby:
    """A MailBaby account for the length of one run.

    `service` names the account in plans: the base URL, or the sandbox.
    """

    capabilities: Capabilities = CAPABILITIES

    def __init__(self, session: Session, *, service: str) -> None:
        self._session = session
        self._service = service
        self._account = Account(session)
        self._rules = Rules(session, self._account)
        self._writing = threading.Lock()
        self._usernames: dict[Entity, str] = {}

    def fetch(
        self, wanted: Sequence[Reading], on_read: Callable[[], None] = lambda: None
    ) -> LiveState:
        """Read what is wanted; see `mpctl.ports.Provider.fetch`."""
        entities: dict[Entity, LiveEntity] = {}
        missing: dict[Entity, Diagnostic] = {}
        unread: dict[Entity, Diagnostic] = {}
        view = self._account.view_for([reading.entity for reading in wanted])
        for entity in (reading.entity for reading in wanted):
            order = view.orders.get(entity.name)
            if order is None:
                (unread if view.odd_orders else missing)[entity] = absent(entity, view)
            elif not order.active:
                unread[entity] = inactive(entity, order)
            else:
                self._usernames[entity] = order.username
                entities[entity] = _live(entity, order, view)
            on_read()
        return LiveState(state.Account(self._service), entities, missing, unread)

    def review(self, desired: DesiredEntity, live: LiveEntity) -> Sequence[Diagnostic]:
        """Refuse what MailBaby would refuse; see `mpctl.ports.Provider.review`."""
        return tuple(review(desired, live, self._session.clock.now().date()))

    def count_users(self, ref: Ref) -> None:
        """MailBaby knows of no users; see `mpctl.ports.Provider.count_users`."""

    def apply(self, batch: Batch) -> Sequence[Outcome]:
        """Carry out a batch; see `mpctl.ports.Provider.apply`."""
        username = self._usernames[batch.entity]
        with self._writing:
            try:
                return self._perform(batch, username)
            finally:
                self._account.wrote(batch.entity)

    def _perform(self, batch: Batch, username: str) -> Sequence[Outcome]:
        if batch.operations[0].change.verb is Verb.CREATE:
            return self._rules.create(batch, username)
        return self._rules.delete(batch, username)


def absent(entity: Entity, view: View) -> Diagnostic:
    """Say that an order does not exist, or that nobody can tell."""
    if view.odd_orders:
        return Diagnostic(
            Code.INCOMPLETE_LISTING,
            f"{entity.path} is not in the list of orders, but {view.odd_orders[0]}",
            why="The row that could not be read may be the one that is meant.",
            fix="Plan again; if it stays, ask the service's support about the list of orders.",
            entity=str(entity),
        )
    return Diagnostic(
        Code.NOT_FOUND,
        f"{entity.path} does not exist",
        why="No order of the account behind this key has that user name or number.",
        fix="List what there is with: mpctl entities orders",
        entity=str(entity),
    )


def inactive(entity: Entity, order: Order) -> Diagnostic:
    """Say that an order is not active, which hides its rules and forbids new ones."""
    return Diagnostic(
        Code.INACTIVE,
        f"{entity.path} is {order.status}: its rules can neither be read nor written",
        why="The service hides the rules of an order that is not active; they may come back.",
        fix="Take its policy out, or plan again when the order is active.",
        entity=str(entity),
    )


def _live(entity: Entity, order: Order, view: View) -> LiveEntity:
    doubt = view.doubt(order.username)
    return LiveEntity(
        entity=entity,
        native_id=order.native_id,
        live_name=order.username,
        rules=view.rules_of(order.username),
        complete=not doubt,
        findings=(_incomplete(doubt).about(entity),) if doubt else (),
    )


def _incomplete(doubt: str) -> Diagnostic:
    return Diagnostic(
        Code.INCOMPLETE_LISTING,
        f"the list of rules may not be whole: {doubt}",
        why="Nothing is removed on the ground of a list that is not proven complete.",
        fix="Plan again; if it stays, ask the service's support about this list.",
        severity=Severity.WARNING,
    )
