"""Looking around in an account: orders and their rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mpctl.core.browse import EntityList, FoundUser, Level, Listed, Reached
from mpctl.core.entity import Entity, Ref
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError
from mpctl.providers.mailbaby.account import Account, array_of
from mpctl.providers.mailbaby.capabilities import SCOPE
from mpctl.providers.mailbaby.native import NotUnderstood, Order, order_from_native
from mpctl.providers.mailbaby.provider import absent, inactive
from mpctl.providers.skew import skew
from mpctl.transport import Session


class Browsing:
    """The looks around that the operators' commands need; reads only.

    Every method raises MpctlError when something cannot be read or does not exist.
    """

    def __init__(self, session: Session, service: str) -> None:
        self._session = session
        self._service = service
        self._account = Account(session)

    def reach(self) -> Reached:
        """Ask for the orders; the account itself has no name that it tells."""
        clock = self._session.clock
        started = clock.monotonic()
        answer = self._account.order_rows()
        latency = clock.monotonic() - started
        orders, _ = _orders(array_of("GET /mail", answer))
        active = sum(order.active for order in orders)
        sees = f"{len(orders)} order{'' if len(orders) == 1 else 's'}, {active} active"
        return Reached(self._service, "unknown", sees, latency, skew(answer, clock))

    def entities(self, scope: str, under: Entity | None) -> EntityList:
        """List the orders, active or not."""
        if under is not None:
            raise _cannot(f"nothing is listed under {under.path}", "Leave --under out.")
        orders, doubt = _orders(array_of("GET /mail", self._account.order_rows()))
        return EntityList(tuple(_listed(scope, order) for order in orders), doubt)

    def chain(self, entity: Entity, *, effective: bool) -> Iterator[Level]:
        """The rules at an order; nothing stands above it."""
        _ = effective
        view = self._account.read()
        order = view.orders.get(entity.name)
        if order is None:
            raise MpctlError(absent(entity, view))
        if not order.active:
            raise MpctlError(inactive(entity, order))
        ref = Ref(SCOPE, order.native_id)
        complete = not view.doubt(order.username)
        yield Level(ref, _path(order), view.rules_of(order.username), complete)

    def configuration(self, entity: Entity) -> Mapping[str, Any]:
        """There is none: raises MpctlError."""
        raise _cannot(
            f"{entity.path} has no settings",
            "MailBaby has rules alone; see what each service can express: mpctl providers",
        )

    def find_user(self, address: str) -> FoundUser | None:
        """There are none: raises MpctlError."""
        raise _cannot(
            f"nobody can be found behind {address}: MailBaby has orders, and no users",
            "Name a target of another service with --target; mailprotector has users.",
        )


def _orders(rows: list[Any]) -> tuple[list[Order], str]:
    """The orders, and why they may not be all."""
    orders, odd = [], []
    for row in rows:
        try:
            orders.append(order_from_native(row))
        except NotUnderstood as error:
            odd.append(str(error))
    return orders, "; ".join(odd[:3])


def _listed(scope: str, order: Order) -> Listed:
    notes = ["" if order.active else order.status, order.comment]
    return Listed(Ref(scope, order.native_id), _path(order), ", ".join(filter(None, notes)))


def _path(order: Order) -> str:
    return f"{SCOPE}/{order.username}"


def _cannot(summary: str, fix: str) -> MpctlError:
    return MpctlError(Diagnostic(Code.USAGE, summary, fix=fix), exit_code=ExitCode.USAGE)
