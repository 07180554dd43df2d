"""Which files are read, and how they are called."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mpctl.diagnostics import MpctlError
from mpctl.policy import load
from mpctl.policy.source import Folder
from tests.policy.workspace import SERVICES, Workspace, listing


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


def test_unreadable_file(workspace: Workspace) -> None:
    """A file that cannot be read is an error: what it declares is unknown, not empty."""
    (workspace.root / "gone.yaml").symlink_to("nowhere.yaml")

    assert refusal("policies") == (
        "policies/gone.yaml:1:1: error[unreadable-file]: "
        "the file cannot be read: No such file or directory\n"
        "    What it declares is unknown, and unknown is not empty.\n"
        "    Check its permissions and what it links to.\n"
    )


def test_unreadable_folder(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that cannot be listed is an error: what lies in it is unknown."""

    def walk(root: Path, onerror: Callable[[OSError], None]) -> Iterator[object]:
        onerror(PermissionError(13, "Permission denied", str(root / "closed")))
        return iter([])

    monkeypatch.setattr("os.walk", walk)

    assert refusal(str(workspace.root)).startswith(
        "policies/closed:1:1: error[unreadable-file]: the file cannot be read: Permission denied\n"
    )
