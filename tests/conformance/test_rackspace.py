"""What is special about Rackspace, played against its simulator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from mpctl.core.entity import Entity, parse_entity
from mpctl.core.outcome import ApplyResult, Status
from mpctl.core.rule import Action
from mpctl.core.state import DesiredEntity
from mpctl.diagnostics import Code, ExitCode
from mpctl.sandbox import Fault, FaultKind, LoggedRequest, Sandbox
from mpctl.transport import KeyRefused
from tests.conformance.choices import in_pairs
from tests.conformance.faults import Course
from tests.conformance.moving import go_through
from tests.conformance.rackspace import MAILBOXES, PLACES, Rackspace
from tests.conformance.running import Bench
from tests.conformance.service import Choice
from tests.conformance.table import Stage, table
from tests.strategies import declared_settings

OTHERS = PLACES[1:]
DEALT = [
    (place, choice)
    for turn, place in enumerate(OTHERS)
    for choice in in_pairs(place)[turn :: len(OTHERS)]
]
STRIDE = 29
# Where copies and spellings are told apart in every way; reads may lag, parts may be taken.
SPELLINGS: tuple[Choice, ...] = (
    {},
    {"identity": "folded"},
    {"value_case": "lower"},
    {"value_case": "lower", "remove_copies": "one"},
    {"value_case": "lower", "read_lag": "1"},
    {"identity": "folded", "partial_put": "rest_400"},
    {"identity": "folded", "partial_put": "rest_200", "read_lag": "1"},
    {"identity": "folded", "remove_copies": "one", "remove_absent": "ignore"},
)
ALICE, BOB = MAILBOXES.entities
DOMAIN = parse_entity("domains/acme.example", default_target="rackspace")


@pytest.fixture
def bench() -> Iterator[Bench]:
    """Exchange mailboxes in a running sandbox."""
    with MAILBOXES.open() as sandbox:
        yield Bench(MAILBOXES, sandbox)


def blocking(*values: str, entity: Entity = ALICE) -> DesiredEntity:
    """A mailbox that blocks these."""
    return Stage("blocks", allow=None, block=values).desired(MAILBOXES, entity)


def keep_aliases_secret(sandbox: Sandbox) -> None:
    """Let nobody read what a domain is called beside, so that blocking an alias is planned."""
    sandbox.inject(Fault.parse("GET domains/[^/?]+$ 404 times=forever"))


def ends(result: ApplyResult, entity: Entity = ALICE) -> dict[str, Status]:
    """How each rule ended."""
    return {
        str(end.operation.change.match): end.status  # type: ignore[union-attr]
        for end in result.outcomes[entity]
    }


def entries(sandbox: Sandbox, name: str = "blocklist", entity: Entity = ALICE) -> Sequence[str]:
    """What really stands in a list."""
    return sandbox.rackspace.state.entries(entity.scope, entity.name, name)


@pytest.mark.parametrize("place", OTHERS, ids=lambda place: place.name)
def test_each_stage_is_reached_at_every_place(place: Rackspace) -> None:
    """Rules and settings of any place become what is declared, and nobody else's change."""
    assert go_through(place, {}) == len(table(place))


@pytest.mark.parametrize(("place", "switches"), DEALT)
def test_each_stage_is_reached_with_any_two_switches(place: Rackspace, switches: Choice) -> None:
    """The same holds when switches leave their defaults."""
    assert go_through(place, switches) == len(table(place))


@pytest.mark.parametrize("place", OTHERS, ids=lambda place: place.name)
def test_a_fault_at_any_call_breaks_no_promise(place: Rackspace) -> None:
    """After a fault every operation has a true outcome, and a second run brings the rest."""
    with place.open() as sandbox:
        course = Course(Bench(place, sandbox))
        chosen = list(course.schedules())[::STRIDE]

        broken = {schedule: course.run(schedule) for schedule in chosen}

    assert {schedule: promises for schedule, promises in broken.items() if promises} == {}


def test_calls_of_a_run(bench: Bench) -> None:
    """Planning reads five times a mailbox, applying again five; each changed list has one PUT."""
    for value in ("old.example", "198.51.100.9"):
        bench.service.put(bench.sandbox, ALICE, Action.BLOCK, value)
    stage = Stage(
        "many",
        allow=("192.0.2.1", *(f"a{n}.example" for n in range(60))),
        block=("192.0.2.2", *(f"b{n}.example" for n in range(60))),
    )
    bench.apply(stage.desired(MAILBOXES, ALICE))

    calls = Counter(map(said, bench.sandbox.requests))
    assert {call: count for call, count in calls.items() if call.startswith("PUT")} == {
        "PUT blocklist": 2,  # its removals wait for what comes in the other list
        "PUT ipblocklist": 1,
        "PUT safelist": 1,
        "PUT ipsafelist": 1,
    }
    # Its aliases do not change in a run.
    assert calls["GET acme.example"] == 1
    # Planning, right before the first write, and the final reading.
    assert calls["GET blocklist"] == calls["GET ipsafelist"] == 3


def said(request: LoggedRequest) -> str:
    """A request by its method and the end of its path."""
    return f"{request.method} {request.path.rpartition('/')[2]}"


def test_settings_go_in_one_request(bench: Bench) -> None:
    """Every declared setting of a mailbox is written at once, and what is not declared stays."""
    bench.sandbox.rackspace.state.set_settings(*key(ALICE), quarantineOwner="admin@acme.example")
    desired = replace(
        blocking(),
        settings=declared_settings(
            {"filter_level": "exclusive", "send_to_domain_quarantine": True}
        ),
    )

    result = bench.apply(desired)

    assert result.exit_code is ExitCode.DONE
    assert bench.sandbox.rackspace.state.settings_of(*key(ALICE)) == {
        "filterLevel": "exclusive",
        "sendToDomainQuarantine": True,
        "quarantineOwner": "admin@acme.example",
    }
    assert [said(request) for request in bench.sandbox.writes()] == ["PUT settings"]


def key(entity: Entity) -> tuple[str, str]:
    """An entity as the simulator names it."""
    return entity.scope, entity.name


@pytest.mark.parametrize(
    "switches",
    [
        {"own_domain": "aliases"},
        {"own_domain": "aliases", "partial_put": "until_bad"},
        {"own_domain": "aliases", "message_words": "blocklist", "error_body": "empty"},
        {"own_domain": "aliases", "error_body": "html", "error_header": "absent"},
        {"own_domain": "aliases", "put_cap": "5"},
    ],
)
def test_a_bad_entry_is_found_and_named(switches: Choice) -> None:
    """An alias of the domain is refused; everything else comes, and what had to go waits."""
    good = tuple(f"b{n}.example" for n in range(9))
    with MAILBOXES.open(switches) as sandbox:
        keep_aliases_secret(sandbox)
        bench = Bench(MAILBOXES, sandbox)
        MAILBOXES.put(sandbox, ALICE, Action.BLOCK, "old.example")

        result = bench.apply(blocking(*good, "acme-mail.example"))

        assert ends(result) == {
            **dict.fromkeys(good, Status.APPLIED),
            "acme-mail.example": Status.FAILED,
            "old.example": Status.NOT_ATTEMPTED,
        }
        assert sorted(entries(sandbox)) == sorted(["old.example", *(f"@{v}" for v in good)])
        assert result.exit_code is ExitCode.PARTIAL


def test_a_bad_entry_beside_which_the_rest_was_done() -> None:
    """What the service did all the same is found by reading, and never sent twice."""
    with MAILBOXES.open(
        {"own_domain": "aliases", "partial_put": "rest_400", "add_present": "duplicate"}
    ) as sandbox:
        keep_aliases_secret(sandbox)
        MAILBOXES.put(sandbox, ALICE, Action.BLOCK, "old.example")
        result = Bench(MAILBOXES, sandbox).apply(blocking("spam.example", "acme-mail.example"))

        assert ends(result) == {
            "spam.example": Status.APPLIED,
            "acme-mail.example": Status.FAILED,
            "old.example": Status.APPLIED,
        }
        assert entries(sandbox) == ("@spam.example",)


@pytest.mark.parametrize("copies", ["all", "one"])
def test_copies_of_an_entry_go_together(copies: str) -> None:
    """A list is a set: an entry that goes is gone, however often it stood there."""
    with MAILBOXES.open({"remove_copies": copies}) as sandbox:
        state = sandbox.rackspace.state
        state.set_entries(*key(ALICE), "blocklist", ["@a.example", "@b.example"] * 3)

        result = Bench(MAILBOXES, sandbox).apply(blocking("b.example"))

        assert result.exit_code is ExitCode.DONE
        assert set(entries(sandbox)) == {"@b.example"}


@pytest.mark.parametrize("switches", SPELLINGS, ids=lambda c: ",".join(map("=".join, c.items())))
def test_other_spellings_go_and_the_rule_stays(switches: Choice) -> None:
    """A service may take the spellings of an older day for one entry; one of them is left."""
    with MAILBOXES.open(switches) as sandbox:
        state, bench = sandbox.rackspace.state, Bench(MAILBOXES, sandbox)
        old = ["b@vendor.example", "B@Vendor.example", "B@VENDOR.EXAMPLE", "@gone.example"]
        state.set_entries(*key(ALICE), "blocklist", old)
        state.settle()

        result = bench.apply(blocking("b@vendor.example"))

        assert (result.findings, result.exit_code) == ((), ExitCode.DONE)
        assert [entry.lower() for entry in entries(sandbox)] == ["b@vendor.example"]
        assert not bench.plan(blocking("b@vendor.example")).changed


def test_a_copy_that_is_asked_for_again_in_vain_is_unknown(bench: Bench) -> None:
    """The first time was said to be done, and a read may be late: nobody knows."""
    bench.sandbox.rackspace.state.set_entries(
        *key(ALICE), "blocklist", ["@A.example", "@a.example"]
    )
    bench.sandbox.inject(Fault("PUT", ".", FaultKind.STATUS, status=200, body=""))
    bench.sandbox.inject(Fault.parse("PUT . 429 nth=2 times=forever"))

    result = bench.apply(blocking("a.example"))

    assert ends(result) == {"a.example": Status.UNKNOWN}


def test_a_spelling_that_cannot_be_put_back_is_said() -> None:
    """The rule that was to stay is gone: nobody calls that done, and the next run brings it."""
    with MAILBOXES.open({"identity": "folded"}) as sandbox:
        bench = Bench(MAILBOXES, sandbox)
        sandbox.rackspace.state.set_entries(*key(ALICE), "blocklist", ["@A.example", "@a.example"])
        sandbox.inject(Fault.parse("PUT . 400 nth=2 times=forever"))

        result = bench.apply(blocking("a.example"))

        assert [end.status for end in result.outcomes[ALICE]] == [Status.UNKNOWN]
        assert "put it back" in result.outcomes[ALICE][0].detail
        assert (entries(sandbox), result.exit_code) == ((), ExitCode.PARTIAL)
        sandbox.clear_faults()
        assert bench.apply(blocking("a.example")).exit_code is ExitCode.DONE
        assert entries(sandbox) == ("@a.example",)


def test_a_copy_that_never_goes_is_not_asked_for_without_end() -> None:
    """A service that says done and does nothing is believed no longer than ten times."""
    with MAILBOXES.open() as sandbox:
        sandbox.rackspace.state.set_entries(*key(ALICE), "blocklist", ["@A.example", "@a.example"])
        sandbox.inject(Fault("PUT", ".", FaultKind.STATUS, times=None, status=200, body=""))

        result = Bench(MAILBOXES, sandbox).apply(blocking("a.example"))

        assert [finding.code for finding in result.findings] == [Code.NOT_CONVERGED]
        assert (len(sandbox.writes()), result.exit_code) == (10, ExitCode.PARTIAL)


def test_a_refusal_that_names_the_entry_costs_no_halving() -> None:
    """The named entry goes apart, so that the rest is written with a single PUT."""
    with MAILBOXES.open({"own_domain": "aliases"}) as sandbox:
        keep_aliases_secret(sandbox)
        Bench(MAILBOXES, sandbox).apply(
            blocking(*(f"b{n}.example" for n in range(9)), "acme-mail.example")
        )

        assert sum(1 for request in sandbox.writes() if request.status == 200) == 1
        assert len(sandbox.writes()) == 3


@pytest.mark.parametrize("own", ["acme.example", "acme-mail.example"])
def test_the_own_domain_is_refused_before_any_write(bench: Bench, own: str) -> None:
    """By its name or an alias: the mailbox is left alone as a whole, and the other is written."""
    result = bench.apply(blocking("spam.example", own), blocking("spam.example", entity=BOB))

    assert [problem.code for problem in result.plan.problems] == [Code.OWN_DOMAIN]
    assert (entries(bench.sandbox), entries(bench.sandbox, entity=BOB)) == ((), ("@spam.example",))
    assert result.exit_code is ExitCode.PARTIAL


def test_off_and_the_domain_quarantine_are_refused(bench: Bench) -> None:
    """Nothing is written, and the exit code says so."""
    bench.sandbox.rackspace.state.set_settings(*key(ALICE), filterLevel="off")
    settings = declared_settings({"send_to_domain_quarantine": True})

    result = bench.apply(replace(blocking("spam.example"), settings=settings))

    assert [problem.code for problem in result.plan.problems] == [Code.CONFLICTING_SETTINGS]
    assert (bench.sandbox.writes(), result.exit_code) == ([], ExitCode.STOPPED)


def test_a_mailbox_keeps_its_value_when_its_domain_changes(bench: Bench) -> None:
    """The declared value of the mailbox is written before that of the domain."""
    above = replace(blocking(entity=DOMAIN), settings=declared_settings({"filter_level": "off"}))
    below = replace(blocking(), settings=declared_settings({"filter_level": "on"}))

    result = bench.apply(above, below)

    assert result.exit_code is ExitCode.DONE
    written = [
        r.path.split("/")[-3] for r in bench.sandbox.writes() if r.path.endswith("/settings")
    ]
    assert written == ["alice.ng", "acme.example"]


def test_a_pin_whose_answer_is_lost_is_not_called_done(bench: Bench) -> None:
    """A read of the same value does not tell whether it is the mailbox's own: its domain waits."""
    above = replace(blocking(entity=DOMAIN), settings=declared_settings({"filter_level": "off"}))
    below = replace(blocking(), settings=declared_settings({"filter_level": "on"}))
    bench.sandbox.inject(Fault.parse("PUT alice.ng/spam/settings drop-after times=forever"))

    result = bench.apply(above, below)

    assert [end.status for end in result.outcomes[ALICE]] == [Status.UNKNOWN]
    state = bench.sandbox.rackspace.state
    assert state.settings_of(*key(DOMAIN))["filterLevel"] == "on"


def test_swapped_keys_stop_everything_at_once(bench: Bench) -> None:
    """One request is sent, and no other: more of them could lock the administrator out."""
    simulator = bench.sandbox.rackspace
    with MAILBOXES.connect(bench.sandbox, bench.clock, writable=True) as provider:
        simulator.user_key, simulator.secret_key = simulator.secret_key, simulator.user_key
        with pytest.raises(KeyRefused, match="Authentication failed"):
            provider.fetch([blocking("spam.example").reads, blocking(entity=BOB).reads])

    assert [request.status for request in bench.sandbox.requests] == [403]


@pytest.mark.parametrize(("times", "sent"), [("forever", 6), ("1", 1)])
def test_a_write_that_was_not_let_through_has_failed(bench: Bench, times: str, sent: int) -> None:
    """Throttled to the end, or with a key that is wrong all of a sudden: nothing was written."""
    words = "Exceeded request limits" if sent > 1 else "Authentication failed."
    bench.sandbox.inject(Fault.parse(f"""PUT . 403 times={times} body='{words}'"""))

    result = bench.apply(blocking("spam.example"))

    assert [end.status for end in result.outcomes[ALICE]] == [Status.FAILED]
    assert (len(bench.sandbox.writes()), result.exit_code) == (sent, ExitCode.STOPPED)


@pytest.mark.parametrize("reads", ["answered", "failing"])
def test_a_flip_that_fails_half_way_is_put_back(bench: Bench, reads: str) -> None:
    """The old entry had to go first; where the new one is refused all the same, it stands again."""
    bench.sandbox.rackspace.state.set_entries(*key(ALICE), "blocklist", ["@spam.example"])
    bench.sandbox.inject(Fault.parse("PUT spam/safelist$ 400 times=forever"))
    if reads == "failing":
        bench.sandbox.inject(Fault.parse("GET spam/blocklist$ 500 nth=3 times=forever"))

    result = bench.apply(Stage("flipped", allow=("spam.example",)).desired(MAILBOXES, ALICE))

    created = next(end for end in result.outcomes[ALICE] if not end.operation.native_id)
    assert (created.status, created.touched) == (Status.FAILED, True)
    assert created.detail.endswith("the block rule stands as before")
    assert entries(bench.sandbox) == ("@spam.example",)
    assert result.exit_code is ExitCode.PARTIAL


def test_a_flip_whose_answer_is_lost_is_not_put_back(bench: Bench) -> None:
    """A read shows that the new entry stands: the old one does not come back beside it."""
    bench.sandbox.rackspace.state.set_entries(*key(ALICE), "blocklist", ["@spam.example"])
    for fault in ("PUT spam/safelist$ 400", "PUT spam/safelist$ drop-after nth=2"):
        bench.sandbox.inject(Fault.parse(fault))

    result = bench.apply(Stage("flipped", allow=("spam.example",)).desired(MAILBOXES, ALICE))

    assert {end.status for end in result.outcomes[ALICE]} == {Status.APPLIED}
    assert (entries(bench.sandbox), entries(bench.sandbox, "safelist")) == ((), ("@spam.example",))
    blocked = [r for r in bench.sandbox.writes() if said(r) == "PUT blocklist"]
    assert not any("addList" in request.body for request in blocked)
    assert result.exit_code is ExitCode.DONE


def test_a_refusal_of_the_place_is_not_divided(bench: Bench) -> None:
    """Where the mailbox is not there, no part of a request fares better than the whole."""
    bench.sandbox.inject(Fault.parse("PUT . 404 times=forever"))

    result = bench.apply(blocking(*(f"b{n}.example" for n in range(9))))

    assert set(ends(result).values()) == {Status.FAILED}
    assert (len(bench.sandbox.writes()), result.exit_code) == (1, ExitCode.STOPPED)


def test_a_write_that_is_always_lost_is_sent_twice_and_unknown(bench: Bench) -> None:
    """What a read does not show is sent once more, and not again."""
    bench.sandbox.inject(Fault.parse("PUT . drop-before times=forever"))

    result = bench.apply(blocking("spam.example"))

    assert ends(result) == {"spam.example": Status.UNKNOWN}
    assert len(bench.sandbox.writes()) == 2


@pytest.mark.parametrize("kind", ["400", "drop-after"])
def test_a_removal_that_cannot_be_read_back_is_unknown(bench: Bench, kind: str) -> None:
    """It may be refused because it is done; and what was lost may be done as well."""
    bench.sandbox.rackspace.state.set_entries(*key(ALICE), "blocklist", ["@spam.example"])
    for fault in (f"PUT . {kind} times=forever", "GET spam/blocklist$ 500 nth=3 times=forever"):
        bench.sandbox.inject(Fault.parse(fault))

    result = bench.apply(blocking())

    assert ends(result) == {"spam.example": Status.UNKNOWN}


@pytest.mark.parametrize("values", [("b1.example",), ("b1.example", "b2.example")])
def test_a_creation_that_cannot_be_read_back_is_unknown(
    bench: Bench, values: tuple[str, ...]
) -> None:
    """A refusal does not tell whether an earlier request brought it, and nothing is done twice."""
    for fault in ("PUT . 400 times=forever", "GET spam/blocklist$ 500 nth=3 times=forever"):
        bench.sandbox.inject(Fault.parse(fault))

    result = bench.apply(blocking(*values))

    assert ends(result) == dict.fromkeys(values, Status.UNKNOWN)
    assert result.exit_code is ExitCode.PARTIAL


def test_a_rule_in_the_way_stays_where_nothing_can_be_read(bench: Bench) -> None:
    """The opposite rule is not taken away for a rule that may stand already."""
    bench.sandbox.rackspace.state.set_entries(*key(ALICE), "blocklist", ["@spam.example"])
    for fault in (
        "PUT spam/safelist$ 400 times=forever",
        "GET spam/safelist$ 500 nth=3 times=forever",
    ):
        bench.sandbox.inject(Fault.parse(fault))

    result = bench.apply(Stage("flipped", allow=("spam.example",)).desired(MAILBOXES, ALICE))

    created = next(end for end in result.outcomes[ALICE] if not end.operation.native_id)
    assert created.status is Status.UNKNOWN
    assert entries(bench.sandbox) == ("@spam.example",)


@pytest.mark.parametrize("route", ["blocklist", "blacklist"])
def test_the_routes_are_found_with_few_questions(route: str) -> None:
    """Once one answered, no other is tried in the run; nothing is ever written to a guess."""
    with MAILBOXES.open({"block_route": route}) as sandbox:
        result = Bench(MAILBOXES, sandbox).apply(
            blocking("spam.example"), blocking("x.example", entity=BOB)
        )

        refused = [request for request in sandbox.requests if request.status == 404]
        assert result.exit_code is ExitCode.DONE
        assert len(refused) <= 1
        assert all(request.status == 200 for request in sandbox.writes())
