"""Completion in the shell, through the real entry point."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mpctl.cli.lazy import COMMANDS
from tests.cli.conftest import Ran

ROOT = Path(__file__).parents[2]
SHELLS = ["bash", "zsh", "fish", "powershell"]
TWO = """
version: 1
default_target: east
targets:
  east: {provider: mailprotector}
  west: {provider: mailprotector}
"""


def run(instruction: str, **variables: str) -> Ran:
    """Start mpctl as a shell does that wants a completion."""
    environment = {**os.environ, "_MPCTL_COMPLETE": instruction, "PYTHONPATH": str(ROOT)}
    # Another process than this one, because completion ends the process.
    done = subprocess.run(
        [sys.executable, "-m", "mpctl"],
        env={**environment, **variables},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def complete(line: str, shell: str = "bash", **variables: str) -> list[str]:
    """The words that are proposed for the last word of a line; nothing is said beside them."""
    words = line.split(" ")
    place = words[-1] if shell == "fish" else str(len(words) - 1)
    ran = run(f"{shell}_complete", COMP_WORDS=line, COMP_CWORD=place, **variables)
    assert (ran.code, ran.err) == (0, "")
    return _values(shell, ran.out)


def _values(shell: str, out: str) -> list[str]:
    lines = [] if out == "\n" else out.splitlines()
    if shell in {"zsh", "powershell"}:  # type, value, help
        return lines[1::3]
    return [line.partition(",")[2].partition("\t")[0] for line in lines]


@pytest.mark.usefixtures("in_folder")
@pytest.mark.parametrize("shell", SHELLS)
def test_the_set_up(shell: str) -> None:
    """Each shell gets a script that asks mpctl for proposals."""
    ran = run(f"{shell}_source")

    assert (ran.code, ran.err) == (0, "")
    assert f"{shell}_complete" in ran.out


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("shell", SHELLS)
def test_commands(shell: str) -> None:
    """All commands are proposed in every shell."""
    assert complete("mpctl ", shell) == sorted(COMMANDS)


def test_commands_say_what_they_do() -> None:
    """Shells that show help beside a proposal get the line of the overview."""
    ran = run("zsh_complete", COMP_WORDS="mpctl roll", COMP_CWORD="1")

    assert ran.out.splitlines()[1:] == ["rollback", COMMANDS["rollback"][1]]


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize("shell", SHELLS)
def test_entities(shell: str) -> None:
    """The entities that the policies declare are proposed in every shell."""
    assert complete("mpctl rules domains/acme", shell) == [
        "domains/acme-supply.example",
        "domains/acme.example",
    ]


@pytest.mark.usefixtures("sample")
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("mpctl st", ["status"]),
        ("mpctl nothing", []),
        ("mpctl rules --e", ["--effective"]),
        ("mpctl config --a", ["--all"]),
        ("mpctl entities --u", ["--under"]),
        ("mpctl status --format ", ["text", "json", "markdown", "github"]),
        ("mpctl status --format j", ["json"]),
        ("mpctl config domains/blue", ["domains/bluefin.example"]),
        ("mpctl entities users --under domains/blue", ["domains/bluefin.example"]),
        ("mpctl rules domains/nothing", []),
    ],
)
def test_words(line: str, words: list[str]) -> None:
    """Commands, options, choices and declared entities are completed."""
    assert complete(line) == words


@pytest.mark.usefixtures("sample")
def test_every_declared_entity(sample: Path) -> None:
    """An empty word is completed with every entity that the policies declare."""
    declared = {
        line.removeprefix("entity:").strip()
        for file in sample.rglob("*.yaml")
        for line in file.read_text("utf-8").splitlines()
        if line.startswith("entity:")
    }

    assert set(complete("mpctl rules ")) == declared


@pytest.mark.parametrize(
    "breakage",
    [
        "entity: domains/x.example\nalow: []\n",
        "entity: [",
        "\tnot: yaml",
    ],
)
def test_broken_policies_make_no_noise(sample: Path, breakage: str) -> None:
    """Where the policies cannot be read nothing is proposed and nothing is said."""
    (sample / "broken.yaml").write_text(breakage)

    assert complete("mpctl rules domains/acme") == []


@pytest.mark.usefixtures("in_folder")
def test_no_policies_make_no_noise() -> None:
    """In a folder without policies nothing is proposed and nothing is said."""
    assert complete("mpctl rules domains/") == []


def test_policies_elsewhere(sample: Path) -> None:
    """--policies and MPCTL_POLICIES say whose entities are proposed."""
    sample.rename(sample.parent / "elsewhere")

    assert complete("mpctl rules domains/blue") == []
    assert complete("mpctl rules --policies elsewhere domains/blue") == ["domains/bluefin.example"]
    assert complete("mpctl rules domains/blue", MPCTL_POLICIES="elsewhere") == [
        "domains/bluefin.example"
    ]


@pytest.fixture
def two(in_folder: Path) -> Path:
    """Policies of two targets."""
    policies = in_folder / "policies"
    policies.mkdir()
    (policies / "mpctl.yaml").write_text(TWO, "utf-8")
    (policies / "all.yaml").write_text(
        "entity: domains/a.example\nblock: []\n---\nentity: west:domains/b.example\nblock: []\n",
        "utf-8",
    )
    return policies


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("mpctl rules ", ["domains/a.example", "west:domains/b.example"]),
        ("mpctl rules west", ["west:domains/b.example"]),
        ("mpctl rules --target west domains", ["domains/b.example"]),
    ],
)
def test_entities_of_another_target(line: str, words: list[str]) -> None:
    """An entity is proposed as it must be written: with its target unless that is the default."""
    assert complete(line) == words


def test_another_configuration_file(two: Path) -> None:
    """--config is heeded: it says which target needs no name."""
    other = TWO.replace("default_target: east", "default_target: west")
    (two.parent / "other.yaml").write_text(other, "utf-8")

    assert complete("mpctl rules --config other.yaml domains/") == [
        "domains/a.example",
        "domains/b.example",
    ]
