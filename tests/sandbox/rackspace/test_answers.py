"""JSON, XML and errors in both."""

import re

import pytest

from tests.sandbox.rackspace.conftest import Serve
from tests.sandbox.rackspace.talk import ALEX, Client

NAMESPACES = (
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
)


def squeezed(text: str) -> str:
    """Return XML without the white space between its elements."""
    return re.sub(r">\s+<", "><", text.strip())


def listed(root: str, item: str, *entries: str) -> str:
    """Return a documented list."""
    rows = "".join(f"<{item}>{entry}</{item}>" for entry in entries)
    return (
        f'<?xml version="1.0" encoding="utf-8"?><{root} {NAMESPACES} xmlns="urn:xml:{root}">'
        f"<addresses>{rows}</addresses></{root}>"
    )


def test_settings_as_xml(client: Client) -> None:
    """The documented XML of a mailbox's settings."""
    reply = client.get(f"{ALEX}/settings", accept="text/xml")

    assert reply.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert squeezed(reply.body.decode()) == squeezed(f"""
        <?xml version="1.0" encoding="utf-8"?>
        <MailboxSpamSettings {NAMESPACES} xmlns="urn:xml:MailboxSpamSettings">
          <filterLevel>on</filterLevel>
          <sendToDomainQuarantine>false</sendToDomainQuarantine>
          <quarantineOwner />
        </MailboxSpamSettings>
    """)


@pytest.mark.parametrize(
    ("list_", "root", "item", "entries"),
    [
        ("blacklist", "blacklist", "address", ["name1@spam.com", "name2@spam.com"]),
        ("blocklist", "blocklist", "address", ["name1@spam.com", "name2@spam.com"]),
        ("ipblacklist", "ipBlacklist", "ip", ["216.12.34.1", "216.12.34.2"]),
        ("ipblocklist", "ipBlocklist", "ip", ["216.12.34.1", "216.12.34.2"]),
        ("safelist", "safelist", "address", ["name1@notspam.com", "name2@notspam.com"]),
        ("ipsafelist", "ipSafelist", "ip", ["192.168.0.1", "192.168.0.2"]),
    ],
)
def test_lists_as_xml(client: Client, list_: str, root: str, item: str, entries: list[str]) -> None:
    """The documented XML of the lists; the root goes by the spelling of the route."""
    client.plant(*entries, list_=list_)

    reply = client.get(f"{ALEX}/{list_}", accept="text/xml")

    assert squeezed(reply.body.decode()) == listed(root, item, *entries)


def test_an_error(client: Client) -> None:
    """An error names its fault, and its message stands in a header, too."""
    reply = client.post("blocklist", "abc")

    assert (reply.status, reply.headers["Content-Type"]) == (400, "application/json")
    assert reply.headers["x-error-message"] == "invalid email address: abc"
    assert reply.json == {
        "badRequestFault": {
            "message": "invalid email address: abc",
            "details": "3/14/2025 9:26:53 AM",
            "code": 400,
        }
    }


def test_an_error_as_xml(client: Client) -> None:
    """The same as XML has its code as an attribute."""
    reply = client.send("POST", f"{ALEX}/blocklist/abc", headers=client.headers(accept="text/xml"))

    assert squeezed(reply.body.decode()) == (
        '<?xml version="1.0" encoding="utf-8"?><badRequestFault code="400">'
        "<message>invalid email address: abc</message>"
        "<details>3/14/2025 9:26:53 AM</details></badRequestFault>"
    )


@pytest.mark.parametrize(
    ("hour", "text"), [(0, "12:05:06 AM"), (12, "12:05:06 PM"), (16, "4:05:06 PM")]
)
def test_details(client: Client, hour: int, text: str) -> None:
    """The details are a date and a time on a clock of twelve hours, as in the samples."""
    client.now = 1738281600 + hour * 3600 + 306  # 2025-01-31

    (fault,) = client.post("blocklist", "abc").json.values()

    assert fault["details"] == f"1/31/2025 {text}"


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("application/json", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        ("text/html, application/json", "application/json"),
        ("text/xml", "text/xml; charset=utf-8"),
        ("application/xml", "text/xml; charset=utf-8"),
        ("*/*", "application/json"),
    ],
)
def test_negotiation(client: Client, accept: str, content_type: str) -> None:
    """The format is the first that the client accepts."""
    reply = client.get(f"{ALEX}/settings", accept=accept)

    assert (reply.status, reply.headers["Content-Type"]) == (200, content_type)


def test_an_unsupported_format(client: Client) -> None:
    """A format that is not supported is a 406, and nothing is done."""
    headers = client.headers(accept="text/csv")

    reply = client.send("POST", f"{ALEX}/blocklist/@a.example", headers=headers)

    assert (reply.status, reply.headers["x-error-message"]) == (406, "Invalid format")
    assert client.stored() == []


@pytest.mark.parametrize(
    ("method", "path"),
    [("DELETE", f"{ALEX}/settings"), ("POST", "/domains"), ("PATCH", f"{ALEX}/blocklist")],
)
def test_a_wrong_method(client: Client, method: str, path: str) -> None:
    """A method that a route does not have is a 405, counts as a write and changes nothing."""
    reply = client.send(method, path)

    assert (reply.status, list(reply.json)) == (405, ["appsFault"])
    assert [(request.write, request.changed) for request in client.sandbox.requests] == [
        (True, False)
    ]


@pytest.mark.parametrize("path", ["/nowhere", f"{ALEX}/greylist", f"{ALEX}/blocklist/a/b"])
def test_a_path_that_is_not_documented(client: Client, path: str) -> None:
    """A path that is not documented is a 404."""
    assert client.get(path).status == 404


def test_what_is_a_write(client: Client) -> None:
    """Only GETs are reads; a write counts whether or not it changed something."""
    client.get(f"{ALEX}/settings")
    client.put(f"{ALEX}/settings", filterlevel="on")
    client.put(f"{ALEX}/settings", filterlevel="off")
    client.post("blocklist", "@a.example")
    client.post("blocklist", "@a.example")
    client.delete("blocklist", "@a.example")

    assert [(r.method, r.status, r.changed) for r in client.sandbox.writes()] == [
        ("PUT", 200, False),
        ("PUT", 200, True),
        ("POST", 200, True),
        ("POST", 200, False),
        ("DELETE", 200, True),
    ]


def test_two_services_at_once(rack: Serve) -> None:
    """The other simulator answers beside this one, with its own keys."""
    client = rack()
    url = client.sandbox.mailprotector.base_url.removeprefix(client.sandbox.mailprotector.origin)
    headers = {"Authorization": f"Bearer {client.sandbox.mailprotector.api_key}"}
    client.connection.request("GET", f"{url}/domains", headers=headers)

    assert client.connection.getresponse().read().startswith(b"[{")
