"""The table of calls: what a request does is declared, never guessed from its method."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.providers.mailprotector.calls import CALLS as MAILPROTECTOR
from mpctl.transport import Call, CallTable, Effect, Repeat
from tests.transport.conftest import CALLS

METHODS = st.sampled_from(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "get"))


def test_a_declared_call_is_found_by_its_pattern() -> None:
    """A pair of braces stands for one part of a path."""
    found = CALLS.find("GET", "/things/70001")

    assert found == Call("GET", "/things/{}", Effect.READ, Repeat.ALWAYS)


@pytest.mark.parametrize(
    "path", ["/things/", "/things/1/2", "/things/1?x=2", "/things/1#x", "/thing", "//things", ""]
)
def test_braces_stand_for_exactly_one_part(path: str) -> None:
    """Neither nothing, nor two parts, nor a query fit into a pair of braces."""
    assert CALLS.find("GET", path).effect is Effect.WRITE


def test_a_path_is_taken_literally() -> None:
    """What means something in a regular expression means itself in a path."""
    table = CallTable((Call("GET", "/a.b+(c)", Effect.READ),))

    assert table.find("GET", "/a.b+(c)").effect is Effect.READ
    assert table.find("GET", "/axbb(c)").effect is Effect.WRITE


def test_the_method_proves_nothing() -> None:
    """A POST may be declared a read."""
    assert CALLS.find("POST", "/things/find").effect is Effect.READ


@given(METHODS, st.text(st.characters(codec="ascii"), max_size=20))
def test_an_undeclared_call_is_a_write_that_is_never_repeated(method: str, path: str) -> None:
    """Whatever the table does not name counts as the most dangerous thing that it could be."""
    call = CallTable(()).find(method, path)

    assert call == Call(method, path, Effect.WRITE, Repeat.IF_REFUSED)


@pytest.mark.parametrize(
    ("method", "path", "effect", "repeat"),
    [
        ("GET", "/domains", Effect.READ, Repeat.ALWAYS),
        ("GET", "/domains/9101", Effect.READ, Repeat.ALWAYS),
        ("GET", "/customers/5001", Effect.READ, Repeat.ALWAYS),
        ("GET", "/domains/9101/allow_block_rules", Effect.READ, Repeat.ALWAYS),
        ("GET", "/domains/9101/configuration", Effect.READ, Repeat.ALWAYS),
        ("POST", "/domains/9101/allow_block_rules", Effect.WRITE, Repeat.IF_REFUSED),
        ("PUT", "/domains/9101/configuration", Effect.WRITE, Repeat.ALWAYS),
        ("DELETE", "/allow_block_rules/610001", Effect.WRITE, Repeat.ALWAYS),
        ("DELETE", "/domains/9101", Effect.WRITE, Repeat.IF_REFUSED),
        ("DELETE", "/domains/9101/allow_block_rules", Effect.WRITE, Repeat.IF_REFUSED),
        ("POST", "/domains", Effect.WRITE, Repeat.IF_REFUSED),
    ],
)
def test_the_calls_of_mailprotector(method: str, path: str, effect: Effect, repeat: Repeat) -> None:
    """Only reads are declared reads, and a creation is never repeated blindly."""
    found = MAILPROTECTOR.find(method, path)

    assert (found.effect, found.repeat) == (effect, repeat)
