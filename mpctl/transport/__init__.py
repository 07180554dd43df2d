"""One HTTP session per target: authentication, pacing, retries, bounds and the write lock.

The only floor that knows requests. What a call means (read, write or forbidden) and whether it may
be repeated is the provider's knowledge and comes as a table of calls.
"""

from mpctl.clock import Clock
from mpctl.transport.address import own_address
from mpctl.transport.answer import Answer
from mpctl.transport.below import Location, locate
from mpctl.transport.calls import Call, CallTable, Effect, Param, Params, Repeat
from mpctl.transport.dialect import Dialect, Reply, plain_http
from mpctl.transport.errors import (
    BadAnswer,
    CallForbidden,
    KeyRefused,
    NotExecuted,
    Refused,
    Throttled,
    TransportError,
    Unavailable,
)
from mpctl.transport.first import FirstAlone
from mpctl.transport.limits import Limits
from mpctl.transport.session import CallRecord, Exchange, Session

__all__ = [
    "Answer",
    "BadAnswer",
    "Call",
    "CallForbidden",
    "CallRecord",
    "CallTable",
    "Clock",
    "Dialect",
    "Effect",
    "Exchange",
    "FirstAlone",
    "KeyRefused",
    "Limits",
    "Location",
    "NotExecuted",
    "Param",
    "Params",
    "Refused",
    "Repeat",
    "Reply",
    "Session",
    "Throttled",
    "TransportError",
    "Unavailable",
    "locate",
    "own_address",
    "plain_http",
]
