"""What a policy may write as a value, what it means, and what is refused with which advice."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.match import KIND_NAMES, Kind, Match, MatchError, live_match, parse_match

PLAIN = (
    "Write only the address, as in billing@vendor.example, without name, quotes, brackets or "
    "wildcards."
)
BOOKS = Match(Kind.DOMAIN, "xn--bcher-kva.example")
LETTERS = "abcxyz019"
LABELS = st.builds(
    lambda start, middle, end: start + middle + end,
    st.sampled_from(LETTERS),
    st.text("ab0-", max_size=4).filter(lambda text: not text.endswith("--")),
    st.sampled_from(LETTERS),
).filter(lambda label: label[2:4] != "--")
DOMAINS = st.lists(LABELS, min_size=1, max_size=3).map(
    lambda labels: ".".join([*labels, "example"])
)
LOCALS = st.text("abz09!#$%&'/=^_`{|}~.+-", min_size=1, max_size=16)
NETWORKS = st.builds(
    lambda address, bits: ipaddress.ip_network((address, bits), strict=False),
    st.ip_addresses(v=4),
    st.integers(0, 32),
) | st.builds(
    lambda address, bits: ipaddress.ip_network((address, bits), strict=False),
    st.ip_addresses(v=6),
    st.integers(0, 128),
)


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("vendor.example", Match(Kind.DOMAIN, "vendor.example")),
        (" Vendor.EXAMPLE. ", Match(Kind.DOMAIN, "vendor.example")),
        ("www.vendor.example", Match(Kind.DOMAIN, "www.vendor.example")),
        ("Bücher.example", Match(Kind.DOMAIN, "xn--bcher-kva.example")),
        ("b\N{LATIN SMALL LETTER U WITH DIAERESIS}cher\N{IDEOGRAPHIC FULL STOP}example", BOOKS),
        ("\N{FULLWIDTH LATIN SMALL LETTER A}cme.example", Match(Kind.DOMAIN, "acme.example")),
        ("XN--BCHER-KVA.example", Match(Kind.DOMAIN, "xn--bcher-kva.example")),
        ("_dmarc.vendor.example", Match(Kind.DOMAIN, "_dmarc.vendor.example")),
        ("Billing+Tag@Vendor.example.", Match(Kind.EMAIL, "billing+tag@vendor.example")),
        ("a@bücher.example", Match(Kind.EMAIL, "a@xn--bcher-kva.example")),
        ("*.Vendor.example", Match(Kind.SUBDOMAINS, "vendor.example")),
        ("192.0.2.7", Match(Kind.IP, "192.0.2.7")),
        ("192.0.2.7/32", Match(Kind.IP, "192.0.2.7")),
        ("198.51.100.0/24", Match(Kind.IP, "198.51.100.0/24")),
        ("2001:DB8::0:1", Match(Kind.IP, "2001:db8::1")),
        ("2001:db8::/32", Match(Kind.IP, "2001:db8::/32")),
    ],
)
def test_the_kind_is_inferred(text: str, match: Match) -> None:
    """The form of a value tells its kind; its canonical form is what it matches."""
    assert parse_match(text) == match


@pytest.mark.parametrize(
    ("text", "kind", "match"),
    [
        ("vendor.example", Kind.SUBDOMAINS, Match(Kind.SUBDOMAINS, "vendor.example")),
        ("Bob@Acme.example", Kind.RECIPIENT, Match(Kind.RECIPIENT, "bob@acme.example")),
        ("Bounce-", Kind.SENDER_PREFIX, Match(Kind.SENDER_PREFIX, "bounce-")),
        (" Any *Thing ", Kind.NATIVE, Match(Kind.NATIVE, "Any *Thing")),
    ],
)
def test_a_kind_may_be_stated(text: str, kind: Kind, match: Match) -> None:
    """A stated kind wins over what a value looks like."""
    assert parse_match(text, kind) == match


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("", "the value is empty", "Write an address or a domain."),
        (" \t ", "the value is empty", "Write an address or a domain."),
        ("x" * 321, "the value is longer than 320 characters", ""),
        (
            "*@vendor.example",
            "'*@vendor.example' has no name before the @",
            "To match every address of that domain, write 'vendor.example'.",
        ),
        (
            "@vendor.example",
            "'@vendor.example' has no name before the @",
            "To match every address of that domain, write 'vendor.example'.",
        ),
        (
            "@",
            "'@' has no name before the @",
            "To match every address of that domain, write 'the domain'.",
        ),
        (
            "https://vendor.example/offers",
            "'https://vendor.example/offers' is not a domain name",
            "Write the domain alone, without scheme and path.",
        ),
        (
            "vendor.example/offers",
            "'vendor.example/offers' is not a domain name",
            "Write the domain alone, without scheme and path.",
        ),
        (
            "example",
            "'example' is not a domain name",
            "A single word is not a domain: write it with its ending, as in vendor.example.",
        ),
        (
            "ven*dor.example",
            "'ven*dor.example' is not a domain name",
            "A wildcard stands only at the front, as in *.vendor.example.",
        ),
        (
            ".vendor.example",
            "'.vendor.example' is not a domain name",
            "Write it as in vendor.example.",
        ),
        (
            "vendor..example",
            "'vendor..example' is not a domain name",
            "Write it as in vendor.example.",
        ),
        (
            "vendor.example..",
            "'vendor.example..' is not a domain name",
            "Write it as in vendor.example.",
        ),
        (
            "Ann <ann@vendor.example>",
            "'Ann <ann@vendor.example>' is not a single plain address",
            PLAIN,
        ),
        (
            "a@b@vendor.example",
            "'a@b@vendor.example' is not a single plain address",
            PLAIN,
        ),
        (
            "a, b@vendor.example",
            "'a, b@vendor.example' is not a single plain address",
            PLAIN,
        ),
        (
            "198.51.100.7/24",
            "'198.51.100.7/24' has host bits set",
            "For the whole network write '198.51.100.0/24'.",
        ),
        ("192.0.2.256", "'192.0.2.256' is not an IP address or network", ""),
        ("192.0.2.0/33", "'192.0.2.0/33' is not an IP address or network", ""),
    ],
)
def test_what_is_refused(text: str, what: str, hint: str) -> None:
    """A value that is not exactly one well-formed value is refused, and never widened."""
    with pytest.raises(MatchError) as refused:
        parse_match(text)

    assert (refused.value.what, refused.value.hint) == (what, hint)


@given(DOMAINS, st.sampled_from(("{}", "a@{}", "*.{}")))
def test_one_trailing_dot_means_nothing(domain: str, form: str) -> None:
    """A domain is the same with a dot at its end, and no domain with two."""
    text = form.format(domain)

    assert parse_match(text + ".") == parse_match(text)
    with pytest.raises(MatchError):
        parse_match(text + "..")


@given(LOCALS, DOMAINS)
def test_an_address_is_kept_whole(local: str, domain: str) -> None:
    """Nothing before the @ is dropped or rewritten but its case."""
    assert parse_match(f"{local.upper()}@{domain.upper()}") == Match(
        Kind.EMAIL, f"{local}@{domain}"
    )


@given(NETWORKS)
def test_a_network_is_its_first_address(network: ipaddress.IPv4Network) -> None:
    """A network is written by its first address; every other one has host bits and is refused."""
    text = f"{network.broadcast_address}/{network.prefixlen}"
    single = network.prefixlen == network.max_prefixlen

    whole = str(network.network_address) if single else str(network)
    assert parse_match(str(network)) == Match(Kind.IP, whole)
    if not single:
        with pytest.raises(MatchError, match="has host bits set"):
            parse_match(text)


@given(st.text(max_size=60), st.sampled_from([None, *Kind]))
def test_a_value_means_one_thing_or_nothing(text: str, kind: Kind | None) -> None:
    """Whatever stands in a policy is read as one match of that kind, or refused as malformed."""
    try:
        match = parse_match(text, kind)
    except MatchError:
        return

    assert kind is None or match.kind is kind
    assert parse_match(str(match), match.kind) == match


@pytest.mark.parametrize(
    "text", ["example", "*@Vendor.example", " spaced out ", "", "198.51.100.7/24", "Ünï code"]
)
def test_a_live_value_that_no_kind_expresses(text: str) -> None:
    """A live value that a policy could not write is carried as it is."""
    assert live_match(text) == Match(Kind.NATIVE, text)


def test_every_kind_has_a_name() -> None:
    """Every kind of match can be named to a person."""
    assert set(KIND_NAMES) == set(Kind)
