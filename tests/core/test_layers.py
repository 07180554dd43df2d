"""The levels above a recipient: which documents speak of them, and what a name alone tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from mpctl.core.bearing import Standing
from mpctl.core.browse import Level
from mpctl.core.capabilities import Scope
from mpctl.core.entity import Entity, Ref
from mpctl.core.investigation import Investigation, Question, by_policies, senders
from mpctl.core.layers import declaring, live_layers, policy_layers
from mpctl.core.mail import LogEntry
from mpctl.core.match import parse_match
from mpctl.core.rule import Action, DeclaredRule, DeclaredSetting, Expiry, LiveRule, RuleKey
from mpctl.core.state import DesiredEntity
from mpctl.diagnostics import Origin
from tests.strategies import capabilities

NOW: Final = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ADDRESS: Final = "alice.ng@acme.example"
LINE: Final = Origin("policies/acme.yaml", 4, 3)
SERVICE: Final = replace(
    capabilities(),
    scopes={
        "customers": Scope("customers", "customers/Acme"),
        "domains": Scope("domains", "domains/acme.example", in_domain=True),
        "user_groups": Scope("user_groups", "user_groups/acme.example/All", 2, in_domain=True),
        "users": Scope("users", "users/a@acme.example", in_domain=True),
    },
)
KEY: Final = RuleKey(Action.BLOCK, parse_match("vendor.example"))
RULE: Final = DeclaredRule(KEY, "Vendor.example", (LINE,), reason="HD-1")


def document(path: str, *rules: DeclaredRule) -> DesiredEntity:
    """The document of an entity, with the permission to release."""
    scope, _, name = path.partition("/")
    return DesiredEntity(
        Entity("mailprotector", scope, name),
        LINE,
        {},
        rules={rule.key: rule for rule in rules},
        settings={"allow_spam_release": DeclaredSetting("allow_spam_release", True, LINE)},  # noqa: FBT003
    )


def levels(*paths: str) -> list[tuple[str, bool]]:
    """The levels that documents of these entities make, with whether they certainly hold."""
    found = policy_layers(ADDRESS, map(document, paths), SERVICE, NOW)
    return [(layer.path, layer.above) for _, layer in found]


def test_what_a_name_tells() -> None:
    """An address and its domain hold, what has no domain in its name may, and others do not."""
    assert levels(
        "customers/Acme",
        "domains/acme.example",
        "domains/id:9101",
        "domains/other.example",
        "user_groups/acme.example/All",
        "user_groups/other.example/All",
        f"users/{ADDRESS}",
        "users/bob@acme.example",
    ) == [
        (f"users/{ADDRESS}", True),
        ("user_groups/acme.example/All", False),
        ("domains/acme.example", True),
        ("domains/id:9101", False),
        ("customers/Acme", False),
    ]


def test_the_only_scope_of_a_service_holds_for_everybody() -> None:
    """A server without anything beside it holds for each address, whatever its name."""
    server = replace(SERVICE, scopes={"server": Scope("server", "server/mx.example")})

    ((_, layer),) = policy_layers(ADDRESS, [document("server/mx.example")], server, NOW)

    assert layer.above


@pytest.mark.parametrize(("left", "stands"), [(1, True), (0, False)])
def test_a_rule_that_ended_does_not_stand(left: int, *, stands: bool) -> None:
    """Nor is any level of policies alone known to be whole."""
    rule = RULE._replace(expires=Expiry("soon", NOW + timedelta(seconds=left)))

    ((_, layer),) = policy_layers(ADDRESS, [document("customers/Acme", rule)], SERVICE, NOW)

    expected = (Standing(KEY, "Vendor.example", (LINE,), "HD-1"),) if stands else ()
    assert (layer.rules, layer.whole) == (expected, False)


@pytest.mark.parametrize("name", ["acme.example", "id:9101", "ACME.example"])
def test_a_live_rule_is_declared_by_name_or_number(name: str) -> None:
    """The document of a level is found however it is written, and its line with it."""
    policy = document(f"domains/{name.lower()}", RULE)
    level = Level(Ref("domains", "9101"), "domains/Acme.example", (_row("a"), _row("b")))

    (layer,) = live_layers([level], declaring({policy.entity: policy}, "mailprotector"))

    assert layer.rules == (
        Standing(KEY, "a", (LINE,), "HD-1"),
        Standing(KEY, "b", (LINE,), "HD-1"),
    )
    assert (layer.above, layer.whole) == (True, True)


def test_what_nothing_declares_is_live_only() -> None:
    """A document of another target, or of another entity, declares nothing here."""
    policy = document("domains/acme.example", RULE)
    level = Level(Ref("domains", "9101"), "domains/acme.example", (_row("a"),), complete=False)

    for target, path in (("other", level.path), ("mailprotector", "domains/b.example")):
        find = declaring({policy.entity: policy}, target)
        (layer,) = live_layers([replace(level, path=path)], find)
        assert (layer.rules, layer.whole) == ((Standing(KEY, "a"),), False)


def _row(shown: str) -> LiveRule:
    return LiveRule(KEY, shown, "1")


def offline(documents: Iterable[DesiredEntity], sender: str = "") -> Investigation:
    """What policies alone say about mail for the address."""
    desired = {one.entity: one for one in documents}
    return by_policies(Question(ADDRESS, NOW, sender), "mailprotector", desired, SERVICE, NOW)


def test_by_policies_alone() -> None:
    """The nearest document is home; only levels that certainly hold tell of permissions."""
    found = offline([document("customers/Acme"), document("domains/acme.example")])

    assert found.home.path == "domains/acme.example"
    assert [one.path for one in found.permissions["allow_spam_release"]] == ["domains/acme.example"]
    assert not found.asked
    assert not found.torn


def test_without_any_document() -> None:
    """Home is the domain; another target's documents say nothing."""
    stranger = document("domains/acme.example")
    stranger = replace(stranger, entity=replace(stranger.entity, target="other"))

    found = offline([stranger])

    assert (found.home, found.layers) == (Entity("mailprotector", "domains", "acme.example"), ())


@pytest.mark.parametrize(
    ("asked", "judged"),
    [
        ("a@vendor.example", ["a@vendor.example"]),
        ("vendor.example", ["bounce@mailer.example", "billing@vendor.example"]),
        ("", ["bounce@mailer.example", "billing@vendor.example"]),
    ],
)
def test_whose_rules_are_looked_at(asked: str, judged: list[str]) -> None:
    """The address that was asked for, else both senders of every message, each once."""
    one = LogEntry("1", sender="bounce@mailer.example", author='"B" <billing@vendor.example>')
    nobody = LogEntry("2", sender="", author="MAILER-DAEMON (Mail Delivery System)")

    found = senders(Question(ADDRESS, NOW, asked), [nobody, one, replace(one, id="3")])

    assert [str(match) for match in found] == judged


@pytest.mark.parametrize(
    ("asked", "judged"), [("vendor.example", ["any@vendor.example"]), ("", [])]
)
def test_a_domain_without_messages(asked: str, judged: list[str]) -> None:
    """Anybody of the domain stands for it where nothing came."""
    assert [str(match) for match in senders(Question(ADDRESS, NOW, asked), ())] == judged
