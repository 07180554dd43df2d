"""The sample data is that of the reference, and believable beyond it."""

import re
from collections import Counter
from datetime import UTC, datetime

import pytest

from mpctl.sandbox import Sandbox
from mpctl.sandbox.mailprotector import Decision
from mpctl.sandbox.mailprotector.entities import Key, Scope
from mpctl.sandbox.mailprotector.values import is_valid

STATE = Sandbox().mailprotector.state
DIRECTORY = STATE.directory
EVERYBODY = [
    *DIRECTORY.subtree(Key(Scope.RESELLERS, 400)),
    *DIRECTORY.subtree(Key(Scope.RESELLERS, 401)),
]

FIRST = datetime(2026, 10, 24, tzinfo=UTC)
LAST = datetime(2026, 11, 21, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("entity", "name"),
    [
        ("resellers/400", "Harbor IT Services"),
        ("customers/5001", "Acme Widgets"),
        ("customers/5002", "Globex Dental"),
        ("domains/9101", "acme.example"),
        ("domains/9102", "acme-mail.example"),
        ("domains/9201", "globex.example"),
        ("user_groups/3101", "Default"),
        ("user_groups/3102", "Executives"),
        ("user_groups/3201", "Default"),
        ("users/70001", "alice.ng"),
        ("users/70002", "bob.roy"),
        ("users/70003", "sales"),
        ("users/71001", "carol"),
    ],
)
def test_the_baseline(entity: str, name: str) -> None:
    """The ids and names of the Mailprotector reference, section 16, are there."""
    assert DIRECTORY[Key.parse(entity)].name == name


def test_the_size() -> None:
    """There are a dozen customers and about fifty domains."""
    visible = Counter(key.scope for key in EVERYBODY if DIRECTORY.is_visible(key))

    assert (visible[Scope.CUSTOMERS], visible[Scope.DOMAINS]) == (12, 51)


def test_domain_names_are_unique() -> None:
    """No domain exists twice."""
    names = [DIRECTORY[key].name for key in EVERYBODY if key.scope is Scope.DOMAINS]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("key", EVERYBODY, ids=str)
def test_names_are_reserved(key: Key) -> None:
    """Every domain, and every value of a rule, is valid and lies below a reserved name."""
    values = [rule.value for rule in STATE.rules_of(*key)]
    names = [DIRECTORY[key].name] if key.scope is Scope.DOMAINS else []

    assert all(is_valid(text) and re.search(r"\.example$", text) for text in values + names)


def test_some_lists_need_several_pages() -> None:
    """Two domains have more rules than a page of the default size."""
    long = [key for key in EVERYBODY if len(STATE.rules_of(*key)) > 25]

    assert len(long) == 2


def test_one_rule_is_there_twice() -> None:
    """One entity has a rule twice, in different case."""
    rows = Counter((key, rule.value.lower()) for key in EVERYBODY for rule in STATE.rules_of(*key))

    assert [str(key) for (key, _), times in rows.items() if times > 1] == ["domains/9103"]


def test_the_mail_of_the_night() -> None:
    """A few dozen messages lie in the weeks before, every decision is there, some are held."""
    mails = STATE.logged(Key(Scope.RESELLERS, 400))

    assert len(mails) == 37
    assert {mail.decision for mail in mails} == set(Decision)
    assert {mail.decision.hold for mail in mails} == {"", "spam", "policy", "virus"}
    assert len(STATE.held("resellers", 400)) == 18
    assert all(FIRST <= mail.received < LAST for mail in mails)


def test_the_odd_ones() -> None:
    """A null sender is held, a long subject, one beyond ASCII, outbound, for several."""
    mails = STATE.held("resellers", 400)

    assert any(mail.sender is None for mail in mails)
    assert any(len(mail.subject) > 900 for mail in mails)
    assert any(not mail.subject.isascii() for mail in mails)
    assert any(mail.outbound for mail in mails)
    assert any(len(mail.recipients) > 1 for mail in mails)


def test_rules_and_mail_agree() -> None:
    """Mail that a rule allowed or blocked has such a rule on its chain, and no other has one."""
    for mail in STATE.logged(Key(Scope.RESELLERS, 400)):
        if mail.outbound:
            continue
        domain = (mail.sender or "").rpartition("@")[2]
        rules = [rule for key in DIRECTORY.chain(mail.place) for rule in STATE.rules_of(*key)]
        found = {
            f"{rule.rule_type.lower()}ed_sender"
            for rule in rules
            if rule.value.lower() in {mail.sender, domain}
        }
        assert found == set(mail.findings) & {"allowed_sender", "blocked_sender"}
