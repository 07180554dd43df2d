"""Which files are read, and how they are called."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mpctl.diagnostics import MpctlError
from mpctl.policy import load
from mpctl.policy.source import Folder
from tests.policy.workspace import SERVICES, Workspace, listing

links = pytest.mark.skipif(os.name != "posix", reason="links need a privilege on Windows")


def test_path_order(workspace: Workspace) -> None:
    """All YAML files below the root are read in path order, whatever is hidden by a dot is not."""
    for name in ("b.yaml", "a/z.yml", "a/A.YAML", ".git/x.yaml", "a/.hidden.yaml", "notes.txt"):
        workspace.write(name, "x-nothing: []\n")

    assert [file.shown for file in Folder(Path("policies")).policies] == [
        "policies/a/A.YAML",
        "policies/a/z.yml",
        "policies/b.yaml",
    ]


def test_absolute_root_is_shown_relative(workspace: Workspace) -> None:
    """Paths are relative to the current directory however the root was given."""
    assert Folder(workspace.root).configuration.shown == "policies/mpctl.yaml"


def test_paths_elsewhere_are_shown_absolute(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What lies outside of the current directory is shown with its whole path."""
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    shown = Folder(workspace.root).configuration.shown

    assert shown == (workspace.root / "mpctl.yaml").as_posix()


def refusal(root: str, config: str | None = None) -> str:
    """What is said about a root."""
    with pytest.raises(MpctlError) as caught:
        load(Path(root), config=Path(config) if config else None, capabilities=SERVICES)
    return listing(caught.value.diagnostics)


def test_no_root(workspace: Workspace) -> None:  # noqa: ARG001  it is the current directory
    """A policy root that does not exist is an error, never an empty policy."""
    assert refusal("policy") == (
        "None: error[no-policy-root]: the policy root policy does not exist\n"
        "    Without policies nothing is desired.\n"
        "    Name the folder that holds mpctl.yaml with --policies DIR or MPCTL_POLICIES.\n"
    )


def test_root_is_a_file(workspace: Workspace) -> None:  # noqa: ARG001
    """A policy root is a folder."""
    assert refusal("policies/mpctl.yaml").startswith(
        "None: error[no-policy-root]: the policy root policies/mpctl.yaml is not a folder\n"
    )


def test_no_configuration(workspace: Workspace) -> None:
    """A folder without mpctl.yaml is no policy root."""
    (workspace.root / "mpctl.yaml").unlink()

    assert refusal("policies") == (
        "None: error[no-configuration]: there is no policies/mpctl.yaml\n"
        "    It names the targets that the policies are about.\n"
        "    Name the folder that holds mpctl.yaml with --policies DIR or MPCTL_POLICIES.\n"
    )


def test_no_such_configuration(workspace: Workspace) -> None:  # noqa: ARG001
    """A file that --config names must exist."""
    assert refusal("policies", "ci.yaml") == (
        "None: error[no-configuration]: there is no ci.yaml\n"
        "    It names the targets that the policies are about.\n"
        "    Check the path after --config.\n"
    )


def test_unreadable_file(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that cannot be read is an error: what it declares is unknown, not empty."""
    workspace.write("gone.yaml", "x-nothing: []\n")
    opened = Path.open

    def lost(path: Path, *mode: Any, **how: Any) -> Any:
        if path.name == "gone.yaml":
            raise FileNotFoundError(2, "No such file or directory")
        return opened(path, *mode, **how)

    monkeypatch.setattr(Path, "open", lost)

    assert refusal("policies") == (
        "policies/gone.yaml:1:1: error[unreadable-file]: "
        "the file cannot be read: No such file or directory\n"
        "    What it declares is unknown, and unknown is not empty.\n"
        "    Check its permissions.\n"
    )


def a_link(shown: str) -> str:
    """What is said about a link."""
    return (
        f"{shown}:1:1: error[unreadable-file]: "
        "this is a link, and links are not followed below the policy root\n"
        "    It may lead out of the repository, to a file that no review has seen.\n"
        "    Put the file itself there; another mpctl.yaml is named by --config.\n"
    )


@links
@pytest.mark.parametrize("to", ["../outside.yaml", "rules.yaml", "nowhere.yaml", "loop.yaml"])
def test_a_file_that_is_a_link(workspace: Workspace, to: str) -> None:
    """It is refused wherever it leads: a Git revision holds the link only, not what it names."""
    workspace.write("rules.yaml", "x-nothing: []\n")
    workspace.write("../outside.yaml", "entity: domains/secret.example\n")
    (workspace.root / "loop.yaml").symlink_to(to)

    assert refusal("policies") == a_link("policies/loop.yaml")


@links
def test_a_link_may_hide_a_rule_set(workspace: Workspace) -> None:
    """Where a file is not read, nobody is blamed for naming a rule set that may stand there."""
    workspace.write("a.yaml", "entity: domains/a.example\ninclude: [known]\n")
    (workspace.root / "known.yaml").symlink_to("../known.yaml")

    assert refusal("policies") == a_link("policies/known.yaml")


@links
def test_a_folder_that_is_a_link(workspace: Workspace, tmp_path: Path) -> None:
    """What lies behind it is not read, and that is an error: missing is not empty."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "rules.yaml").write_text("entity: domains/secret.example\n")
    (workspace.root / "rulesets").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (workspace.root / ".hidden").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (workspace.root / "notes.txt").symlink_to("nowhere.txt")

    assert refusal("policies") == a_link("policies/rulesets")


@links
def test_a_configuration_that_is_a_link(workspace: Workspace) -> None:
    """mpctl.yaml is no link, but --config may name one, and the policy root may be one."""
    (workspace.root / "mpctl.yaml").rename(workspace.root / "other.yaml")
    (workspace.root / "mpctl.yaml").symlink_to("other.yaml")
    assert a_link("policies/mpctl.yaml") in refusal("policies")

    (workspace.root / "mpctl.yaml").unlink()
    (workspace.root / "other.yaml").rename(workspace.root.parent / "other.yaml")
    (workspace.root.parent / "named.yaml").symlink_to("other.yaml")
    (workspace.root.parent / "linked").symlink_to("policies", target_is_directory=True)
    assert load(Path("linked"), config=Path("named.yaml"), capabilities=SERVICES)


def test_unreadable_folder(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that cannot be listed is an error: what lies in it is unknown."""

    def walk(root: Path, onerror: Callable[[OSError], None]) -> Iterator[object]:
        onerror(PermissionError(13, "Permission denied", str(root / "closed")))
        return iter([])

    monkeypatch.setattr("os.walk", walk)

    assert refusal(str(workspace.root)).startswith(
        "policies/closed:1:1: error[unreadable-file]: the file cannot be read: Permission denied\n"
    )
