"""What a change of policies means, told without a service and without a key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Mpctl
from tests.cli.repository import Repository

ACME = "policies/acme/acme.example.yaml"


@pytest.fixture
def repository(sample: Path) -> Repository:
    """The sample policies, committed."""
    repository = Repository(sample.parent)
    repository.commit("Base")
    return repository


@pytest.mark.usefixtures("repository")
def test_nothing_changed(mpctl: Mpctl) -> None:
    """Where both sides ask for the same, that is all there is to say."""
    ran = mpctl("diff", "HEAD")

    assert (ran.code, ran.out.splitlines()[0]) == (0, "The policies ask for the same")


def test_a_change_is_told_with_its_direction(repository: Repository, mpctl: Mpctl) -> None:
    """An added allow loosens, a removed one tightens, with the place where each stands or stood."""
    repository.edit(ACME, "  - value: partner.example\n", "  - value: partner-2.example\n")

    ran = mpctl("diff", "HEAD")

    assert ran.code == 0
    base = repository.git("rev-parse", "HEAD")[:12]
    assert "+ allow  partner-2.example  loosens   policies/acme/acme.example.yaml:12" in ran.out
    assert f"- allow  partner.example    tightens  no longer declared  {ACME}@{base}:12" in ran.out
    assert "1 to add, 1 to remove" in ran.out


def test_no_key_and_no_service_is_asked(
    repository: Repository, mpctl: Mpctl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever can read the policies can ask, a fork without secrets too."""
    monkeypatch.delenv("MAILPROTECTOR_API_KEY", raising=False)
    monkeypatch.setenv("MAILPROTECTOR_API_BASE_URL", "http://127.0.0.1:9/nobody")
    repository.edit(ACME, "  - cheap-toner.example\n", "")

    assert mpctl("diff", "HEAD").code == 0


def test_two_revisions(repository: Repository, mpctl: Mpctl) -> None:
    """With two revisions the work tree does not matter."""
    first = repository.git("rev-parse", "HEAD")
    repository.edit(ACME, "  - cheap-toner.example\n", "")
    second = repository.commit()
    Path(ACME).write_text("entity: [broken\n", "utf-8")

    ran = mpctl("diff", first, second, "--format", "json")

    (change,) = [c for e in ran.json["plan"]["entities"] for c in e["changes"]]
    assert (change["verb"], change["match"], change["direction"]) == (
        "delete",
        "cheap-toner.example",
        "loosens",
    )


def test_a_rule_that_moves_between_files_is_no_change(repository: Repository, mpctl: Mpctl) -> None:
    """Renamed files and reordered rules change nothing."""
    repository.git("mv", ACME, "policies/acme/renamed.yaml")

    assert mpctl("diff", "HEAD").out.startswith("The policies ask for the same")


@pytest.mark.usefixtures("repository")
def test_a_deleted_document_says_what_it_leaves(mpctl: Mpctl) -> None:
    """Deleting a document removes nothing, and a reviewer has to know."""
    Path(ACME).unlink()

    ran = mpctl("diff", "HEAD")

    assert ran.code == 0
    assert "warning[abandoned]: domains/acme.example has no document any more" in ran.out


@pytest.mark.usefixtures("repository")
def test_taking_a_list_over_is_said(mpctl: Mpctl) -> None:
    """A list that becomes the whole list will lose what only a plan can tell."""
    new = "entity: domains/brand-new.example\nblock: [spam.example]\n"
    Path("policies/new.yaml").write_text(new, "utf-8")

    ran = mpctl("diff", "HEAD")

    assert "note[taken-over]: the block list is the whole list from now on" in ran.out


@pytest.mark.usefixtures("repository")
def test_a_rule_set_changes_all_who_include_it(mpctl: Mpctl) -> None:
    """A change of a rule set is told at every entity that includes it."""
    path = "policies/rulesets/known-spammers.yaml"
    text = Path(path).read_text("utf-8").replace("block:\n", "block:\n  - fresh-spam.example\n", 1)
    Path(path).write_text(text, "utf-8")

    ran = mpctl("diff", "HEAD", "--format", "json")

    entities = [e for e in ran.json["plan"]["entities"] if e["changes"]]
    assert len(entities) > 1
    assert {c["match"] for e in entities for c in e["changes"]} == {"fresh-spam.example"}


@pytest.mark.parametrize("revision", ["nosuch", "-h", "--output=x", "HEAD:policies", "HEAD~99"])
@pytest.mark.usefixtures("repository")
def test_a_base_that_does_not_exist(mpctl: Mpctl, revision: str) -> None:
    """A revision that names no commit is an error, whatever it looks like."""
    ran = mpctl("diff", "--", revision)

    assert ran.code == 1
    assert "error[unknown-revision]" in ran.err


def test_a_base_whose_policies_are_broken(repository: Repository, mpctl: Mpctl) -> None:
    """What is wrong with the base is told with its place in the base."""
    good = Path(ACME).read_text("utf-8")
    Path(ACME).write_text("entity: domains/acme.example\nalow: []\n", "utf-8")
    commit = repository.commit()
    Path(ACME).write_text(good, "utf-8")

    ran = mpctl("diff", "HEAD")

    assert ran.code == 1
    assert f"the policies of the base {commit[:12]} are not in order" in ran.err
    assert f"{ACME}@{commit[:12]}:2:1: error[unknown-key]" in ran.err


@pytest.mark.usefixtures("sample")
def test_no_repository(mpctl: Mpctl) -> None:
    """Outside of Git there is nothing to compare with."""
    ran = mpctl("diff", "HEAD")

    assert ran.code == 1
    assert "error[unknown-revision]" in ran.err


def test_a_shallow_clone_is_named(
    repository: Repository, mpctl: Mpctl, in_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workflow that fetched one commit only is told what to do."""
    repository.edit(ACME, "  - cheap-toner.example\n", "")
    repository.commit()
    first = repository.git("rev-parse", "HEAD~1")
    repository.git("clone", "-q", "--depth", "1", f"file://{in_folder}", "clone")
    monkeypatch.chdir(in_folder / "clone")

    ran = mpctl("diff", first)

    assert ran.code == 1
    assert "the clone is shallow and may lack it" in ran.err
    assert "fetch-depth: 0" in ran.err
