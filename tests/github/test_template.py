"""The template is a policy repository as it stands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from mpctl.__main__ import main
from tests.github.conftest import TEMPLATE


@pytest.fixture
def template(in_folder: Path) -> Path:
    """The template in the current directory."""
    return Path(shutil.copytree(TEMPLATE, in_folder, dirs_exist_ok=True))


@pytest.mark.usefixtures("template")
@pytest.mark.parametrize("command", [["validate"], ["lint"], ["plan", "--sandbox"]])
def test_the_template_is_in_order(
    command: list[str], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """It validates, lint finds nothing, and the sandbox has its entities."""
    assert main(command) == 0
    assert b"warning[" not in capfdbinary.readouterr().out


def test_the_template_names_owners(template: Path) -> None:
    """What decides over keys, guards and workflows has owners."""
    owned = (template / ".github" / "CODEOWNERS").read_text("utf-8")

    for path in ("/.github/", "/policies/mpctl.yaml", "/.pre-commit-config.yaml"):
        assert f"\n{path} " in owned
        assert (template / path.strip("/")).exists()


def test_the_state_of_a_machine_is_not_committed(template: Path) -> None:
    """Journals and the sandbox stay out of Git."""
    assert (template / ".gitignore").read_text("utf-8") == ".mpctl/\n"
