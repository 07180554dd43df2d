"""Endpoints of mail orders, and the one that says that the server runs (sections 2 and 4.1)."""

from typing import Any, Final

from mpctl.sandbox.exchange import Response
from mpctl.sandbox.mailbaby.answers import FrameworkError, answer, page
from mpctl.sandbox.mailbaby.call import Call
from mpctl.sandbox.mailbaby.model import ACTIVE, Order

SMTP_PASSWORD: Final = "smtp-password-that-nobody-may-read"  # noqa: S105 - made up, to be searched


def ping(_: Call) -> Response:
    """GET /ping."""
    return page("Server is up and running")


def list_orders(call: Call) -> Response:
    """GET /mail: every order, active or not."""
    orders = call.arranged(call.state.orders(), lambda order: order.id)
    return answer([_document(call, order) for order in orders], plain_slashes=True)


def show(call: Call) -> Response:
    """GET /mail/{id}: the answer holds a secret; no client should come here."""
    number = int(call.words[0])
    order = next((order for order in call.state.orders() if order.id == number), None)
    if order is None:
        raise FrameworkError
    return answer({**_document(call, order), "password": SMTP_PASSWORD}, plain_slashes=True)


def _document(call: Call, order: Order) -> dict[str, Any]:
    comment = {"comment": order.comment} if order.comment else {}
    status = _status(call, order)
    return {"id": order.id, "status": status, "username": order.username, **comment}


def _status(call: Call, order: Order) -> str:
    stored = call.state.status(order.username)
    if stored == ACTIVE or call.switches.inactive_status == "stored":
        return stored
    return call.switches.inactive_status
