"""Which calls mpctl makes at Stalwart, what they do, and the permission that each needs (2.3).

A reload is a GET, and classify a POST.
"""

from __future__ import annotations

from typing import Final

from mpctl.transport import Call, CallTable, Effect, Param, Params, Repeat

_SECRETS: Final = (
    "A listing can hold signing keys and password hashes. Ask /settings/keys for the keys that "
    "are needed."
)
_ACCOUNTS: Final = "It holds password hashes, and mpctl has no business with accounts."
_ALL_MESSAGES: Final = "It acts on every message that is selected; name one message by its id."
_ALL_MAIL: Final = "It deletes accounts, and with them their mail."

# Below these keys lie no secrets. Others hold some: signing keys, stores, hooks, milters.
_HARMLESS: Final = (
    "lookup",
    "server.allowed-ip",
    "server.blocked-ip",
    "server.hostname",
    "session.data.spam-filter",
    "spam-filter",
    "version",
)


def _too_much(params: Params) -> str:
    """Why settings must not be read: not everything, and nothing that may be a secret (4.4)."""
    wanted = [key for name in ("keys", "prefixes") for key in _words(params.get(name, ""))]
    if not wanted:
        return "Without keys or prefixes it might answer with everything, secrets too."
    if all(key.startswith(tuple(f"{root}." for root in _HARMLESS)) for key in wanted):
        return ""
    return f"It may hold secrets. Without any are keys below {', '.join(_HARMLESS)}."


def _words(param: Param) -> list[str]:
    """The keys of a parameter, each with a dot at its end, as the server reads a prefix."""
    texts = [str(param)] if isinstance(param, str | int) else param
    words = [word for text in texts for word in text.split(",") if text]
    return [word if word.endswith(".") else f"{word}." for word in words]


def _more_than_domains(params: Params) -> str:
    """Why accounts must not be read: anything but the names of domains (8)."""
    harmless = {"types": "domain", "fields": "name"}
    return "" if harmless.items() <= params.items() else _ACCOUNTS


_RELOAD: Final = "settings-reload"
_TRAIN: Final = "spam-filter-train"
_ASK: Final = "spam-filter-train, from v0.15 on spam-filter-test"
_QUEUE: Final = "message-queue-"

CALLS: Final = CallTable(
    (
        Call(
            *("GET", "/settings/keys", Effect.READ, Repeat.ALWAYS),
            objection=_too_much,
            needs="settings-list",
        ),
        Call("GET", "/settings/list", Effect.FORBIDDEN, why=_SECRETS),
        Call("GET", "/settings/group", Effect.FORBIDDEN, why=_SECRETS),
        # It may have failed halfway: read again, and send the rest in small pieces (4.7).
        Call("POST", "/settings", Effect.WRITE, Repeat.IF_REFUSED, needs="settings-update"),
        Call(
            "DELETE", "/settings/{}", Effect.FORBIDDEN, why="Deletions go through POST /settings."
        ),
        Call("GET", "/reload", Effect.WRITE, Repeat.ALWAYS, needs=_RELOAD),
        Call("GET", "/reload/lookup", Effect.WRITE, Repeat.ALWAYS, needs=_RELOAD),
        Call("GET", "/reload/server.blocked-ip", Effect.WRITE, Repeat.ALWAYS, needs=_RELOAD),
        # Not repeated: it does real DNS work, and may take as long as patience lasts (7.1).
        Call("POST", "/spam-filter/classify", Effect.READ, Repeat.IF_REFUSED, needs=_ASK),
        Call("POST", "/spam-filter/train/{}", Effect.WRITE, text=True, needs=_TRAIN),
        Call("POST", "/spam-filter/upload/{}", Effect.WRITE, text=True, needs=_TRAIN),
        Call("GET", "/queue/messages", Effect.READ, Repeat.ALWAYS, needs=f"{_QUEUE}list"),
        Call("GET", "/queue/messages/{}", Effect.READ, Repeat.ALWAYS, needs=f"{_QUEUE}get"),
        Call("PATCH", "/queue/messages/{}", Effect.WRITE, Repeat.ALWAYS, needs=f"{_QUEUE}update"),
        Call("DELETE", "/queue/messages/{}", Effect.WRITE, Repeat.ALWAYS, needs=f"{_QUEUE}delete"),
        Call("PATCH", "/queue/messages", Effect.FORBIDDEN, why=_ALL_MESSAGES),
        Call("DELETE", "/queue/messages", Effect.FORBIDDEN, why=_ALL_MESSAGES),
        Call(
            *("GET", "/principal", Effect.READ, Repeat.ALWAYS),
            objection=_more_than_domains,
            needs="domain-list",
        ),
        Call("GET", "/principal/{}", Effect.FORBIDDEN, why=_ACCOUNTS),
        Call("DELETE", "/principal", Effect.FORBIDDEN, why=_ALL_MAIL),
        Call("DELETE", "/principal/{}", Effect.FORBIDDEN, why=_ALL_MAIL),
    )
)
