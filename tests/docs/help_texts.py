"""The generated parts of the page about commands: the overview, and every `--help` as it is."""

from __future__ import annotations

from typing import Any

import click

from mpctl.__main__ import root
from mpctl.cli.lazy import COMMANDS
from tests.docs.examples import WIDTH

_MARGIN = 2  # click leaves as much to the right of its text
_SECTION = """
## {name}

Use it to ...

<!-- generated: help of {name} -->
<!-- end -->
"""


def help_texts() -> dict[str, str]:
    """Every generated part of the page by its name."""
    overview = "".join(f"| [`{name}`](#{name}) | {_line(name)} |\n" for name in sorted(COMMANDS))
    return {
        "overview": f"| command | does |\n| --- | --- |\n{overview}",
        **{f"help of {name}": f"```text\n{help_of(name)}\n```\n" for name in COMMANDS},
    }


def help_of(name: str) -> str:
    """What `mpctl NAME --help` prints on a terminal of our width."""
    settings: dict[str, Any] = {"terminal_width": WIDTH - _MARGIN, "resilient_parsing": True}
    parent = root.make_context("mpctl", [], **settings)
    command = root.get_command(parent, name)
    assert isinstance(command, click.Command)
    return command.make_context(name, [], parent=parent, **settings).get_help()


def with_new_sections(page: str) -> str:
    """The page with a section at its end for each command that has none."""
    missing = [name for name in sorted(COMMANDS) if f"\n## {name}\n" not in page]
    return page + "".join(_SECTION.format(name=name) for name in missing)


def _line(name: str) -> str:
    return COMMANDS[name][1]
