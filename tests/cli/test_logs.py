"""`logs` and `messages`: what is shown, in every format, and how a listing ends."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.around import (
    BANNER,
    FAULTS,
    SWITCHES,
    assert_valid,
    complaint,
    result_validator,
    stop_time,
)
from tests.cli.conftest import Mpctl, Ran

pytestmark = pytest.mark.usefixtures("sample")

ACME = "domains/acme.example"


@pytest.fixture(autouse=True)
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine half a day from UTC, and a terminal of any width."""
    monkeypatch.delenv("COLUMNS", raising=False)
    if hasattr(time, "tzset"):
        monkeypatch.setenv("TZ", "Asia/Kolkata")
        time.tzset()
    yield
    monkeypatch.undo()
    if hasattr(time, "tzset"):
        time.tzset()


needs_a_zone = pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone cannot be set")


def rows(ran: Ran) -> list[dict[str, Any]]:
    """The rows of a CSV."""
    return list(csv.DictReader(io.StringIO(ran.out)))


@needs_a_zone
def test_logs_in_a_narrow_terminal(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each entry takes two lines, with the local time and the number that release takes."""
    monkeypatch.setenv("COLUMNS", "80")

    ran = mpctl("logs", ACME, "--sandbox", "--limit", "4")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        f"{BANNER}\n\n"
        "domains/acme.example: 4 log entries, not all\n\n"
        "received                   decision         score  direction  held as\n"
        "  from                       to                       subject\n"
        "2026-11-21 07:42:04+05:30  quarantine_spam  960    inbound    1985000142\n"
        "  payroll@hr-benefits-port…  sales@acme.example       Action required: confirm …\n"
        "2026-11-21 07:42:03+05:30  quarantine_spam  960    inbound    1985000141\n"
        "  payroll@hr-benefits-port…  bob.roy@acme.example     Action required: confirm …\n"
        "2026-11-21 07:42:03+05:30  quarantine_spam  960    inbound    1985000140\n"
        "  payroll@hr-benefits-port…  priya.nair@acme.example  Action required: confirm …\n"
        "2026-11-21 07:38:47+05:30  default          480    inbound\n"
        "  payroll@hr-benefits-port…  alice.ng@acme.example    Action required: confirm …\n\n"
        "13 more; --limit 40 shows further ones.\n"
    )


@needs_a_zone
def test_messages(mpctl: Mpctl) -> None:
    """Where nobody bounds the width, nothing is cut."""
    ran = mpctl("messages", ACME, "--sandbox", "--sender", "tom.hollis@acme.example")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        f"{BANNER}\n\n"
        "domains/acme.example: 1 held message\n\n"
        "id          received                   decision         score  direction  "
        "from                     to                                         "
        "                                 subject\n"
        "1985000131  2026-11-21 00:45:59+05:30  quarantine_spam  640    outbound   "
        "tom.hollis@acme.example  newsletter-list@customers-north.example (held for "
        "tom.hollis@acme.example)  Closed on Friday\n"
    )


def test_nothing_found(mpctl: Mpctl) -> None:
    """A search that nothing fits is a result."""
    ran = mpctl("messages", ACME, "--sandbox", "--subject", "no such thing")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{BANNER}\n\n{ACME}: 0 held messages\n\nnothing\n"


def test_logs_as_json(mpctl: Mpctl) -> None:
    """The object holds every entry, and the ids of the held messages that they may be."""
    ran = mpctl("logs", ACME, "--sandbox", "--format", "json")

    assert_valid(ran, 0)
    assert ran.json["complete"] is True
    assert ran.json["environment"] == "SANDBOX"
    assert len(ran.json["entries"]) == 17
    held = {one["held"][0] for one in ran.json["entries"] if one["held"]}
    messages = mpctl("messages", ACME, "--sandbox", "--format", "json")
    assert_valid(messages, 0)
    assert held == {one["id"] for one in messages.json["entries"]}


def test_lines(mpctl: Mpctl) -> None:
    """Each line is a row as the schema describes it."""
    one = result_validator().evolve(schema={"$ref": "result.schema.json#/$defs/log_entry"})

    ran = mpctl("logs", ACME, "--sandbox", "--format", "jsonl")

    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert (ran.code, ran.err, len(lines)) == (0, "", 17)
    for line in lines:
        one.validate(line)
        assert line["environment"] == "SANDBOX"


def test_csv(mpctl: Mpctl) -> None:
    """Each row has the same columns, and lists are joined."""
    ran = mpctl("messages", ACME, "--sandbox", "--format", "csv")

    assert (ran.code, ran.err) == (0, "")
    found = rows(ran)
    assert len(found) == 7
    assert found[0]["environment"] == "SANDBOX"
    assert found[0]["id"] == "1985000142"
    assert found[0]["reasons"] == "New Domain; SPF Fail; Phishing Link"


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "csv"])
def test_a_file(mpctl: Mpctl, in_folder: Path, form: str) -> None:
    """With --output the same goes to a file, and nothing to the standard output."""
    arguments = ("logs", ACME, "--sandbox", "--format", form)
    direct = mpctl(*arguments)

    ran = mpctl(*arguments, "--output", "out.txt")

    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert (in_folder / "out.txt").read_bytes().decode() == direct.out


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "csv"])
@pytest.mark.parametrize("command", ["logs", "messages"])
def test_redaction(mpctl: Mpctl, command: str, form: str) -> None:
    """With --redact no whole local part is shown in any format."""
    ran = mpctl(command, "customers/Acme Widgets", "--sandbox", "--format", form, "--redact")

    assert ran.code == 0
    assert "@acme.example" in ran.out
    for local in ("alice.ng", "bob.roy", "priya.nair", "tom.hollis", "payroll", "no-reply"):
        assert f"{local}@" not in ran.out


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "csv"])
@pytest.mark.parametrize("command", ["logs", "messages"])
def test_redaction_of_what_is_complained_about(mpctl: Mpctl, command: str, form: str) -> None:
    """Neither an error at the end of a stream nor one in its place has a local part."""
    nobody = ("users/somebody.else@acme.example", "--format", form, "--redact")
    ran = mpctl(command, *nobody, "--sandbox", "--verbose")

    assert ran.code == 1
    assert "so…@acme.example" in (ran.out + ran.err).replace(r"\u2026", "…")
    assert "somebody" not in ran.out + ran.err


@pytest.mark.parametrize("form", ["text", "json", "markdown", "github"])
@pytest.mark.parametrize("fault", ["", "GET alice.ng/spam/settings 503 times=forever"])
def test_redaction_of_requests(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, form: str, fault: str
) -> None:
    """A path that names a mailbox by its local part alone is shortened where it is told."""
    stop_time(monkeypatch)
    monkeypatch.setenv(FAULTS, fault)
    asked = ("why", "alice.ng@acme.example", "--target", "mailboxes")
    ran = mpctl(*asked, "--sandbox", "--verbose", "--redact", "--format", form)

    assert "mailboxes/al…/spam" in ran.err
    assert "alice" not in ran.out + ran.err


def test_redaction_of_the_entity_and_of_a_user(mpctl: Mpctl) -> None:
    """The entity in the headline is shortened, too, and so is what find-user prints."""
    logs = mpctl("logs", "users/alice.ng@acme.example", "--sandbox", "--redact")
    user = mpctl("find-user", "sales@acme.example", "--sandbox", "--redact")
    nobody = mpctl("find-user", "nobody@acme.example", "--sandbox", "--redact")

    assert "\nusers/al…@acme.example: " in logs.out
    assert "\ns…@acme.example is an alias of users/al…@acme.example\n" in user.out
    assert complaint(nobody) == "mpctl: error[not-found]: nobody has the address no…@acme.example"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--decision", "held"),
        ("--direction", "both"),
        ("--sort-field", "score"),
        ("--sort-direction", "up"),
        ("--page", "0"),
        ("--page", "one"),
        ("--page-size", "51"),
        ("--page-size", "0"),
        ("--limit", "0"),
        ("--limit", "-1"),
        ("--since", "yesterday"),
        ("--until", "2026-11-20T10:00:00"),
        ("--since", "2026-11-21", "--until", "2026-11-20"),
        ("--since", "1h", "--until", "2h"),
        ("--format", "markdown"),
        ("--target", "nowhere"),
    ],
)
@pytest.mark.parametrize("command", ["logs", "messages"])
def test_bad_usage(mpctl: Mpctl, in_folder: Path, command: str, arguments: tuple[str, ...]) -> None:
    """What is no choice, no number or no range is refused before anything is asked."""
    ran = mpctl(command, ACME, "--sandbox", *arguments)

    assert (ran.code, ran.out) == (64, "")
    assert complaint(ran).startswith("mpctl: error[usage]: ")
    assert not (in_folder / ".mpctl" / "sandbox" / "requests.jsonl").exists()


def test_a_range_upside_down(mpctl: Mpctl) -> None:
    """The complaint repeats both ends."""
    ran = mpctl("logs", ACME, "--since", "1h", "--until", "2h", "--sandbox")

    assert complaint(ran) == "mpctl: error[usage]: --since 1h is later than --until 2h"


@pytest.mark.parametrize(
    ("entity", "first"),
    [
        ("nonsense", "mpctl: error[usage]: 'nonsense' is not an entity"),
        ("orders/mb1", "mpctl: error[usage]: there is no scope 'orders' at this service"),
        ("domains/nope.example", "mailprotector:domains/nope.example: error[not-found]: domains/"),
        ("domains/id:1", "mailprotector:domains/id:1: error[not-found]: domains/id:1 does not"),
        ("users/sales@acme.example", "mailprotector:users/sales@acme.example: error[alias]: "),
    ],
)
def test_no_such_entity(mpctl: Mpctl, entity: str, first: str) -> None:
    """An entity that is none, that does not exist or is an alias has no listing."""
    ran = mpctl("logs", entity, "--sandbox")

    assert ran.code in {1, 64}
    assert complaint(ran).startswith(first)


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_no_such_entity_in_a_stream(mpctl: Mpctl, form: str) -> None:
    """A stream without rows, and the problem beside it."""
    ran = mpctl("logs", "domains/nope.example", "--sandbox", "--format", form)

    assert ran.code == 1
    assert ran.out.count("\n") == (form == "csv")
    assert "error[not-found]" in ran.err


def test_no_such_entity_as_json(mpctl: Mpctl) -> None:
    """An object without entries that is not complete."""
    ran = mpctl("logs", "domains/nope.example", "--sandbox", "--format", "json")

    assert_valid(ran, 1)
    assert (ran.json["entries"], ran.json["complete"]) == ([], False)
    assert [one["code"] for one in ran.json["diagnostics"]] == ["not-found"]


def test_a_service_without_logs(mpctl: Mpctl, sample: Path) -> None:
    """Of another service it is said who can do this."""
    (sample / "mpctl.yaml").write_text(
        "version: 1\ntargets:\n  relay: {provider: mailbaby}\n", "utf-8"
    )

    ran = mpctl("messages", "relay:orders/mb20682", "--sandbox")

    assert (ran.code, ran.out) == (64, "")
    assert ran.err.splitlines()[:2] == [
        "mpctl: error[usage]: target 'relay' has no such thing",
        "  Only mailprotector can do this.",
    ]


FAILING = "GET /logs 503 nth=2 times=forever"


def test_a_page_that_fails(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read is shown, the listing is called incomplete, and the exit code is 1."""
    stop_time(monkeypatch)
    monkeypatch.setenv(FAULTS, FAILING)

    ran = mpctl("logs", ACME, "--sandbox", "--page-size", "5", "--format", "json")

    assert_valid(ran, 1)
    assert len(ran.json["entries"]) == 5
    assert ran.json["complete"] is False
    assert [one["code"] for one in ran.json["diagnostics"]] == ["unavailable"]


def test_a_page_that_fails_in_text(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table says that it is not all, and why."""
    stop_time(monkeypatch)
    monkeypatch.setenv(FAULTS, FAILING)

    ran = mpctl("logs", ACME, "--sandbox", "--page-size", "5")

    assert ran.code == 1
    assert f"{ACME}: 5 log entries, not all" in ran.out
    assert "error[unavailable]" in ran.out


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_page_that_fails_in_a_stream(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """The rows before it are there, and the problem stands beside them, also when it is quiet."""
    stop_time(monkeypatch)
    monkeypatch.setenv(FAULTS, FAILING)

    ran = mpctl("logs", ACME, "--sandbox", "--page-size", "5", "--format", form, "--quiet")

    assert ran.code == 1
    assert ran.out.count("\n") == 5 + (form == "csv")
    assert "error[unavailable]" in ran.err


@pytest.mark.parametrize("fault", ["403", "503 times=forever", "html"])
def test_held_messages_that_cannot_be_read(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """The log is shown all the same; which messages are still held is not known."""
    stop_time(monkeypatch)
    monkeypatch.setenv(FAULTS, f"GET /messages {fault}")

    ran = mpctl("logs", ACME, "--sandbox", "--format", "json")

    assert_valid(ran, 0)
    marks = [one["held"] for one in ran.json["entries"] if "quarantine" in one["decision"]]
    assert set(map(str, marks)) == {"None"}
    assert ran.err.count("which of these messages are still held cannot be told") == 1


def test_a_doubt(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """A listing that is not proven whole is not complete, and a warning says why."""
    monkeypatch.setenv(SWITCHES, "wrong_total=on")

    ran = mpctl("logs", ACME, "--sandbox", "--format", "json")
    text = mpctl("logs", ACME, "--sandbox")

    assert_valid(ran, 0)
    assert ran.json["complete"] is False
    assert [one["severity"] for one in ran.json["diagnostics"]] == ["warning"]
    assert f"{ACME}: 17 log entries, not all" in text.out
    assert "rows may be missing: 17 rows were read, the service counts 18" in text.out


@pytest.mark.parametrize(("limit", "complete"), [("1", False), ("16", False), ("17", True)])
def test_a_limit(mpctl: Mpctl, limit: str, *, complete: bool) -> None:
    """No more rows than asked for; complete only when there were no more."""
    ran = mpctl("logs", ACME, "--sandbox", "--format", "json", "--limit", limit)

    assert_valid(ran, 0)
    assert len(ran.json["entries"]) == int(limit)
    assert ran.json["complete"] is complete


def test_a_limit_ends_the_reading(mpctl: Mpctl, in_folder: Path) -> None:
    """A page more is read to know whether there is more, and no further ones."""
    mpctl("logs", ACME, "--sandbox", "--limit", "2", "--page-size", "2", "--format", "csv")

    log = in_folder / ".mpctl" / "sandbox" / "requests.jsonl"
    paths = [json.loads(line)["path"] for line in log.read_text("utf-8").splitlines()]
    assert sum(path.endswith("/logs") for path in paths) == 2


def test_how_many_more(mpctl: Mpctl) -> None:
    """What the service counts is told only where nothing was left out."""
    whole = mpctl("logs", ACME, "--sandbox", "--limit", "2")
    part = mpctl("logs", ACME, "--sandbox", "--limit", "2", "--subject", "payroll")

    assert whole.out.endswith("\n15 more; --limit 20 shows further ones.\n")
    assert part.out.endswith("\nAt least 3 more; --limit 20 shows further ones.\n")


def test_a_search_for_more_ends_soon(mpctl: Mpctl, in_folder: Path) -> None:
    """Whether there is more is not looked for in the whole log; then it may be so."""
    ran = mpctl(
        "logs", ACME, "--sandbox", "--limit", "5", "--page-size", "1", "--subject", "payroll"
    )

    log = in_folder / ".mpctl" / "sandbox" / "requests.jsonl"
    paths = [json.loads(line)["path"] for line in log.read_text("utf-8").splitlines()]
    assert sum(path.endswith("/logs") for path in paths) == 7
    assert ran.out.endswith("There may be more.\n")
    assert f"{ACME}: 5 log entries, not all" in ran.out


def test_nothing_is_written(mpctl: Mpctl, writes: Any) -> None:
    """Both commands only read."""
    mpctl("logs", ACME, "--sandbox")
    mpctl("messages", ACME, "--sandbox")

    assert writes() == []
