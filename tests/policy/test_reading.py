"""How strictly files are read."""

from __future__ import annotations

import pytest

from mpctl.diagnostics import Diagnostic, MpctlError
from mpctl.policy.problems import Problems
from mpctl.policy.text import MAX_BYTES
from mpctl.policy.yaml_reader import read_yaml
from tests.policy.workspace import Workspace


def read(text: str) -> object:
    """The value of the only document of a text without problems."""
    problems = Problems()
    (document,) = read_yaml(text, "p.yaml", problems)
    assert problems.in_order == []
    return document.value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("false", False),
        ("True", "True"),
        ("yes", "yes"),
        ("off", "off"),
        ("n", "n"),
        ("'true'", "true"),
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", "Null"),
        ("''", ""),
        ("471", 471),
        ("-5", -5),
        ("0", 0),
        ("0471", "0471"),
        ("-0", "-0"),
        ("+5", "+5"),
        ("0x1f", "0x1f"),
        ("1_000", "1_000"),
        ("1e3", "1e3"),
        ("0.5", "0.5"),
        ("٣", "٣"),
        ("123456789012345", 123456789012345),
        ("1234567890123456", "1234567890123456"),
        ("2027-03-31", "2027-03-31"),
        ("12:30:45", "12:30:45"),
        ("!!str 5", "5"),
        ("! 5", "5"),
        ("!!int 5", 5),
        ("!!bool true", True),
        ("!!seq [a]", ["a"]),
        ("!!map {a: b}", {"a": "b"}),
    ],
)
def test_scalars(written: str, value: object) -> None:
    """Only true and false are booleans, and a number never loses how it was written."""
    result = read(f"key: {written}\n")

    assert result == {"key": value}
    assert isinstance(result, dict)
    assert type(value) in type(result["key"]).__mro__


def test_merge() -> None:
    """What a mapping writes itself beats what it merges, and of two merged the first wins."""
    assert read(
        "- &a {k: 1, l: 1}\n- &b {k: 2, m: 2}\n- {<<: [*a, *b], l: 3}\n- {l: 3, <<: *b}\n"
    ) == [
        {"k": 1, "l": 1},
        {"k": 2, "m": 2},
        {"k": 1, "l": 3, "m": 2},
        {"l": 3, "k": 2, "m": 2},
    ]


def test_quoted_merge_key_is_a_key() -> None:
    """Only a plain << merges."""
    assert read("'<<': {a: b}") == {"<<": {"a": "b"}}


def test_byte_order_mark(workspace: Workspace) -> None:
    """A UTF-8 byte order mark is no part of the text."""
    workspace.write("bom.yaml", b"\xef\xbb\xbfentity: domains/a.example\r\nallow: []\r\n")

    assert len(workspace.load().desired.entities) == 1


def test_byte_order_mark_moves_nothing(workspace: Workspace) -> None:
    """Places are counted from the first character after the byte order mark."""
    workspace.write("bom.yaml", b"\xef\xbb\xbfentity: domains/a.example #2\n")

    assert [str(f.origin) for f in workspace.load().findings] == ["policies/bom.yaml:1:27"]


def test_without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where libyaml is missing, the parser in Python reads the same."""
    monkeypatch.delattr("yaml.CSafeLoader")

    assert read("- &a {k: 1}\n- {<<: *a, l: 0471}\n") == [{"k": 1}, {"k": 1, "l": "0471"}]
    with pytest.raises(MpctlError, match="nested more than 64 levels"):
        read("[" * 100_000)
    with pytest.raises(MpctlError, match="control character"):
        read("a: \x07\n")


def test_merging_twice() -> None:
    """Two merge keys in one mapping are one too many; a list of aliases merges several."""
    problems = Problems()
    text = "- &a {k: 1}\n- &b {k: 2}\n- <<: *a\n  <<: *b\n"
    (document,) = read_yaml(text, "p.yaml", problems)

    (problem,) = problems.errors
    assert (str(problem.origin), problem.summary) == (
        "p.yaml:4:3",
        "'<<' is already written at p.yaml:3:3",
    )
    assert document.value[2] == {"k": 1}


def test_merge_sign_as_a_value() -> None:
    """A << that is no key is text."""
    assert read("[<<, a: <<]") == ["<<", {"a": "<<"}]


def test_long_text_counts_in_aliases(workspace: Workspace) -> None:
    """A few aliases of much text stand for as much as many aliases of little."""
    text = "x-a: &a " + "v" * 10_000_000 + "\nx-b: [" + "*a, " * 100 + "]\n"

    (problem,) = workspace.problems(text)

    assert problem.startswith("p.yaml:2:")
    assert "[too-large]" in problem


def test_empty_documents(workspace: Workspace) -> None:
    """A file with comments only, and an empty document, declare nothing."""
    workspace.write("empty.yaml", "# nothing yet\n")
    workspace.write("dashes.yaml", "---\n---\nx-anchors: []\n---\n")

    assert workspace.load().desired.entities == {}


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (
            b"entity: domains/a.example\nallow:\n\t- v.example\n",
            "3:1: error[invalid-yaml]: not YAML: a tab stands where only spaces may",
        ),
        (
            b"allow:\n  - v.example\n\tblock: []\n",
            "3:1: error[invalid-yaml]: not YAML: a tab stands where only spaces may",
        ),
        (
            "entity: domains/a.example\n# für Mü".encode() + b"\xfcller\n",
            "2:9: error[wrong-encoding]: the byte 0xfc is not UTF-8",
        ),
        (
            "entity: domains/a.example\n".encode("utf-16"),
            "1:1: error[wrong-encoding]: the file is UTF-16 or binary, not UTF-8",
        ),
        (
            "entity: domains/a.example\n".encode("utf-16-be"),
            "1:1: error[wrong-encoding]: the file is UTF-16 or binary, not UTF-8",
        ),
        (
            "# ü\nentity: a\x07b\n".encode(),
            "2:10: error[invalid-yaml]: not YAML: a control character stands here",
        ),
        (
            b"a: [b\n",
            (
                "2:1: error[invalid-yaml]: not YAML: "
                "did not find expected ',' or ']', while parsing a flow sequence"
            ),
        ),
        (b"a: *b\n", "1:4: error[invalid-yaml]: the alias *b names no anchor"),
        (
            b"a: &b [*b]\n",
            "1:8: error[invalid-yaml]: the alias *b stands inside the value that it names",
        ),
        (
            b"[" * 100_000,
            "1:65: error[too-large]: the document is nested more than 64 levels deep",
        ),
        (
            b"- " * 100_000,
            "1:129: error[too-large]: the document is nested more than 64 levels deep",
        ),
        (b"#" * (MAX_BYTES + 1), "1:1: error[too-large]: the file is larger than 32 MiB"),
    ],
)
def test_unreadable(workspace: Workspace, data: bytes, problem: str) -> None:
    """What is not a small UTF-8 YAML file is refused with its place, and nothing falls over."""
    assert workspace.problems(data) == [f"p.yaml:{problem}"]


def bomb(levels: int) -> str:
    """Nine aliases of nine aliases of nine aliases, and so on."""
    lines = ["x-0: &a0 [a, a, a, a, a, a, a, a, a]"]
    for level in range(1, levels):
        aliases = ", ".join([f"*a{level - 1}"] * 9)
        lines.append(f"x-{level}: &a{level} [{aliases}]")
    return "\n".join(lines)


def test_alias_bomb(workspace: Workspace) -> None:
    """Aliases that would fill the memory are refused where it becomes too much."""
    assert workspace.problems(bomb(levels=30)) == [
        "p.yaml:7:11: error[too-large]: the aliases of the document stand for too much",
    ]


def test_aliases_do_not_hide_depth(workspace: Workspace) -> None:
    """Nesting through aliases counts like nesting that is written out."""
    deep = "x-a: &a " + "[" * 40 + "]" * 40 + "\nx-b: " + "[" * 40 + "*a" + "]" * 40

    assert workspace.problems(deep) == [
        "p.yaml:2:46: error[too-large]: the aliases of the document stand for too much",
    ]


def test_a_broken_file_hides_no_other(workspace: Workspace) -> None:
    """The errors of all files are shown, whatever the first of them looks like."""
    assert workspace.problems(
        "entity: [\n", q="entity: domains/a.example\nblok: []\n", r="a: b\n\tc: d\n"
    ) == [
        (
            "p.yaml:2:1: error[invalid-yaml]: not YAML: "
            "did not find expected node content, while parsing a flow node"
        ),
        "q.yaml:2:1: error[unknown-key]: 'blok' is not a key of an entity",
        "r.yaml:2:1: error[invalid-yaml]: not YAML: a tab stands where only spaces may",
    ]


def findings(text: str) -> list[Diagnostic]:
    """What is found in a text that can be read."""
    problems = Problems()
    read_yaml(text, "p.yaml", problems)
    return problems.in_order


def test_comment_in_value() -> None:
    """A # right before a character cuts an unquoted value, and that is said where it stands."""
    (finding,) = findings("entity: customers/Smith #2\n")

    assert str(finding.origin) == "p.yaml:1:25"
    assert finding.summary == "the value ends before the #: it is 'customers/Smith'"


@pytest.mark.parametrize(
    "text",
    [
        "a: b # 2\n",
        "a: b#2\n",
        "a: 'b' #2\n",
        "#a\na: b\n",
        "a: [b] #2\n",
        "a: b ## c\n",
        "a: #b\n",
    ],
)
def test_other_comments(text: str) -> None:
    """Comments that stand apart, or cut nothing, are nobody's business."""
    assert findings(text) == []


def test_comment_in_value_stops_nothing(workspace: Workspace) -> None:
    """The finding is a warning of a repository that loads."""
    workspace.write("p.yaml", "entity: domains/a.example\nallow:\n  - v.example #2\n")

    assert [str(f.origin) for f in workspace.load().findings] == ["policies/p.yaml:3:15"]
