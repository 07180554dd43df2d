"""The domain's objects as Hypothesis strategies; laws all over the suite are stated over them.

The pools of values are small on purpose, so that both sides share rules, copies of one rule stand
in a list, addresses fall under domains, and one value stands in allow and in block. A new feature
of the domain is added here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final

from hypothesis import strategies as st

from mpctl.core.capabilities import Capabilities, Flow, Mixing, Scope
from mpctl.core.entity import Entity
from mpctl.core.match import Kind, Match
from mpctl.core.rule import (
    Action,
    DeclaredRule,
    DeclaredSetting,
    Expiry,
    LiveRule,
    RuleKey,
    SettingValue,
)
from mpctl.core.setting import SettingSpec
from mpctl.core.state import DesiredEntity, Ignore, LiveEntity, Mode
from mpctl.diagnostics import Origin

NOW: Final = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ENTITY: Final = Entity("mailprotector", "domains", "acme.example")
RANKS: Final[Mapping[str, tuple[SettingValue, ...]]] = {
    "allow_spam_release": (False, True),
    "filter_level": ("exclusive", "on", "off"),
}

Pool = tuple[Match, ...]

_DOMAINS: Final = ("vendor.example", "eu.vendor.example", "spam.example", "xn--bcher-kva.example")
_NAMES: Final = ("billing", "news+tag")
ADDRESSES: Final = tuple(Match(Kind.EMAIL, f"{n}@{d}") for n in _NAMES for d in _DOMAINS)
DECLARABLE: Final[Pool] = (
    *ADDRESSES,
    *(Match(Kind.DOMAIN, domain) for domain in _DOMAINS),
    *(Match(Kind.SUBDOMAINS, domain) for domain in _DOMAINS[:2]),
    Match(Kind.IP, "192.0.2.7"),
    Match(Kind.IP, "198.51.100.0/24"),
)
ONE_SENDER: Final[Pool] = (
    Match(Kind.EMAIL, "billing@eu.vendor.example"),
    Match(Kind.DOMAIN, "eu.vendor.example"),
    Match(Kind.SUBDOMAINS, "vendor.example"),
)
NATIVE: Final[Pool] = (Match(Kind.NATIVE, "example"), Match(Kind.NATIVE, "*@Vendor.example"))


def capabilities(
    wins: Action = Action.ALLOW, *, batch_size: int = 1, mixing: Mixing = Mixing.STEP
) -> Capabilities:
    """A service that can express everything."""
    kinds = frozenset(Kind)
    return Capabilities(
        provider="mailprotector",
        base_url="https://service.example",
        scopes={"domains": Scope("domains", "domains/acme.example")},
        kinds={Action.ALLOW: kinds, Action.BLOCK: kinds},
        settings={
            name: SettingSpec(name, values, judges=name == "filter_level")
            for name, values in RANKS.items()
        },
        flow=Flow.INBOUND,
        wins=wins,
        batch_size=batch_size,
        mixing=mixing,
    )


SERVICES: Final = st.sampled_from(
    [capabilities(wins, batch_size=size) for wins in Action for size in (1, 3, 50)]
)


def texts_of(match: Match) -> tuple[str, ...]:
    """Spellings of `match`: other case, spaces around, a trailing dot, a Unicode label."""
    text = str(match)
    if match.kind is Kind.NATIVE:
        return (text,)
    if match.kind is Kind.IP:
        return text, f"\t{text} "
    unicode = text.replace("xn--bcher-kva", "Bücher")
    return text, text.upper(), f" {text.title()}", f"{text}.", f"{unicode} "


def _written(matches: Iterable[Match]) -> st.SearchStrategy[tuple[RuleKey, str]]:
    """Rules as somebody spelled them."""
    keys = [RuleKey(action, match) for action in Action for match in matches]
    return st.sampled_from([(key, text) for key in keys for text in texts_of(key.match)])


ORIGINS: Final = st.sampled_from(
    (
        Origin("policies/acme.yaml", 4, 5),
        Origin("policies/acme.yaml", 9, 5),
        Origin("policies/rulesets/known-spammers.yaml", 3, 9),
    )
)
EXPIRIES: Final = st.sampled_from(
    (
        None,
        Expiry("2026-11-12", NOW - timedelta(days=9)),
        Expiry("2026-11-21T03:00:00Z", NOW),
        Expiry("2026-11-21T03:00:00.000001Z", NOW + timedelta(microseconds=1)),
    )
)
IGNORES: Final = st.builds(
    Ignore,
    st.sampled_from(Action),
    st.sampled_from(("*.vendor.example", "*@*", "SPAM.example", "*")),
    ORIGINS,
)
SETTING_VALUES: Final = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in RANKS.items()}
)
MODES: Final = st.sampled_from(Mode)
LISTS: Final = st.frozensets(st.sampled_from(Action))


@cache
def declared_rules(pool: Pool) -> st.SearchStrategy[DeclaredRule]:
    """A rule as policies declare it: some spelling, some expiry, at one place or two."""
    return st.builds(
        lambda rule, origins, *rest: DeclaredRule(rule[0], rule[1], origins, *rest),
        _written(pool),
        st.lists(ORIGINS, min_size=1, max_size=2, unique=True).map(tuple),
        EXPIRIES,
        st.sampled_from(("", "Invoices were held")),
    )


@cache
def live_rows(pool: Pool) -> st.SearchStrategy[list[LiveRule]]:
    """Rows of a live list, as yet without ids; nothing proves the owner of some."""
    row = st.builds(
        lambda seen, owned_here: LiveRule(seen[0], seen[1], owned_here=owned_here),
        _written(pool),
        st.sampled_from((True,) * 9 + (False,)),
    )
    return st.lists(row, max_size=len(_NATIVE_IDS))


def declared_settings(values: Mapping[str, SettingValue]) -> dict[str, DeclaredSetting]:
    """These settings as a policy declares them."""
    here = Origin("policies/acme.yaml", 3, 1)
    return {name: DeclaredSetting(name, value, here) for name, value in values.items()}


@st.composite
def desired_entities(
    draw: st.DrawFn,
    entity: Entity = ENTITY,
    *,
    modes: st.SearchStrategy[Mode] = MODES,
    owned: st.SearchStrategy[frozenset[Action]] = LISTS,
    pools: tuple[Pool, ...] = (DECLARABLE, ONE_SENDER),
) -> DesiredEntity:
    """What a policy that passed its checks may declare.

    No value is in both lists or declared and absent, and no `ignore` means a declared rule.
    """
    declared: dict[RuleKey, DeclaredRule] = {}
    rules = declared_rules(draw(st.sampled_from(pools)))
    for rule in draw(st.lists(rules, max_size=6)):
        if RuleKey(rule.key.action.opposite, rule.key.match) not in declared:
            declared.setdefault(rule.key, rule)
    absent = draw(st.lists(rules, max_size=3))
    ignored = draw(st.lists(IGNORES, max_size=2))
    return DesiredEntity(
        entity=entity,
        origin=draw(ORIGINS),
        modes={action: draw(modes) for action in Action},
        settings_mode=draw(st.sampled_from((Mode.FULL, Mode.OBSERVE))),
        owned=draw(owned),
        rules=declared,
        absent={r.key: r._replace(expires=None) for r in absent if r.key not in declared},
        ignored=tuple(i for i in ignored if not any(i.matches(key) for key in declared)),
        settings=declared_settings(draw(SETTING_VALUES)),
    )


_NATIVE_IDS: Final = ("7", "8", "9", "10", "11", "99", "100", "101", "1200")
_MOSTLY: Final = st.sampled_from((True, True, True, True, False))


@st.composite
def live_entities(
    draw: st.DrawFn,
    entity: Entity = ENTITY,
    *,
    doubtful: bool = True,
    pools: tuple[Pool, ...] = ((*DECLARABLE, *NATIVE), ONE_SENDER),
) -> LiveEntity:
    """What a service may show: duplicates, odd spellings, native rows, in any order of ids.

    A doubtful one may be an incomplete listing, or have rows that nothing proves to be its own.
    """
    rows = draw(live_rows(draw(st.sampled_from(pools))))
    ids = draw(st.permutations(_NATIVE_IDS))
    return LiveEntity(
        entity=entity,
        native_id="9101",
        live_name=entity.name,
        rules=tuple(
            row._replace(native_id=native_id, owned_here=row.owned_here or not doubtful)
            for row, native_id in zip(rows, ids, strict=False)
        ),
        complete=draw(_MOSTLY) or not doubtful,
        settings=draw(SETTING_VALUES),
    )


# Allows and blocks that meet at one sender, mostly in lists that lose what nothing declares.
MEETING_POLICIES: Final = desired_entities(
    pools=(ONE_SENDER,), modes=st.just(Mode.FULL), owned=LISTS | st.just(frozenset(Action))
)
MEETING_ENTITIES: Final = live_entities(pools=(ONE_SENDER,))


def policy_of(live: LiveEntity) -> DesiredEntity:
    """The policy that declares exactly what is live, and owns both lists."""
    here = Origin("policies/acme.yaml", 1, 1)
    return DesiredEntity(
        entity=live.entity,
        origin=here,
        modes=dict.fromkeys(Action, Mode.FULL),
        owned=frozenset(Action),
        rules={row.key: DeclaredRule(row.key, row.shown, (here,)) for row in live.rules},
        settings=declared_settings(live.settings),
    )


def without_duplicates(live: LiveEntity) -> LiveEntity:
    """The same entity with one row for each rule."""
    return replace(live, rules=tuple({row.key: row for row in live.rules}.values()))
