"""add-rule, remove-rule and enable-release: the file, its plan, and that one change alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mpctl.store.files import NotReplaced, replace_file
from tests.cli.around import BANNER, FAULTS, assert_valid
from tests.cli.conftest import Mpctl, Writes

pytestmark = pytest.mark.usefixtures("sample")

GLOBEX = "policies/globex/globex.example.yaml"
ACME = "policies/acme/acme.example.yaml"
NEW = ("add-rule", "domains/globex.example", "new.example", "--block")
GONE = ("remove-rule", "domains/globex.example", "canadian-pills.example", "--block")
LIVE = ("--sandbox", "--apply", "--confirm")


def text_of(path: str) -> str:
    """What a file holds."""
    return Path(path).read_text("utf-8")


def clean(mpctl: Mpctl, entity: str) -> bool:
    """Tell whether a plan finds nothing to do."""
    return mpctl("plan", "--sandbox", "--only", entity, "--detailed-exitcode").code == 0


def test_a_rule_is_written_and_planned(mpctl: Mpctl, writes: Writes) -> None:
    """The file is edited in its place, the plan of the entity follows, nothing goes out."""
    before = text_of(GLOBEX)

    ran = mpctl(*NEW, "--reason", "HD-1: spam", "--sandbox")

    assert (ran.code, ran.err) == (0, "")
    added = '  - value: new.example\n    reason: "HD-1: spam"\n'
    assert text_of(GLOBEX) == before + added
    assert ran.out == (
        f"{BANNER}\n\n"
        "Edited policies/globex/globex.example.yaml:48\n"
        "No change lets more mail through\n\n"
        "mailprotector:domains/globex.example\n"
        "  + block  new.example  tightens  policies/globex/globex.example.yaml:48   HD-1: spam\n"
        "    36 kept\n\n"
        "policies/globex/globex.example.yaml\n"
        "  @@ -46,2 +46,4 @@\n"
        "     - supplier-survey.example\n"
        "     - webinar-blast.example\n"
        "  +  - value: new.example\n"
        '  +    reason: "HD-1: spam"\n\n'
        "1 entity: 1 to add; 36 kept. 1 tightens.   plan ede8a580c588fbc0\n"
    )
    assert writes() == []


def test_a_dry_run_writes_nothing(mpctl: Mpctl, writes: Writes) -> None:
    """With --apply but without --confirm neither the file nor the service is touched."""
    before = text_of(GLOBEX)

    ran = mpctl(*NEW, "--apply", "--sandbox", "--format", "json")

    assert_valid(ran, 2)
    assert ran.json["dry_run"]
    assert ran.json["edit"]["written"] is False
    assert "+  - new.example\n" in ran.json["edit"]["diff"]
    assert text_of(GLOBEX) == before
    assert writes() == []
    assert mpctl(*NEW, "--apply", "--sandbox").out.splitlines()[2:5] == [
        "[DRY RUN] nothing was written; add --confirm to apply this",
        "Would edit policies/globex/globex.example.yaml:48",
        "No change lets more mail through",
    ]


def test_the_change_is_applied_and_the_next_plan_agrees(mpctl: Mpctl, writes: Writes) -> None:
    """File and service change in one step; a second time there is nothing to do."""
    ran = mpctl(*NEW, *LIVE, "--format", "json")

    assert_valid(ran, 0)
    assert [outcome["status"] for outcome in ran.json["result"]["outcomes"]] == ["applied"]
    assert len(writes()) == 1
    assert clean(mpctl, "domains/globex.example")
    assert "add-rule" in mpctl("history", "--sandbox").out
    again = mpctl(*NEW, *LIVE)
    assert (again.code, len(writes())) == (0, 1)
    assert "No file to edit: policies/globex/globex.example.yaml:48 says so already" in again.out


def test_only_that_change_is_applied(mpctl: Mpctl, writes: Writes) -> None:
    """What else is pending is counted and named, and left alone."""
    ran = mpctl("add-rule", "domains/acme.example", "new.example", "--block", *LIVE)

    assert ran.code == 0
    assert len(writes()) == 1
    assert (
        "note[still-pending]: other changes that are pending and were left alone, 7: "
        "create allow billing@clearwater-freight.example; update allow_spam_release;"
    ) in ran.out


def test_a_rule_goes_from_both(mpctl: Mpctl, writes: Writes) -> None:
    """The rule goes from file and service, the list stays owned, a rollback brings it back."""
    before = text_of(GLOBEX)

    ran = mpctl(*GONE, *LIVE)

    assert (ran.code, len(writes())) == (0, 1)
    assert text_of(GLOBEX) == before.replace("  - canadian-pills.example\n", "")
    assert "- block  canadian-pills.example  applied" in ran.out
    assert clean(mpctl, "domains/globex.example")
    assert mpctl("rollback", "last", "--sandbox", "--confirm").code == 0


def test_a_rule_goes_from_an_additive_list_too(mpctl: Mpctl, writes: Writes) -> None:
    """Without --apply it is said that it stays live; with it, it goes."""
    entity = ("domains/globexdental.example", "dental-raffle.example", "--block")

    edited = mpctl("remove-rule", *entity, "--sandbox")

    assert "the block list is additive: if dental-raffle.example is live, it stays" in edited.out
    assert writes() == []
    applied = mpctl("remove-rule", *entity, *LIVE)
    assert (applied.code, len(writes())) == (0, 1)
    assert "No file to edit: the policy of domains/globexdental.example has no" in applied.out


def test_a_rule_that_is_not_there_is_no_error(mpctl: Mpctl, writes: Writes) -> None:
    """It is said, for an entity with a policy and for one without."""
    named = mpctl("remove-rule", "domains/globex.example", "no.example", "--allow", *LIVE)
    unnamed = mpctl("remove-rule", "domains/acmeparts.example", "no.example", "--allow", *LIVE)

    assert (named.code, unnamed.code, writes()) == (0, 0, [])
    assert "the policy of domains/globex.example has no such rule" in named.out
    assert "no policy names domains/acmeparts.example, so nothing is managed there" in unnamed.out


def test_a_new_entity_gets_a_file_beside_its_relatives(mpctl: Mpctl, writes: Writes) -> None:
    """Its list is additive: one new rule takes nothing over."""
    ran = mpctl("add-rule", "users/bob.roy@acme.example", "new.example", "--allow", *LIVE)

    assert (ran.code, len(writes())) == (0, 1)
    assert text_of("policies/acme/bob.roy@acme.example.yaml") == (
        "# yaml-language-server: $schema=../../schemas/policy.schema.json\n"
        "entity: users/bob.roy@acme.example\nmanage: additive\n\nallow:\n  - new.example\n"
    )
    assert clean(mpctl, "users/bob.roy@acme.example")


@pytest.mark.parametrize(
    ("entity", "code"),
    [("users/nobody@acme.example", "not-found"), ("domains/kestrel.example", "same-entity")],
)
def test_no_file_for_an_entity_that_is_none(
    mpctl: Mpctl, sample: Path, entity: str, code: str
) -> None:
    """An entity that does not exist, or has a document by its number, gets no file."""
    before = sorted(sample.rglob("*.yaml"))

    ran = mpctl("add-rule", entity, "new.example", "--block", "--sandbox")

    assert ran.code == 1
    assert f"error[{code}]" in ran.out + ran.err
    assert sorted(sample.rglob("*.yaml")) == before


def test_the_opposite_is_refused_with_its_place(mpctl: Mpctl) -> None:
    """One entity cannot allow and block a value."""
    ran = mpctl("add-rule", "domains/acme.example", "Partner.example", "--block", "--sandbox")

    assert ran.code == 1
    assert ran.err == (
        "policies/acme/acme.example.yaml:12:12: error[contradiction]: domains/acme.example has "
        "'partner.example' in allow, so it cannot block it\n"
        "  Which of the two decides would depend on the service. Nothing was written.\n"
        "  Take it out first: mpctl remove-rule domains/acme.example partner.example --allow\n"
        "1 problem   SANDBOX: embedded simulators, no live service\n"
    )


def test_a_rule_of_a_rule_set_is_not_edited(mpctl: Mpctl) -> None:
    """Who else has it is said, and what to write instead."""
    ran = mpctl("remove-rule", "domains/globex.example", "bulk.example", "--block", "--sandbox")

    assert ran.code == 1
    assert "rule set 'known-spammers' brings 'bulk.example' to domains/globex.example" in ran.err
    assert "5 entities include it; an edit there is for all of them." in ran.err
    assert "except: [bulk.example]" in ran.err


def test_an_observed_entity_is_never_written_to(mpctl: Mpctl, writes: Writes) -> None:
    """Its file may be edited; --apply is refused, and then the file stays as well."""
    rule = ("add-rule", "domains/larkspur.example", "new.example", "--block")
    before = text_of("policies/larkspur/larkspur.example.yaml")

    ran = mpctl(*rule, *LIVE)

    assert (ran.code, writes()) == (1, [])
    assert ran.out.splitlines()[2] == "Nothing was written"
    assert "error[still-pending]: the policy only observes what would have to change" in ran.out
    assert text_of("policies/larkspur/larkspur.example.yaml") == before
    assert mpctl(*rule, "--sandbox").code == 0


def test_a_guard_refuses_before_the_file_is_written(
    mpctl: Mpctl, writes: Writes, sample: Path
) -> None:
    """Neither the file nor the service changes; the option lifts it."""
    config = sample / "mpctl.yaml"
    guarded = config.read_text("utf-8").replace(
        "guards:\n", "guards:\n  protect: [domains/globex.example]\n"
    )
    config.write_text(guarded, "utf-8")
    before = text_of(GLOBEX)

    ran = mpctl(*NEW, *LIVE)

    assert (ran.code, writes(), text_of(GLOBEX)) == (4, [], before)
    assert "error[protected]" in ran.out
    assert mpctl(*NEW, *LIVE, "--allow-protected", "domains/globex.example").code == 0


def test_another_plan_than_the_reviewed_one_is_refused(mpctl: Mpctl, writes: Writes) -> None:
    """--expect holds for the one change."""
    digest = mpctl(*NEW, "--apply", "--sandbox", "--format", "json").json["plan"]["digest"]
    before = text_of(GLOBEX)

    assert mpctl(*NEW, *LIVE, "--expect", "0" * 16).code == 4
    assert (writes(), text_of(GLOBEX)) == ([], before)
    assert mpctl(*NEW, *LIVE, "--expect", digest).code == 0


def test_a_failed_write_leaves_the_edit(mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rule is declared and not live: a plan shows it, and the next try brings it."""
    monkeypatch.setenv(FAULTS, "POST allow_block_rules 403")
    ran = mpctl(*NEW, *LIVE, "--format", "json")
    monkeypatch.delenv(FAULTS)

    assert_valid(ran, 1)
    assert "edit-stays" in [problem["code"] for problem in ran.json["diagnostics"]]
    assert not clean(mpctl, "domains/globex.example")
    assert mpctl(*NEW, *LIVE).code == 0
    assert clean(mpctl, "domains/globex.example")


def test_no_journal_no_edit(mpctl: Mpctl, in_folder: Path, writes: Writes) -> None:
    """What cannot be recorded is not begun, and the file is put back; so is a new one."""
    before = text_of(GLOBEX)
    place = in_folder / "runs"
    place.write_text("in the way", "utf-8")
    new = ("add-rule", "users/bob.roy@acme.example", "new.example", "--block")

    for command in (NEW, new):
        ran = mpctl(*command, *LIVE, "--journal", str(place / "x"))
        assert (ran.code, writes(), text_of(GLOBEX)) == (1, [], before)
    assert not Path("policies/acme/bob.roy@acme.example.yaml").exists()


def test_a_read_only_file_is_left_alone(mpctl: Mpctl) -> None:
    """It is said, with the lines to paste, before anything is asked."""
    Path(GLOBEX).chmod(0o444)

    ran = mpctl(*NEW, "--reason", "HD-1", "--offline")

    Path(GLOBEX).chmod(0o644)
    assert ran.code == 1
    assert "cannot be edited safely: it is read-only" in ran.err
    assert (
        "  Write this into its document by hand:\n"
        "  block:\n    - value: new.example\n      reason: HD-1\n"
    ) in ran.err


@pytest.mark.skipif(os.name == "nt", reason="a link takes a privilege")
def test_a_link_is_left_alone(mpctl: Mpctl, in_folder: Path) -> None:
    """What it leads to may be somebody else's."""
    file = in_folder / GLOBEX
    file.rename(in_folder / "elsewhere.yaml")
    file.symlink_to(in_folder / "elsewhere.yaml")

    ran = mpctl(*NEW, "--offline")

    assert ran.code == 1
    assert "this is a link, and links are not followed below the policy root" in ran.err
    assert file.is_symlink()


def test_a_file_that_moved_on_is_not_overwritten(in_folder: Path) -> None:
    """The content is exchanged only for the one that was read; the mode stays, no trace is left."""
    file = in_folder / "a.yaml"
    file.write_bytes(b"one")
    file.chmod(0o640)

    with pytest.raises(NotReplaced, match="changed since it was read"):
        replace_file(file, b"other", b"two")
    with pytest.raises(NotReplaced, match="exists by now"):
        replace_file(file, None, b"two")
    replace_file(file, b"one", b"two")

    assert file.read_bytes() == b"two"
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in in_folder.iterdir() if path.name.startswith(".a")] == []


def test_a_release_permission(mpctl: Mpctl, writes: Writes) -> None:
    """It is written, pins what is declared below, and then stands."""
    command = ("enable-release", "domains/acme.example")

    dry = mpctl(*command, "--apply", "--sandbox")
    assert dry.code == 2
    assert "No file to edit: policies/acme/acme.example.yaml:9 says so already" in dry.out
    assert "5 users below may release mail held as spam" in dry.out
    assert mpctl(*command, *LIVE).code == 0
    assert len(writes()) == 2
    again = mpctl(*command, *LIVE)
    assert "Nothing to apply" in again.out
    assert (again.code, len(writes())) == (0, 2)


def test_a_release_permission_that_was_refused(mpctl: Mpctl) -> None:
    """Only the value is exchanged; its comment stays."""
    ran = mpctl("enable-release", "domains/id:9701", *LIVE, "--format", "json")

    assert_valid(ran, 0)
    assert "  allow_spam_release: true     # what is not written" in text_of(
        "policies/kestrel/kestrel.example.yaml"
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("add-rule", "domains/acme.example", "x.example"), "say either --allow or --block"),
        ((*NEW, "--allow"), "say either --allow or --block"),
        ((*NEW, "--confirm"), "--confirm and --expect need --apply"),
        ((*NEW, "--expect", "0" * 12), "--confirm and --expect need --apply"),
        ((*NEW, "--apply", "--offline"), "--apply and --offline exclude each other"),
        ((*NEW, "--expires", "2020-01-01"), "--expires: 2020-01-01 has passed"),
        ((*NEW, "--expires", "soon"), "--expires: 'soon' is not a date"),
        ((*NEW, "--type", "spam"), "Invalid value for '--type'"),
        (("add-rule", "nowhere/x", "x.example", "--block"), "there is no scope 'nowhere'"),
        (("add-rule", "domains/x.example", "x", "--block"), "'x' is not a domain name"),
        (("remove-rule", "domains", "x.example", "--block"), "'domains' is not an entity"),
    ],
)
def test_bad_usage(mpctl: Mpctl, arguments: tuple[str, ...], says: str) -> None:
    """It is said before anything is read or asked."""
    ran = mpctl(*arguments)

    assert (ran.code, ran.out) == (64, "")
    assert f"error[usage]: {says}" in ran.err


def test_what_a_service_lacks(mpctl: Mpctl, sample: Path) -> None:
    """It is said which service could."""
    for file in sample.rglob("*.yaml"):
        file.unlink()
    (sample / "mpctl.yaml").write_text(
        "version: 1\ndefault_target: mailprotector\ntargets:\n"
        "  mailprotector: {provider: mailprotector}\n  relay: {provider: mailbaby}\n",
        "utf-8",
    )

    release = mpctl("enable-release", "relay:orders/mb20682")
    wildcard = mpctl("add-rule", "domains/acme.example", "*.x.example", "--block", "--offline")
    allow = mpctl("add-rule", "relay:orders/mb20682", "x.example", "--allow", "--offline")

    assert (release.code, wildcard.code, allow.code) == (64, 1, 1)
    assert "mailbaby has no release permission at orders\n  mailprotector has it." in release.err
    assert "mailprotector cannot block a wildcard domain: '*.x.example'" in wildcard.err
    assert "rackspace or stalwart could." in wildcard.err
    assert "mailbaby cannot allow a domain: 'x.example'" in allow.err


def test_edits_need_no_service(mpctl: Mpctl) -> None:
    """With --offline no key is looked up."""
    ran = mpctl(*NEW, "--offline", "--format", "json")

    assert_valid(ran, 0)
    assert ran.json["edit"]["line"] == 48
    assert "plan" not in ran.json
    assert text_of(GLOBEX).endswith("  - new.example\n")


def test_where_only_reviewed_policies_may_go_live(mpctl: Mpctl, sample: Path) -> None:
    """An edit of this moment is not in the commit that apply_from asks for."""
    config = sample / "mpctl.yaml"
    asked = config.read_text("utf-8").replace("guards:\n", "guards:\n  apply_from: {ref: main}\n")
    config.write_text(asked, "utf-8")
    before = text_of(GLOBEX)

    ran = mpctl(*NEW, "--apply", "--confirm")

    assert (ran.code, text_of(GLOBEX)) == (4, before)
    assert "apply_from lets only main reach the service, and this edit is not in it" in ran.err


def test_a_difference_in_markdown(mpctl: Mpctl) -> None:
    """Lines of a file stand between fences that they cannot end."""
    ran = mpctl(*NEW, "--reason", "``` <b>", "--sandbox", "--format", "markdown")

    assert ran.code == 0
    assert "````diff\n@@ -46,2 +46,4 @@\n" in ran.out
    assert '+    reason: "``` <b>"\n````\n' in ran.out
