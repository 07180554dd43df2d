"""How an entity is written, and which ones a selector means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.entity import Entity, EntityError, parse_entity, selects

WORDS = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("domains/acme.example", Entity("mailprotector", "domains", "acme.example")),
        (" domains/ACME.example ", Entity("mailprotector", "domains", "acme.example")),
        ("mail2:domains/acme.example", Entity("mail2", "domains", "acme.example")),
        ("domains/id:9101", Entity("mailprotector", "domains", "id:9101")),
        ("user_groups/a.example/VIP", Entity("mailprotector", "user_groups", "a.example/vip")),
        ("customers/Smith #2", Entity("mailprotector", "customers", "smith #2")),
        ("customers/a:b", Entity("mailprotector", "customers", "a:b")),
        ("customers/Straße", Entity("mailprotector", "customers", "strasse")),
    ],
)
def test_an_entity_is_read(text: str, entity: Entity) -> None:
    """An entity is a target, which may be left out, a scope and a name without case."""
    assert parse_entity(text, default_target="mailprotector") == entity


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("acme.example", "an entity is written scope/name, for example domains/acme.example"),
        ("", "an entity is written scope/name, for example domains/acme.example"),
        ("domains/", "both the scope and the name of an entity must be given"),
        ("/acme.example", "both the scope and the name of an entity must be given"),
        ("t:/acme.example", "both the scope and the name of an entity must be given"),
        (":domains/acme.example", "there is no target before the colon"),
    ],
)
def test_what_is_no_entity(text: str, what: str) -> None:
    """A text that names no entity is refused with the reason."""
    with pytest.raises(EntityError) as refused:
        parse_entity(text, default_target="mailprotector")

    assert str(refused.value) == what


@given(WORDS, WORDS, WORDS)
def test_an_entity_is_shown_as_it_was_written(target: str, scope: str, name: str) -> None:
    """An entity is compared without case and shown with it; what is shown can be read again."""
    entity = parse_entity(f"{target}:{scope}/{name}", default_target="other")

    assert str(entity) == f"{target}:{scope}/{name}"
    assert entity == Entity(target, scope, name.casefold())
    assert parse_entity(str(entity), default_target="other") == entity


@pytest.mark.parametrize(
    ("name", "native_id"), [("id:9101", "9101"), ("acme.example", None), ("x-id:9101", None)]
)
def test_an_id(name: str, native_id: str | None) -> None:
    """A name that begins with `id:` is the service's own id."""
    assert Entity("mailprotector", "domains", name).native_id == native_id


ACME = Entity("mailprotector", "domains", "acme.example")


@pytest.mark.parametrize(
    ("selector", "meant"),
    [
        ("domains/acme.example", True),
        ("domains/ACME.example", True),
        ("domains/*.example", True),
        ("domains/a?me.*", True),
        ("*/acme.example", True),
        ("mailprotector:*/*", True),
        ("mail*:domains/*", True),
        ("domains/globex.example", False),
        ("domains/acme", False),
        ("users/*", False),
        ("mail2:domains/acme.example", False),
    ],
)
def test_a_selector(selector: str, *, meant: bool) -> None:
    """In a selector `*` stands for anything and `?` for one character, in each part."""
    assert selects(selector, ACME, default_target="mailprotector") is meant


@given(WORDS, WORDS, WORDS)
def test_an_entity_selects_itself(target: str, scope: str, name: str) -> None:
    """An entity is a selector of itself."""
    text = f"{target}:{scope}/{name}"

    assert selects(text, parse_entity(text, default_target="other"), default_target="other")
