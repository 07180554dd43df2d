"""Every switch makes a difference: one probe for each, and what it sees at each value."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from mpctl.sandbox.rackspace import SWITCHES
from tests.sandbox.rackspace.conftest import Serve
from tests.sandbox.rackspace.talk import ALEX, TIMESTAMP, Client, message

Probe = Callable[[Client], Any]
MAILBOX = ("ex_mailboxes", "alex.smith@example.com")
BLOCK, SAFE, SETTINGS = f"{ALEX}/blocklist", f"{ALEX}/safelist", f"{ALEX}/settings"
JO_EX = "/domains/exchange.example/ex/mailboxes"


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


ADDED = b'{"addresses":["@a.example"]}'
OFF = b'{"filterLevel":"off","sendToDomainQuarantine":false,"quarantineOwner":""}'
FAULT, HTML = b'{"badRequ', b"<!DOCTYPE"
DIFFERENCES: Mapping[str, tuple[Probe, Mapping[str, Any]]] = {
    "block_route": (
        block_route,
        {
            "both": [200, 200, 200, 200],
            "blocklist": [200, 200, 404, 404],
            "blacklist": [404, 404, 200, 200],
        },
    ),
    "write_answer": (
        write_answer,
        {
            "empty": [(200, b""), (200, b"")],
            "object": [(200, b"{}"), (200, b"{}")],
            "document": [(200, ADDED), (200, OFF)],
            "204": [(204, b""), (204, b"")],
        },
    ),
    "partial_put": (
        partial_put,
        {
            "nothing": (400, ["@old.example"]),
            "until_bad": (400, ["@old.example", "@a.example"]),
            "rest_400": (400, ["@a.example", "@b.example"]),
            "rest_200": (200, ["@a.example", "@b.example"]),
        },
    ),
    "remove_absent": (remove_absent, {"400": [400, 400], "ignore": [200, 200]}),
    "add_present": (
        add_present,
        {
            "ignore": ([200, 200], ["@a.example"]),
            "duplicate": ([200, 200], ["@a.example"] * 3),
            "400": ([400, 400], ["@a.example"]),
        },
    ),
    "remove_copies": (
        remove_copies,
        {"all": ["@b.example"], "one": ["@b.example", "@a.example"]},
    ),
    "add_and_remove": (
        add_and_remove,
        {
            "add_first": (200, ["@b.example"]),
            "remove_first": (200, ["@a.example", "@b.example"]),
            "400": (400, ["@a.example"]),
        },
    ),
    "domain_echo": (
        domain_echo,
        {
            "verbatim": ["@a.example", "b.example", "jo@c.example"],
            "at": ["@a.example", "@b.example", "jo@c.example"],
            "bare": ["a.example", "b.example", "jo@c.example"],
        },
    ),
    "value_case": (value_case, {"keep": ["@A.example"], "lower": ["@a.example"]}),
    "identity": (
        identity,
        {
            "exact": (["@a.example", "A.example"], 400, ["@a.example", "A.example"]),
            "folded": (["@a.example"], 200, []),
        },
    ),
    "list_cap": (list_cap, {"off": (200, 13), "12": (400, 7)}),
    "put_cap": (put_cap, {"off": (200, 5), "5": (400, 1)}),
    "own_domain": (
        own_domain,
        {
            "matching": [400, 400, 400, 200, 400],
            "aliases": [400, 400, 400, 400, 400],
            "plain": [400, 200, 200, 200, 200],
            "post_only": [200, 200, 200, 200, 400],
        },
    ),
    "opposite_entry": (opposite_entry, {"accept": [200, 200], "400": [400, 400]}),
    "message_words": (
        message_words,
        {
            "blacklist": [
                "@a.example is not found on the blacklist",
                "Adding example.com would blacklist the current domain",
                "@a.example is not found on the safelist",
            ],
            "blocklist": [
                "@a.example is not found on the blocklist",
                "Adding example.com would blocklist the current domain",
                "@a.example is not found on the safelist",
            ],
        },
    ),
    "signature_seconds": (signature_seconds, {"off": [200, 200], "300": [200, 403]}),
    "page_cap": (page_cap, {"250": 250, "7": 7}),
    "oversize": (oversize, {"real": (200, 250), "asked": (200, 999), "400": (400, None)}),
    "reads_per_minute": (reads_per_minute, {"120": 120, "off": 130, "30": 30}),
    "writes_per_minute": (writes_per_minute, {"90": 90, "off": 100, "10": 10}),
    "not_found_body": (
        not_found_body,
        {
            "fault": (404, b'{"itemNot', FAULT),
            "empty": (404, b"", FAULT),
            "html": (404, HTML, FAULT),
        },
    ),
    "wrong_method": (wrong_method, {"405": 405, "404": 404}),
    "error_body": (
        error_body,
        {
            "fault": [
                (400, FAULT, "invalid email address: abc"),
                (403, b'{"unautho', "Authentication failed."),
            ],
            "html": [(400, HTML, None), (403, HTML, None)],
            "empty": [(400, b"", None), (403, b"", None)],
        },
    ),
    "read_lag": (
        read_lag,
        {
            "0": [["@a.example"], ["@a.example"], "off", "off"],
            "1": [[], ["@a.example"], "on", "off"],
        },
    ),
    "default_format": (
        default_format,
        {
            "json": [(200, "application/json")] * 2,
            "xml": [(200, "text/xml; charset=utf-8")] * 2,
            "406": [(406, "application/json")] * 2,
        },
    ),
    "key_case": (
        key_case,
        {
            "documented": [
                "filterLevel",
                "sendToDomainQuarantine",
                "quarantineOwner",
                "itemNotFoundFault",
            ],
            "Pascal": [
                "FilterLevel",
                "SendToDomainQuarantine",
                "QuarantineOwner",
                "ItemNotFoundFault",
            ],
            "lower": [
                "filterlevel",
                "sendtodomainquarantine",
                "quarantineowner",
                "itemnotfoundfault",
            ],
        },
    ),
    "wildcard_in_path": (wildcard_in_path, {"400": 400, "accept": 200}),
    "content_length": (content_length, {"optional": [200, 200], "required": [411, 200]}),
    "lock_after": (lock_after, {"off": 200, "3": 403}),
    "fault_names": (
        faults,
        {
            "suffixed": ["badRequestFault", "unauthorizedFault", "itemNotFoundFault", "appsFault"],
            "bare": ["badRequest", "unauthorized", "itemNotFound", "appsFault"],
        },
    ),
    "fault_400": (
        faults,
        {
            value: [f"{value}Fault", "unauthorizedFault", "itemNotFoundFault", "appsFault"]
            for value in ("badRequest", "validation", "apps")
        },
    ),
    "error_header": (error_header, {"sent": "invalid email address: abc", "absent": None}),
    "foreign_account": (foreign_account, {"404": 404, "403": 403}),
    "foreign_index": (foreign_index, {"empty": 200, "404": 404}),
    "omitted_fields": (
        omitted_fields,
        {
            "quarantine": ["exclusive", False, "jo@example.com"],
            "keep": ["exclusive", True, "jo@example.com"],
            "all": ["exclusive", False, ""],
        },
    ),
    "owner_and_remove": (
        owner_and_remove,
        {
            "remove": (200, ""),
            "owner": (200, "new@example.com"),
            "400": (400, "old@example.com"),
        },
    ),
    "no_owner": (no_owner, {"empty": ("", ""), "null": (None, None)}),
    "empty_list": (
        empty_list,
        {
            "array": b'{"addresses":[]}',
            "null": b'{"addresses":null}',
            "object": b'{"addresses":{}}',
            "absent": b"{}",
        },
    ),
}
EVERY_VALUE = [(name, value) for name, (_, expected) in DIFFERENCES.items() for value in expected]


def test_every_value_is_probed() -> None:
    """There is a probe for each switch, with an expectation for each of its values."""
    probed = {name: tuple(expected) for name, (_, expected) in DIFFERENCES.items()}

    assert probed == {name: switch.values for name, switch in SWITCHES.items()}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_values_differ(name: str) -> None:
    """No two values of a switch look the same."""
    seen = [repr(expected) for expected in DIFFERENCES[name][1].values()]

    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize(("name", "value"), EVERY_VALUE)
def test_a_value(rack: Serve, name: str, value: str) -> None:
    """At each value, the probe sees what it should."""
    probe, expected = DIFFERENCES[name]

    assert probe(rack({name: value})) == expected[value]


@pytest.mark.parametrize("name", DIFFERENCES)
def test_the_default(rack: Serve, name: str) -> None:
    """Without a choice, the first value of a switch holds."""
    probe, expected = DIFFERENCES[name]

    assert probe(rack()) == expected[SWITCHES[name].default]


def test_a_planted_spelling_can_be_removed(rack: Serve) -> None:
    """The string that the service shows is the one that removes, whatever it stores now."""
    client = rack({"domain_echo": "bare", "value_case": "lower"})
    client.plant("@A.example", "b.example")

    shown = client.get(BLOCK).json["addresses"]
    reply = client.put(BLOCK, removeList=",".join(shown))

    assert (reply.status, client.stored()) == (200, [])


def test_a_cap_holds_in_between(rack: Serve) -> None:
    """Where entries are added first, a full list has no room for an exchange."""
    full = [f"@a{number}.example" for number in range(12)]
    exchange = {"addList": "@b.example", "removeList": full[0]}
    add_first = rack({"list_cap": "12"})
    remove_first = rack({"list_cap": "12", "add_and_remove": "remove_first"})

    for client in (add_first, remove_first):
        client.plant(*full)

    assert add_first.put(BLOCK, **exchange).status == 400
    assert remove_first.put(BLOCK, **exchange).status == 200


def test_the_words_that_tell_spellings_apart(rack: Serve) -> None:
    """A route in a spelling that is not served is missing for writes, too."""
    client = rack({"block_route": "blacklist"})

    assert client.put(BLOCK, addList="@a.example").status == 404
    assert client.put(f"{ALEX}/blacklist", addList="@a.example").status == 200
    assert client.get(SAFE).status == 200
