"""Which matches are broad."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.match import parse_match
from mpctl.policy.lint.breadth import Breadth, Own, breadth_of, may_be_broad
from tests.policy.linting import codes, judged, lines
from tests.policy.workspace import Workspace

ACME = Own.of(["acme.example", "mail.globex.example"])

BROAD = {
    "co.uk": Breadth.PUBLIC_SUFFIX,
    "*.co.uk": Breadth.PUBLIC_SUFFIX,
    "CO.UK.": Breadth.PUBLIC_SUFFIX,
    "github.io": Breadth.PUBLIC_SUFFIX,
    "kawasaki.jp": Breadth.PUBLIC_SUFFIX,
    "foo.kawasaki.jp": Breadth.PUBLIC_SUFFIX,
    "公司.cn": Breadth.PUBLIC_SUFFIX,
    "gmail.com": Breadth.FREEMAIL,
    "*.gmail.com": Breadth.FREEMAIL,
    "web.de": Breadth.FREEMAIL,
    "proton.me": Breadth.FREEMAIL,
    "acme.example": Breadth.OWN,
    "ACME.example": Breadth.OWN,
    "*.acme.example": Breadth.OWN,
    "*.globex.example": Breadth.OWN,
    "0.0.0.0/0": Breadth.NETWORK,
    "10.0.0.0/8": Breadth.NETWORK,
    "198.51.0.0/20": Breadth.NETWORK,
    "::/0": Breadth.NETWORK,
    "2001:db8::/32": Breadth.NETWORK,
}
NARROW = [
    "vendor.co.uk",
    "*.vendor.co.uk",
    "octo.github.io",
    "city.kawasaki.jp",
    "someone@gmail.com",
    "boss@acme.example",
    "notgmail.com",
    "mail.gmail.com",
    "globex.example",
    "news.acme.example",
    "*.news.acme.example",
    "*.other.example",
    "198.51.0.0/21",
    "198.51.100.7",
    "2001:db8::/33",
    "2001:db8::1",
]


@pytest.mark.parametrize("value", BROAD)
def test_broad(value: str) -> None:
    """Suffixes, freemail, own domains and providers' networks are broad, in any spelling."""
    match = parse_match(value)

    assert breadth_of(match, ACME) is BROAD[value]
    assert may_be_broad([match], ACME)


@pytest.mark.parametrize("value", NARROW)
def test_not_broad(value: str) -> None:
    """An address never is, nor a domain that somebody holds, nor one network bit less."""
    assert breadth_of(parse_match(value), ACME) is None


def test_most_lists_need_no_close_look() -> None:
    """A list of domains that somebody holds is done with at once."""
    assert not may_be_broad([parse_match(value) for value in NARROW[:3]], ACME)


@given(st.from_regex(r"[a-z]{1,9}@(gmail\.com|acme\.example|co\.uk)", fullmatch=True))
def test_an_address_is_never_broad(address: str) -> None:
    """Whatever the domain, one address is one sender."""
    assert breadth_of(parse_match(address), ACME) is None


@given(st.integers(0, 32), st.integers(0, 128))
def test_wider_is_broader(four: int, six: int) -> None:
    """A network is broad exactly from /20 of IPv4 and from /32 of IPv6 on."""
    assert (breadth_of(parse_match(f"0.0.0.0/{four}"), Own()) is not None) == (four <= 20)
    assert (breadth_of(parse_match(f"::/{six}"), Own()) is not None) == (six <= 32)


def test_nobody_is_named_after_another_one() -> None:
    """Without policies about a domain, it is nobody's own."""
    assert breadth_of(parse_match("acme.example"), Own()) is None


POLICIES = """\
entity: domains/acme.example
allow: [co.uk]
block: [gmail.com]
"""


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("{}", ["warning", "warning"]),
        ("{broad_allow: error}", ["error", "warning"]),
        ("{broad_block: error}", ["warning", "error"]),
        ("{broad_allow: off}", ["warning"]),
        ("{broad_allow: off, broad_block: off}", []),
    ],
)
def test_the_section_says_how_much_it_weighs(
    workspace: Workspace, section: str, expected: list[str]
) -> None:
    """Both are warnings unless mpctl.yaml says otherwise, each for itself."""
    found = judged(workspace, POLICIES, section).diagnostics

    assert [finding.severity.value for finding in found] == expected


def test_words(workspace: Workspace) -> None:
    """A finding says which list, which value as written, and why it is broad."""
    allowed, blocked = lines(workspace, POLICIES)
    assert allowed == (
        "p.yaml:2:9: warning[broad-allow]: the allow of 'co.uk' is broad: "
        "anybody can have a domain below it"
    )
    assert blocked == (
        "p.yaml:3:9: warning[broad-block]: the block of 'gmail.com' is broad: "
        "anybody can have an address there"
    )


def test_every_breadth_says_what_it_does_to_the_mail(workspace: Workspace) -> None:
    """Of own domains it is said that forged mail passes, or that colleagues are held."""
    allowed, blocked = judged(
        workspace,
        "entity: domains/acme.example\nallow: [acme.example]\n---\n"
        "entity: domains/globex.example\nblock: [acme.example]\n",
    ).diagnostics

    assert "forges" in allowed.why
    assert "your own people would be held" in blocked.why
    assert (allowed.entity, blocked.entity) == (
        "mailprotector:domains/acme.example",
        "mailprotector:domains/globex.example",
    )


@pytest.mark.parametrize(
    ("entity", "own"),
    [
        ("domains/acme.example", True),
        ("domains/ACME.example", True),
        ("user_groups/acme.example/staff", True),
        ("users/alice@acme.example", True),
        ("customers/acme.example", False),
        ("domains/id:9101", False),
        ("users/id:9101", False),
    ],
)
def test_whose_domains_are_own(workspace: Workspace, entity: str, *, own: bool) -> None:
    """Domains, and those of groups and users, are own; names of customers and numbers are not."""
    found = codes(workspace, f"entity: {entity}\nallow: [acme.example]\n")

    assert found == (["broad-allow"] if own else [])


def test_own_is_by_target(workspace: Workspace) -> None:
    """What is own at one account is anybody's at another one."""
    found = codes(
        workspace,
        "entity: domains/acme.example\nallow: [partner.example]\n---\n"
        "entity: outgoing:orders/mb12345\nblock: [acme.example]\n",
    )

    assert found == []


def test_international_domains_are_compared_in_one_form(workspace: Workspace) -> None:
    """An own domain is own in both its forms."""
    found = codes(workspace, "entity: domains/bücher.example\nallow: [xn--bcher-kva.example]\n")

    assert found == ["broad-allow"]
