"""With redaction no local part of an address is shown, and everything else is as it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.diagnostics import Code, Diagnostic, Origin, Severity
from mpctl.render import Document, Table, redacted


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("alice.ng@acme.example", "al…@acme.example"),
        ("bob@acme.example", "b…@acme.example"),
        ("al@acme.example", "…@acme.example"),
        ('"Alice" <alice.ng@acme.example>', '"Alice" <al…@acme.example>'),
        ('"alice ng"@acme.example', "al…@acme.example"),
        (
            "an invoice for jo.doe@x.example, and ann@y.example.",
            "an invoice for jo…@x.example, and a…@y.example.",
        ),
        ("users/alice.ng@acme.example", "users/al…@acme.example"),
        ("mailprotector:users/alice.ng@acme.example", "mailprotector:users/al…@acme.example"),
        ("user_groups/acme.example/Default", "user_groups/acme.example/Default"),
        ("ceo=acme.example@bounce.example", "ce…@bounce.example"),
        ("jürgen.größe@bücher.example", "jü…@bücher.example"),
        ("alice@[192.0.2.1]", "a…@[192.0.2.1]"),
        ("we meet @ noon, @alice", "we meet @ noon, @alice"),
        ("a@b@c.example", "…@…@c.example"),
        (
            "GET /customers/me/domains/acme.example/ex/mailboxes/alice.ng/spam/settings: 200",
            "GET /customers/me/domains/acme.example/ex/mailboxes/al…/spam/settings: 200",
        ),
        ("/rs/mailboxes/bob", "/rs/mailboxes/b…"),
        ("GET /customers/me/domains/acme.example/ex/mailboxes?size=1", None),
        ("ex_mailboxes/alice.ng@acme.example", "ex_mailboxes/al…@acme.example"),
    ],
)
def test_addresses(text: str, shown: str | None) -> None:
    """At most two characters stay, and never more than a third; what is no address stays whole."""
    assert redacted(text) == (text if shown is None else shown)


def test_everything_within() -> None:
    """Redaction goes into documents, problems, lists and mappings, and leaves words of ours."""
    here = Origin("policies/acme.yaml", 4, 5)
    problem = Diagnostic(
        Code.NOT_FOUND, "nobody is bob@acme.example", entity="users/bob@a.example", origin=here
    )
    document = Document("bob@acme.example", "", tables=(Table(("to",), (("bob@acme.example",),)),))

    assert redacted({"a": [document, problem, 3, None, {"b": "bob@acme.example"}]}) == {
        "a": [
            Document("b…@acme.example", "", tables=(Table(("to",), (("b…@acme.example",),)),)),
            Diagnostic(
                Code.NOT_FOUND,
                "nobody is b…@acme.example",
                entity="users/b…@a.example",
                origin=Origin("policies/acme.yaml", 4, 5),
            ),
            3,
            None,
            {"b": "b…@acme.example"},
        ]
    }
    assert isinstance(redacted(problem).severity, Severity)


LOCAL = st.text(st.characters(categories=("L", "N"), include_characters="._+-=%'"), min_size=1)


@given(st.text(), LOCAL, st.text())
def test_no_local_part_stays(before: str, local: str, after: str) -> None:
    """Whatever stands around an address, at most a third of its local part stays."""
    once = redacted(f"{before} {local}@acme.example {after}")

    assert f" {local}@acme.example " not in once
    assert "…@acme.example" in once


def test_a_long_text() -> None:
    """A text of a million characters takes no time worth speaking of."""
    assert redacted("a" * 1_000_000) == "a" * 1_000_000
    assert redacted('"' * 100_000) == '"' * 100_000
    assert redacted("a@" * 100_000 + "a.example").endswith("…@a.example")
