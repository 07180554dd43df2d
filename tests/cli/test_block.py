"""block: live at once and in the policy, tightening only, with the way into review."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from mpctl.cli.block import _ensure_tightening
from mpctl.core.change import Direction, SettingChange, Verb
from mpctl.core.entity import Entity
from mpctl.core.plan import EntityPlan, Plan
from mpctl.core.shell import sentence, word
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError, Origin
from tests.cli.around import FOUR_TARGETS, assert_valid
from tests.cli.conftest import Mpctl, Writes
from tests.cli.repository import Repository

GLOBEX = Path("policies/globex/globex.example.yaml")
NOW = ("--sandbox", "--confirm")
PHISHER = ("block", "phisher.example", "--entity", "domains/globex.example", "--reason", "HD-4801")


def clean(mpctl: Mpctl, *only: str) -> bool:
    """Tell whether a plan finds nothing to do."""
    return mpctl("plan", "--sandbox", *only, "--detailed-exitcode").code == 0


@pytest.mark.usefixtures("sample")
def test_without_confirm_nothing_is_written(mpctl: Mpctl, writes: Writes) -> None:
    """Neither the file nor the service; the exit code says that there is something to do."""
    before = GLOBEX.read_bytes()

    ran = mpctl(*PHISHER, "--ttl", "24h", "--sandbox", "--format", "json")

    assert_valid(ran, 2)
    assert (GLOBEX.read_bytes(), writes()) == (before, [])
    assert "commands" not in ran.json
    assert "[DRY RUN]" in mpctl(*PHISHER, "--sandbox").out


@pytest.mark.usefixtures("sample")
def test_a_block_is_live_and_declared_until_its_end(mpctl: Mpctl, writes: Writes) -> None:
    """One write, the end in the file, a plan that agrees, and the commands of the pull request."""
    ran = mpctl(*PHISHER, "--ttl", "24h", "--ticket", "HD-1", *NOW, "--format", "json")

    assert_valid(ran, 0)
    assert len(writes()) == 1
    written = re.search(
        r"  - value: phisher\.example\n    reason: HD-4801\n    ticket: HD-1\n"
        r"    expires: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n\Z",
        GLOBEX.read_text("utf-8"),
    )
    assert written
    assert clean(mpctl, "--only", "domains/globex.example")
    commands = ran.json["commands"]
    assert [shlex.split(line)[:2] for line in commands] == [
        ["git", "switch"],
        ["git", "add"],
        ["git", "commit"],
        ["git", "push"],
    ]
    assert (
        shlex.split(commands[2])[-1] == "Block phisher.example at domains/globex.example: HD-4801"
    )


@pytest.mark.usefixtures("sample")
def test_the_commands_run(mpctl: Mpctl, in_folder: Path) -> None:
    """In a checkout they make a branch with one commit, of that file alone."""
    repository = Repository(in_folder)
    repository.commit()
    ran = mpctl(*PHISHER, *NOW, "--format", "json")

    for line in ran.json["commands"][:3]:
        repository.git(*shlex.split(line)[1:])

    assert repository.git("show", "--name-only", "--format=%s") == (
        "Block phisher.example at domains/globex.example: HD-4801\n\n" + GLOBEX.as_posix()
    )


@pytest.mark.usefixtures("sample")
def test_a_second_block_only_stands_longer(mpctl: Mpctl, writes: Writes) -> None:
    """A later end is written, an earlier one is not; the service hears nothing of it."""
    mpctl(*PHISHER, "--ttl", "24h", *NOW)
    first = GLOBEX.read_bytes()

    assert mpctl(*PHISHER, "--ttl", "30m", *NOW).code == 0
    assert GLOBEX.read_bytes() == first
    assert mpctl(*PHISHER, "--ttl", "2w", *NOW).code == 0
    assert GLOBEX.read_bytes() != first
    assert GLOBEX.read_bytes().count(b"phisher.example") == 1
    assert len(writes()) == 1


@pytest.mark.usefixtures("sample")
def test_a_block_without_effect_is_refused(mpctl: Mpctl, writes: Writes) -> None:
    """An allow above beats it; its place is said, and what to do."""
    entity = ("--entity", "domains/acme.example", "--reason", "HD-1")

    ran = mpctl("block", "billing@vendor.example", *entity, *NOW)

    assert (ran.code, writes()) == (4, [])
    assert ran.err == (
        "policies/acme/acme-widgets.yaml:7:12: error[voided-block]: this block would have no "
        "effect, because customers/Acme Widgets allows billing@vendor.example\n"
        "  At this service an allow anywhere in the chain beats every block. Nothing was written.\n"
        '  Take the allow out: mpctl remove-rule "customers/Acme Widgets" '
        '"billing@vendor.example" --allow --apply --confirm\n'
        "  To declare the block all the same: mpctl add-rule domains/acme.example "
        '"billing@vendor.example" --block\n'
        "1 problem   SANDBOX: embedded simulators, no live service\n"
    )


@pytest.mark.usefixtures("sample")
def test_an_allow_of_a_wider_domain_counts(mpctl: Mpctl, writes: Writes) -> None:
    """An allow of the domain at the entity itself covers an address in it."""
    entity = ("--entity", "domains/acme.example", "--reason", "HD-1")

    ran = mpctl("block", "ceo@partner.example", *entity, *NOW)

    assert (ran.code, writes()) == (4, [])
    assert "because domains/acme.example allows partner.example" in ran.err


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("value", ["gmail.com", "co.uk", "globex.example"])
def test_broad_blocks_must_be_meant_and_must_end(mpctl: Mpctl, writes: Writes, value: str) -> None:
    """Freemail, a whole suffix, the own domain: only with both options, and lint accepts it."""
    command = ("block", value, "--entity", "users/carol@globex.example", "--reason", "HD-1")

    assert mpctl(*command, *NOW).code == 4
    assert mpctl(*command, "--allow-broad", *NOW).code == 64
    assert writes() == []
    assert mpctl(*command, "--allow-broad", "--ttl", "1h", *NOW).code == 0
    assert mpctl("lint", "--only", "users/carol@globex.example").code == 0


@pytest.mark.parametrize(
    ("entity", "value"),
    [
        ("domains/acmeparts.example", "phisher.example.com"),
        ("mailboxes:ex_mailboxes/alice.ng@acme.example", "*.phisher.example.com"),
        ("mailboxes:rs_mailboxes/carol@globex.example", "198.51.100.7"),
        ("relay:orders/mb20682", "phisher.example.com"),
        ("mx:server/mx.harbor.example", "198.51.100.128/25"),
    ],
)
def test_every_service_blocks(mpctl: Mpctl, in_folder: Path, entity: str, value: str) -> None:
    """The entity gets a file, the block is live, and the next plan agrees."""
    policies = in_folder / "policies"
    policies.mkdir()
    (policies / "mpctl.yaml").write_text(FOUR_TARGETS, "utf-8")

    ran = mpctl("block", value, "--entity", entity, "--reason", "HD-1", "--ttl", "7d", *NOW)

    assert (ran.code, ran.err) == (0, "")
    assert "Made policies/" in ran.out
    assert clean(mpctl)


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("ttl", ["", "24", "0h", "-1h", "24x", "99999w", "1.5h", "\uff12h"])
def test_times_to_live_are_checked(mpctl: Mpctl, ttl: str) -> None:
    """A time is a number and a unit, and not too long."""
    ran = mpctl(*PHISHER, "--ttl", ttl)

    assert ran.code == 64
    assert "is not a time to live" in ran.err


def test_words_for_every_shell() -> None:
    """What sh, PowerShell and cmd.exe read alike is quoted once; a sentence gives up the rest."""
    assert word("policies/a.yaml") == "policies/a.yaml"
    assert word("customers/Acme Widgets") == '"customers/Acme Widgets"'
    assert word("$x") == "'$x'"
    assert (
        sentence('it\'s "bad" `$x` 100% \u201cso\u201d\nC:\\a!') == "\"it's 'bad' x 100 'so' C: a\""
    )
    assert sentence("") == '""'


@pytest.mark.usefixtures("sample")
def test_the_plan_is_judged_before_anything_is_written(
    mpctl: Mpctl, writes: Writes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No flag goes around it: where it refuses, neither the file nor the service has changed."""

    def refuse(plan: Plan) -> None:
        assert [change.direction for one in plan.entities for change in one.planned] == [
            Direction.TIGHTENS
        ]
        raise MpctlError(Diagnostic(Code.STILL_PENDING, "no"), exit_code=ExitCode.REFUSED)

    monkeypatch.setattr("mpctl.cli.block._ensure_tightening", refuse)
    before = GLOBEX.read_bytes()

    ran = mpctl(*PHISHER, "--ttl", "1h", "--allow-broad", *NOW)

    assert (ran.code, writes(), GLOBEX.read_bytes()) == (4, [], before)


@pytest.mark.usefixtures("sample")
def test_what_else_is_pending_stays_so(mpctl: Mpctl, writes: Writes) -> None:
    """An allow that waits for its apply, and a block that was taken out, are not carried along."""
    text = GLOBEX.read_text("utf-8").replace("  - canadian-pills.example\n", "")
    pending = text.replace("allow:\n", "allow:\n  - {value: new.example, reason: HD-1}\n")
    GLOBEX.write_text(pending, "utf-8")

    assert mpctl(*PHISHER, *NOW).code == 0

    (write,) = writes()
    assert "phisher.example" in str(write["body"])
    plan = mpctl("plan", "--sandbox", "--only", "domains/globex.example").out
    assert "+ allow  new.example" in plan
    assert "- block  canadian-pills.example" in plan


@pytest.mark.parametrize("verb", Verb)
def test_a_block_that_loosens_is_refused(verb: Verb) -> None:
    """Whatever a service needs besides: a plan of which anything lets more mail through."""
    entity = Entity("relay", "orders", "mb1")
    change = SettingChange(entity, "x", before=False, after=True, direction=Direction.LOOSENS)
    calm = replace(change, direction=Direction.TIGHTENS, verb=verb)
    here = EntityPlan(entity, Origin("a.yaml", 1, 1))

    moved = replace(calm, direction=Direction.NEUTRAL)
    _ensure_tightening(Plan(entities=(replace(here, changes=(calm, moved)),)))
    with pytest.raises(MpctlError) as refused:
        _ensure_tightening(Plan(entities=(replace(here, changes=(calm, change)),)))

    assert refused.value.exit_code == 4
