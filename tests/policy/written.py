"""Policies as people write them: every style of YAML that a list, a rule or a mode can have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hypothesis import strategies as st

from mpctl.core.rule import Action

ENTITIES: Final = ("domains/acme.example", "domains/globex.example", "users/a@acme.example")
_VALUES: Final = ("partner.example", "ap@vendor.example", "Bücher.example", "x1.example")
_COMMENTS: Final = ("", "", "  # why", "   #", " # 😀 naïve: [x]")
_QUOTES: Final = ("{}", "{}", "'{}'", '"{}"')


@dataclass(frozen=True)
class Style:
    """What runs through a whole file."""

    newline: str
    mark: bytes
    ends: bool


STYLES: Final = st.builds(
    Style,
    st.sampled_from(("\n", "\r\n")),
    st.sampled_from((b"", b"\xef\xbb\xbf")),
    st.booleans(),
)


@st.composite
def scalars(draw: st.DrawFn, value: str) -> str:
    """A value, plain or in quotes."""
    return draw(st.sampled_from(_QUOTES)).format(value)


@st.composite
def in_brackets(draw: st.DrawFn, value: str) -> str:
    """An item of a list in brackets."""
    text = draw(scalars(value))
    form = draw(st.sampled_from(("{}", "{}", "{{value: {}}}", "{{ value: {}, ticket: HD-1 }}")))
    return str(form.format(text))


@st.composite
def with_dash(draw: st.DrawFn, value: str, margin: str) -> list[str]:
    """An item of a list with dashes, line by line."""
    text, note = draw(scalars(value)), draw(st.sampled_from(_COMMENTS))
    gap = draw(st.sampled_from((" ", "   ")))
    inner = margin + " " * (1 + len(gap))
    short = [f"{margin}-{gap}{text}{note}"]
    block = [f"{inner}reason: |", f"{inner}  Two", "", f"{inner}  lines"]
    return draw(
        st.sampled_from(
            (
                short,
                short,
                [f"{margin}-{gap}{{value: {text}, expires: 2029-01-01}}{note}"],
                [f"{margin}-{gap}value: {text}{note}", f"{inner}reason: Because"],
                [f"{margin}-{gap}reason: 'x: y'{note}", f"{inner}value: {text}{note}"],
                [f"{margin}-{gap}values: [{text}]{note}"],
                [f"{margin}-{gap}values:", f"{inner}- {text}{note}", f"{inner}ticket: 12"],
                [f"{margin}-{gap}value: {text}", *block],
            )
        )
    )


@st.composite
def lists(draw: st.DrawFn, key: str, values: tuple[str, ...]) -> list[str]:
    """A key with its list, line by line."""
    note = draw(st.sampled_from(_COMMENTS))
    if not values:
        return [f"{key}: {draw(st.sampled_from(('[]', '[ ]')))}{note}"]
    style = draw(st.sampled_from(("dashes", "dashes", "brackets", "lines")))
    if style == "dashes":
        margin = draw(st.sampled_from(("", "  ", "    ")))
        items = [line for value in values for line in draw(with_dash(value, margin))]
        between = draw(st.sampled_from(([], [], [f"{margin}# - disabled.example"])))
        return [f"{key}:{note}", *items, *between]
    items = [draw(in_brackets(value)) for value in values]
    if style == "brackets":
        return [f"{key}: [{draw(st.sampled_from(('', ' ')))}{', '.join(items)}]{note}"]
    last = draw(st.sampled_from(("", ",")))
    lines = [f"    {item},{draw(st.sampled_from(_COMMENTS))}" for item in items[:-1]]
    return [f"{key}: [{note}", *lines, f"    {items[-1]}{last}{note}", "  ]"]


@st.composite
def documents(draw: st.DrawFn, name: str) -> list[str]:
    """A document of one entity."""
    values = draw(st.lists(st.sampled_from(_VALUES), unique=True, max_size=4))
    cut = draw(st.integers(0, len(values)))
    halves = {Action.ALLOW: tuple(values[:cut]), Action.BLOCK: tuple(values[cut:])}
    order: tuple[Action, ...] = tuple(draw(st.permutations(list(Action))))
    manage = draw(
        st.sampled_from(
            (
                [],
                [],
                ["manage: full  # all of it"],
                ["manage: additive"],
                ["manage: {allow: additive}"],
                ["manage:", "  block: full"],
            )
        )
    )
    parts = [
        draw(lists(action.value, halves[action]))
        for action in order
        if halves[action] or draw(st.sampled_from((True, False)))
    ]
    rest = draw(st.sampled_from(([], ["settings: {allow_spam_release: false}"], ["x-note: hi"])))
    gap = draw(st.sampled_from(([], [""])))
    head = [f"entity: {name}{draw(st.sampled_from(_COMMENTS))}", *manage]
    return [line for part in (head, rest, *parts) if part for line in (*gap, *part)]


@st.composite
def files(draw: st.DrawFn) -> bytes:
    """A policy file with one document or several."""
    style = draw(STYLES)
    names = draw(st.lists(st.sampled_from(ENTITIES), unique=True, min_size=1, max_size=3))
    lines = ["# yaml-language-server: x"] if draw(st.booleans()) else []
    for number, name in enumerate(names):
        lines += [*(["---"] if number else []), *draw(documents(name))]
    # Without an end of its last line, a text in lines (|) would be another one.
    ends = style.ends or any(line.endswith("|") for line in lines)
    text = style.newline.join(lines) + (style.newline if ends else "")
    return style.mark + text.encode()
