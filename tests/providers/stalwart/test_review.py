"""What a plan refuses, and what it says, before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from mpctl.core.match import parse_match
from mpctl.core.rule import Action, DeclaredRule, LiveRule, RuleKey, Waiver
from mpctl.core.state import DesiredEntity, LiveEntity, Mode, Reading
from mpctl.diagnostics import Code, ExitCode, Severity
from mpctl.providers.stalwart.choice import Choice
from mpctl.providers.stalwart.review import MANY_WILDCARDS, review
from mpctl.sandbox import Fault
from tests.conformance.running import Bench
from tests.conformance.table import HERE, Stage
from tests.providers.stalwart.workbench import MX
from tests.providers.stalwart.world import calls, ready

TODAY = date(2026, 11, 21)
OWN = {"own_domains": "harbor.example mail.harbor.example"}
LIVE = LiveEntity(MX, "mx.harbor.example", facts=OWN)


def declared(action: Action, value: str, *waivers: Waiver, mode: Mode = Mode.FULL) -> DesiredEntity:
    """A policy with one rule."""
    rule = DeclaredRule(RuleKey(action, parse_match(value)), value, (HERE,), waivers=waivers)
    return DesiredEntity(MX, HERE, dict.fromkeys(Action, mode), rules={rule.key: rule})


def found(
    desired: DesiredEntity, live: LiveEntity = LIVE, choice: Choice | None = None
) -> list[tuple[Code, Severity]]:
    """What a review says, in two words each."""
    findings = review(desired, live, choice or Choice(), TODAY)
    return [(finding.code, finding.severity) for finding in findings]


REFUSED = [(Code.OWN_DOMAIN, Severity.ERROR)]


@pytest.mark.parametrize(
    ("value", "refused"),
    [
        ("harbor.example", True),
        ("mail.harbor.example", True),
        ("*.harbor.example", True),
        ("www.harbor.example", False),
        ("*.mail.harbor.example", False),
        ("arbor.example", False),
        ("*.arbor.example", False),
        ("boss@harbor.example", False),
        ("192.0.2.1", False),
    ],
)
def test_a_block_of_an_own_domain_is_refused(value: str, *, refused: bool) -> None:
    """The domain itself, or a wildcard that it falls under; a single forged sender may be."""
    assert found(declared(Action.BLOCK, value)) == (REFUSED if refused else [])


def test_an_own_domain_may_be_allowed() -> None:
    """That is not what the check is about."""
    assert REFUSED[0] not in found(declared(Action.ALLOW, "harbor.example"))


@pytest.mark.parametrize(
    ("code", "until", "errors"),
    [
        (Code.OWN_DOMAIN, TODAY, []),
        (Code.OWN_DOMAIN, date(2026, 11, 20), REFUSED),
        (Code.BROAD_BLOCK, TODAY, REFUSED),
    ],
)
def test_a_waiver_at_the_rule_lets_it_through(
    code: Code, until: date, errors: list[tuple[Code, Severity]]
) -> None:
    """As long as it stands, and only one for that."""
    waiver = Waiver(code, "HD-4790", until, HERE)
    assert found(declared(Action.BLOCK, "harbor.example", waiver)) == errors


def test_what_is_live_or_only_watched_is_not_judged() -> None:
    """Nothing would be sent, so nothing is refused and nothing said."""
    for action in Action:
        desired = declared(action, "harbor.example")
        (key,) = desired.rules
        live = replace(LIVE, rules=(LiveRule(key, "harbor.example"),))
        assert found(desired, live) == []
        assert found(declared(action, "harbor.example", mode=Mode.OBSERVE)) == []


@pytest.mark.parametrize(
    ("value", "said"), [("spam.example", True), ("*.spam.example", True), ("a@b.example", False)]
)
def test_unknown_domains_are_said_to_be_unknown(value: str, *, said: bool) -> None:
    """Nothing is refused, and the reader learns that nobody looked."""
    live = replace(LIVE, facts={"own_domains_unknown": "refused with 403"})
    assert found(declared(Action.BLOCK, value), live) == [(Code.OWN_DOMAIN, Severity.NOTE)] * said


@pytest.mark.parametrize(
    ("value", "forgeable"),
    [
        ("a@vendor.example", True),
        ("vendor.example", True),
        ("*.vendor.example", True),
        ("192.0.2.1", False),
    ],
)
def test_an_allow_that_can_be_forged_is_said_to_be(value: str, *, forgeable: bool) -> None:
    """Unless senders have to prove themselves; an address of a host cannot be forged."""
    desired = declared(Action.ALLOW, value)
    assert found(desired) == [(Code.FORGEABLE, Severity.NOTE)] * forgeable
    assert found(desired, choice=Choice(dmarc=True)) == []
    assert found(declared(Action.BLOCK, value)) == []


def many(*values: str, mode: Mode = Mode.FULL, owned: bool = True) -> DesiredEntity:
    """A policy with these blocks."""
    rules = [
        DeclaredRule(RuleKey(Action.BLOCK, parse_match(value)), value, (HERE,)) for value in values
    ]
    return DesiredEntity(
        MX,
        HERE,
        dict.fromkeys(Action, mode),
        owned=frozenset({Action.BLOCK}) if owned else frozenset(),
        rules={rule.key: rule for rule in rules},
    )


def standing(*values: str) -> LiveEntity:
    """A server with these blocks."""
    rows = (LiveRule(RuleKey(Action.BLOCK, parse_match(value)), value, value) for value in values)
    return replace(LIVE, rules=tuple(rows))


WILD = [f"*.spam{number}.example" for number in range(MANY_WILDCARDS)]
SLOW = [(Code.MANY_WILDCARDS, Severity.WARNING)]


@pytest.mark.parametrize(
    ("desired", "live", "said"),
    [
        (many(*WILD), standing(), []),
        (many(*WILD, "*.one-more.example"), standing(), SLOW),
        (many(*WILD, "one-more.example", "192.0.2.1"), standing(), []),
        (many(*WILD, "192.0.2.0/24"), standing(), SLOW),
        (many(*WILD[1:], "192.0.2.0/23"), standing(), SLOW),
        (many("*.one-more.example"), standing(*WILD), []),
        (many("*.one-more.example", mode=Mode.ADDITIVE), standing(*WILD), SLOW),
        (many("*.one-more.example", owned=False), standing(*WILD), SLOW),
        (many("one-more.example", mode=Mode.ADDITIVE), standing(*WILD, "*.old.example"), []),
        (many(*WILD, "*.old.example"), standing(*WILD, "*.old.example"), []),
    ],
)
def test_more_wildcards_than_a_filter_tries_quickly(
    desired: DesiredEntity, live: LiveEntity, said: list[tuple[Code, Severity]]
) -> None:
    """Those that will stand are counted, entry by entry; who adds none is not told (13)."""
    assert found(desired, live) == said


def test_refused_connections_are_no_wildcards() -> None:
    """They stand in another list, which the filter does not search."""
    desired = many(*WILD, "192.0.2.0/24")

    assert found(desired, choice=Choice(by_connection=True)) == []


@pytest.mark.parametrize(("letters", "errors"), [(30, []), (50, [Code.UNSUPPORTED_VALUE])])
def test_a_key_that_is_too_long_is_refused(letters: int, errors: list[Code]) -> None:
    """The filter compares international domains in letters, which take more bytes (3.4, 6.3)."""
    value = f"{'あ' * letters}.{'い' * letters}.example"
    assert len(parse_match(value).value) < 150
    assert [code for code, _ in found(declared(Action.BLOCK, value))] == errors


def plan_of(
    switches: Mapping[str, str], block: tuple[str, ...], **options: str
) -> tuple[list[Code], list[tuple[Code, str]], ExitCode, list[str]]:
    """Problems and findings of a plan, how an apply of it ends, and what that wrote."""
    with (host := ready(**options)).open(switches) as sandbox:
        bench = Bench(host, sandbox)
        desired = Stage("x", allow=None, block=block).desired(host, bench.entity)
        plan = bench.plan(desired)
        result = bench.apply(desired)
        return (
            [problem.code for problem in plan.problems],
            [(f.code, f.summary) for entity in plan.entities for f in entity.findings],
            result.exit_code,
            calls(sandbox),
        )


def test_the_servers_own_domains_come_from_the_server() -> None:
    """The plan has the problem, and an apply writes nothing."""
    problems, _, code, written = plan_of({}, ("spam.example", "harbor.example"))

    assert (problems, code, written) == ([Code.OWN_DOMAIN], ExitCode.STOPPED, [])


def test_a_key_that_may_not_list_domains_plans_with_a_note() -> None:
    """It says which permission that takes."""
    switches = {"missing_permission": "domain-list"}
    problems, findings, code, _ = plan_of(switches, ("spam.example", "harbor.example"))

    assert (problems, code) == ([], ExitCode.DONE)
    ((told, summary),) = findings
    assert (told, summary.rpartition(": ")[2]) == (Code.OWN_DOMAIN, "spam.example, harbor.example")


@pytest.mark.parametrize(
    ("network", "refused"),
    [
        ("203.0.113.0/24", True),
        ("203.0.113.7", True),
        ("203.0.113.8", False),
        ("2001:db8::1", False),
    ],
)
def test_mpctl_does_not_lock_itself_out(network: str, *, refused: bool) -> None:
    """The address that it asks from is not refused; to block mail from there harms nobody."""
    live = replace(LIVE, facts={"own_address": "203.0.113.7"})
    desired = declared(Action.BLOCK, network)
    error = [(Code.UNSUPPORTED_VALUE, Severity.ERROR)]

    assert found(desired, live, Choice(by_connection=True)) == (error if refused else [])
    assert found(desired, live) == []


def test_where_connections_are_refused_the_own_address_is_known() -> None:
    """It is asked of this machine, and only where somebody needs it."""
    for option, known in (("connection", "127.0.0.1"), ("mail", None)):
        with (host := ready(option)).open() as sandbox:
            bench = Bench(host, sandbox)
            with host.connect(sandbox, bench.clock, writable=False) as provider:
                live = provider.fetch([Reading(bench.entity)]).entities[bench.entity]
            assert live.facts.get("own_address") == known


@pytest.mark.parametrize(
    ("fault", "code"), [("500", Code.UNAVAILABLE), ("html", Code.UNEXPECTED_ANSWER)]
)
def test_domains_that_could_not_be_read_stop_the_plan(fault: str, code: Code) -> None:
    """An answer that did not come is no permission."""
    with (host := ready()).open() as sandbox:
        sandbox.inject(Fault.parse(f"GET ^/principal {fault} times=forever"))
        bench = Bench(host, sandbox)
        plan = bench.plan(Stage("x", block=("spam.example",)).desired(host, bench.entity))

    assert [problem.code for problem in plan.problems] == [code]


def test_the_domains_are_asked_for_once_a_run() -> None:
    """They are no ground of the plan; only the block of a domain that is new needs them."""
    address, live = "billing@vendor.example", "standing.example"
    for stage, asked in (
        (Stage("x", block=("spam.example",)), 1),
        (Stage("x", block=(address, live, "203.0.113.9")), 0),
        (Stage("x", allow=("spam.example",)), 0),
        (Stage("x", block=("spam.example",), mode=Mode.OBSERVE), 0),
        (Stage("x", allow=None, block=None, setting=0), 0),
    ):
        with (host := ready()).open() as sandbox:
            bench = Bench(host, sandbox)
            host.put(sandbox, bench.entity, Action.BLOCK, live)
            with host.connect(sandbox, bench.clock, writable=False) as provider:
                for _ in range(3):
                    provider.fetch([stage.desired(host, bench.entity).reads])
            paths = [request.path for request in sandbox.requests]
        assert paths.count("/principal") == asked
