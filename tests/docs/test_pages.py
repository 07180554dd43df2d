"""The pages are complete: every key, command, code and page is there, and links lead somewhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mpctl.cli.lazy import COMMANDS
from mpctl.credentials import SERVICES
from mpctl.diagnostics import Code, ExitCode
from mpctl.policy.problems import Problems
from mpctl.policy.yaml_reader import read_yaml
from tests.docs.examples import WIDTH, Stage, examples
from tests.docs.help_texts import help_of, help_texts
from tests.docs.markdown import DOCS, REPOSITORY, fences, generated, headings, pages, sections
from tests.docs.regenerate import regenerated
from tests.docs.tables import all_keys, flow, tables

PAGES = pages()
REGENERATE = "run python -m tests.docs.regenerate"
COMMAND_SECTIONS = sections(PAGES["docs/commands.md"], level=2)
ERROR_SECTIONS = sections(PAGES["docs/errors.md"], level=3)
EXIT_SECTIONS = sections(PAGES["docs/exit-codes.md"], level=2)
SOURCE = "".join(
    path.read_text("utf-8")
    for path in (REPOSITORY / "mpctl").rglob("*.py")
    if path.name != "diagnostics.py"
)


@pytest.mark.parametrize("name", PAGES)
def test_generated_parts_are_up_to_date(name: str) -> None:
    """Tables and help texts are what the schemas and commands say today."""
    assert regenerated(name, PAGES[name]) == PAGES[name], REGENERATE


def test_every_generated_part_has_its_place() -> None:
    """No table and no help text is missing from its page."""
    assert generated(PAGES["docs/policies.md"]) == set(tables())
    assert generated(PAGES["docs/commands.md"]) == set(help_texts()), REGENERATE


@pytest.mark.parametrize("key", sorted(all_keys()))
def test_every_key_is_mentioned(key: str) -> None:
    """Each key of the schemas stands in the policy reference, alone or at the end of a path."""
    mentioned = re.search(rf"`([\w.\[\]]+\.)?{key}`", PAGES["docs/policies.md"])

    assert mentioned, f"docs/policies.md does not mention {key!r}"


@pytest.mark.parametrize(
    "value", ["HD-4711", "0471", "12", "*.tmp.example", "a: b", "true", "~", ""]
)
def test_examples_in_tables_can_be_copied(value: str) -> None:
    """A text in a table is quoted where YAML would take it for something else."""
    problems = Problems()
    (document,) = read_yaml(f"key: {flow([{'value': value}])}\n", "x.yaml", problems)

    assert document.value["key"][0]["value"] == value
    assert not problems.errors


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_explained(name: str) -> None:
    """A command has a section that says when to use it, with its help and examples that run."""
    assert name in COMMAND_SECTIONS, f"docs/commands.md has no section for {name!r}: {REGENERATE}"
    section = COMMAND_SECTIONS[name]

    purpose = re.search(r"^Use it .*$", section, re.MULTILINE)
    assert purpose, f"the section of {name!r} says nothing that begins with 'Use it'"
    assert purpose[0] != "Use it to ...", f"say when to use {name!r}"
    assert any(map(examples, fences(section))), f"the section of {name!r} has no console block"


def test_a_new_command_gets_a_section() -> None:
    """The generator makes a section with the help for each command that the page lacks."""
    page = regenerated("docs/commands.md", "# Commands\n\n## plan\n\nAs it was.\n")

    assert set(sections(page, level=2)) == set(COMMANDS)
    assert sections(page, level=2)["plan"] == "\nAs it was.\n\n"
    assert help_of("validate") in page


def test_no_section_explains_a_command_that_is_gone() -> None:
    """The sections of the page are the commands."""
    assert set(COMMAND_SECTIONS) == set(COMMANDS)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_help_in_the_page_is_the_help(name: str, tmp_path: Path) -> None:
    """What the generator makes is what `--help` prints on a terminal of that width."""
    (fence,) = fences(f"```console\n$ mpctl {name} --help\n```\n")
    ((_, ran),) = Stage(tmp_path).play(fence)

    assert ran.output == f"{help_of(name)}\n"
    assert max(map(len, ran.output.splitlines())) <= WIDTH


@pytest.mark.parametrize("code", Code)
def test_every_code_is_explained(code: Code) -> None:
    """A code has a paragraph, and an example as soon as mpctl says it."""
    assert code in ERROR_SECTIONS, (
        f"docs/errors.md has no heading '### {code}': add it where its kind stands, with a "
        "paragraph that says what it means and what to do, and an example (see docs/README.md)"
    )
    section = ERROR_SECTIONS[code]
    paragraph = section.strip().partition("\n\n")[0]
    assert paragraph, f"'### {code}' has no paragraph"
    assert not paragraph.startswith("```"), f"'### {code}' does not begin with a paragraph"
    if re.search(rf"(?<!Exit)Code\.{code.name}\b", SOURCE):
        shown = "".join(fence.text for fence in fences(section))
        said = rf'(error|warning|note)\[{code}\]|"code": "{code}"'
        assert re.search(said, shown), (
            f"'### {code}' shows no message with [{code}]: add a console block that makes it, or a "
            "text block if that takes more than a command line"
        )


def test_no_heading_explains_a_code_that_is_gone() -> None:
    """The headings of the page are the codes."""
    assert set(ERROR_SECTIONS) == {code.value for code in Code}


@pytest.mark.parametrize("code", ExitCode)
def test_every_exit_code_is_explained(code: ExitCode) -> None:
    """An exit code has a section with a command that ends with it, where one can be shown."""
    title = f"{code.value} {code.name.lower()}"
    assert title in EXIT_SECTIONS, f"docs/exit-codes.md has no heading '## {title}'"

    reached = f"ExitCode.{code.name}" in SOURCE
    if reached and code not in {ExitCode.BUG, ExitCode.INTERRUPTED}:
        blocks = fences(EXIT_SECTIONS[title])
        ends = {example.promised.code for fence in blocks for example in examples(fence)}
        assert code in ends, f"'## {title}' shows no command that ends with {code.value}"


def test_every_source_of_a_key_is_explained() -> None:
    """The page about credentials names each source, variable and entry of the vault."""
    page = PAGES["docs/credentials.md"]
    schema = json.loads((REPOSITORY / "schemas" / "config.schema.json").read_text("utf-8"))
    for source in schema["$defs"]["credentials"]["properties"]:
        assert f"credentials: {{{source}: " in page, f"docs/credentials.md lacks {source!r}"
    for service in SERVICES.values():
        entry = service.vault
        kept = (entry.file, *entry.keys.values()) if entry else ()
        for word in (*service.variables.values(), *kept):
            assert f"`{word}`" in page, f"docs/credentials.md lacks {word!r}"


def test_the_index_names_every_page() -> None:
    """A page that the index does not name is not found."""
    named = set(re.findall(r"^- \[(\S+\.md)\]\(\1\): \S", PAGES["docs/README.md"], re.MULTILINE))

    assert named == {path.name for path in DOCS.glob("*.md")} - {"README.md"}


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    """A link within the repository names a file, and a heading of it if it names one."""
    for link in re.findall(r"\]\(([^)\s]+)\)", PAGES[name]):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        file = (REPOSITORY / name).parent / path if path else REPOSITORY / name
        assert file.exists(), f"{name} links to {link}"
        if anchor:
            assert anchor in _anchors(file.read_text("utf-8")), f"{name} links to {link}"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_completion_is_set_up_as_the_page_says(shell: str) -> None:
    """The variable that the page sets makes mpctl print a script for the shell."""
    assert f"{shell}_source" in PAGES["docs/getting-started.md"]
    ran = subprocess.run(
        [sys.executable, "-m", "mpctl"],
        env={**os.environ, "_MPCTL_COMPLETE": f"{shell}_source"},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )

    assert f"{shell}_complete" in ran.stdout


def _anchors(text: str) -> set[str]:
    """The anchors that a page has on GitHub."""
    titles = (heading.title.lower() for heading in headings(text))
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}
