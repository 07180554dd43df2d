"""Edits of policy files: the one change and nothing else, in meaning and in text."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mpctl.core.entity import parse_entity
from mpctl.core.match import parse_match
from mpctl.core.rule import Action, RuleKey
from mpctl.core.state import Mode
from mpctl.diagnostics import Code, MpctlError
from mpctl.policy.edit import AddRule, Book, Proposal, RemoveRule, SetSetting, Spoken, Wish, propose
from tests.policy.workspace import CONFIGURATION, SERVICES
from tests.policy.written import ENTITIES, files

NOW: Final = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
COMMENT: Final = re.compile(r"(?:^|[ \t])#[^\r\n]*", re.MULTILINE)
VALUES: Final = st.sampled_from(("new.example", "neu@bücher.example", "partner.example"))
FIELDS: Final = st.sampled_from(
    (
        {},
        {},
        {"reason": "Because: [1] # 2"},
        {"reason": "it's", "ticket": "0471"},
        {"reason": "é\n"},
    )
)
NAMES: Final = st.sampled_from((*ENTITIES, "domains/unnamed.example"))
ACTIONS: Final = st.sampled_from(Action)


@pytest.fixture
def root(in_folder: Path) -> Path:
    """A policy root in the current directory."""
    (in_folder / "policies").mkdir()
    (in_folder / "policies" / "mpctl.yaml").write_text(CONFIGURATION, "utf-8")
    return Path("policies")


def opened(root: Path, data: bytes) -> Book:
    """The policies with this file."""
    (root / "acme.yaml").write_bytes(data)
    return Book.open(root, None, SERVICES)


def add(name: str, action: Action, value: str, fields: dict[str, str]) -> AddRule:
    """A wish for a rule."""
    entity = parse_entity(name, default_target="mailprotector")
    return AddRule(entity, RuleKey(action, parse_match(value)), Spoken(value, fields))


WISHES: Final = st.builds(add, NAMES, ACTIONS, VALUES, FIELDS)


def unless_contradicted(book: Book, wish: Wish) -> Proposal:
    """What is proposed; the only reason against it is that the entity has the opposite."""
    try:
        return propose(book, wish, NOW)
    except MpctlError as error:
        contradicted = [problem.code for problem in error.diagnostics] == [Code.CONTRADICTION]
        assume(not contradicted)
        raise


@given(files(), WISHES)
def test_one_rule_more_is_one_rule_more(root: Path, data: bytes, wish: AddRule) -> None:
    """Every file can be edited; the entity has the rule, nothing is taken over, all else stays."""
    book = opened(root, data)
    proposal = unless_contradicted(book, wish)
    before, after = book.repository.desired.entities, proposal.repository.desired.entities
    entity = proposal.entity

    assert wish.key in after[entity].rules
    assert after.keys() - {entity} == before.keys() - {entity}
    old = before.get(entity)
    kept = set(old.rules) if old else set()
    assert set(after[entity].rules) == kept | {wish.key}
    if old is None or wish.key.action not in old.owned:
        assert after[entity].modes[wish.key.action] is not Mode.FULL
    if old is not None:
        other = wish.key.action.opposite
        assert after[entity].modes[other] is old.modes[other]
        assert after[entity].owned >= old.owned
    (root / "acme.yaml").unlink()


@given(files(), WISHES)
def test_the_rest_of_the_text_stays(root: Path, data: bytes, wish: AddRule) -> None:
    """Comments, the kind of line ends, the byte order mark and the end of the file stay."""
    proposal = unless_contradicted(opened(root, data), wish)
    edit = proposal.edit
    assume(edit is not None and edit.before is not None)
    assert edit is not None
    text, new = data.decode(), edit.after.decode()

    assert _in_order(COMMENT.findall(text), COMMENT.findall(new))
    assert new.startswith("\ufeff") == text.startswith("\ufeff")
    assert new.endswith("\n") == text.endswith("\n")
    if "\r\n" in text:
        assert new.count("\n") == new.count("\r\n")
    else:
        assert "\r" not in new


@given(files(), ACTIONS, FIELDS)
def test_there_and_back(root: Path, data: bytes, action: Action, fields: dict[str, str]) -> None:
    """A rule that is added to a list with others and taken out again leaves the same bytes."""
    book = opened(root, data)
    desired = next(iter(book.repository.desired.entities.values()))
    assume(any(key.action is action for key in desired.rules))
    wish = add(desired.entity.path, action, "new.example", fields)
    edit = propose(book, wish, NOW).edit
    assert edit is not None

    back = propose(opened(root, edit.after), RemoveRule(wish.entity, wish.key, "new.example"), NOW)

    assert back.edit is not None
    assert back.edit.after == data


@given(files(), WISHES)
def test_twice_is_once(root: Path, data: bytes, wish: AddRule) -> None:
    """What the policies say already is not written again."""
    edit = unless_contradicted(opened(root, data), wish).edit
    assume(edit is not None and edit.before is not None)
    assert edit is not None

    again = propose(opened(root, edit.after), wish, NOW)

    assert again.edit is None
    assert again.origin is not None


@given(files(), st.data())
def test_one_rule_less_is_one_rule_less(root: Path, data: bytes, draw: st.DataObject) -> None:
    """Each rule of each file can be taken out; its list stays owned, all other rules stay."""
    book = opened(root, data)
    rules = [(e, key) for e, d in book.repository.desired.entities.items() for key in d.rules]
    assume(rules)
    entity, key = draw.draw(st.sampled_from(rules))

    proposal = propose(book, RemoveRule(entity, key, str(key.match)), NOW)

    before, after = book.repository.desired.entities, proposal.repository.desired.entities
    assert set(after[entity].rules) == set(before[entity].rules) - {key}
    assert after[entity].owned == before[entity].owned
    assert proposal.edit is not None
    assert len(proposal.edit.after.splitlines()) <= len(data.splitlines())


@given(files(), NAMES, st.booleans())
def test_a_setting_is_set(root: Path, data: bytes, name: str, value: bool) -> None:  # noqa: FBT001
    """A setting is written, or exchanged; rules and modes stay."""
    book = opened(root, data)
    entity = parse_entity(name, default_target="mailprotector")

    proposal = propose(book, SetSetting(entity, "allow_spam_release", value), NOW)

    after = proposal.repository.desired.entities[proposal.entity]
    assert after.settings["allow_spam_release"].value is value
    old = book.repository.desired.entities.get(proposal.entity)
    if old is not None:
        assert (after.rules.keys(), after.modes) == (old.rules.keys(), old.modes)


def _in_order(some: list[str], every: list[str]) -> bool:
    """Tell whether the one is what is left of the other when items are taken out."""
    rest = iter(every)
    return all(item in rest for item in some)
