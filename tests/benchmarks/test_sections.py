"""What `--only` chooses, and what the measured programs see."""

from __future__ import annotations

import subprocess
import sys

import pytest

from benchmarks.environment import clean
from benchmarks.process import ROOT
from benchmarks.sections import SECTIONS, chosen, names, options


def test_nothing_named_is_everything() -> None:
    """Without `--only` every part of every section is measured."""
    assert {name: set(parts) for name, parts in chosen([]).items()} == {
        name: set(section.parts) for name, section in SECTIONS.items()
    }


def test_a_section_or_a_part_can_be_named() -> None:
    """A part alone, or all of its section."""
    found = chosen(["served-25-16", "growth"])

    assert {name: list(parts) for name, parts in found.items()} == {
        "served": ["25-16"],
        "growth": [""],
    }


@pytest.mark.parametrize(
    "only", [["served"], ["served-25-16"], ["served-25-16", "served-smaller"], ["growth"]]
)
def test_a_table_names_what_chose_it(only: list[str]) -> None:
    """The options under a table choose what stands in it, and nothing else."""
    (found,) = chosen(only).items()

    assert options(*found) == " ".join(f"--only {name}" for name in only)


@pytest.mark.parametrize("name", sorted(names()))
def test_every_name_chooses_something(name: str) -> None:
    """No name is offered in vain, and none chooses two sections."""
    assert len(chosen([name])) == 1


def test_a_page_takes_whole_sections() -> None:
    """A part would take the place of its section."""
    command = [sys.executable, "-m", "benchmarks", "--only", "served-25-16", "--write", "x.md"]

    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603

    assert ran.returncode == 2
    assert ran.stderr.endswith("error: --write takes whole sections\n")


def test_the_environment_is_clean() -> None:
    """No proxy, key, setting of mpctl or of Python comes from outside; the language is fixed."""
    outside = {
        "PATH": "/bin",
        "HOME": "/home/maja",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": "/x",
        "HTTPS_PROXY": "http://proxy.example",
        "no_proxy": "*",
        "MPCTL_STATE": "/x",
        "MAILPROTECTOR_API_KEY": "k",
        "LANG": "de_DE.UTF-8",
        "GIT_DIR": "/x",
    }

    inside = clean(outside)

    assert {name: inside[name] for name in outside if name in inside} == {
        "PATH": "/bin",
        "HOME": "/home/maja",
        "LANG": "C.UTF-8",
    }
