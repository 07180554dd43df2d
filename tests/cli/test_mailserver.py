"""A Stalwart server on the command line: policies, its filter, its queue, its reloads."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.around import BANNER, assert_valid
from tests.cli.conftest import Mpctl

CONFIG = "version: 1\ndefault_target: mail\ntargets:\n  mail: {provider: stalwart}\n"
FIRST = "217700302698266624"


@pytest.fixture(autouse=True)
def server(in_folder: Path) -> Path:
    """A policy root with one target, and a message."""
    policies = in_folder / "policies"
    policies.mkdir()
    (policies / "mpctl.yaml").write_text(CONFIG, "utf-8")
    message = "From: <offers@bulkblast.example>\r\nSubject: hi\r\n\r\nhi\r\n"
    (in_folder / "message.eml").write_text(message, "utf-8")
    return policies


def test_plan_apply_and_no_changes(mpctl: Mpctl, server: Path) -> None:
    """All kinds and a threshold are planned, written, and then as declared."""
    (server / "mx.yaml").write_text(
        "entity: server/mx.harbor.example\nmanage: additive\nsettings: {reject_threshold: 15}\n"
        "allow: [a@partner.example, 203.0.113.0/25]\nblock: ['*.bad.example', bad.example]\n",
        "utf-8",
    )
    assert mpctl("plan", "--sandbox", "--detailed-exitcode").code == 2
    assert mpctl("apply", "--sandbox", "--confirm").code == 0
    assert mpctl("plan", "--sandbox", "--detailed-exitcode").code == 0
    shown = mpctl("rules", "server/mx.harbor.example", "--sandbox", "--format", "json")
    assert {rule["kind"] for rule in shown.json["rules"]} == {"email", "domain", "subdomains", "ip"}


def test_classify_says_what_the_filter_says(mpctl: Mpctl) -> None:
    """The outcome, and the tags that lead to it."""
    ran = mpctl("classify", "message.eml", "--sandbox", "--format", "json")
    assert_valid(ran, 0)
    assert ran.json["classified"]["outcome"] == "reject"
    assert "MPCTL_BLOCK" in {tag["name"] for tag in ran.json["classified"]["tags"]}


@pytest.mark.parametrize(
    "arguments",
    [
        ("train", "spam", "message.eml"),
        ("reload",),
        ("queue", "cancel", FIRST),
        ("queue", "reschedule", FIRST, "--at", "2026-11-22T09:00:00Z"),
    ],
)
def test_nothing_is_done_without_confirm(mpctl: Mpctl, arguments: tuple[str, ...]) -> None:
    """A dry run says so and ends with 2; with --confirm it is done."""
    before = mpctl("queue", "list", "--sandbox", "--format", "json").json["queue"]
    ran = mpctl(*arguments, "--sandbox")
    assert ran.code == 2
    assert ran.out.startswith(f"{BANNER}\n\n[DRY RUN] ")
    assert mpctl("queue", "list", "--sandbox", "--format", "json").json["queue"] == before

    assert_valid(mpctl(*arguments, "--sandbox", "--format", "json"), 2)
    assert_valid(mpctl(*arguments, "--sandbox", "--confirm", "--format", "json"), 0)


def test_a_cancelled_message_is_gone(mpctl: Mpctl) -> None:
    """The others stay; and what is not there is said."""
    assert mpctl("queue", "cancel", FIRST, "--sandbox", "--confirm").code == 0
    left = mpctl("queue", "list", "--sandbox", "--format", "json")
    assert_valid(left, 0)
    assert FIRST not in {message["id"] for message in left.json["queue"]}
    assert len(left.json["queue"]) == 2
    assert mpctl("queue", "show", FIRST, "--sandbox").code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("queue", "show"),
        ("queue", "list", FIRST),
        ("queue", "cancel", "*", "--confirm"),
        ("queue", "cancel", f"{FIRST}/..", "--confirm"),
        ("queue", "reschedule", FIRST, "--confirm"),
        ("queue", "reschedule", FIRST, "--at", "tomorrow"),
        ("queue", "reschedule", FIRST, "--at", "2026-11-22T09:00:00"),
        ("classify", "message.eml", "--ip", "here"),
        ("find-user", "maja@harbor.example"),
    ],
)
def test_bad_usage(mpctl: Mpctl, arguments: tuple[str, ...]) -> None:
    """One message a call, by its number, and times with a zone."""
    assert mpctl(*arguments, "--sandbox").code == 64


def test_a_service_without_a_filter_says_which_has_one(mpctl: Mpctl, server: Path) -> None:
    """One line says so."""
    (server / "mpctl.yaml").write_text(CONFIG.replace("stalwart", "mailprotector"), "utf-8")
    for arguments in (("classify", "message.eml"), ("queue", "list"), ("reload",)):
        ran = mpctl(*arguments, "--sandbox")
        assert ran.code == 64
        assert "Only stalwart can do this." in ran.err
