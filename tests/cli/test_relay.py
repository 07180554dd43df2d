"""MailBaby's orders on the command line: policies, the block list, and taking senders off it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.around import BANNER, FAULTS, SWITCHES, assert_valid, complaint
from tests.cli.conftest import Mpctl

CONFIG = "version: 1\ndefault_target: relay\ntargets:\n  relay: {provider: mailbaby}\n"
BILLING = "billing@acme.example"
Writes = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def relay(in_folder: Path) -> Path:
    """A policy root with one target."""
    policies = in_folder / "policies"
    policies.mkdir()
    (policies / "mpctl.yaml").write_text(CONFIG, "utf-8")
    return policies


def declare(relay: Path, text: str, name: str = "acme") -> None:
    """Write a policy."""
    (relay / f"{name}.yaml").write_text(text, "utf-8")


def test_plan_apply_and_no_changes(mpctl: Mpctl, relay: Path) -> None:
    """All four kinds are planned, written, and then as declared."""
    declare(
        relay,
        "entity: orders/mb21310\nblock:\n"
        "  - spammer@bad.example.com\n  - bad.example.com\n"
        "  - {value: victim@big.example.com, type: recipient}\n"
        "  - {value: bulk-, type: sender_prefix}\n",
    )

    assert mpctl("plan", "--sandbox", "--detailed-exitcode").code == 2
    assert mpctl("apply", "--sandbox", "--confirm").code == 0
    assert mpctl("plan", "--sandbox", "--detailed-exitcode").code == 0
    shown = mpctl("rules", "orders/mb21310", "--sandbox", "--format", "json").json
    assert {rule["kind"] for rule in shown["rules"]} >= {"recipient", "sender_prefix"}


def test_an_allow_is_an_error_at_its_place(mpctl: Mpctl, relay: Path) -> None:
    """The service has no allow list; the error says which service has one."""
    declare(relay, "entity: orders/mb21310\nallow: [partner.example.com]\n")

    ran = mpctl("validate")

    assert ran.code == 1
    assert "policies/acme.yaml:2:9: error[unsupported-value]: mailbaby cannot allow a" in ran.err
    assert "could. Write 'unsupported: skip'" in ran.err


def test_an_inactive_order_is_an_error_of_its_own(mpctl: Mpctl, relay: Path) -> None:
    """Nothing was written, so the exit code is 1; with another order it is 5."""
    declare(relay, "entity: orders/mb18033\nblock: []\n")
    ran = mpctl("apply", "--sandbox", "--confirm", "--format", "json")
    assert_valid(ran, 1)
    assert [p["code"] for p in ran.json["diagnostics"]] in ([], ["inactive"])

    declare(relay, "entity: orders/mb21310\nblock: [bad.example.com]\nmanage: additive\n", "other")
    ran = mpctl("apply", "--sandbox", "--confirm")
    assert ran.code == 5
    assert "error[inactive]: orders/mb18033 is canceled" in ran.out + ran.err


def test_a_short_prefix_needs_a_waiver(mpctl: Mpctl, relay: Path) -> None:
    """Without one it is not sent; with one, lint is silent and it is planned."""
    rule = "entity: orders/mb21310\nblock:\n  - value: ab\n    type: sender_prefix\n"
    declare(relay, rule)
    assert mpctl("plan", "--sandbox").code == 1
    assert "warning[broad-block]" in mpctl("lint").out

    declare(relay, f"{rule}    waive: [{{code: broad-block, reason: HD-1, until: 2099-12-31}}]\n")
    assert mpctl("plan", "--sandbox").code == 0
    assert "broad-block" not in mpctl("lint").out


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["blocks"], 0),
        (["blocks", "*@acme.example", "nobody*"], 0),
        (["delist", BILLING], 2),
        (["delist", BILLING, "--confirm"], 0),
        (["delist", "nobody@acme.example", "--confirm"], 0),
    ],
)
def test_json_is_valid(mpctl: Mpctl, command: list[str], code: int) -> None:
    """The JSON object of both commands matches its schema."""
    assert_valid(mpctl(*command, "--sandbox", "--format", "json"), code)


def test_the_three_categories(mpctl: Mpctl) -> None:
    """Each category is a list of its own, in JSON and on the screen."""
    rows = mpctl("blocks", "--sandbox", "--format", "json").json["blocks"]
    ran = mpctl("blocks", "--sandbox")

    assert {name: [row["sender"] for row in found] for name, found in rows.items()} == {
        "local": [BILLING, "orders@acme.example"],
        "mbtrap": ["copier-3@acme.example"],
        "subject": ["reminders@globex.example"],
    }
    assert ran.out.startswith(f"{BANNER}\n\n4 flagged rows\n")
    assert all(row["sender"] in ran.out for found in rows.values() for row in found)


def test_senders_narrow_the_list(mpctl: Mpctl) -> None:
    """By globs, without case."""
    rows = mpctl("blocks", "COPIER*", "--sandbox", "--format", "json").json["blocks"]

    assert [len(found) for found in rows.values()] == [0, 1, 0]


def test_a_dry_run_writes_nothing(mpctl: Mpctl, writes: Writes) -> None:
    """It says what it would do, and exit code 2."""
    ran = mpctl("delist", BILLING, "--sandbox")

    assert (ran.code, writes()) == (2, [])
    assert (
        f"[DRY RUN] would take {BILLING} off the block list, 1 row; add --confirm to do it\n"
        in ran.out
    )


def test_a_shown_sender_is_taken_off(mpctl: Mpctl, writes: Writes) -> None:
    """In the spelling that is shown; afterwards the list does not show it."""
    ran = mpctl("delist", BILLING.upper(), "--sandbox", "--confirm")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{BANNER}\n\n{BILLING} was taken off the block list\n"
    assert [write["body"] for write in writes()] == [{"email": BILLING}]
    assert BILLING not in mpctl("blocks", "--sandbox").out


@pytest.mark.parametrize("confirm", [[], ["--confirm"]])
def test_a_sender_that_is_not_shown_is_warned_about(
    mpctl: Mpctl, writes: Writes, confirm: list[str]
) -> None:
    """And sent all the same, because the list reaches back some days only."""
    ran = mpctl("delist", "Recall@globex.example", "--sandbox", *confirm)

    assert "warning[not-found]: the block list does not show recall@globex.example" in ran.out
    assert [write["body"] for write in writes()] == [{"email": "recall@globex.example"}] * len(
        confirm
    )


@pytest.mark.parametrize("address", ["", " ", "acme.example", "*@acme.example", "a b@acme.example"])
def test_only_a_valid_address_is_taken(mpctl: Mpctl, address: str) -> None:
    """Anything else is bad usage: without an address the service takes off all without sender."""
    ran = mpctl("delist", address, "--sandbox", "--confirm")

    assert ran.code == 64
    assert "error[usage]" in complaint(ran)


def test_a_sender_that_stays_is_said(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """The service says yes to everything; what the list shows afterwards counts."""
    monkeypatch.setattr("mpctl.core.rereading.PAUSES", ())
    monkeypatch.setattr("mpctl.providers.mailbaby.blocks.Blocks.delist", lambda *_: None)

    ran = mpctl("delist", BILLING, "--sandbox", "--confirm")

    assert ran.code == 5
    assert f"error[not-converged]: {BILLING} is still on the block list" in ran.out


@pytest.mark.parametrize("command", [["blocks"], ["delist", BILLING, "--confirm"]])
def test_what_cannot_be_read_is_not_sent(
    mpctl: Mpctl, writes: Writes, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    """A block list that cannot be read is an error, never an empty one."""
    monkeypatch.setenv(FAULTS, "GET blocks 404 times=forever")

    assert mpctl(*command, "--sandbox").code == 1
    assert writes() == []


def test_another_answer_of_a_delisting_is_understood(
    mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Older servers put the text under another name."""
    monkeypatch.setenv(SWITCHES, "mailbaby.delist_key=0")

    assert mpctl("delist", BILLING, "--sandbox", "--confirm").code == 0


def test_a_service_without_block_list_says_who_has_one(mpctl: Mpctl, relay: Path) -> None:
    """Bad usage, and the name of the service that can."""
    (relay / "mpctl.yaml").write_text(
        f"{CONFIG}  filter: {{provider: mailprotector}}\n  other: {{provider: mailbaby}}\n", "utf-8"
    )

    ran = mpctl("blocks", "--sandbox", "--target", "filter")
    assert (ran.code, "Only mailbaby can do this." in ran.err) == (64, True)
    ran = mpctl("blocks", "--sandbox")
    assert (ran.code, "several targets have this: relay, other" in ran.err) == (64, True)
    assert mpctl("blocks", "--sandbox", "--target", "other").code == 0


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        (["status"], 0, "5 orders, 3 active"),
        (["entities", "orders"], 0, "orders/mb18033  18033  canceled, Acme Widgets"),
        (["rules", "orders/id:20682"], 0, "copier-3@acme.example"),
        (["rules", "orders/mb18033"], 1, "error[inactive]"),
        (["rules", "orders/mb1"], 1, "error[not-found]"),
        (["config", "orders/mb20682"], 64, "has no settings"),
        (["find-user", BILLING], 64, "MailBaby has orders, and no users"),
        (["entities", "orders", "--under", "orders/mb20682"], 64, "nothing is listed under"),
    ],
)
def test_looking_around(mpctl: Mpctl, command: list[str], code: int, words: str) -> None:
    """What there is is shown, and what the service cannot do is said."""
    ran = mpctl(*command, "--sandbox")

    assert (ran.code, words in ran.out + ran.err) == (code, True)
