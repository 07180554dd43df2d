"""The expression language of rules, and the wildcards of lists (sections 6.1 and 6.3)."""

from typing import Any

import pytest

from mpctl.sandbox.stalwart.expressions import parse
from mpctl.sandbox.stalwart.functions import is_true
from mpctl.sandbox.stalwart.globs import GlobMap
from mpctl.sandbox.stalwart.message import Envelope, Scene, parse_message, variables_of

TEXT = (
    "From: Maja <Maja.Lind@XN--BCHER-KVA.example>\n"
    "To: a@x.example, B@y.example\nReply-To: r@z.example\nSubject: Hi there\n\nthe body\n"
)
LISTS = {
    "mine": GlobMap({"exact": "one", "w*d": "two", "number": "7", "a\\*b": "star", "q?": "q"}),
}


def scene(remote_ip: str = "192.0.2.7") -> Scene:
    """Return a message on its way."""
    message = parse_message(TEXT)
    assert message is not None
    envelope = Envelope(remote_ip, "Bounce@Vendor.Example", ("U@x.example",), "MX.example")
    return Scene(
        variables_of(message, envelope),
        lambda name, key: LISTS[name].find(key) if name in LISTS else None,
        frozenset({"SEEN"}),
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 - 2 - 1", 4),
        ("6 / 4", 1.5),
        ("1 / 0", 0),
        ("-2 + 3", 1),
        ("'a' + \"b\" + 1", "ab1"),
        ("'it\\'s'", "it's"),
        ("true", 1),
        ("false", 0),
        ("!true", 0),
        ("!'' && !false", 1),
        ("true || false && false", 1),
        ("(true || false) && false", 0),
        ("true ^ true", 0),
        ("true ^ false", 1),
        ("1 < 2 && 2 <= 2 && 3 > 2 && 2 >= 2", 1),
        ("'a' == 'a' && 'a' != 'b'", 1),
        ("'b' > 'a'", 1),
        ("1 + 1 == 2", 1),
        ("'3' * '2.5' + 1", 8.5),
        ("'x' - 1", -1),
        ("10 > '9'", 1),
        ("$SEEN", 1),
        ("$OTHER", 0),
        ("['a', 'b']", ["a", "b"]),
        ("[]", []),
        ("from", "maja.lind@xn--bcher-kva.example"),
        ("from.local", "maja.lind"),
        ("from.domain", "bücher.example"),
        ("env_from", "bounce@vendor.example"),
        ("env_from.domain", "vendor.example"),
        ("reply_to.domain", "z.example"),
        ("env_to", ["u@x.example"]),
        ("to.domain", ["x.example", "y.example"]),
        ("cc", []),
        ("subject", "Hi there"),
        ("body", "the body\n"),
        ("remote_ip", "192.0.2.7"),
        ("ehlo_domain", "mx.example"),
        ("country", ""),
        ("key_exists('mine', 'exact')", 1),
        ("key_exists('mine', 'Exact')", 0),
        ("key_exists('other', 'exact')", 0),
        ("key_exists('mine', env_to)", 0),
        ("key_get('mine', 'wild')", "two"),
        ("key_get('mine', 'number')", 7),
        ("key_get('mine', 'none')", ""),
        ("is_empty('') && is_empty([]) && !is_empty('x')", 1),
        ("is_intersect(env_to, ['u@x.example', 'v'])", 1),
        ("is_intersect(env_to, ['v'])", 0),
        ("contains(subject, 'there') && contains(env_to, 'u@x.example')", 1),
        ("contains(env_to, 'u')", 0),
        ("matches('^maja\\.', from)", 1),
        ("is_ipv6_addr(remote_ip)", 0),
        ("is_ipv6_addr('2001:db8::1')", 1),
        ("ip_reverse_name('192.0.2.7')", "7.2.0.192"),
        ("ip_reverse_name('x')", ""),
    ],
)
def test_values(text: str, value: Any) -> None:
    """Each operator, variable and function gives its value."""
    assert parse(text)(scene()) == value


def test_reversed_ipv6() -> None:
    """An IPv6 address is 32 reversed hex digits, without a suffix."""
    found = parse("ip_reverse_name(remote_ip)")(scene("2001:db8:40::1"))

    assert found == "1" + ".0" * 19 + ".0.4.0.0" + ".8.b.d.0.1.0.0.2"


def test_both_sides_short_circuit() -> None:
    """What decides is not followed by what could fail."""
    assert is_true(parse("true || matches('(', from)")(scene()))
    assert not is_true(parse("false && matches('(', from)")(scene()))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("x", 'Invalid variable or constant "x"'),
        ("sender_domain", 'Invalid variable or constant "sender_domain"'),
        ("no_function(1)", 'Invalid variable or constant "no_function"'),
        ("(1", "Unmatched open parenthesis"),
        ("is_empty('a'", "Unmatched open parenthesis"),
        ("['a'", "Unmatched open parenthesis"),
        ("1)", "Unmatched close parenthesis"),
        ("1 2", 'Unexpected "2"'),
        ("* 2", r'Unexpected "\*"'),
        ("1 +", "Expected operand"),
        ("", "Expected operand"),
        ("'open", 'Invalid variable or constant "\'open"'),
        ("is_empty('a', 'b')", "Invalid number of arguments"),
    ],
)
def test_errors(text: str, message: str) -> None:
    """What cannot be read is a ValueError in the server's words."""
    with pytest.raises(ValueError, match=message):
        parse(text)


@pytest.mark.parametrize(
    ("entry", "key", "matches"),
    [
        ("a.b", "a.b", True),
        ("a.b", "A.b", False),
        ("a.b", "axb", False),
        ("*.b", "x.y.b", True),
        ("*.b", ".b", True),
        ("*.b", "b", False),
        ("n*@l", "news@l", True),
        ("n*@l", "n@l", True),
        ("?", "x", True),
        ("?", "xy", False),
        ("a\\*b", "a*b", True),
        ("a\\*b", "axb", False),
        ("a\\*b*", "a*bc", True),
        ("a\\b", "ab", True),
        ("10.*", "10.1.2.3", True),
        ("10.*", "110.1.2.3", False),
    ],
)
def test_wildcards(entry: str, key: str, matches: bool) -> None:  # noqa: FBT001 - the fact
    """A star is any run, a question mark one character, a backslash makes the next one literal."""
    assert (GlobMap({entry: "x"}).find(key) is not None) is matches


def test_exact_entries_come_first() -> None:
    """Then wildcards, in key order."""
    entries = GlobMap({"b*": "2", "bee": "exact", "a?": "0", "*": "1"})

    assert [entries.find(key) for key in ("bee", "bad", "ax")] == ["exact", "1", "1"]
