"""Findings on the lines of a pull request."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mpctl.diagnostics import Code, Diagnostic, Origin, Severity
from mpctl.render import render_github, statement
from mpctl.render.github import annotation

PLACE = Origin("policies/acme.yaml", 9, 5)


def test_a_finding_stands_on_its_line() -> None:
    """File, line, column and code are properties; what, why and what to do are the message."""
    finding = Diagnostic(Code.BROAD_ALLOW, "it allows all", "Anybody.", "Narrow it.", PLACE)

    assert annotation(finding) == (
        "::error file=policies/acme.yaml,line=9,col=5,title=broad-allow"
        "::it allows all%0AAnybody.%0ANarrow it."
    )


def test_severities_have_their_commands() -> None:
    """An error, a warning and a note are GitHub's error, warning and notice."""
    lines = [annotation(Diagnostic(Code.EXPIRING, "x", severity=severity)) for severity in Severity]

    assert lines == [f"::{kind} title=expiring::x" for kind in ("error", "warning", "notice")]


def test_a_finding_without_a_place_names_its_entity() -> None:
    """It stands at the run, and says what it is about."""
    finding = Diagnostic(Code.NOT_FOUND, "no such domain", entity="mailprotector:domains/a.example")

    assert annotation(finding) == (
        "::error title=not-found::mailprotector:domains/a.example: no such domain"
    )


def test_what_would_end_a_property_is_escaped() -> None:
    """Commas, colons, percent signs and line ends in a path are data."""
    finding = Diagnostic(Code.EXPIRED, "50%\nx::y", origin=Origin("a,b::c%\r\n.yaml", 1, 1))

    assert annotation(finding) == (
        "::error file=a%2Cb%3A%3Ac%25%0D%0A.yaml,line=1,col=1,title=expired::50%25\\nx::y"
    )


@given(st.text(), st.text(), st.text())
def test_a_finding_is_one_command_on_one_line(path: str, summary: str, fix: str) -> None:
    """Whatever stands in it, an annotation is a single line with a single command."""
    line = annotation(Diagnostic(Code.EXPIRED, summary, fix=fix, origin=Origin(path, 1, 1)))

    assert not {"\n", "\r"} & set(line)
    properties = line.removeprefix("::error ").partition("::")[0]
    names = [part.partition("=")[0] for part in properties.split(",")]
    assert names == ["file", "line", "col", "title"]


def test_the_text_before_is_no_command() -> None:
    """A headline that looks like a command stands where commands are stopped."""
    document = statement("::add-mask::x", diagnostics=(Diagnostic(Code.EXPIRED, "ended"),))

    assert render_github(document, token="f00d") == (
        "::stop-commands::f00d\n"
        "::add-mask::x\n\n"
        "mpctl: error[expired]: ended\n"
        "::f00d::\n"
        "::error title=expired::ended\n"
    )
