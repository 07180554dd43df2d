"""Every switch makes a difference: one probe for each, and what it sees at each value."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from mpctl.sandbox.rackspace import SWITCHES
from tests.sandbox.rackspace import probes
from tests.sandbox.rackspace.conftest import Serve
from tests.sandbox.rackspace.talk import ALEX, Client, message

Probe = Callable[[Client], Any]
BLOCK, SAFE = f"{ALEX}/blocklist", f"{ALEX}/safelist"

ADDED = b'{"addresses":["@a.example"]}'
OFF = b'{"filterLevel":"off","sendToDomainQuarantine":false,"quarantineOwner":""}'
FAULT, HTML = b'{"badRequ', b"<!DOCTYPE"
DIFFERENCES: Mapping[str, tuple[Probe, Mapping[str, Any]]] = {
    "block_route": (
        probes.block_route,
        {
            "both": [200, 200, 200, 200],
            "blocklist": [200, 200, 404, 404],
            "blacklist": [404, 404, 200, 200],
        },
    ),
    "write_answer": (
        probes.write_answer,
        {
            "empty": [(200, b""), (200, b"")],
            "object": [(200, b"{}"), (200, b"{}")],
            "document": [(200, ADDED), (200, OFF)],
            "204": [(204, b""), (204, b"")],
        },
    ),
    "partial_put": (
        probes.partial_put,
        {
            "nothing": (400, ["@old.example"]),
            "until_bad": (400, ["@old.example", "@a.example"]),
            "rest_400": (400, ["@a.example", "@b.example"]),
            "rest_200": (200, ["@a.example", "@b.example"]),
        },
    ),
    "remove_absent": (probes.remove_absent, {"400": [400, 400], "ignore": [200, 200]}),
    "add_present": (
        probes.add_present,
        {
            "ignore": ([200, 200], ["@a.example"]),
            "duplicate": ([200, 200], ["@a.example"] * 3),
            "400": ([400, 400], ["@a.example"]),
        },
    ),
    "remove_copies": (
        probes.remove_copies,
        {"all": ["@b.example"], "one": ["@b.example", "@a.example"]},
    ),
    "add_and_remove": (
        probes.add_and_remove,
        {
            "add_first": (200, ["@b.example"]),
            "remove_first": (200, ["@a.example", "@b.example"]),
            "400": (400, ["@a.example"]),
        },
    ),
    "domain_echo": (
        probes.domain_echo,
        {
            "verbatim": ["@a.example", "b.example", "jo@c.example"],
            "at": ["@a.example", "@b.example", "jo@c.example"],
            "bare": ["a.example", "b.example", "jo@c.example"],
        },
    ),
    "value_case": (probes.value_case, {"keep": ["@A.example"], "lower": ["@a.example"]}),
    "identity": (
        probes.identity,
        {
            "exact": (["@a.example", "A.example"], 400, ["@a.example", "A.example"]),
            "folded": (["@a.example"], 200, []),
        },
    ),
    "list_cap": (probes.list_cap, {"off": (200, 13), "12": (400, 7)}),
    "put_cap": (probes.put_cap, {"off": (200, 5), "5": (400, 1)}),
    "own_domain": (
        probes.own_domain,
        {
            "matching": [400, 400, 400, 200, 400],
            "aliases": [400, 400, 400, 400, 400],
            "plain": [400, 200, 200, 200, 200],
            "post_only": [200, 200, 200, 200, 400],
        },
    ),
    "opposite_entry": (probes.opposite_entry, {"accept": [200, 200], "400": [400, 400]}),
    "message_words": (
        probes.message_words,
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
    "signature_seconds": (probes.signature_seconds, {"off": [200, 200], "300": [200, 403]}),
    "page_cap": (probes.page_cap, {"250": 250, "7": 7}),
    "oversize": (probes.oversize, {"real": (200, 250), "asked": (200, 999), "400": (400, None)}),
    "reads_per_minute": (probes.reads_per_minute, {"120": 120, "off": 130, "30": 30}),
    "writes_per_minute": (probes.writes_per_minute, {"90": 90, "off": 100, "10": 10}),
    "not_found_body": (
        probes.not_found_body,
        {
            "fault": (404, b'{"itemNot', FAULT),
            "empty": (404, b"", FAULT),
            "html": (404, HTML, FAULT),
        },
    ),
    "wrong_method": (probes.wrong_method, {"405": 405, "404": 404}),
    "error_body": (
        probes.error_body,
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
        probes.read_lag,
        {
            "0": [["@a.example"], ["@a.example"], "off", "off"],
            "1": [[], ["@a.example"], "on", "off"],
        },
    ),
    "default_format": (
        probes.default_format,
        {
            "json": [(200, "application/json")] * 2,
            "xml": [(200, "text/xml; charset=utf-8")] * 2,
            "406": [(406, "application/json")] * 2,
        },
    ),
    "key_case": (
        probes.key_case,
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
    "wildcard_in_path": (probes.wildcard_in_path, {"400": 400, "accept": 200}),
    "content_length": (probes.content_length, {"optional": [200, 200], "required": [411, 200]}),
    "lock_after": (probes.lock_after, {"off": 200, "3": 403}),
    "fault_names": (
        probes.faults,
        {
            "suffixed": ["badRequestFault", "unauthorizedFault", "itemNotFoundFault", "appsFault"],
            "bare": ["badRequest", "unauthorized", "itemNotFound", "appsFault"],
        },
    ),
    "fault_400": (
        probes.faults,
        {
            value: [f"{value}Fault", "unauthorizedFault", "itemNotFoundFault", "appsFault"]
            for value in ("badRequest", "validation", "apps")
        },
    ),
    "error_header": (probes.error_header, {"sent": "invalid email address: abc", "absent": None}),
    "foreign_account": (probes.foreign_account, {"404": 404, "403": 403}),
    "foreign_index": (probes.foreign_index, {"empty": 200, "404": 404}),
    "omitted_fields": (
        probes.omitted_fields,
        {
            "quarantine": ["exclusive", False, "jo@example.com"],
            "keep": ["exclusive", True, "jo@example.com"],
            "all": ["exclusive", False, ""],
        },
    ),
    "owner_and_remove": (
        probes.owner_and_remove,
        {
            "remove": (200, ""),
            "owner": (200, "new@example.com"),
            "400": (400, "old@example.com"),
        },
    ),
    "no_owner": (probes.no_owner, {"empty": ("", ""), "null": (None, None)}),
    "empty_list": (
        probes.empty_list,
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


@pytest.mark.parametrize("value", ["nothing", "until_bad", "rest_400"])
def test_the_first_of_two_problems(rack: Serve, value: str) -> None:
    """Of several bad entries, the first one is named."""
    client = rack({"partial_put": value})

    reply = client.put(BLOCK, addList="bad,@a.example,worse", removeList="@b.example")

    assert message(reply) == (400, "invalid email address: bad")


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
