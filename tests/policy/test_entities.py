"""What an entity document means, sentence by sentence."""

from __future__ import annotations

from datetime import UTC, datetime

from mpctl.core.entity import Entity
from mpctl.core.match import Kind, Match
from mpctl.core.rule import Action, DeclaredRule, DeclaredSetting, Expiry, RuleKey
from mpctl.core.state import DesiredEntity, Ignore, Mode, WhenMissing
from mpctl.diagnostics import Origin
from tests.policy.workspace import Workspace

PATH = "policies/entity.yaml"


def domain(action: Action, value: str) -> RuleKey:
    """The identity of a rule for a domain."""
    return RuleKey(action, Match(Kind.DOMAIN, value))


def test_everything_at_once(workspace: Workspace) -> None:
    """Every key of an entity has its effect, and every rule knows where it was written."""
    entity = workspace.entity(
        """\
        entity: domains/Acme.example
        target: mailprotector
        manage: additive
        settings: {allow_spam_release: true}
        allow:
          - Partner.example
          - value: billing@vendor.example
            reason: Invoices were held
            ticket: 0471
            requested_by: 4711
            expires: 2027-03-31
        absent:
          allow: [old.example]
        ignore:
          - block: "*.tmp.example"
        when_missing: wait
        """
    )
    billing = RuleKey(Action.ALLOW, Match(Kind.EMAIL, "billing@vendor.example"))
    partner, old = domain(Action.ALLOW, "partner.example"), domain(Action.ALLOW, "old.example")

    assert entity == DesiredEntity(
        entity=Entity("mailprotector", "domains", "acme.example"),
        origin=Origin(PATH, 1, 9),
        modes={Action.ALLOW: Mode.ADDITIVE, Action.BLOCK: Mode.ADDITIVE},
        settings_mode=Mode.FULL,
        owned=frozenset({Action.ALLOW}),
        rules={
            partner: DeclaredRule(partner, "Partner.example", (Origin(PATH, 6, 5),)),
            billing: DeclaredRule(
                billing,
                "billing@vendor.example",
                (Origin(PATH, 7, 12),),
                Expiry("2027-03-31", datetime(2027, 4, 1, tzinfo=UTC)),
                reason="Invoices were held",
                ticket="0471",
                requested_by="4711",
            ),
        },
        absent={old: DeclaredRule(old, "old.example", (Origin(PATH, 13, 11),))},
        ignored=(Ignore(Action.BLOCK, "*.tmp.example", Origin(PATH, 15, 12)),),
        settings={
            "allow_spam_release": DeclaredSetting(
                "allow_spam_release", value=True, origin=Origin(PATH, 4, 12)
            )
        },
        when_missing=WhenMissing.WAIT,
    )


def test_a_written_list_is_owned(workspace: Workspace) -> None:
    """A list that the document writes is owned, even empty; one that it does not is not."""
    assert workspace.entity("entity: domains/a.example\nblock: []").owned == {Action.BLOCK}


def test_included_rules_own_nothing(workspace: Workspace) -> None:
    """A list is not owned because a rule set writes it."""
    workspace.write("sets.yaml", "ruleset: known\nblock: [spammer.example]\n")
    entity = workspace.entity("entity: domains/a.example\ninclude: [known]")

    assert list(entity.rules) == [domain(Action.BLOCK, "spammer.example")]
    assert entity.owned == frozenset()


def test_an_entity_that_says_nothing(workspace: Workspace) -> None:
    """A document without lists and settings manages nothing."""
    entity = workspace.entity("entity: domains/a.example")

    assert not any((entity.rules, entity.absent, entity.owned, entity.settings))
    assert entity.when_missing is WhenMissing.ERROR


def test_values_share_one_long_form(workspace: Workspace) -> None:
    """Every value of `values` gets what the mapping says, each at its own place."""
    entity = workspace.entity(
        """\
        entity: domains/a.example
        block:
          - reason: Bulk
            values: [a@v.example, b@v.example]
        """
    )

    assert [(r.shown, r.reason, str(r.origins[0])) for r in entity.rules.values()] == [
        ("a@v.example", "Bulk", f"{PATH}:4:14"),
        ("b@v.example", "Bulk", f"{PATH}:4:27"),
    ]


def test_a_stated_type_is_not_inferred(workspace: Workspace) -> None:
    """`type` decides what a value is."""
    entity = workspace.entity(
        """\
        entity: outgoing:orders/mb1
        block: [{value: Newsletter, type: sender_prefix}]
        """
    )

    assert list(entity.rules) == [
        RuleKey(Action.BLOCK, Match(Kind.SENDER_PREFIX, "newsletter")),
    ]


def test_expiry_as_a_time(workspace: Workspace) -> None:
    """An RFC 3339 time ends a rule at that moment, whatever its offset."""
    entity = workspace.entity(
        """\
        entity: domains/a.example
        allow: [{value: v.example, expires: 2027-03-31T18:00:00+02:00}]
        """
    )
    (rule,) = entity.rules.values()

    assert rule.expires == Expiry(
        "2027-03-31T18:00:00+02:00", datetime(2027, 3, 31, 16, tzinfo=UTC)
    )


def test_a_rule_stands_on_its_last_day(workspace: Workspace) -> None:
    """A date is the last day on which the rule stands, to its end."""
    entity = workspace.entity(
        "entity: domains/a.example\nallow: [{value: v.example, expires: 2026-12-31}]"
    )
    (rule,) = entity.rules.values()

    assert not rule.expired(datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC))
    assert rule.expired(datetime(2027, 1, 1, tzinfo=UTC))


def test_manage_per_list(workspace: Workspace) -> None:
    """A list that `manage` does not name is managed as the configuration says."""
    entity = workspace.entity("entity: domains/a.example\nmanage: {block: additive}")

    assert entity.modes == {Action.ALLOW: Mode.FULL, Action.BLOCK: Mode.ADDITIVE}


def test_observe_is_for_settings_too(workspace: Workspace) -> None:
    """`observe` for the entity watches its settings as well."""
    assert workspace.entity("entity: domains/a.example\nmanage: observe").settings_mode is (
        Mode.OBSERVE
    )


def test_default_manage_comes_from_the_configuration(workspace: Workspace) -> None:
    """An entity that does not say how it is managed follows `defaults.manage`."""
    workspace.write(
        "mpctl.yaml",
        """\
        version: 1
        targets: {mailprotector: {provider: mailprotector}}
        defaults: {manage: {allow: additive}}
        """,
    )

    assert workspace.entity("entity: domains/a.example").modes == {
        Action.ALLOW: Mode.ADDITIVE,
        Action.BLOCK: Mode.FULL,
    }


def test_a_short_ignore_is_for_both_lists(workspace: Workspace) -> None:
    """A glob alone leaves rules of both lists alone."""
    entity = workspace.entity("entity: domains/a.example\nignore: ['*.tmp.example']")

    assert [(i.action, i.glob) for i in entity.ignored] == [
        (Action.ALLOW, "*.tmp.example"),
        (Action.BLOCK, "*.tmp.example"),
    ]


def test_the_target_before_the_colon(workspace: Workspace) -> None:
    """The target stands before the colon, in `target`, or in both if they agree."""
    for text in (
        "entity: outgoing:orders/mb1",
        "entity: orders/mb1\ntarget: outgoing",
        "entity: outgoing:orders/mb1\ntarget: outgoing",
    ):
        assert workspace.entity(text).entity == Entity("outgoing", "orders", "mb1")


def test_an_entity_by_its_number(workspace: Workspace) -> None:
    """A numeric id is written with `id:`, in a scope of several parts as well."""
    entity = workspace.entity("entity: user_groups/id:9101").entity

    assert entity.native_id == "9101"


def test_absent_is_not_the_other_list(workspace: Workspace) -> None:
    """A value may be blocked and absent from the allow list: that is how it is moved."""
    entity = workspace.entity(
        "entity: domains/a.example\nblock: [v.example]\nabsent: {allow: [v.example]}"
    )

    assert list(entity.absent) == [domain(Action.ALLOW, "v.example")]


def test_private_keys(workspace: Workspace) -> None:
    """Keys that begin with x- are a place for anchors; merged values keep their own place."""
    entity = workspace.entity(
        """\
        x-default: &default {reason: Shared, ticket: HD-1}
        entity: domains/a.example
        block:
          - {<<: *default, value: v.example, ticket: HD-2}
        """
    )
    (rule,) = entity.rules.values()

    assert (rule.reason, rule.ticket) == ("Shared", "HD-2")
