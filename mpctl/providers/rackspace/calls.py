"""Which calls mpctl makes at Rackspace, and what they do."""

from __future__ import annotations

from itertools import product
from typing import Final

from mpctl.transport import Call, CallTable, Effect, Repeat

_DOMAIN: Final = "/customers/{}/domains/{}"
_PLACES: Final = (_DOMAIN, f"{_DOMAIN}/ex/mailboxes/{{}}", f"{_DOMAIN}/rs/mailboxes/{{}}")
_ROUTES: Final = (
    "blocklist",
    "ipblocklist",
    "blacklist",
    "ipblacklist",
    "safelist",
    "ipsafelist",
)
_ONE_BY_ONE: Final = "Entries are written with one PUT a list; a wildcard does not fit into a path."

_INDEXES: Final = (
    Call("GET", "/customers/{}/domains", Effect.READ, Repeat.ALWAYS),
    Call("GET", _DOMAIN, Effect.READ, Repeat.ALWAYS),
    Call("GET", f"{_DOMAIN}/ex/mailboxes", Effect.READ, Repeat.ALWAYS),
    Call("GET", f"{_DOMAIN}/rs/mailboxes", Effect.READ, Repeat.ALWAYS),
)

CALLS: Final = CallTable(
    (
        *_INDEXES,
        *(Call("GET", f"{p}/spam/settings", Effect.READ, Repeat.ALWAYS) for p in _PLACES),
        *(
            Call("PUT", f"{p}/spam/settings", Effect.WRITE, Repeat.ALWAYS, mute=True)
            for p in _PLACES
        ),
        *(
            Call("GET", f"{p}/spam/{route}", Effect.READ, Repeat.ALWAYS)
            for p, route in product(_PLACES, _ROUTES)
        ),
        # After a lost answer the list is read before anything is sent again (section 8).
        *(
            Call("PUT", f"{p}/spam/{route}", Effect.WRITE, Repeat.IF_REFUSED, mute=True)
            for p, route in product(_PLACES, _ROUTES)
        ),
        *(
            Call(method, f"{p}/spam/{route}/{{}}", Effect.FORBIDDEN, why=_ONE_BY_ONE)
            for method, p, route in product(("POST", "DELETE"), _PLACES, _ROUTES)
        ),
    )
)
