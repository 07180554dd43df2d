"""What each switch is looked at with: calls of a client, and what it sees."""

from typing import Any

from tests.sandbox.rackspace.talk import ALEX, TIMESTAMP, Client, message

MAILBOX = ("ex_mailboxes", "alex.smith@example.com")
BLOCK, SETTINGS = f"{ALEX}/blocklist", f"{ALEX}/settings"


def block_route(client: Client) -> list[int]:
    """The four routes of the two block lists."""
    names = ("blocklist", "ipblocklist", "blacklist", "ipblacklist")
    return [client.get(f"{ALEX}/{name}").status for name in names]


def write_answer(client: Client) -> list[tuple[int, bytes]]:
    """The answers to a list and to settings."""
    replies = [client.put(BLOCK, addList="@a.example"), client.put(SETTINGS, filterlevel="off")]
    return [(reply.status, reply.body) for reply in replies]


def partial_put(client: Client) -> tuple[int, list[str]]:
    """A PUT whose second entry is bad."""
    client.plant("@old.example")
    reply = client.put(BLOCK, addList="@a.example,bad,@b.example", removeList="@old.example")
    return reply.status, client.stored()


def remove_absent(client: Client) -> list[int]:
    """A removal by PUT and one by DELETE of what is not listed."""
    reply = client.put(BLOCK, removeList="@a.example")
    return [reply.status, client.delete("blocklist", "@a.example").status]


def add_present(client: Client) -> tuple[list[int], list[str]]:
    """What is listed, added by PUT and by POST."""
    client.plant("@a.example")
    statuses = [
        client.put(BLOCK, addList="@a.example").status,
        client.post("blocklist", "@a.example").status,
    ]
    return statuses, client.stored()


def remove_copies(client: Client) -> list[str]:
    """A removal of what is listed twice."""
    client.plant("@a.example", "@b.example", "@a.example")
    client.put(BLOCK, removeList="@a.example")
    return client.stored()


def add_and_remove(client: Client) -> tuple[int, list[str]]:
    """One listed entry, and in both lists of one PUT."""
    client.plant("@a.example")
    reply = client.put(BLOCK, addList="@a.example,@b.example", removeList="@a.example")
    return reply.status, client.stored()


def domain_echo(client: Client) -> list[str]:
    """A domain with and without the @, and an address."""
    client.put(BLOCK, addList="@a.example,b.example,jo@c.example")
    return client.stored()


def value_case(client: Client) -> list[str]:
    """Capitals."""
    client.put(BLOCK, addList="@A.example")
    return client.stored()


def identity(client: Client) -> tuple[list[str], int, list[str]]:
    """Another spelling of what is listed, added; and yet another, removed."""
    client.plant("@a.example")
    client.put(BLOCK, addList="A.example")
    stored = client.stored()
    reply = client.put(BLOCK, removeList="@A.EXAMPLE")
    return stored, reply.status, client.stored()


def list_cap(client: Client) -> tuple[int, int]:
    """Thirteen entries, in two PUTs."""
    client.put(BLOCK, addList=",".join(f"@a{number}.example" for number in range(7)))
    reply = client.put(BLOCK, addList=",".join(f"@b{number}.example" for number in range(6)))
    return reply.status, len(client.stored())


def put_cap(client: Client) -> tuple[int, int]:
    """Six entries in one PUT."""
    client.plant("@x.example")
    adds = ",".join(f"@a{number}.example" for number in range(5))
    return client.put(BLOCK, addList=adds, removeList="@x.example").status, len(client.stored())


def own_domain(client: Client) -> list[int]:
    """Its own domain in several forms, its alias by PUT, and itself by POST."""
    forms = ("example.com", "@example.com", "@exam%.com", "example.net")
    by_put = [client.put(BLOCK, addList=form).status for form in forms]
    return [*by_put, client.post("blocklist", "@example.com").status]


def opposite_entry(client: Client) -> list[int]:
    """One entry, and one address, on both lists."""
    client.plant("@a.example", list_="safelist")
    client.plant("192.0.2.1", list_="ipblocklist")
    return [
        client.put(BLOCK, addList="@a.example").status,
        client.put(f"{ALEX}/ipsafelist", addList="192.0.2.1").status,
    ]


def message_words(client: Client) -> list[str]:
    """The errors that name the block list, and one that names the other."""
    return [
        message(client.delete("blocklist", "@a.example"))[1],
        message(client.post("blocklist", "example.com"))[1],
        message(client.delete("safelist", "@a.example"))[1],
    ]


def signature_seconds(client: Client) -> list[int]:
    """A signature of now, and one that is older than most mailboxes."""
    return [
        client.send("GET", SETTINGS, headers=client.headers(timestamp=timestamp)).status
        for timestamp in (TIMESTAMP, "20010317143725")
    ]


def page_cap(client: Client) -> int:
    """The most domains of a page, as the answer says it."""
    size: int = client.get("/domains?size=999").json["size"]
    return size


def oversize(client: Client) -> tuple[int, Any]:
    """A size that is too large."""
    reply = client.get("/domains?size=999")
    return reply.status, reply.json.get("size")


def reads_per_minute(client: Client) -> int:
    """How many of 130 reads pass."""
    return [client.get(SETTINGS).status for _ in range(130)].count(200)


def writes_per_minute(client: Client) -> int:
    """How many of 100 writes pass."""
    return [client.put(SETTINGS, filterlevel="on").status for _ in range(100)].count(200)


def not_found_body(client: Client) -> tuple[int, bytes, bytes]:
    """How a 404 begins, and another error."""
    reply = client.get("/domains/nowhere.example")
    return reply.status, reply.body[:9], client.post("blocklist", "abc").body[:9]


def wrong_method(client: Client) -> int:
    """Settings are not deleted."""
    return client.send("DELETE", SETTINGS).status


def error_body(client: Client) -> list[Any]:
    """How a 400 and a 403 begin, and their header."""
    refused = client.post("blocklist", "abc")
    stranger = client.send("GET", SETTINGS, headers={"Accept": "application/json"})
    return [
        (reply.status, reply.body[:9], reply.headers.get("x-error-message"))
        for reply in (refused, stranger)
    ]


def read_lag(client: Client) -> list[Any]:
    """What two reads see after a write to a list and to settings."""
    client.put(BLOCK, addList="@a.example")
    client.put(SETTINGS, filterlevel="off")
    lists = [client.get(BLOCK).json["addresses"] for _ in range(2)]
    return [*lists, *(client.get(SETTINGS).json["filterLevel"] for _ in range(2))]


def default_format(client: Client) -> list[tuple[int, str | None]]:
    """No Accept, and any."""
    signed = {name: text for name, text in client.headers().items() if name != "Accept"}
    replies = [client.send("GET", SETTINGS, headers=signed), client.get(SETTINGS, accept="*/*")]
    return [(reply.status, reply.headers.get("Content-Type")) for reply in replies]


def key_case(client: Client) -> list[str]:
    """The keys of settings and of an error."""
    (fault,) = client.get("/nowhere").json
    return [*client.get(SETTINGS).json, fault]


def wildcard_in_path(client: Client) -> int:
    """A wildcard in a path."""
    return client.post("safelist", "@a%.example").status


def content_length(client: Client) -> list[int]:
    """A DELETE without a body and without its length, and one with it."""
    client.plant("@a.example", "@b.example")
    told = {**client.headers(), "Content-Length": "0"}
    return [
        client.delete("blocklist", "@a.example").status,
        client.send("DELETE", f"{BLOCK}/@b.example", headers=told).status,
    ]


def lock_after(client: Client) -> int:
    """A good signature after three bad ones."""
    for _ in range(3):
        client.send("GET", SETTINGS, headers={**client.headers(), "X-Api-Signature": "x"})
    return client.get(SETTINGS).status


def faults(client: Client) -> list[str]:
    """The faults of a 400, a 403, a 404 and a 405."""
    replies = [
        client.post("blocklist", "abc"),
        client.send("GET", SETTINGS, headers={"Accept": "application/json"}),
        client.get("/nowhere"),
        client.send("DELETE", SETTINGS),
    ]
    return [name for reply in replies for name in reply.json]


def error_header(client: Client) -> str | None:
    """The header with the message."""
    return client.post("blocklist", "abc").headers.get("x-error-message")


def foreign_account(client: Client) -> int:
    """The domains of others."""
    return client.get("/customers/99999999/domains").status


def foreign_index(client: Client) -> int:
    """Rackspace Email mailboxes of a domain that has Exchange only."""
    return client.get("/domains/exchange.example/rs/mailboxes").status


def omitted_fields(client: Client) -> Any:
    """A PUT that names the level only."""
    client.state.set_settings(
        *MAILBOX, sendToDomainQuarantine=True, quarantineOwner="jo@example.com"
    )
    client.put(SETTINGS, filterlevel="exclusive")
    return list(client.state.settings_of(*MAILBOX).values())


def owner_and_remove(client: Client) -> tuple[int, str]:
    """An owner given and removed."""
    client.state.set_settings(*MAILBOX, quarantineOwner="old@example.com")
    reply = client.put(
        SETTINGS, filterlevel="on", quarantineowner="new@example.com", removeQuarantineOwner="true"
    )
    return reply.status, client.state.settings_of(*MAILBOX)["quarantineOwner"]


def no_owner(client: Client) -> Any:
    """The owner that is not set, of a mailbox and of a domain."""
    domain = client.get("/domains/example.com/spam/settings").json["exchangeSettings"]
    return client.get(SETTINGS).json["quarantineOwner"], domain["defaultQuarantineOwner"]


def empty_list(client: Client) -> bytes:
    """A list without entries."""
    return client.get(BLOCK).body
