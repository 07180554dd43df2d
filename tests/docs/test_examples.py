"""What the pages show is what mpctl prints."""

from __future__ import annotations

from pathlib import Path

import pytest

from mpctl import __version__
from mpctl.cli.embedded import running_sandbox
from mpctl.cli.sandbox import _invitation
from tests.docs.examples import Example, Ran, Stage, examples, stories
from tests.docs.markdown import Fence, pages
from tests.docs.regenerate import replayed

HINT = "python -m tests.docs.regenerate writes the outputs anew"


@pytest.mark.parametrize(
    "story",
    [
        pytest.param(story, id=f"{page}: {name}")
        for page, text in pages().items()
        for name, story in stories(text).items()
    ],
)
def test_pages_show_what_mpctl_prints(story: list[Fence], tmp_path: Path) -> None:
    """Each command of a story ends as the page says, and prints what the page says."""
    stage = Stage.set_up(tmp_path)
    for fence in story:
        for example, ran in stage.play(fence):
            if not example.agrees_with(ran):
                assert example.shown(ran) == example.shown(example.promised), HINT


def test_an_example_is_a_command_an_exit_code_and_an_output() -> None:
    """A block is divided at its prompts; without a remark a command ends with 0."""
    fence = Fence("console", "$ mpctl a   # exit 5\none\n\ntwo\n$ mpctl b\n", line=1)

    assert examples(fence) == [
        Example("mpctl a", Ran(5, "one\n\ntwo\n")),
        Example("mpctl b", Ran(0, "")),
    ]


@pytest.mark.parametrize(
    ("promised", "agrees"),
    [
        (Ran(0, "one\ntwo\nthree\n"), True),
        (Ran(0, "one\n...\nthree\n"), True),
        (Ran(0, "one\n...ee\n"), True),
        (Ran(1, "one\ntwo\nthree\n"), False),
        (Ran(0, "one\nthree\n"), False),
        (Ran(0, "one\n...\nfour\n"), False),
        (Ran(0, ""), False),
    ],
)
def test_dots_stand_for_what_is_left_out(promised: Ran, *, agrees: bool) -> None:
    """Without dots an output is compared to the letter, and so is the exit code always."""
    example = Example("mpctl a", promised)

    assert example.agrees_with(Ran(0, "one\ntwo\nthree\n")) is agrees


def test_a_heading_starts_afresh_only_where_the_page_says_so() -> None:
    """A page is one story unless it holds the comment."""
    page = "# P\n\n## A\n\n```console\n$ mpctl a\n```\n\n## B\n\n```console\n$ mpctl b\n```\n"

    assert list(stories(page)) == ["whole page"]
    assert list(stories(f"<!-- each heading starts afresh -->\n{page}")) == ["A", "B"]


def test_the_regenerator_fills_in_outputs_and_leaves_dots_alone() -> None:
    """A command without its output gets one; one that agrees with its dots stays as it is."""
    bare = "```console\n$ mpctl --version\n$ mpctl --version\nmpctl, ...\n```\n"
    filled = (
        f"```console\n$ mpctl --version\nmpctl, version {__version__}\n"
        "$ mpctl --version\nmpctl, ...\n```\n"
    )

    assert replayed(bare) == filled


def test_the_page_shows_how_the_sandbox_invites(tmp_path: Path) -> None:
    """What `mpctl sandbox` prints stands in the page, with the port that it takes by default."""
    with running_sandbox(tmp_path) as box:
        port = box.mailprotector.base_url.split(":")[2].split("/")[0]
        shown = _invitation(box).replace(port, "8025")

    assert shown in pages()["docs/commands.md"]
