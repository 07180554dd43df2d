"""Which calls mpctl makes at Mailprotector, and what they do."""

from __future__ import annotations

from typing import Final

from mpctl.transport import Call, CallTable, Effect, Repeat

CALLS: Final = CallTable(
    (
        Call("GET", "/domains", Effect.READ, Repeat.ALWAYS),
        Call("GET", "/{}/{}", Effect.READ, Repeat.ALWAYS),
        Call("GET", "/{}/{}/customers", Effect.READ, Repeat.ALWAYS),
        Call("GET", "/{}/{}/domains", Effect.READ, Repeat.ALWAYS),
        Call("GET", "/{}/{}/user_groups", Effect.READ, Repeat.ALWAYS),
        Call("GET", "/{}/{}/users", Effect.READ, Repeat.ALWAYS),
        Call("GET", "/{}/{}/aliases", Effect.READ, Repeat.ALWAYS),
        Call("POST", "/users/find_by_address", Effect.READ, Repeat.ALWAYS),
        Call("GET", "/{}/{}/allow_block_rules", Effect.READ, Repeat.ALWAYS),
        Call("POST", "/{}/{}/allow_block_rules", Effect.WRITE, Repeat.IF_REFUSED),
        Call("DELETE", "/allow_block_rules/{}", Effect.WRITE, Repeat.ALWAYS),
        Call("GET", "/{}/{}/configuration", Effect.READ, Repeat.ALWAYS),
        Call("PUT", "/{}/{}/configuration", Effect.WRITE, Repeat.ALWAYS),
        Call("GET", "/{}/{}/logs", Effect.READ, Repeat.ALWAYS),
        Call("GET", "/{}/{}/messages", Effect.READ, Repeat.ALWAYS),
        # Each sends real mail: a second time is never right where the first may have been heard.
        Call("POST", "/messages/{}/deliver", Effect.WRITE, Repeat.IF_REFUSED),
        Call("POST", "/{}/{}/messages/deliver_many", Effect.WRITE, Repeat.IF_REFUSED),
    )
)
