"""A message is classified by live state (sections 6.2 to 6.4, 7.1, 11.3 and 11.4)."""

import json
from typing import Any

import pytest

from mpctl.sandbox.stalwart import SampleData, harbor_mail, plumbing
from tests.sandbox.stalwart.conftest import Serve
from tests.sandbox.stalwart.talk import MESSAGE, Client, delete, insert

NO_MID = MESSAGE.replace("Message-ID: <1@elsewhere.example>\r\n", "")
SEED_MESSAGE = (
    "From: john@example.org\nTo: list@example.org\nSubject: Testing, please ignore\n"
    'Content-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: 8bit\n\n'
    "Testing 1, 2, 3\n"
)
SEED_REQUEST: dict[str, Any] = {
    "message": SEED_MESSAGE,
    "remoteIp": "8.8.8.8",
    "ehloDomain": "foo.org",
    "authenticatedAs": None,
    "isTls": True,
    "envFrom": "bill@foo.org",
    "envFromFlags": 0,
    "envRcptTo": ["john@example.org"],
}
SEED_SCORES = {
    "ARC_NA": 0.0, "AUTH_NA": 1.0, "DKIM_NA": 0.0, "DMARC_NA": 1.0, "FORGED_RECIPIENTS": 2.0,
    "FORGED_SENDER": 0.3, "FROMHOST_NORES_A_OR_MX": 1.5, "FROM_NEQ_ENV_FROM": 0.0,
    "FROM_NO_DN": 0.0, "HELO_IPREV_MISMATCH": 1.0, "HELO_NORES_A_OR_MX": 0.3,
    "MISSING_DATE": 1.0, "MISSING_MID": 2.5, "MISSING_MIME_VERSION": 2.0,
    "RBL_SENDERSCORE_REPUT_BLOCKED": 0.0, "RCPT_COUNT_ONE": 0.0, "RCVD_COUNT_ZERO": 0.1,
    "RCVD_TLS_LAST": 0.0, "SINGLE_SHORT_PART": 0.0, "SPF_NA": 0.0, "TO_DN_NONE": 0.0,
    "TO_DOM_EQ_FROM_DOM": 0.0, "X_HDR_CONTENT_TYPE": 0.0, "X_HDR_FROM": 0.0,
}  # fmt: skip
SEED_HEADERS = (
    "X-Spam-Result: ARC_NA (0.00),\r\n\tDKIM_NA (0.00),\r\n\tFROM_NEQ_ENV_FROM (0.00),\r\n"
    "\tFROM_NO_DN (0.00),\r\n\tRBL_SENDERSCORE_REPUT_BLOCKED (0.00),\r\n"
    "\tRCPT_COUNT_ONE (0.00),\r\n\tRCVD_TLS_LAST (0.00),\r\n\tSINGLE_SHORT_PART (0.00),\r\n"
    "\tSPF_NA (0.00),\r\n\tTO_DN_NONE (0.00),\r\n\tTO_DOM_EQ_FROM_DOM (0.00),\r\n"
    "\tRCVD_COUNT_ZERO (0.10),\r\n\tFORGED_SENDER (0.30),\r\n\tHELO_NORES_A_OR_MX (0.30),\r\n"
    "\tAUTH_NA (1.00),\r\n\tDMARC_NA (1.00),\r\n\tHELO_IPREV_MISMATCH (1.00),\r\n"
    "\tMISSING_DATE (1.00),\r\n\tFROMHOST_NORES_A_OR_MX (1.50),\r\n"
    "\tFORGED_RECIPIENTS (2.00),\r\n\tMISSING_MIME_VERSION (2.00),\r\n\tMISSING_MID (2.50)\r\n"
    "X-Spam-Status: Yes, score=12.70\r\n"
)


@pytest.fixture
def managed(serve: Serve) -> Client:
    """Return a client of a server whose managed list is empty."""
    return serve(data=SampleData.tiny({"mpctl": ["_keep"]}, settings=plumbing()))


def test_the_documented_example(client: Client) -> None:
    """An allowed message shows its tags with their scores, and the headers that it would get.

    The page's example says -95.0, which is not the sum of the tags that it shows.
    """
    client.state.add_entry("mpctl", "allow.domain.friend.example")
    document = {
        "message": NO_MID.format(sender="a@friend.example", headers=""),
        "remoteIp": "192.0.2.10",
        "envFrom": "",
        "envFromFlags": 0,
        "envRcptTo": [],
    }

    assert client.post("/spam-filter/classify", document).json == {
        "data": {
            "score": -97.5,
            "tags": {
                "MISSING_MID": {"action": "allow", "value": 2.5},
                "MPCTL_ALLOW": {"action": "allow", "value": -100.0},
            },
            "disposition": {
                "action": "allow",
                "value": "X-Spam-Result: MPCTL_ALLOW (-100.00),\r\n\tMISSING_MID (2.50)\r\n"
                "X-Spam-Status: No, score=-97.50\r\n",
            },
        }
    }


def test_the_example_of_the_seed(serve: Serve) -> None:
    """The vendor's own example comes out to the letter, headers folded and X_ tags left out."""
    scores = {
        f"spam-filter.list.scores.{tag}": str(score) for tag, score in SEED_SCORES.items() if score
    }
    client = serve(data=SampleData(settings=scores, tags=tuple(SEED_SCORES)))

    assert client.post("/spam-filter/classify", SEED_REQUEST).json == {
        "data": {
            "score": 12.7,
            "tags": {t: {"action": "allow", "value": s} for t, s in SEED_SCORES.items()},
            "disposition": {"action": "allow", "value": SEED_HEADERS},
        }
    }


def test_a_block_rejects(client: Client) -> None:
    """A tag whose action is reject decides, without a value and without headers."""
    verdict = client.classify("win@prize-draw.example")

    assert verdict["disposition"] == {"action": "reject"}
    assert verdict["tags"]["MPCTL_BLOCK"] == {"action": "reject"}


@pytest.mark.parametrize("field", ["message", "remoteIp", "envFrom", "envFromFlags", "envRcptTo"])
def test_required_fields(client: Client, field: str) -> None:
    """A field that is missing is a 400."""
    document = {name: value for name, value in SEED_REQUEST.items() if name != field}

    assert client.post("/spam-filter/classify", document).status == 400


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("remoteIp", "somewhere"),
        ("remoteIp", "192.0.2.0/24"),
        ("envFromFlags", "0"),
        ("envFromFlags", False),
        ("envRcptTo", "john@example.org"),
        ("envRcptTo", [1]),
        ("message", None),
        ("isTls", "true"),
        ("ehloDomain", None),
    ],
)
def test_fields_of_another_type(client: Client, field: str, value: Any) -> None:
    """A value of another type is a 400."""
    assert client.post("/spam-filter/classify", {**SEED_REQUEST, field: value}).status == 400


def test_a_body_that_is_no_object(client: Client) -> None:
    """Only an object is a request."""
    assert client.post("/spam-filter/classify", []).status == 400


@pytest.mark.parametrize("message", ["", "Hello", "X-Odd: 1\n\nbody"])
def test_an_unparsable_message(client: Client, message: str) -> None:
    """A message without a known header is refused with 200."""
    reply = client.post("/spam-filter/classify", {**SEED_REQUEST, "message": message})

    assert (reply.status, reply.body) == (
        200,
        b'{"error":"other","details":"Failed to parse message.","reason":null}',
    )


def test_classify_changes_nothing(client: Client) -> None:
    """It is a POST that reads."""
    before = client.state.snapshot()
    client.classify()

    assert client.state.snapshot() == before
    assert client.sandbox.writes() == []


DOMAIN = (
    ("lookup.mpctl.allow.domain.friend.example", "mpctl"),
    ("lookup.mpctl.allow.domain.*.friend.example", "mpctl"),
    ("lookup.mpctl.block.domain.spam.example", "mpctl"),
)
ADDRESS = (
    ("lookup.mpctl.allow.sender.billing@vendor.example", "mpctl"),
    ("lookup.mpctl.block.sender.promo@vendor.example", "mpctl"),
    ("lookup.mpctl.block.sender.news*@list.example", "mpctl"),
    ("lookup.mpctl.block.sender.a\\*b@odd.example", "mpctl"),
)
NETWORK = (
    ("lookup.mpctl.allow.ip.198.51.100.7", "mpctl"),
    ("lookup.mpctl.allow.ip.203.0.113.*", "mpctl"),
    ("lookup.mpctl.allow.ip6r.*.0.4.0.0.8.b.d.0.1.0.0.2", "mpctl"),
    ("server.blocked-ip.192.0.2.1", "mpctl"),
    ("server.blocked-ip.192.0.2.128/25", "mpctl"),
)


@pytest.mark.parametrize(
    ("sender", "tag"),
    [
        ("a@friend.example", "MPCTL_ALLOW"),
        ("A@Deep.Sub.Friend.Example", "MPCTL_ALLOW"),
        ("a@notfriend.example", ""),
        ("a@spam.example", "MPCTL_BLOCK"),
        ("a@sub.spam.example", ""),
        ("billing@vendor.example", "MPCTL_ALLOW"),
        ("other@vendor.example", ""),
        ("promo@vendor.example", "MPCTL_BLOCK"),
        ("newsletter@list.example", "MPCTL_BLOCK"),
        ("a*b@odd.example", "MPCTL_BLOCK"),
        ("axb@odd.example", ""),
    ],
)
def test_the_worked_examples_of_senders(managed: Client, sender: str, tag: str) -> None:
    """Section 11.4 (a) and (b): live after a lookup reload, by header and by envelope."""
    managed.update(insert(*DOMAIN, *ADDRESS))
    managed.reload("lookup")
    expected = {tag} - {""}

    assert managed.tags(sender, envelope="") == expected
    assert managed.tags("nobody@elsewhere.example", envelope=sender) == expected


@pytest.mark.parametrize(
    ("ip", "tag"),
    [
        ("198.51.100.7", "MPCTL_ALLOW"),
        ("198.51.100.70", ""),
        ("203.0.113.200", "MPCTL_ALLOW"),
        ("203.0.114.1", ""),
        ("2001:db8:40::9", "MPCTL_ALLOW"),
        ("2001:DB8:0040:ffff::1", "MPCTL_ALLOW"),
        ("2001:db8:41::9", ""),
        ("192.0.2.1", "IP_BLOCKED"),
        ("192.0.2.129", "IP_BLOCKED"),
        ("192.0.2.2", ""),
    ],
)
def test_the_worked_examples_of_addresses(managed: Client, ip: str, tag: str) -> None:
    """Section 11.4 (c): lists by a lookup reload, blocked networks by a full one."""
    managed.update(insert(*NETWORK))
    managed.reload()
    managed.reload("lookup")

    assert managed.tags(ip=ip) == {tag} - {""}


def test_entries_are_not_live_before_a_reload(managed: Client) -> None:
    """A write alone changes no verdict, and a removal neither."""
    managed.update(insert(*DOMAIN))
    stored = managed.tags("a@spam.example")
    managed.reload("lookup")
    live = managed.tags("a@spam.example")
    managed.update(delete("lookup.mpctl.block.domain.spam.example"))
    removed = managed.tags("a@spam.example")
    managed.reload("lookup")

    assert (stored, live, removed, managed.tags("a@spam.example")) == (
        set(), {"MPCTL_BLOCK"}, {"MPCTL_BLOCK"}, set(),
    )  # fmt: skip


def test_allow_beats_block(client: Client) -> None:
    """One chain of conditions: a message gets one of the two tags, the allow first."""
    assert client.tags("billing@papertrail.example", ip="192.0.2.66") == {"MPCTL_ALLOW"}
    assert client.tags("promo@papertrail.example") == {"MPCTL_BLOCK"}


def test_an_action_of_the_vendor_beats_an_allow(client: Client) -> None:
    """A tag that rejects beats every negative score."""
    client.state.add_entry("mpctl", "allow.domain.cheap-pills.example")
    verdict = client.classify("a@cheap-pills.example")

    assert set(verdict["tags"]) == {"BLOCKED_DOMAIN", "MPCTL_ALLOW"}
    assert verdict["disposition"] == {"action": "reject"}


def test_a_hardened_condition(serve: Serve) -> None:
    """`$TAG` sees tags of the filter, here that DMARC passed."""
    rule = "spam-filter.rule.mpctl_access."
    condition = "$DMARC_POLICY_ALLOW && (key_exists('mpctl', 'allow.domain.' + from.domain))"
    data = SampleData.tiny(
        {"mpctl": ["allow.domain.friend.example"]},
        {**plumbing(), f"{rule}condition.0.if": condition},
    )
    client = serve(data=data)
    without = client.tags("a@friend.example")
    client.state.tags = ("DMARC_POLICY_ALLOW",)

    assert without == set()
    assert client.tags("a@friend.example") == {"DMARC_POLICY_ALLOW", "MPCTL_ALLOW"}


def test_a_rule_sees_the_tags_of_earlier_rules(client: Client) -> None:
    """Rules run by priority, so ours sees the vendor's."""
    rule = "spam-filter.rule.last."
    fields = {"scope": "message", "priority": "3000", "condition": "'SAW_' + $MPCTL_BLOCK"}
    client.state.set_settings({rule + name: value for name, value in fields.items()})

    assert "SAW_1" in client.tags("a@prize-draw.example")
    assert "SAW_0" in client.tags("a@elsewhere.example")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"enable": "false"}, set()),
        ({"scope": "url"}, set()),
        ({"condition.1.then": "'OTHER'"}, {"OTHER"}),
        ({"condition.1.then": "true"}, set()),
        ({"condition.1.if": "false", "condition.2.else": "'NEITHER'"}, {"NEITHER"}),
    ],
)
def test_rules(client: Client, changes: dict[str, str], expected: set[str]) -> None:
    """Whether a rule adds a tag depends on its parts; a result that is no string adds none."""
    rule = "spam-filter.rule.mpctl_access."
    client.state.set_settings({rule + name: value for name, value in changes.items()})

    assert client.tags("a@prize-draw.example") == expected


@pytest.mark.parametrize(
    ("score", "settings", "action", "status"),
    [
        ("5.9", {}, "allow", "No"),
        ("6.0", {}, "allow", "Yes"),
        ("9.0", {"discard": "9.0"}, "discard", ""),
        ("8.9", {"discard": "9.0"}, "allow", "Yes"),
        ("9.0", {"reject": "9.0"}, "reject", ""),
        ("9.0", {"reject": "9.0", "discard": "9.0"}, "reject", ""),
        ("9.0", {"reject": "0", "discard": "0"}, "allow", "Yes"),
        ("9.0", {"reject": "-1", "discard": "-1"}, "allow", "Yes"),
        ("DISCARD", {}, "discard", ""),
        ("Reject", {}, "reject", ""),
    ],
)
def test_thresholds(
    client: Client, score: str, settings: dict[str, str], action: str, status: str
) -> None:
    """The sum is compared with three thresholds, reject before discard; 0 is off."""
    thresholds = {f"spam-filter.score.{name}": value for name, value in settings.items()}
    client.state.set_settings({**thresholds, "spam-filter.list.scores.MPCTL_BLOCK": score})
    disposition = client.classify("a@prize-draw.example")["disposition"]

    assert disposition["action"] == action
    assert f"X-Spam-Status: {status}" in disposition.get("value", "X-Spam-Status: ")


def test_the_default_threshold(serve: Serve) -> None:
    """Without a key the threshold is 5."""
    client = serve(data=SampleData(tags=("FIVE",), settings={"spam-filter.list.scores.F*": "5"}))

    assert "X-Spam-Status: Yes, score=5.00" in client.classify()["disposition"]["value"]


def test_the_filter_may_be_off(client: Client) -> None:
    """Classify runs even when the filter is off."""
    client.state.set_settings({"spam-filter.enable": "false"})

    assert client.tags("a@prize-draw.example") == {"MPCTL_BLOCK"}


def test_header_names_are_settings(client: Client) -> None:
    """Up to v0.14 the names of the headers may be changed."""
    client.state.set_settings(
        {
            "spam-filter.header.status.name": "X-Mine",
            "spam-filter.header.result.name": "X-Why",
        }
    )
    value = client.classify("a@ledgerline.example")["disposition"]["value"]

    assert value == "X-Why: MPCTL_ALLOW (-100.00)\r\nX-Mine: No, score=-100.00\r\n"


def test_no_tag_at_all(client: Client) -> None:
    """Without a tag there is no result header."""
    value = client.classify()["disposition"]["value"]

    assert value == "X-Spam-Status: No, score=0.00\r\n"


def test_international_domains(managed: Client) -> None:
    """Domains are compared in Unicode, addresses as they are sent."""
    managed.state.add_entry("mpctl", "block.domain.bücher.example")
    managed.state.add_entry("mpctl", "block.sender.a@xn--mnchen-3ya.example")

    assert managed.tags("x@xn--bcher-kva.example") == {"MPCTL_BLOCK"}
    assert managed.tags("a@xn--mnchen-3ya.example") == {"MPCTL_BLOCK"}
    assert managed.tags("a@xn--\u00fc.example") == set()


def test_the_sample_is_classified_as_it_says(client: Client) -> None:
    """Every managed entry of the sample is live."""
    assert client.state.live_entries("mpctl") == client.state.entries("mpctl")
    assert json.loads(json.dumps(client.classify("x@a.bulkblast.example")))["disposition"] == {
        "action": "reject"
    }
    assert harbor_mail().settings["server.hostname"] == "mx.harbor.example"
