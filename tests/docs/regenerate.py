"""Write the generated parts of the pages anew: `python -m tests.docs.regenerate`.

That is the tables, the help texts, and the output of every example that holds no `...`; an example
with one that is no longer right is named, and corrected by hand. Read the difference before you
commit it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.docs.examples import Example, Ran, Stage, stories
from tests.docs.help_texts import help_texts, with_new_sections
from tests.docs.markdown import REPOSITORY, Fence, pages, with_regions
from tests.docs.tables import tables


def regenerated(name: str, page: str) -> str:
    """A page with its tables and help texts as they are today."""
    complete = with_new_sections(page) if name == "docs/commands.md" else page
    return with_regions(complete, {**help_texts(), **tables()})


def replayed(page: str) -> str:
    """A page with the output of its examples as it is today."""
    lines = page.splitlines(keepends=True)
    for fence, text in reversed(list(_replayed(page))):
        lines[fence.line - 1 : fence.line - 1 + fence.length] = [text]
    return "".join(lines)


def _replayed(page: str) -> Iterator[tuple[Fence, str]]:
    for story in stories(page).values():
        with TemporaryDirectory() as folder:
            stage = Stage.set_up(Path(folder).resolve())
            for fence in story:
                played = list(stage.play(fence))
                if played:
                    yield fence, "".join(_today(example, ran) for example, ran in played)


def _today(example: Example, ran: Ran) -> str:
    if example.agrees_with(ran):
        return example.shown(example.promised)
    if "..." in example.promised.output:
        sys.stderr.write(f"correct this by hand:\n\n{example.shown(ran)}\n")
        return example.shown(example.promised)
    return example.shown(ran)


def main() -> None:
    """Rewrite the pages where they differ."""
    for name, page in pages().items():
        fresh = replayed(regenerated(name, page))
        if fresh != page:
            (REPOSITORY / name).write_text(fresh, encoding="utf-8", newline="\n")
            sys.stderr.write(f"{name} was rewritten\n")


if __name__ == "__main__":
    main()
