"""The two translations: from every spelling of a row, and to the body that is sent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.match import Kind, Match
from mpctl.core.rule import Action, LiveRule, RuleKey
from mpctl.providers.mailprotector.capabilities import CAPABILITIES
from mpctl.providers.mailprotector.native import (
    NativeRule,
    NotUnderstood,
    Ownership,
    array_of,
    from_native,
    identifier,
    object_of,
    setting_from_native,
    setting_to_native,
    to_native,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ("id", "value", "rule_type", "entity", "entity_id", "entity_type", "data")
            ),
            inner,
        )
    ),
    max_leaves=8,
)
BLOCKED = RuleKey(Action.BLOCK, Match(Kind.DOMAIN, "blocked.example"))
HERE = {"id": 9101, "entity_type": "Domain", "name": "acme.example"}
SPELLINGS: dict[bool | None, list[Any]] = {
    True: [True, 1, "true", "1", "True", " TRUE "],
    False: [False, 0, "false", "0", "False"],
    None: [None, 2, -1, "", "yes", "on", [], {}, [True], 1.5],
}
ROW = {"id": 610001, "entity": HERE, "value": "blocked.example", "rule_type": "Block"}


def read(row: Any) -> NativeRule:
    """Read a row of the rules of a domain."""
    return from_native(row, scope="domains", native_id="9101")


def without(name: str) -> dict[str, Any]:
    """The documented row without one field."""
    return {field: value for field, value in ROW.items() if field != name}


@pytest.mark.parametrize("number", [610001, "610001"])
@pytest.mark.parametrize("kind", ["Block", "block", "BLOCK", " block "])
@pytest.mark.parametrize("owner", [9101, "9101"])
@pytest.mark.parametrize("owner_type", ["Domain", "domain", "DOMAIN"])
def test_every_spelling_of_a_row(number: Any, kind: str, owner: Any, owner_type: str) -> None:
    """Ids may be numbers or strings, words may be of any case: it is the same rule."""
    row = {
        "id": number,
        "entity": {"id": owner, "entity_type": owner_type},
        "value": "blocked.example",
        "rule_type": kind,
    }

    assert read(row) == NativeRule(
        LiveRule(BLOCKED, "blocked.example", "610001", owned_here=True), Ownership.DIRECT
    )


@pytest.mark.parametrize(
    ("value", "match"),
    [
        (" Blocked.EXAMPLE. ", Match(Kind.DOMAIN, "blocked.example")),
        ("News@B\u00fccher.example", Match(Kind.EMAIL, "news@xn--bcher-kva.example")),
        ("192.0.2.7", Match(Kind.IP, "192.0.2.7")),
        ("example", Match(Kind.NATIVE, "example")),
        ("*@Vendor.example", Match(Kind.NATIVE, "*@Vendor.example")),
        ("", Match(Kind.NATIVE, "")),
    ],
)
def test_a_value_is_shown_verbatim(value: str, match: Match) -> None:
    """A live value is compared in canonical form and shown as the service shows it."""
    rule = read({**ROW, "value": value}).rule

    assert (rule.key.match, rule.shown) == (match, value)


@pytest.mark.parametrize(
    ("owner", "ownership"),
    [
        ({"entity": HERE}, Ownership.DIRECT),
        ({"entity_id": "9101", "entity_type": "domain"}, Ownership.DIRECT),
        ({"entity": None, "entity_id": 9101, "entity_type": "Domain"}, Ownership.DIRECT),
        ({"entity": {"id": 5001, "entity_type": "Account"}}, Ownership.FOREIGN),
        ({"entity": {"id": 9101, "entity_type": "Account"}}, Ownership.FOREIGN),
        ({"entity": {"id": 9201, "entity_type": "Domain"}}, Ownership.FOREIGN),
        ({"entity_id": "91010", "entity_type": "Domain"}, Ownership.FOREIGN),
        ({"entity": {"id": 9101, "entity_type": "UserGroup"}}, Ownership.FOREIGN),
        ({"entity_id": 3101, "entity_type": "UserGroup"}, Ownership.FOREIGN),
        ({}, Ownership.UNKNOWN),
        ({"entity": None}, Ownership.UNKNOWN),
        ({"entity": "acme.example"}, Ownership.UNKNOWN),
        ({"entity": {"id": 9101}}, Ownership.UNKNOWN),
        ({"entity": {"entity_type": "Domain"}}, Ownership.UNKNOWN),
        ({"entity": {"id": None, "entity_type": None}}, Ownership.UNKNOWN),
    ],
)
def test_whose_rule_it_is(owner: dict[str, Any], ownership: Ownership) -> None:
    """A row is the entity's own only if it names its id and its type; else it is never removed."""
    native = read({**without("entity"), **owner})

    assert native.ownership is ownership
    assert native.rule.owned_here is (ownership is Ownership.DIRECT)


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        ("resellers", ["Account", "Reseller", "account"]),
        ("customers", ["Account", "Customer"]),
        ("user_groups", ["UserGroup", "user_group", "User Group", "user-group", "USERGROUP"]),
        ("users", ["User"]),
    ],
)
def test_the_types_of_owners(scope: str, names: list[str]) -> None:
    """The type of an owner is compared without case, spaces, hyphens and underscores."""
    rows = [{**ROW, "entity": {"id": 7, "entity_type": name}} for name in names]

    found = [from_native(row, scope=scope, native_id="7").ownership for row in rows]
    assert found == [Ownership.DIRECT] * len(names)


@pytest.mark.parametrize(
    "row",
    [
        None,
        "610001",
        [],
        {},
        without("value"),
        without("rule_type"),
        without("id"),
        {**ROW, "value": None},
        {**ROW, "value": 7},
        {**ROW, "rule_type": "Quarantine"},
        {**ROW, "rule_type": None},
        {**ROW, "id": None},
        {**ROW, "id": True},
        {**ROW, "id": "../domains/1"},
        {**ROW, "id": -1},
        {**ROW, "id": 1.5},
        {**ROW, "id": ""},
    ],
)
def test_what_is_no_row(row: Any) -> None:
    """A row without an id, a value and a known type is an error, never a rule."""
    with pytest.raises(NotUnderstood):
        read(row)


@given(JSON)
def test_a_row_is_read_or_not_understood(row: Any) -> None:
    """Whatever a service sends, it is a rule or an error that says so."""
    try:
        native = read(row)
    except NotUnderstood:
        return

    assert native.rule.native_id.isdecimal()
    assert native.rule.shown == row["value"]


@given(st.integers(0, 10**19 - 1))
def test_ids_are_text(number: int) -> None:
    """An id is the same text whether the service sends a number or a string."""
    assert identifier({"id": number}) == identifier({"id": str(number)}) == str(number)


@pytest.mark.parametrize(
    ("key", "body"),
    [
        (BLOCKED, {"value": "blocked.example", "rule_type": "block"}),
        (
            RuleKey(Action.ALLOW, Match(Kind.EMAIL, "a@xn--bcher-kva.example")),
            {"value": "a@xn--bcher-kva.example", "rule_type": "allow"},
        ),
    ],
)
def test_what_is_sent_for_a_rule(key: RuleKey, body: dict[str, str]) -> None:
    """A rule is sent in canonical form, with its type in lower case and nothing else."""
    assert to_native(key) == body


@given(st.sampled_from(Action), st.sampled_from(sorted(CAPABILITIES.kinds[Action.ALLOW])))
def test_what_is_sent_is_read_back(action: Action, kind: Kind) -> None:
    """A rule that the service shows as it was sent is the very same rule."""
    value = "a@vendor.example" if kind is Kind.EMAIL else "vendor.example"
    key = RuleKey(action, Match(kind, value))

    assert read({**ROW, **to_native(key)}).rule.key == key


@pytest.mark.parametrize(
    ("value", "meaning"),
    [(value, meaning) for meaning, values in SPELLINGS.items() for value in values],
)
def test_every_spelling_of_a_permission(value: Any, *, meaning: bool | None) -> None:
    """A permission may be spelt in four ways and their opposites; anything else is unknown."""
    document = {"permissions": {"messages": {"allow_spam_release": value}}}

    assert setting_from_native(document, "allow_spam_release") is meaning


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"permissions": None},
        {"permissions": {}},
        {"permissions": {"messages": None}},
        {"permissions": {"messages": {}}},
        {"permissions": {"messages": {"allow_policy_release": 1}}},
        {"messages": {"allow_spam_release": True}},
        {"permissions": [{"messages": {}}]},
    ],
)
def test_a_permission_that_is_not_there(document: Any) -> None:
    """A permission that the document does not hold is unknown, never false."""
    assert setting_from_native(document, "allow_spam_release") is None


def test_what_is_sent_for_a_permission() -> None:
    """A permission is sent as the smallest partial document, without an envelope."""
    assert setting_to_native("allow_spam_release", value=True) == {
        "permissions": {"messages": {"allow_spam_release": True}}
    }


@pytest.mark.parametrize(
    "body", [[ROW], {"data": [ROW]}, {"allow_block_rules": [ROW]}, {"domains": [ROW]}]
)
def test_an_array_with_and_without_an_envelope(body: Any) -> None:
    """An array may stand alone or be the only thing in an object."""
    assert array_of(body) == [ROW]


@pytest.mark.parametrize("body", [None, {}, "[]", 7, {"a": [], "b": []}, {"data": {"a": []}}])
def test_what_is_no_array(body: Any) -> None:
    """An answer that is not clearly a list is an error, never an empty list."""
    with pytest.raises(NotUnderstood, match="where the service documents an array"):
        array_of(body)


@pytest.mark.parametrize("name", ["configuration", "data", "domain", "customer"])
def test_an_object_with_and_without_an_envelope(name: str) -> None:
    """An object may stand alone or in an envelope."""
    assert object_of({name: HERE}) == object_of(HERE) == HERE


@pytest.mark.parametrize("body", [{"region": {}}, {"data": None}, {"data": {}, "more": 1}, {}])
def test_what_only_looks_like_an_envelope(body: Any) -> None:
    """An object that is not clearly an envelope is the object itself."""
    assert object_of(body) == body


@pytest.mark.parametrize("body", [None, [], "x", 7, [HERE]])
def test_what_is_no_object(body: Any) -> None:
    """An answer that is not an object is an error."""
    with pytest.raises(NotUnderstood, match="where the service documents an object"):
        object_of(body)
