"""An apply comes from the commit that `apply_from` asks for, as it was committed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from mpctl.core.guards import ApplyFrom
from mpctl.diagnostics import ExitCode, MpctlError
from mpctl.policy import commit_of, enforce
from mpctl.policy.git import Git

MAIN = ApplyFrom("main")
UNCLEAN = ApplyFrom("main", clean=False)
posix = pytest.mark.skipif(os.name != "posix", reason="the script needs a POSIX shell")


def git(*arguments: str, folder: Path = Path()) -> str:
    """Run git as a user of the repository would."""
    who = ["-c", "user.name=Lena", "-c", "user.email=lena@msp.example"]
    command = ["git", *who, *arguments]
    ran = subprocess.run(  # noqa: S603 - the words are ours
        command, cwd=folder, check=True, capture_output=True, text=True
    )
    return ran.stdout.strip()


@pytest.fixture
def policies(in_folder: Path) -> Path:
    """A repository whose main branch holds two files, in the current directory."""
    root = in_folder / "policies"
    (root / "acme").mkdir(parents=True)
    (root / "mpctl.yaml").write_text("version: 1\n", "utf-8")
    (root / "acme" / "acme.yaml").write_text("entity: domains/acme.example\n", "utf-8")
    git("init", "--quiet", "--initial-branch=main")
    git("add", ".")
    git("commit", "--quiet", "--message=First")
    return Path("policies")


def refusal(apply_from: ApplyFrom, root: Path, config: Path | None = None) -> list[str]:
    """Why the checkout is refused."""
    with pytest.raises(MpctlError) as caught:
        enforce(apply_from, root, config)
    assert caught.value.exit_code is ExitCode.REFUSED
    assert {d.code for d in caught.value.diagnostics} == {"wrong-checkout"}
    return [d.summary for d in caught.value.diagnostics]


def uncommitted(root: Path, config: Path | None = None) -> str:
    """Which files are said to differ from the commit."""
    (summary,) = refusal(MAIN, root, config)
    head, _, files = summary.partition(": ")
    assert head == f"not as in the commit {commit_of(root)[:12]}"
    return files


def test_the_commit_itself_is_let_through(policies: Path) -> None:
    """The checkout tells which commit it is."""
    head = git("rev-parse", "HEAD")

    checkout = enforce(MAIN, policies, None)

    assert (checkout.commit, checkout.ref_commit, checkout.ref) == (head, head, "main")
    assert commit_of(policies) == head


def test_another_branch_at_the_same_commit_is_let_through(policies: Path) -> None:
    """The commit counts, not the name of what is checked out."""
    git("checkout", "--quiet", "--detach")

    assert enforce(MAIN, policies, None).uncommitted == ()


@pytest.mark.parametrize("apply_from", [MAIN, UNCLEAN])
def test_another_commit_is_refused(policies: Path, apply_from: ApplyFrom) -> None:
    """Ahead of the ref or behind it."""
    first = git("rev-parse", "HEAD")
    git("checkout", "--quiet", "-b", "feature")
    git("commit", "--quiet", "--allow-empty", "--message=Second")
    second = git("rev-parse", "HEAD")

    assert refusal(apply_from, policies) == [
        f"the checkout is at {second[:12]}, apply_from asks for main, which is {first[:12]}"
    ]
    git("checkout", "--quiet", "main")
    assert refusal(ApplyFrom("feature", clean=False), policies) == [
        f"the checkout is at {first[:12]}, apply_from asks for feature, which is {second[:12]}"
    ]


def test_a_remote_branch_and_a_tag_are_refs(policies: Path) -> None:
    """An annotated tag counts as its commit."""
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    git("tag", "--annotate", "v1", "--message=v1")

    for ref in ("origin/main", "v1", git("rev-parse", "HEAD")):
        assert enforce(ApplyFrom(ref), policies, None).uncommitted == ()


@pytest.mark.parametrize("ref", ["origin/main", "--help", "-c", "", "main^{tree}", "a b", "@{-9}"])
def test_an_unknown_ref_is_refused(policies: Path, ref: str) -> None:
    """A ref is never taken for an option."""
    (summary,) = refusal(ApplyFrom(ref), policies)

    assert summary == (
        f"whether the policies are those of {ref} cannot be told: the repository knows no {ref!r}"
    )


def test_a_shallow_clone_without_the_ref_says_so(policies: Path, tmp_path: Path) -> None:
    """What is missing may only not have been fetched."""
    git("clone", "--quiet", "--depth=1", f"file://{Path.cwd()}", str(tmp_path / "clone"))
    root = tmp_path / "clone" / policies

    assert refusal(ApplyFrom("v1"), root)[0].endswith(
        "the repository knows no 'v1'; the clone is shallow and may lack it"
    )
    assert enforce(ApplyFrom("origin/main"), root, None).uncommitted == ()


def test_a_changed_file_is_refused(policies: Path) -> None:
    """Also one that is staged, or that git was told not to look at."""
    file = policies / "acme" / "acme.yaml"
    file.write_text("entity: domains/evil.example\n", "utf-8")

    assert uncommitted(policies) == "policies/acme/acme.yaml"
    git("add", ".")
    assert uncommitted(policies) == "policies/acme/acme.yaml"
    git("reset", "--quiet")
    git("update-index", "--assume-unchanged", "policies/acme/acme.yaml")
    assert git("status", "--porcelain") == ""
    assert uncommitted(policies) == "policies/acme/acme.yaml"
    assert enforce(UNCLEAN, policies, None).uncommitted == ()


@pytest.mark.parametrize("ignored", [False, True])
def test_an_untracked_policy_is_refused(policies: Path, *, ignored: bool) -> None:
    """Git may ignore it, mpctl reads it."""
    if ignored:
        Path(".git/info/exclude").write_text("*.yml\n", "utf-8")
    (policies / "extra.yml").write_text("entity: domains/evil.example\n", "utf-8")

    assert uncommitted(policies) == "policies/extra.yml"


def test_a_deleted_policy_is_refused(policies: Path) -> None:
    """An entity that is not there any more would be unmanaged."""
    (policies / "acme" / "acme.yaml").unlink()

    assert uncommitted(policies) == "policies/acme/acme.yaml"


def test_the_configuration_counts(policies: Path) -> None:
    """It holds the guards."""
    (policies / "mpctl.yaml").write_text("version: 2\n", "utf-8")

    assert uncommitted(policies) == "policies/mpctl.yaml"


def test_a_configuration_from_elsewhere_counts(policies: Path, tmp_path: Path) -> None:
    """It is committed in the same repository, or refused; the root's own is not read then."""
    other = Path("base.yaml")
    other.write_text("version: 1\n", "utf-8")
    (policies / "mpctl.yaml").write_text("version: 2\n", "utf-8")
    outside = tmp_path.parent / "outside.yaml"
    outside.write_text("version: 1\n", "utf-8")

    assert uncommitted(policies, other) == "base.yaml"
    assert uncommitted(policies, outside) == outside.as_posix()
    git("add", "base.yaml")
    git("commit", "--quiet", "--message=Second")
    assert enforce(MAIN, policies, other).uncommitted == ()


def test_a_configuration_of_another_repository_is_refused(policies: Path, tmp_path: Path) -> None:
    """Though it is committed there, at a commit of the same name even."""
    there = tmp_path / "copy"
    shutil.copytree(Path.cwd(), there, ignore=lambda *_: {"copy"})

    assert uncommitted(policies, there / "policies" / "mpctl.yaml").endswith("mpctl.yaml")


def test_what_no_policy_is_may_differ(policies: Path) -> None:
    """Notes, dot files, and whatever lies beside the policy root."""
    (policies / "README.md").write_text("notes", "utf-8")
    (policies / ".draft.yaml").write_text("x", "utf-8")
    Path("elsewhere.yaml").write_text("x", "utf-8")

    assert enforce(MAIN, policies, None).uncommitted == ()


@posix
def test_a_link_is_refused(policies: Path, tmp_path: Path) -> None:
    """What it leads to is not in the commit."""
    outside = tmp_path / "outside"
    outside.write_text("entity: domains/evil.example\n", "utf-8")
    (policies / "link.yaml").symlink_to(outside)
    git("add", ".")
    git("commit", "--quiet", "--message=Second")

    assert uncommitted(policies) == "policies/link.yaml"


def test_line_ends_of_the_platform_are_no_difference(policies: Path) -> None:
    """Git for Windows writes them."""
    (policies / "mpctl.yaml").write_bytes(b"version: 1\r\n")

    assert enforce(MAIN, policies, None).uncommitted == ()


def test_names_of_all_kinds_are_compared(policies: Path) -> None:
    """Git quotes them elsewhere, not here."""
    for name in (
        "Bücher.yaml",
        "two words.yaml",
        'quo"te.yaml' if os.name == "posix" else "q.yaml",
    ):
        (policies / name).write_text("x-note: 1\n", "utf-8")
    git("add", ".")
    git("commit", "--quiet", "--message=Second")

    assert enforce(MAIN, policies, None).uncommitted == ()


def test_many_files_are_counted(policies: Path) -> None:
    """The first few are named."""
    for number in range(7):
        (policies / f"{number}.yaml").write_text("x-note: 1\n", "utf-8")

    assert uncommitted(policies) == (
        "policies/0.yaml, policies/1.yaml, policies/2.yaml, policies/3.yaml, policies/4.yaml "
        "and 2 more"
    )


def test_all_reasons_are_given_together(policies: Path) -> None:
    """Another commit, and a change on top of it."""
    git("checkout", "--quiet", "-b", "feature")
    git("commit", "--quiet", "--allow-empty", "--message=Second")
    (policies / "mpctl.yaml").write_text("version: 2\n", "utf-8")

    assert len(refusal(MAIN, policies)) == 2


def test_a_repository_of_the_other_format_is_read_too(in_folder: Path) -> None:
    """Ids of 64 digits."""
    (in_folder / "policies").mkdir()
    Path("policies/mpctl.yaml").write_text("version: 1\n", "utf-8")
    git("init", "--quiet", "--initial-branch=main", "--object-format=sha256")
    git("add", ".")
    git("commit", "--quiet", "--message=First")

    assert len(enforce(MAIN, Path("policies"), None).commit) == 64


@pytest.mark.parametrize(
    ("prepare", "why"),
    [
        ((), "not a git repository"),
        (("init", "--quiet"), "the repository has no commit yet"),
    ],
)
def test_without_a_commit_it_is_refused(in_folder: Path, prepare: Sequence[str], why: str) -> None:
    """No repository, or an empty one."""
    (in_folder / "policies").mkdir()
    if prepare:
        git(*prepare)

    assert why in refusal(MAIN, Path("policies"))[0]
    assert commit_of(Path("policies")) == ""


def test_without_git_it_is_refused(policies: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """That is no reason to let an apply through."""
    monkeypatch.setenv("PATH", str(Path.cwd()))

    assert refusal(MAIN, policies)[0].endswith("there is no program git")
    assert commit_of(policies) == ""


def test_a_git_that_does_not_end_is_refused(
    policies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not waited for forever."""

    def endless(*_: object, **__: object) -> None:
        raise TimeoutError("did not end within 30 seconds")

    monkeypatch.setattr("mpctl.policy.git.run_program", endless)

    assert refusal(MAIN, policies)[0].endswith("git did not end within 30 seconds")


def test_variables_do_not_lead_git_elsewhere(
    policies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither to another repository nor to another configuration."""
    decoy = tmp_path / "decoy"
    git("init", "--quiet", str(decoy))
    head = commit_of(policies)
    monkeypatch.setenv("GIT_DIR", str(decoy / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(decoy))
    monkeypatch.setenv("GIT_NAMESPACE", "other")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "broken")

    assert commit_of(policies) == head


def test_a_replaced_object_is_not_believed(policies: Path) -> None:
    """A local ref could put other files into the commit."""
    (policies / "mpctl.yaml").write_text("version: 2\n", "utf-8")
    git("add", ".")
    evil = git("commit-tree", git("write-tree"), "-m", "evil")
    git("replace", git("rev-parse", "HEAD"), evil)

    assert uncommitted(policies) == "policies/mpctl.yaml"


@posix
def test_no_program_of_a_hostile_repository_runs(policies: Path, tmp_path: Path) -> None:
    """Monitors, hooks, filters, pagers and alternates commands of its configuration stay asleep."""
    ran = tmp_path / "ran"
    script = tmp_path / "evil"
    script.write_text(f"#!/bin/sh\necho $0 >> {ran}\ncat\n", "utf-8")
    script.chmod(0o700)
    hooks = Path(".git/hooks")
    hooks.mkdir(exist_ok=True)
    for hook in (
        "post-index-change",
        "post-checkout",
        "reference-transaction",
        "fsmonitor-watchman",
    ):
        shutil.copy(script, hooks / hook)
    for key in (
        "core.fsmonitor",
        "core.pager",
        "pager.ls-tree",
        "core.editor",
        "core.sshCommand",
        "core.alternateRefsCommand",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "diff.external",
        "diff.evil.textconv",
        "alias.rev-parse",
        "alias.ls-tree",
    ):
        git("config", key, f"!{script}" if key.startswith("alias") else str(script))
    Path(".git/info/attributes").write_text("* filter=evil diff=evil\n", "utf-8")
    (policies / "mpctl.yaml").write_text("version: 2\n", "utf-8")

    assert uncommitted(policies) == "policies/mpctl.yaml"
    assert not ran.exists()


def test_whom_the_user_trusts_may_own_the_repository(policies: Path) -> None:
    """As in a container, where the checkout is somebody else's."""
    before = Git(policies)._trust
    git("config", "--global", "--add", "safe.directory", "/builds/rules")
    git("config", "--global", "--add", "core.fsmonitor", "evil")

    assert (before, Git(policies)._trust) == ((), ("-c", "safe.directory=/builds/rules"))
    assert enforce(MAIN, policies, None).uncommitted == ()
