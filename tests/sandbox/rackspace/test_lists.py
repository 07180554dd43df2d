"""The four lists: every documented example, and every documented error."""

import pytest

from tests.sandbox.rackspace.talk import ALEX, DOMAIN, FORM, JO_RS, Client, message

BLOCK_LISTS = ["blacklist", "blocklist"]
JANE = "/customers/12345678/domains/example.com/ex/mailboxes/jane.doe/spam"


@pytest.mark.parametrize(
    ("list_", "entries"),
    [
        ("blacklist", ["name1@spam.com", "name2@spam.com"]),
        ("ipblacklist", ["216.12.34.1", "216.12.34.2"]),
        ("safelist", ["name1@notspam.com", "name2@notspam.com"]),
        ("ipsafelist", ["192.168.0.1", "192.168.0.2"]),
        ("ipblacklist", ["216.12.34.1", "216.12.%.%"]),
    ],
)
def test_index(client: Client, list_: str, entries: list[str]) -> None:
    """A list comes as a whole, in one key."""
    client.plant(*entries, list_=list_)

    reply = client.get(f"{ALEX}/{list_}")

    assert (reply.status, reply.json) == (200, {"addresses": entries})


@pytest.mark.parametrize(
    ("list_", "entry"),
    [
        ("blacklist", "anyone@spam.com"),
        ("ipblacklist", "216.12.34.1"),
        ("safelist", "anyone@yahoo.com"),
        ("ipsafelist", "216.12.34.1"),
        ("blacklist", "spam.com"),
        ("safelist", "@spam.com"),
    ],
)
def test_add_and_delete(client: Client, list_: str, entry: str) -> None:
    """One entry is added and deleted by its path; the answers are empty."""
    added, stored = client.post(list_, entry), client.stored(list_)
    deleted = client.delete(list_, entry)

    assert (added.status, added.body, stored) == (200, b"", [entry])
    assert (deleted.status, deleted.body, client.stored(list_)) == (200, b"", [])


@pytest.mark.parametrize("list_", ["blacklist", "safelist"])
def test_edit(client: Client, list_: str) -> None:
    """The documented form adds two entries and removes one."""
    mailbox = ("ex_mailboxes", "jane.doe@example.com", list_)
    client.state.set_entries(*mailbox, ["@examp%.com"])
    body = b"addList=%40%25.example.org%2Cabc%40example.org&removeList=%40examp%25.com"
    headers = {**client.headers(), "Content-Type": FORM}

    reply = client.send("PUT", f"{JANE}/{list_}", body, headers)

    assert (reply.status, reply.body) == (200, b"")
    assert client.state.entries(*mailbox) == ("@%.example.org", "abc@example.org")


@pytest.mark.parametrize("list_", ["ipblacklist", "ipsafelist"])
def test_edit_ips(client: Client, list_: str) -> None:
    """The documented form of networks."""
    client.plant("216.%.%.%", list_=list_)

    reply = client.put(f"{ALEX}/{list_}", addList="216.12.34.%,216.12.%.%", removeList="216.%.%.%")

    assert (reply.status, client.stored(list_)) == (200, ["216.12.34.%", "216.12.%.%"])


def test_wildcards_of_another_domain(client: Client) -> None:
    """At the documented mailbox, its own domain's sub-domains can be blocked, not itself."""
    reply = client.put(f"{ALEX}/blacklist", addList="@%.example.com,abc@example.com")

    assert (reply.status, client.stored()) == (200, ["@%.example.com", "abc@example.com"])


@pytest.mark.parametrize(
    ("method", "list_", "entry", "text"),
    [
        ("POST", "blacklist", "abc", "invalid email address: abc"),
        ("DELETE", "blacklist", "abc", "invalid email address: abc"),
        ("POST", "safelist", "abc", "invalid email address: abc"),
        ("DELETE", "safelist", "abc", "invalid email address: abc"),
        (
            "POST",
            "blacklist",
            "example.com",
            "Adding example.com would blacklist the current domain",
        ),
        (
            "DELETE",
            "blacklist",
            "abc@junkmail.com",
            "abc@junkmail.com is not found on the blacklist",
        ),
        ("DELETE", "ipblacklist", "216.12.34.1", "216.12.34.1 is not found on the blacklist"),
        (
            "DELETE",
            "safelist",
            "anyone@yahoo.com",
            "anyone@yahoo.com is not found on the safelist",
        ),
        ("POST", "ipsafelist", "123", "invalid ip address: 123"),
        ("POST", "ipblacklist", "123", "invalid ip address: 123"),
        ("DELETE", "ipsafelist", "216.12.34.1", "216.12.34.1 is not found on the safelist"),
    ],
)
def test_errors_of_one(client: Client, method: str, list_: str, entry: str, text: str) -> None:
    """The documented errors, word by word, and the same ones from a form."""
    field = {"POST": "addList", "DELETE": "removeList"}[method]

    assert message(client.send(method, f"{ALEX}/{list_}/{entry}")) == (400, text)
    assert message(client.put(f"{ALEX}/{list_}", **{field: entry})) == (400, text)
    assert client.stored(list_) == []


@pytest.mark.parametrize(("list_", "word"), [("ipblocklist", "black"), ("ipsafelist", "safe")])
def test_deleting_what_is_no_ip(client: Client, list_: str, word: str) -> None:
    """Only additions check an IP; what is none is just not on the list."""
    assert message(client.delete(list_, "123")) == (400, f"123 is not found on the {word}list")


@pytest.mark.parametrize("one", BLOCK_LISTS)
@pytest.mark.parametrize("other", BLOCK_LISTS)
@pytest.mark.parametrize("prefix", ["", "ip"])
def test_two_spellings_of_one_list(client: Client, prefix: str, one: str, other: str) -> None:
    """Both spellings of a block list's route are the same list."""
    entry = "192.0.2.1" if prefix else "@spam.example"
    client.put(f"{ALEX}/{prefix}{one}", addList=entry)

    assert client.get(f"{ALEX}/{prefix}{other}").json == {"addresses": [entry]}


def test_four_lists(client: Client) -> None:
    """The four lists have nothing to do with each other."""
    client.post("blocklist", "@a.example")
    client.post("safelist", "@b.example")
    client.post("ipblocklist", "192.0.2.1")
    client.post("ipsafelist", "192.0.2.2")

    assert client.state.lists_of("ex_mailboxes", "alex.smith@example.com") == {
        "blocklist": ("@a.example",),
        "safelist": ("@b.example",),
        "ipblocklist": ("192.0.2.1",),
        "ipsafelist": ("192.0.2.2",),
    }


@pytest.mark.parametrize(
    ("prefix", "owner"),
    [
        (ALEX, ("ex_mailboxes", "alex.smith@example.com")),
        (JO_RS, ("rs_mailboxes", "jo@example.org")),
        (DOMAIN, ("domains", "example.com")),
        ("/customers/me/domains/EXAMPLE.com/spam", ("domains", "example.com")),
    ],
)
def test_owners(client: Client, prefix: str, owner: tuple[str, str]) -> None:
    """Mailboxes of both kinds and domains have lists of their own."""
    before = client.state.snapshot()

    client.put(f"{prefix}/safelist", addList="@a.example")

    assert client.get(f"{prefix}/safelist").json == {"addresses": ["@a.example"]}
    changed = {name for name, one in client.state.snapshot().items() if one != before[name]}
    assert changed == {"/".join(owner)}


def test_names_of_fields_in_any_case(client: Client) -> None:
    """The names of form fields have no case; their values do."""
    client.plant("@old.example")

    client.put(f"{ALEX}/blocklist", ADDLIST="@New.example", removelist="@old.example")

    assert client.stored() == ["@New.example"]


def test_plus_is_a_space(client: Client) -> None:
    """A form is decoded as forms are; an address with a plus sign has to be encoded."""
    headers = {**client.headers(), "Content-Type": FORM}

    reply = client.send("PUT", f"{ALEX}/safelist", b"addList=a+b@x.example", headers)
    encoded = client.put(f"{ALEX}/safelist", addList="a+b@x.example")

    assert message(reply) == (400, "invalid email address: a b@x.example")
    assert (encoded.status, client.stored("safelist")) == (200, ["a+b@x.example"])


@pytest.mark.parametrize("text", ["a.example, b.example", "a.example,,b.example", ",a.example"])
def test_no_spaces_and_no_gaps(client: Client, text: str) -> None:
    """Spaces around commas, and nothing between them, are not entries."""
    assert client.put(f"{ALEX}/blocklist", addList=text).status == 400
    assert client.stored() == []


def test_json_is_no_form(client: Client) -> None:
    """A JSON body counts as none; a PUT that says nothing is refused."""
    headers = {**client.headers(), "Content-Type": "application/json"}

    reply = client.send("PUT", f"{ALEX}/blocklist", b'{"addList": "@a.example"}', headers)

    assert message(reply) == (400, "addList or removeList is required")
    assert client.stored() == []


def test_an_odd_entry_can_be_removed(client: Client) -> None:
    """What is listed can be removed, also where it could not be added."""
    client.plant("bounce%@mailer.example")

    reply = client.put(f"{ALEX}/blocklist", removeList="bounce%@mailer.example")

    assert (reply.status, client.stored()) == (200, [])


@pytest.mark.parametrize("entry", ["@a%b.example", "192.0.2.%"])
def test_no_wildcard_in_a_path(client: Client, entry: str) -> None:
    """A wildcard in a path is refused by the platform, whatever is asked for."""
    assert client.post("safelist", entry).status == 400
    assert client.stored("safelist") == []


def test_own_domain(client: Client) -> None:
    """A mailbox, and a domain, cannot block the domain in any form; other lists may hold it."""
    entries = ("example.com", "@EXAMPLE.com", "@exam%.com", "%.com")

    refused = [client.put(f"{ALEX}/blocklist", addList=entry).status for entry in entries]
    at_domain = [client.put(f"{DOMAIN}/blocklist", addList=entry).status for entry in entries]

    assert (refused, at_domain) == ([400] * 4, [400] * 4)
    assert client.put(f"{ALEX}/safelist", addList="@example.com").status == 200


@pytest.mark.parametrize(
    ("path", "resource", "name"),
    [
        ("/customers/11111111/domains/example.com/spam/settings", "Customer", "11111111"),
        ("/customers/all/domains/example.com/spam/settings", "Customer", "all"),
        ("/customers/99999999/domains/other.example/spam/settings", "Customer", "99999999"),
        ("/domains/nowhere.example/spam/safelist", "Domain", "nowhere.example"),
        ("/domains/other.example/ex/mailboxes/ruth/spam/safelist", "Domain", "other.example"),
        ("/domains/branch.example/spam/safelist", "Domain", "branch.example"),
        ("/domains/example.com/ex/mailboxes/nobody/spam/safelist", "Mailbox", "nobody"),
        ("/domains/example.com/rs/mailboxes/alex.smith/spam/safelist", "Mailbox", "alex.smith"),
    ],
)
def test_not_there(client: Client, path: str, resource: str, name: str) -> None:
    """What is not there, or belongs to others, is a 404 that says of which kind it is."""
    reply = client.get(path)

    assert reply.status == 404
    assert reply.json == {
        "itemNotFoundFault": {
            "message": f"{resource} {name} not found",
            "details": "3/14/2025 9:26:53 AM",
            "code": 404,
            "resourceType": resource,
        }
    }


def test_a_domain_of_an_account_below(client: Client) -> None:
    """What belongs to an account below is reached by that account's number."""
    assert client.get("/customers/12345679/domains/branch.example/spam/settings").status == 200
