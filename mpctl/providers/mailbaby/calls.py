"""Which calls mpctl makes at MailBaby, and what they do."""

from __future__ import annotations

from typing import Final

from mpctl.transport import Call, CallTable, Effect, Repeat

_CLEAR: Final = "Its answer holds the password of the order in clear."

CALLS: Final = CallTable(
    (
        Call("GET", "/mail", Effect.READ, Repeat.ALWAYS),
        Call("GET", "/mail/rules", Effect.READ, Repeat.ALWAYS),
        Call("POST", "/mail/rules", Effect.WRITE, Repeat.IF_REFUSED),
        Call("DELETE", "/mail/rules/{}", Effect.WRITE, Repeat.ALWAYS),
        Call("GET", "/mail/blocks", Effect.READ, Repeat.ALWAYS),
        Call("POST", "/mail/blocks/delete", Effect.WRITE, Repeat.ALWAYS),
        Call("GET", "/mail/{}", Effect.FORBIDDEN, why=_CLEAR),
    )
)
