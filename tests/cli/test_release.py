"""Releases on the command line: seen first, sent once, and every message accounted for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.around import BANNER, FAULTS, SWITCHES, assert_valid, complaint, stop_time
from tests.cli.conftest import Mpctl, Ran, Writes

CHOIR = "1985000115"  # may go: its customer permits the release of spam
LOAN = "1985000116"  # may not: its domain forbids what its customer permits
INVOICE = "1985000129"  # may not: nobody permits it
WIRE = "1985000133"  # may go: its group permits what its domain does not
SCAN = "1985000112"  # may not: a virus
CARD = "1985000123"  # may not: outbound, held by a policy
FOREIGN = "1985000147"  # belongs to another reseller
ACME = "domains/acme.example"


@pytest.fixture(autouse=True)
def _still(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _ = sample
    stop_time(monkeypatch)
    monkeypatch.setattr("mpctl.operate.releasing.PAUSES", (0.0, 0.0, 0.0))


def fates(ran: Ran) -> dict[str, str]:
    """What became of each message."""
    return {row["id"]: row["fate"] for row in ran.json["release"]["messages"]}


def codes(ran: Ran) -> list[str]:
    """The codes of the diagnostics, in order."""
    return [found["code"] for found in ran.json["diagnostics"]]


def run(mpctl: Mpctl, *arguments: str, code: int) -> Ran:
    """Run a command in the sandbox; its JSON is valid."""
    ran = mpctl(*arguments, "--sandbox", "--format", "json")
    assert_valid(ran, code)
    return ran


def history(mpctl: Mpctl) -> list[dict[str, Any]]:
    """The acts of the newest run."""
    acts: list[dict[str, Any]] = run(mpctl, "history", "last", code=0).json["run"]["acts"]
    return acts


def test_a_dry_run_shows_the_message_and_sends_nothing(mpctl: Mpctl, writes: Writes) -> None:
    """Who sent it, to whom, what about, and why it is held; exit code 2, and no journal."""
    ran = mpctl("release", CHOIR, "--sandbox")

    assert (ran.code, writes(), ran.err) == (2, [], "")
    assert ran.out.startswith(f"{BANNER}\n\n[DRY RUN] would release 1 message to its recipients")
    assert ran.out.splitlines()[4:] == [
        "message   1985000115",
        "received  2026-11-14 19:55:02+00:00",
        "held for  spam",
        "from      groups@alpine-choirs.example",
        "to        events@silverbrook-events.example",
        "subject   Choir weekend: 42 rooms in May?",
        "findings  Bulk, New Domain",
    ]
    (row,) = run(mpctl, "release", CHOIR, code=2).json["release"]["messages"]
    assert (row["subject"], row["hold"], row["fate"]) == (
        "Choir weekend: 42 rooms in May?",
        "spam",
        None,
    )
    assert not Path(".mpctl/sandbox/runs").exists()


def test_a_confirmed_release_is_sent_once_and_recorded(mpctl: Mpctl, writes: Writes) -> None:
    """The original recipients are always said; the journal has what the service cannot show."""
    ran = run(mpctl, "release", CHOIR, "--confirm", code=0)

    assert fates(ran) == {CHOIR: "released"}
    assert [(write["path"], write["body"]) for write in writes()] == [
        (f"/messages/{CHOIR}/deliver", {"include_original_recipients": 1})
    ]
    (act,) = history(mpctl)
    assert (act["deed"], act["target"], act["subject"], act["status"]) == (
        "release",
        "mailprotector",
        CHOIR,
        "applied",
    )
    assert act["about"] == "from groups@alpine-choirs.example to events@silverbrook-events.example"
    assert mpctl("rollback", "last", "--sandbox", "--confirm").code == 1
    again = run(mpctl, "release", CHOIR, "--confirm", code=1)
    assert (codes(again), len(writes())) == (["not-found"], 1)


@pytest.mark.parametrize(
    ("options", "body", "warned"),
    [
        (
            ["--recipients", "audit@silverbrook-events.example"],
            {"include_original_recipients": 1, "recipients": "audit@silverbrook-events.example"},
            [],
        ),
        (
            ["--recipients", "A@x.example, a@x.example,b@y.example", "--no-original"],
            {"include_original_recipients": 0, "recipients": "a@x.example,b@y.example"},
            ["leaves-domain"],
        ),
    ],
)
def test_somebody_else_may_get_it(
    mpctl: Mpctl, writes: Writes, options: list[str], body: dict[str, Any], warned: list[str]
) -> None:
    """Who is of another domain is warned about before."""
    assert codes(run(mpctl, "release", CHOIR, *options, code=2)) == warned
    run(mpctl, "release", CHOIR, *options, "--confirm", code=0)
    assert [write["body"] for write in writes()] == [body]


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (LOAN, "release-not-permitted", "allow_spam_release is false at domains/oakridge"),
        (INVOICE, "release-not-permitted", "false from resellers/Harbor IT Services down to"),
        (CARD, "release-not-permitted", "allow_policy_release is"),
        (SCAN, "held-for-virus", f"held for a virus: {SCAN}"),
    ],
)
@pytest.mark.parametrize("denied", ["403", "422", "400"])
def test_what_may_not_go_is_explained(  # noqa: PLR0917
    mpctl: Mpctl,
    monkeypatch: pytest.MonkeyPatch,
    number: str,
    code: str,
    words: str,
    denied: str,
) -> None:
    """As a warning before, as an error after; the code is 1, because nothing went."""
    monkeypatch.setenv(SWITCHES, f"release_denied={denied}")
    assert code in codes(run(mpctl, "release", number, code=2))

    ran = run(mpctl, "release", number, "--confirm", code=1)

    assert (codes(ran), fates(ran)) == ([code], {number: "not released"})
    assert words in ran.json["diagnostics"][0]["summary"]
    assert history(mpctl)[0]["status"] == "failed"


def test_the_line_of_a_policy_that_would_permit_it_is_named(mpctl: Mpctl) -> None:
    """And the command that edits it, or applies it where it stands already."""
    path = Path("policies/acme/acme.example.yaml")
    granting = run(mpctl, "release", INVOICE, code=2).json["diagnostics"][0]["fix"]
    text = path.read_text("utf-8").replace("allow_spam_release: true", "allow_spam_release: false")
    path.write_text(text, "utf-8")
    fix = run(mpctl, "release", INVOICE, code=2).json["diagnostics"][0]["fix"]

    lines = path.read_text("utf-8").splitlines()
    at = next(n for n, line in enumerate(lines, 1) if line.startswith("  allow_spam_release"))
    assert granting == (
        f"policies/acme/acme.example.yaml:{at} grants it, and is not live yet: "
        f"mpctl enable-release {ACME} --apply --confirm"
    )
    assert fix == (
        f"Declare allow_spam_release: true at policies/acme/acme.example.yaml:{at}, and apply; "
        f"or type: mpctl enable-release {ACME}"
    )


def test_broken_policies_do_not_stop_a_release(mpctl: Mpctl) -> None:
    """At three in the night the policies may be in any state."""
    Path("policies/broken.yaml").write_text("entity: [\n", "utf-8")

    assert run(mpctl, "release", INVOICE, code=2).json["release"]["messages"]
    run(mpctl, "release", CHOIR, "--confirm", code=0)


def test_a_success_that_is_none_is_found_out_by_looking(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --verify; what is not permitted was not released, whatever the service says."""
    monkeypatch.setenv(SWITCHES, "release_denied=silent204")

    assert fates(run(mpctl, "release", INVOICE, "--confirm", code=0)) == {INVOICE: "released"}
    ran = run(mpctl, "release", INVOICE, "--confirm", "--verify", "--again", code=1)
    assert (fates(ran), codes(ran)) == ({INVOICE: "not released"}, ["release-not-permitted"])
    assert history(mpctl)[0]["status"] == "failed"


def test_what_was_released_from_here_is_not_sent_again(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, writes: Writes
) -> None:
    """What is still shown as held may have gone: it takes a word to send it again."""
    monkeypatch.setenv(SWITCHES, "release_denied=silent204")
    mpctl("release", LOAN, "--confirm", "--sandbox")
    assert len(writes()) == 1
    assert "already-released" in codes(run(mpctl, "release", LOAN, code=2))
    ran = run(mpctl, "release", LOAN, "--confirm", code=1)
    assert (fates(ran), codes(ran)) == ({LOAN: "not attempted"}, ["already-released"])
    assert len(writes()) == 1
    run(mpctl, "release", LOAN, "--confirm", "--again", code=0)
    assert len(writes()) == 2


def test_where_a_release_was_permitted_a_late_listing_proves_nothing(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is still shown as held may have gone: nobody knows, and that is said."""
    monkeypatch.setenv(SWITCHES, "read_lag=9")

    ran = run(mpctl, "release", CHOIR, "--confirm", "--verify", code=5)

    assert (fates(ran), codes(ran)) == ({CHOIR: "unknown"}, ["release-unknown"])


@pytest.mark.parametrize(
    ("fault", "fate", "code", "said"),
    [
        ("POST deliver 503", "not released", 1, ["not-released"]),
        ("POST deliver drop-before", "not released", 1, ["not-released"]),
        ("POST deliver 503-after", "probably released", 0, []),
        ("POST deliver drop-after", "probably released", 0, []),
        ("POST deliver html", "probably released", 0, []),
        ("POST deliver 429 retry-after=1", "released", 0, []),
        ("POST deliver 429 times=forever", "not released", 1, ["not-released"]),
        ("POST deliver 401", "not released", 1, ["not-released"]),
    ],
)
def test_a_lost_answer_is_looked_up_and_never_repeated(  # noqa: PLR0917
    mpctl: Mpctl,
    monkeypatch: pytest.MonkeyPatch,
    writes: Writes,
    fault: str,
    fate: str,
    code: int,
    said: list[str],
) -> None:
    """Only what was refused for haste is sent again."""
    monkeypatch.setenv(FAULTS, fault)

    ran = run(mpctl, "release", CHOIR, "--confirm", code=code)

    assert (fates(ran), codes(ran)) == ({CHOIR: fate}, said)
    assert len(writes()) == 1 or "429" in fault


def test_what_nobody_can_look_up_is_unknown(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is lost, and the listing cannot be read: exit code 5, and a word of warning."""
    monkeypatch.setenv(FAULTS, "POST deliver drop-after; GET messages 500 nth=2 times=forever")

    ran = run(mpctl, "release", CHOIR, "--confirm", code=5)

    assert (fates(ran), codes(ran)) == ({CHOIR: "unknown"}, ["release-unknown"])
    assert history(mpctl)[0]["status"] == "unknown"


@pytest.mark.parametrize(
    "arguments",
    [
        ("release", ""),
        ("release", "12a"),
        ("release", "-1"),
        ("release", "٣"),
        ("release", "../users/1"),
        ("release", "1" * 20),
        ("release", CHOIR, "--no-original"),
        ("release", CHOIR, "--recipients", ""),
        ("release", CHOIR, "--recipients", "a@x.example,,b@y.example"),
        ("release", CHOIR, "--recipients", "x.example"),
        ("release", CHOIR, "--recipients", "*@x.example"),
        ("release", CHOIR, "--entity", "acme.example"),
        ("release-many", ACME),
        ("release-many", ACME, "--all"),
        ("release-many", ACME, "--all", "--quick"),
        ("release-many", ACME, "--ids", CHOIR, "--all", "--yes-all"),
        ("release-many", ACME, "--ids", CHOIR, "--sender", "x"),
        ("release-many", ACME, "--ids", ""),
        ("release-many", ACME, "--ids", f"{CHOIR},x"),
        ("release-many", ACME, "--all", "--since", "2026-11-20", "--until", "2026-11-19"),
    ],
)
def test_bad_usage(mpctl: Mpctl, writes: Writes, arguments: tuple[str, ...]) -> None:
    """Checked before any request."""
    ran = mpctl(*arguments, "--sandbox", "--confirm")

    assert (ran.code, writes()) == (64, [])
    assert "error[usage]" in complaint(ran)
    assert not Path(".mpctl/sandbox/requests.jsonl").exists()


@pytest.mark.parametrize("number", [FOREIGN, "1", "1985000110"])
def test_what_is_not_held_is_not_sent(mpctl: Mpctl, writes: Writes, number: str) -> None:
    """Unknown, another reseller's, or never held: exit code 1."""
    ran = run(mpctl, "release", number, "--confirm", code=1)

    assert (codes(ran), writes()) == (["not-found"], [])


def test_an_entity_narrows_the_search(mpctl: Mpctl, writes: Writes) -> None:
    """A message of another entity is not released."""
    run(mpctl, "release", WIRE, "--entity", "domains/globex.example", "--confirm", code=1)
    assert writes() == []
    run(mpctl, "release", WIRE, "--entity", "users/bob.roy@acme.example", "--confirm", code=0)


def test_some_go_and_some_do_not(mpctl: Mpctl, writes: Writes) -> None:
    """Every id is accounted for: released, not permitted, elsewhere, nowhere; the code is 5."""
    ids = f"{WIRE},{INVOICE},{WIRE},{CHOIR},99"
    ran = run(mpctl, "release-many", ACME, "--ids", ids, "--confirm", code=5)

    assert fates(ran) == {WIRE: "released", INVOICE: "not released"}
    assert codes(ran) == ["not-found", "release-not-permitted"]
    assert ran.json["release"]["missing"] == [
        {"id": CHOIR, "detail": f"{CHOIR} is held for events@silverbrook-events.example"},
        {"id": "99", "detail": f"99 is not held below {ACME}"},
    ]
    assert [write["body"]["ids"] for write in writes()] == [f"{WIRE},{INVOICE}"]
    assert all(write["body"]["all_selected"] == "false" for write in writes())
    assert {act["subject"]: act["status"] for act in history(mpctl)} == {
        WIRE: "applied",
        INVOICE: "failed",
    }


def test_none_goes(mpctl: Mpctl) -> None:
    """The code is 1."""
    run(mpctl, "release-many", ACME, "--ids", INVOICE, "--confirm", code=1)
    run(mpctl, "release-many", ACME, "--ids", "99", "--confirm", code=1)


def test_a_refused_batch_is_halved(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, writes: Writes
) -> None:
    """Until what may not go stands alone, and the rest went."""
    monkeypatch.setenv(SWITCHES, "deliver_many_denied=403")

    ran = run(mpctl, "release-many", ACME, "--ids", f"{WIRE},{INVOICE}", "--confirm", code=5)

    assert fates(ran) == {WIRE: "released", INVOICE: "not released"}
    assert [w["body"]["ids"] for w in writes()] == [f"{WIRE},{INVOICE}", WIRE, INVOICE]


def test_all_that_a_filter_leaves_goes_by_its_ids(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, writes: Writes
) -> None:
    """Listed first, in calls of limited size, and never by all_selected."""
    monkeypatch.setattr("mpctl.providers.mailprotector.releasing._CHUNK", 2)
    search = ("release-many", ACME, "--all", "--sender", "payroll")
    shown = fates(run(mpctl, *search, code=2))

    ran = run(mpctl, *search, "--confirm", code=5)

    assert len(shown) == len(fates(ran)) == 3
    assert shown.keys() == fates(ran).keys()
    sent = [write["body"] for write in writes()]
    assert [len(body["ids"].split(",")) for body in sent] == [2, 1]
    assert {number for body in sent for number in body["ids"].split(",")} == shown.keys()
    assert {body["all_selected"] for body in sent} == {"false"}


def test_nothing_that_fits_is_nothing_to_do(mpctl: Mpctl, writes: Writes) -> None:
    """The code is 0, with and without --confirm."""
    search = ("release-many", ACME, "--all", "--sender", "nobody@nowhere.example")
    run(mpctl, *search, code=0)
    run(mpctl, *search, "--confirm", code=0)
    assert writes() == []


def test_all_of_a_listing_that_may_not_be_whole(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found went, and whoever meant all is told that there may be more, with code 5."""
    monkeypatch.setenv(SWITCHES, "wrong_total=on")

    ran = run(mpctl, "release-many", ACME, "--all", "--sender", "deed-office", "--confirm", code=5)

    assert fates(ran) == {WIRE: "released"}
    assert codes(ran) == ["incomplete-listing"]


def test_nothing_that_went_is_not_called_released(mpctl: Mpctl) -> None:
    """The first line says Released only where something was."""
    ran = mpctl("release", INVOICE, "--confirm", "--sandbox")

    assert ran.code == 1
    assert "\nRelease to its recipients: 1 not released\n" in ran.out


def test_really_all(mpctl: Mpctl) -> None:
    """Without a filter it takes a word of its own."""
    assert len(fates(run(mpctl, "release-many", ACME, "--all", "--yes-all", code=2))) == 7


def test_addresses_can_be_shortened(mpctl: Mpctl) -> None:
    """In tables, complaints and JSON alike."""
    for format_ in ("text", "json"):
        ran = mpctl("release", INVOICE, "--sandbox", "--redact", "--format", format_)
        assert "priya.nair@" not in ran.out + ran.err


def test_complaints_and_the_record_are_shortened_too(mpctl: Mpctl) -> None:
    """What was wrong on the command line, wherever --redact stands, and what was released."""
    wrong = mpctl("release", CHOIR, "--recipients", "a priya.nair@acme.example", "--redact")
    mpctl("release", WIRE, "--confirm", "--sandbox")
    last = mpctl("history", "last", "--sandbox", "--redact")

    assert wrong.code == 64
    assert "priya.nair@" not in wrong.err
    assert "from cl…@deed-office.example to bo…@acme.example" in last.out


def test_bad_usage_in_the_sandbox_says_so(mpctl: Mpctl) -> None:
    """Also where an option is wrong before anything begins."""
    ran = mpctl("release-many", ACME, "--all", "--direction", "up", "--sandbox")

    assert ran.code == 64
    assert ran.err.splitlines()[-1] == f"1 problem   {BANNER}"


def test_a_service_without_quarantine_says_who_has_one(mpctl: Mpctl) -> None:
    """Bad usage, and the name of the service that can."""
    root = Path("policies/mpctl.yaml")
    text = root.read_text("utf-8").replace(
        "targets:\n", "targets:\n  other: {provider: mailbaby}\n"
    )
    root.write_text(text, "utf-8")
    for command in (
        ("release", CHOIR, "--target", "other"),
        ("release", CHOIR, "--entity", "other:orders/mb20682"),
        ("release-many", "other:orders/mb20682", "--ids", CHOIR),
    ):
        ran = mpctl(*command, "--sandbox")
        assert (ran.code, "Only mailprotector can do this." in ran.err) == (64, True)
