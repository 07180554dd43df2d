"""`why`: what a night operator reads, from the sandbox's night."""

from __future__ import annotations

from pathlib import Path

import pytest

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
    """Where one thing cannot be read, that is a warning, and the rest is shown."""
    stop_time(monkeypatch)
    monkeypatch.setenv(FAULTS, f"GET {part} 503 times=forever")

    ran = mpctl("why", CAROL, *PORTAL, "--sandbox", "--format", "json")

    assert ran.code == 0
    assert_valid(ran, 0)
    found = ran.json["why"]
    assert found["doubts"] or part == "configuration"
    assert bool(found["log"]) is (part != "logs")
    assert bool(found["held"]) is (part != "messages")
    if part == "allow_block_rules":
        assert not any(one["certain"] for one in found["verdicts"])


@pytest.mark.parametrize("switches", ["sparse=on", "log_decision=omitted", "envelope=all_wrapped"])
def test_a_service_that_tells_little(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch, switches: str
) -> None:
    """Whatever the service leaves out, there is an answer."""
    monkeypatch.setenv(SWITCHES, switches)

    ran = mpctl("why", CAROL, "--sandbox", "--format", "json")

    assert ran.code == 0
    assert_valid(ran, 0)


def test_broken_policies_do_not_stop_anybody(mpctl: Mpctl, in_folder: Path) -> None:
    """With policies that are not in order only the places of the rules are missing."""
    (in_folder / "policies" / "broken.yaml").write_text("entity: [", "utf-8")

    ran = mpctl("why", CAROL, *PORTAL, "--sandbox")

    assert ran.code == 0
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
command                                                        what it is for
mpctl enable-release domains/globex.example --apply --confirm  permit the relea…
mpctl release 1985000143 --entity users/carol@globex.example   see what releasi…
"""  # noqa: E501
