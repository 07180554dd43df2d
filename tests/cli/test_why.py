"""`why`: what a night operator reads, from the sandbox's night."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mpctl.sandbox.mailprotector import mail, mailflow
from tests.cli.around import FAULTS, SWITCHES, assert_valid, stop_time
from tests.cli.conftest import Mpctl, Writes
from tests.cli.test_logs import needs_a_zone, zone

__all__ = ["zone"]

pytestmark = pytest.mark.usefixtures("sample", "zone")

CAROL = "carol@globex.example"
PORTAL = ("--sender", "hr-benefits-portal.example", "--since", "2026-11-01")


@needs_a_zone
def test_a_held_message(mpctl: Mpctl, writes: Writes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message, the rules, the permission that lacks, and the two commands that let it go."""
    monkeypatch.setenv("COLUMNS", "80")

    ran = mpctl("why", CAROL, *PORTAL, "--sandbox")

    assert (ran.code, ran.err, writes()) == (0, "", [])
    assert ran.out == HELD


def test_an_alias(mpctl: Mpctl) -> None:
    """An alias leads to its user, and to everything that came for the user."""
    ran = mpctl("why", "sales@acme.example", "--sandbox", "--format", "json")

    assert_valid(ran, 0)
    assert ran.json["why"]["user"] == {"entity": "users/alice.ng@acme.example", "alias": True}
    assert len(ran.json["why"]["held"]) == 2


def test_an_allow_and_where_it_is_declared(mpctl: Mpctl) -> None:
    """The rule that decides is named with its level and with the line that declares it."""
    ran = mpctl("why", "alice.ng@acme.example", "--sender", "maria@partner.example", "--sandbox")

    line = next(one for one in ran.out.splitlines() if one.startswith("maria@partner.example"))
    words = ("ALLOWED", "allow partner.example", "domains/acme.example", "acme.example.yaml:")
    assert all(word in line for word in words)


def test_a_block_and_both_ways_around_it(mpctl: Mpctl) -> None:
    """A blocked sender can be let through for one recipient, or the block be taken away."""
    ran = mpctl(
        "why",
        "alice.ng@acme.example",
        "--sender",
        "x@blocked.example",
        "--sandbox",
        "--format",
        "json",
    )

    found = ran.json["why"]
    assert [one["action"] for one in found["verdicts"]] == ["block"]
    (rule,) = found["verdicts"][0]["rules"]
    commands = [" ".join(one["command"][:3]) for one in found["next"]]
    assert commands == [
        "mpctl add-rule users/alice.ng@acme.example",
        *([f"mpctl remove-rule {rule['entity']}"] if rule["declared"] else []),
    ]


def test_nobody_there(mpctl: Mpctl) -> None:
    """An address whose domain exists is looked up there; one of a strange domain is an error."""
    known = mpctl("why", "nobody@acme.example", "--sandbox")
    strange = mpctl("why", "nobody@elsewhere.example", "--sandbox")

    assert known.code == 0
    assert "nobody@acme.example (no such user; domains/acme.example): nothing since" in known.out
    assert "mpctl entities users --under domains/acme.example" in known.out
    assert strange.code == 1
    assert "neither nobody@elsewhere.example nor the domain elsewhere.example" in strange.err


@pytest.mark.parametrize(
    ("target", "home"),
    [("mailboxes", "ex_mailboxes/alice.ng@acme.example"), ("mx", "server/mx.harbor.example")],
)
def test_a_service_that_keeps_no_log(mpctl: Mpctl, target: str, home: str) -> None:
    """Where no log can be read the rules are judged all the same, and the rest is said."""
    address = ("alice.ng@acme.example", "--sender", "x@prize-draw.example")

    ran = mpctl("why", *address, "--target", target, "--sandbox", "--format", "json")

    assert_valid(ran, 0)
    assert ran.json["why"]["entity"] == home
    assert "the service keeps no log that can be read" in ran.json["why"]["doubts"][0]
    assert len(ran.json["why"]["verdicts"]) == 1
    assert not any("logs" in one["command"] for one in ran.json["why"]["next"])


def test_a_service_that_knows_no_recipients(mpctl: Mpctl) -> None:
    """An account whose rules hold for orders says so, and where to look."""
    ran = mpctl("why", "alice.ng@acme.example", "--target", "relay", "--sandbox")

    assert ran.code == 64
    assert "target 'relay' does not tell whose mail alice.ng@acme.example gets" in ran.err


def test_by_policies_alone(mpctl: Mpctl, in_folder: Path) -> None:
    """Offline nothing is asked, and the verdict is that of what the policies declare."""
    ran = mpctl(
        "why",
        "alice.ng@acme.example",
        "--sender",
        "maria@partner.example",
        "--offline",
        "--format",
        "json",
    )

    assert_valid(ran, 0)
    assert [one["action"] for one in ran.json["why"]["verdicts"]] == ["allow"]
    assert not (in_folder / ".mpctl").exists()


@pytest.mark.parametrize("part", ["logs", "messages", "allow_block_rules", "configuration"])
def test_what_cannot_be_read_is_said(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    """Where one thing cannot be read, that is a warning, the rest is shown; exit code 1."""
    stop_time(monkeypatch)
    monkeypatch.setenv(FAULTS, f"GET {part} 503 times=forever")

    ran = mpctl("why", CAROL, *PORTAL, "--sandbox", "--format", "json")

    assert_valid(ran, 1)
    found = ran.json["why"]
    assert found["doubts"]
    assert bool(found["log"]) is (part != "logs")
    assert bool(found["held"]) is (part != "messages")
    if part == "allow_block_rules":
        assert not any(one["certain"] for one in found["verdicts"])


@pytest.mark.parametrize(
    ("switches", "code"),
    [("sparse=on", 1), ("log_decision=omitted", 0), ("envelope=all_wrapped", 0)],
)
def test_a_service_that_tells_little(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, switches: str, code: int
) -> None:
    """There is an answer, whatever the service leaves out; 1 where messages may be missing."""
    monkeypatch.setenv(SWITCHES, switches)

    ran = mpctl("why", CAROL, "--sandbox", "--format", "json")

    assert_valid(ran, code)
    assert bool(ran.json["why"]["doubts"]) is bool(code)


def test_broken_policies_do_not_stop_anybody(mpctl: Mpctl, in_folder: Path) -> None:
    """With policies that are not in order the places of the rules are missing, which 1 says."""
    (in_folder / "policies" / "broken.yaml").write_text("entity: [", "utf-8")

    ran = mpctl("why", CAROL, *PORTAL, "--sandbox")

    assert ran.code == 1
    assert "warning[not-known]: where rules are declared is not known" in ran.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("carol",), "not an address"),
        (("carol@globex.example", "--since", "soon"), "not a time"),
        (("carol@globex.example", "--target", "nowhere"), "there is no target"),
    ],
)
def test_bad_usage(mpctl: Mpctl, arguments: tuple[str, ...], words: str) -> None:
    """What is wrong on the command line is said before anything is asked."""
    ran = mpctl("why", *arguments, "--sandbox")

    assert ran.code == 64
    assert words in ran.err


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch) -> str:
    """Give each message a subject that somebody chose to be read as something else."""
    subject = "\x1b[2Jpaid\u202egnp.exe\r\nNext\n  mpctl apply --confirm | `x` <b>@you"
    held, logged = mail.held_message, mail.log_entry
    monkeypatch.setattr(mailflow, "held_message", lambda *a: held(*a) | {"subject": subject})
    monkeypatch.setattr(mailflow, "log_entry", lambda *a: logged(*a) | {"subject": subject})
    return subject


@pytest.mark.parametrize("form", ["text", "markdown", "github", "json"])
def test_a_subject_is_only_a_subject(mpctl: Mpctl, hostile: str, form: str) -> None:
    """Whatever a stranger wrote moves no cursor, begins no line and is never among what to type."""
    ran = mpctl("why", CAROL, "--since", "2026-11-01", "--sandbox", "--format", form)

    assert ran.code == 0
    assert not {"\x1b", "\u202e", "\r"} & set(ran.out + ran.err)
    assert not any(line.lstrip().startswith("mpctl apply") for line in ran.out.splitlines())
    if form == "json":
        assert ran.json["why"]["held"][0]["subject"] == hostile
        assert "\x1b" not in json.dumps(ran.json["why"]["next"])


def test_every_command_stands_whole_on_its_line(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However narrow the terminal is, what is to be copied is not cut."""
    wide = mpctl("why", CAROL, "--since", "2026-11-01", "--sandbox")
    monkeypatch.setenv("COLUMNS", "40")
    narrow = mpctl("why", CAROL, "--since", "2026-11-01", "--sandbox")

    assert _commands(narrow.out) == _commands(wide.out)
    assert len(_commands(wide.out)) == 3


def _commands(out: str) -> list[str]:
    return [line for line in out.splitlines() if line.startswith("    mpctl ")]


def test_what_is_typed_next_stays_where_it_was_asked(mpctl: Mpctl, in_folder: Path) -> None:
    """What a rehearsal advises is a rehearsal, too, and reads the same policies."""
    (in_folder / "policies").rename(in_folder / "our policies")
    place = ("--policies", "our policies", "--sandbox")

    ran = mpctl("why", CAROL, *PORTAL, *place, "--format", "json")

    commands = [one["command"] for one in ran.json["why"]["next"]]
    assert commands
    assert all(command[-3:] == list(place) for command in commands)


def test_shortened_addresses_are_not_to_be_copied(mpctl: Mpctl) -> None:
    """With --redact no local part stays, and it is said that the commands lack them."""
    for form in ("text", "json", "markdown", "github"):
        ran = mpctl("why", CAROL, "--sandbox", "--redact", "--format", form)
        assert "carol@" not in ran.out + ran.err

    text = mpctl("why", CAROL, "--sandbox", "--redact").out
    assert "\nNext (addresses are shortened here: type them whole)\n" in text
    assert "(addresses are shortened" not in mpctl("why", CAROL, "--sandbox").out


def test_nothing_found_is_not_said_of_what_could_not_be_read(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where messages cannot be read the first line says so, and nobody is sent elsewhere."""
    stop_time(monkeypatch)
    monkeypatch.setenv(FAULTS, "GET (logs|messages) 503 times=forever")

    ran = mpctl("why", CAROL, *PORTAL, "--sandbox")

    assert ": nothing, as far as could be read, since " in ran.out
    assert "look further back" not in ran.out


HELD = """\
SANDBOX: embedded simulators, no live service

carol@globex.example from hr-benefits-portal.example: 1 held, 1 in the log since 2026-11-01 00:00+05:30

Held
id          received                   decision         score  direction
  from                         to                    subject
1985000143  2026-11-21 07:45:39+05:30  quarantine_spam  960    inbound
  payroll@hr-benefits-portal…  carol@globex.example  Action required: confirm y…

Log
received                   decision         score  direction  held as
  from                         to                    subject
2026-11-21 07:45:39+05:30  quarantine_spam  960    inbound    1985000143
  payroll@hr-benefits-portal…  carol@globex.example  Action required: confirm y…

Rules that bear on the sender
sender                    verdict                      rule  stands at  declared
payroll@hr-benefits-por…  no rule, the filter decides
no-reply@hr-benefits-po…  no rule, the filter decides

Permission to release: the nearest level that is known decides
permission          stands at                           value    declared
allow_spam_release  users/carol@globex.example          unknown
allow_spam_release  user_groups/globex.example/Default  false
allow_spam_release  domains/globex.example              false
allow_spam_release  customers/Globex Dental             false
allow_spam_release  resellers/Harbor IT Services        false

Next
  permit the release of spam to everybody below domains/globex.example
    mpctl enable-release domains/globex.example --apply --confirm --sandbox
  see what releasing 1985000143 does; --confirm does it
    mpctl release 1985000143 --entity "users/carol@globex.example" --sandbox
"""  # noqa: E501
