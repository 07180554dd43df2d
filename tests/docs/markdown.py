"""Just enough Markdown for our pages: headings, fenced blocks and generated regions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).parents[2]
DOCS: Final = REPOSITORY / "docs"

_HEADING: Final = re.compile(r"(#{1,6}) (.+)")
_OPENING: Final = re.compile(r"(`{3,})(\w*)")
_REGION: Final = re.compile(r"(<!-- generated: (.+?) -->\n).*?(<!-- end -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading and the line on which it stands; `level` counts its hashes."""

    level: int
    title: str
    line: int


@dataclass(frozen=True, slots=True)
class Fence:
    """A fenced block; `line` is that of its first line of content."""

    language: str
    text: str
    line: int

    @property
    def length(self) -> int:
        """How many lines it has."""
        return self.text.count("\n")


def pages() -> dict[str, str]:
    """Every page by its path in the repository: the README and the documentation."""
    paths = [REPOSITORY / "README.md", *sorted(DOCS.glob("*.md"))]
    return {path.relative_to(REPOSITORY).as_posix(): path.read_text("utf-8") for path in paths}


def headings(text: str) -> list[Heading]:
    """All headings; a hash inside a fenced block is none."""
    return [block for block in _blocks(text) if isinstance(block, Heading)]


def fences(text: str) -> list[Fence]:
    """All fenced blocks."""
    return [block for block in _blocks(text) if isinstance(block, Fence)]


def sections(text: str, level: int) -> dict[str, str]:
    """What stands below each heading of a level, by title, up to the next that is not deeper."""
    lines = text.splitlines(keepends=True)
    ends = [heading for heading in headings(text) if heading.level <= level]
    stops = [heading.line - 1 for heading in ends[1:]] + [len(lines)]
    return {
        heading.title: "".join(lines[heading.line : stop])
        for heading, stop in zip(ends, stops, strict=True)
        if heading.level == level
    }


def generated(text: str) -> set[str]:
    """The names of the generated regions of a page."""
    return {match[2] for match in _REGION.finditer(text)}


def with_regions(text: str, contents: Mapping[str, str]) -> str:
    """The page with the content of each of its generated regions put in anew."""
    return _REGION.sub(lambda match: f"{match[1]}{contents[match[2]]}{match[3]}", text)


def _blocks(text: str) -> Iterator[Heading | Fence]:
    lines = iter(enumerate(text.splitlines(keepends=True), start=1))
    for number, line in lines:
        if opening := _OPENING.fullmatch(line.rstrip()):
            content: list[str] = []
            for _, inner in lines:
                if inner.rstrip() == opening[1]:
                    break
                content.append(inner)
            yield Fence(opening[2], "".join(content), number + 1)
        elif heading := _HEADING.fullmatch(line.rstrip()):
            yield Heading(len(heading[1]), heading[2], number)
