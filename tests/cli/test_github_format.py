"""`--format github`: what a workflow's log shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Mpctl


@pytest.mark.parametrize("command", ["validate", "lint", "plan"])
def test_problems_become_annotations(sample: Path, mpctl: Mpctl, command: str) -> None:
    """Policies that cannot be read are annotated where they are wrong, on the standard output."""
    (sample / "broken.yaml").write_text("entity: domains/x.example\nalow: []\n")
    ran = mpctl(command, "--sandbox", "--format", "github")

    assert ran.code == 1
    assert ran.out.splitlines()[-1] == (
        "::error file=policies/broken.yaml,line=2,col=1,title=unknown-key::'alow' is not a key of "
        "an entity%0AWhat it asks for would be ignored without a word.%0ADid you mean 'allow'?"
    )


@pytest.mark.usefixtures("sample")
def test_findings_of_a_plan_are_annotated(mpctl: Mpctl) -> None:
    """The plan is printed as text, then each finding of lint and of the service is annotated."""
    ran = mpctl("plan", "--sandbox", "--format", "github", "--only", "domains/acme.example")
    text, _, annotations = ran.out.partition("2 entities: 3 to add")

    assert ran.code == 0
    assert "+ allow  billing@clearwater-freight.example" in text
    assert "\n::notice title=widened::mailprotector:user_groups/acme.example/" in annotations


@pytest.mark.usefixtures("sample")
def test_the_word_that_stops_commands_is_fresh(mpctl: Mpctl) -> None:
    """Nobody can write the word into a policy that lets the log listen again."""
    words = {mpctl("validate", "--format", "github").out.splitlines()[0] for _ in range(3)}

    assert len(words) == 3
    assert all(len(word.removeprefix("::stop-commands::")) == 64 for word in words)
