"""Two sides loaded together mean what they mean apart, and share just what is the same."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpctl.core.declared import declared_changes
from mpctl.core.sides import changed_entities
from mpctl.core.state import DesiredState
from mpctl.diagnostics import Diagnostic, MpctlError, Origin
from mpctl.policy import Repository, Sides, load_sides, read_repository
from mpctl.policy.compiling import compile_file
from mpctl.policy.memory import Memory
from mpctl.policy.naming import Services
from mpctl.policy.problems import Problems
from mpctl.policy.yaml_reader import read_yaml
from tests.cli.repository import Repository as Git
from tests.policy.workspace import CONFIGURATION, SERVICES, Workspace, listing
from tests.strategies import NOW

Files = Mapping[str, str]

BASE = "@0ld"
LISTS = "entity: domains/lists.example\nallow: [a.example]\nblock:\n  - value: b.example\n"
RULES = "ruleset: known\nblock: [spam.example]\n---\nruleset: other\nallow: [friend.example]\n"
FILES: Files = {
    "mpctl.yaml": CONFIGURATION,
    "lists.yaml": LISTS,
    "full.yaml": "entity: domains/full.example\nmanage: full\nblock: []\n",
    "takes/known.yaml": "entity: domains/known.example\ninclude: [known]\n",
    "takes/both.yaml": "entity: domains/both.example\ninclude: [known, other]\nallow: []\n",
    "zz-rules.yaml": RULES,
}
ALL = frozenset({"lists", "full", "known", "both"})


@dataclass(frozen=True)
class File:
    """A file of a side; those of the base are shown with a commit."""

    name: str
    text: str
    side: str

    @property
    def shown(self) -> str:
        """The path that errors name."""
        return self.name + self.side

    def read(self) -> bytes:
        """Its content."""
        return self.text.encode()


@dataclass(frozen=True)
class Side:
    """Files as a source of policies."""

    files: Files
    name: str = ""

    @property
    def configuration(self) -> File:
        """`mpctl.yaml`."""
        return File("mpctl.yaml", self.files["mpctl.yaml"], self.name)

    @property
    def policies(self) -> list[File]:
        """Everything else."""
        others = sorted(self.files.keys() - {"mpctl.yaml"})
        return [File(name, self.files[name], self.name) for name in others]


def together(head: Files, base: Files) -> tuple[Repository, Repository]:
    """The two sides, loaded together."""
    memory = Memory()
    after = read_repository(Side(head), SERVICES, memory=memory)
    return after, read_repository(Side(base, BASE), SERVICES, memory=memory)


def placeless(value: Any) -> Any:
    """A value in which nothing says of which side its places are."""
    if isinstance(value, Origin):
        return value._replace(path=value.path.removesuffix(BASE))
    if isinstance(value, dict):
        return {placeless(key): placeless(each) for key, each in value.items()}
    if isinstance(value, tuple):
        each = map(placeless, value)
        return type(value)(*each) if hasattr(value, "_fields") else tuple(each)
    if isinstance(value, str) and BASE in value:
        return value.replace(BASE, "")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: placeless(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return dataclasses.replace(cast("Any", value), **fields)
    return value


def replaced(name: str, old: str, new: str) -> Callable[[Files], Files]:
    """One file is different."""

    def change(files: Files) -> Files:
        assert files[name].count(old) == 1
        return {**files, name: files[name].replace(old, new)}

    return change


def moved(name: str, to: str) -> Callable[[Files], Files]:
    """A file has another name."""
    return lambda files: {(to if n == name else n): text for n, text in files.items()}


def configured(more: str) -> Callable[[Files], Files]:
    """The configuration says more."""
    return lambda files: {**files, "mpctl.yaml": files["mpctl.yaml"] + more}


# What is different at the base, and whose entities are another object then.
MUTATIONS: Mapping[str, tuple[Callable[[Files], Files], frozenset[str]]] = {
    "nothing": (lambda files: files, frozenset()),
    "a rule": (replaced("lists.yaml", "a.example", "c.example"), frozenset({"lists"})),
    "a comment": (replaced("lists.yaml", "allow:", "# why\nallow:"), frozenset({"lists"})),
    "a space": (replaced("lists.yaml", "[a.example]", "[ a.example]"), frozenset({"lists"})),
    "line ends": (replaced("full.yaml", "\nmanage: full\n", "\r\nmanage: full\r\n"), frozenset()),
    "a rule set": (
        replaced("zz-rules.yaml", "spam.example", "spam-2.example"),
        frozenset({"known", "both"}),
    ),
    "a rule set, moved": (moved("zz-rules.yaml", "rules.yaml"), frozenset({"known", "both"})),
    "what is included": (replaced("takes/known.yaml", "known]", "other]"), frozenset({"known"})),
    "the name of a file": (moved("takes/both.yaml", "takes/all.yaml"), frozenset({"both"})),
    "a guard": (configured("guards: {max_removals: 3}\n"), frozenset()),
    "how much is managed": (configured("defaults: {manage: additive}\n"), ALL),
    "a target more": (
        replaced("mpctl.yaml", "targets:\n", "targets:\n  more: {provider: mailprotector}\n"),
        ALL,
    ),
    "the service of a target": (
        replaced("mpctl.yaml", "outgoing: {provider: mailbaby}", "outgoing: {provider: octets}"),
        ALL,
    ),
    "a setting of a target": (
        replaced(
            "mpctl.yaml",
            "outgoing: {provider: mailbaby}",
            "outgoing: {provider: mailbaby, max_concurrency: 2}",
        ),
        frozenset(),
    ),
}


@pytest.mark.parametrize(("change", "apart"), MUTATIONS.values(), ids=MUTATIONS)
def test_what_is_the_same_is_shared(
    change: Callable[[Files], Files], apart: frozenset[str]
) -> None:
    """An entity is one object on both sides just where all that it comes from is the same."""
    head, base = together(FILES, change(FILES))

    found = {
        entity.name.partition(".")[0]
        for entity, desired in head.desired.entities.items()
        if base.desired.entities[entity] is not desired
    }
    assert found == apart


def test_a_default_target_is_a_part_of_every_name() -> None:
    """What the same document names depends on the configuration, and so does its entity."""
    other = CONFIGURATION.replace("default_target: mailprotector", "default_target: spare").replace(
        "targets:\n", "targets:\n  spare: {provider: mailprotector}\n"
    )

    head, base = together(FILES, {**FILES, "mpctl.yaml": other})

    assert {entity.target for entity in head.desired.entities} == {"mailprotector"}
    assert {entity.target for entity in base.desired.entities} == {"spare"}
    assert {d.origin.path[-4:] for d in base.desired.entities.values()} == {BASE}


def test_a_head_in_disorder_lends_nothing() -> None:
    """What a broken configuration leaves open is not open for the base."""
    files = {**FILES, "zz.yaml": "entity: nowhere:domains/zz.example\n"}
    memory = Memory()

    head = outcome(Side({**files, "mpctl.yaml": CONFIGURATION + "guardz: {}\n"}), memory)
    base = outcome(Side(files, BASE), memory)

    assert isinstance(head, tuple)
    assert isinstance(base, tuple)
    assert [d.code for d in head] == ["unknown-key"]
    assert [d.code for d in base] == ["unknown-target"]


def test_a_document_is_let_go() -> None:
    """Of the lists of a document stays what they mean, and not the YAML."""
    services = Services(None, SERVICES)

    (draft,) = compile_file(File("a.yaml", LISTS, ""), services, Problems(), Memory()).drafts

    assert len(draft.parts.own) == 2
    assert [draft.parts.content[key] for key in ("allow", "block")] == [None, None]


# What a file may say, and what in it would be wrong by itself or beside the others.
TEXTS: Mapping[str, tuple[str | None, ...]] = {
    "mpctl.yaml": (
        CONFIGURATION,
        CONFIGURATION + "defaults: {manage: additive}\n",
        CONFIGURATION + "guards: {max_removals: 3}\n",
    ),
    "a.yaml": (
        None,
        "entity: domains/a.example\nallow: [v.example]\n",
        "entity: domains/a.example\r\nallow: [v.example]\r\n",
        "entity: domains/a.example\nallow: [v.example #2\n]\n",
        "entity: domains/a.example\ninclude: [known]\nexcept: [spam.example]\n",
        "entity: domains/a.example\ninclude: [known]\nmanage: {allow: observe}\nallow: []\n",
        "entity: domains/a.example\nunsupported: skip\nblock: ['*.v.example', v.example]\n",
    ),
    "b.yaml": (
        None,
        "entity: domains/b.example\nblock: [{value: v.example, reason: mine}]\n",
        "entity: domains/b.example\nabsent: {allow: [v.example]}\ninclude: [known]\n",
        "entity: domains/b.example\n---\nentity: domains/c.example\ninclude: [known]\n",
        "entity: mailprotector:domains/b.example\nignore: ['*.v.example']\n",
    ),
    "c.yaml": (
        "ruleset: known\nblock: [spam.example]\n",
        "ruleset: known\nblock: [{value: spam.example, expires: 2027-01-01}]\n",
        "ruleset: known\nblock: [spam.example]\n---\nruleset: more\nallow: [w.example]\n",
        "ruleset: known\nblock: [spam.example #2\n]\n",
    ),
}
WRONG: Mapping[str, tuple[str | None, ...]] = {
    "mpctl.yaml": (
        CONFIGURATION + "guardz: {}\n",
        CONFIGURATION.replace("default_target: mailprotector", "default_target: server"),
    ),
    "a.yaml": ("entity: domains/a.example\nallow: [spam.example]\ninclude: [known]\n",),
    "b.yaml": ("entity: domains/a.example\n", "entity: [broken\n"),
    "c.yaml": (None, "ruleset: known\nblock: [spam.example, SPAM.example]\n"),
}
_RIGHT = {name: st.sampled_from(texts) for name, texts in TEXTS.items()}
_ANY = {name: st.sampled_from(texts + WRONG[name]) for name, texts in TEXTS.items()}


@st.composite
def two_sides(draw: st.DrawFn) -> tuple[Files, Files]:
    """A head and a base, which mostly have some files alike."""
    texts = draw(st.sampled_from((_RIGHT, _RIGHT, _ANY)))
    head = {name: draw(text) for name, text in texts.items()}
    base = {name: head[name] if draw(st.booleans()) else draw(texts[name]) for name in texts}
    return _existing(head), _existing(base)


def _existing(side: Mapping[str, str | None]) -> Files:
    return {name: text for name, text in side.items() if text is not None}


def outcome(side: Side, memory: Memory | None = None) -> Repository | tuple[Diagnostic, ...]:
    """What a side says, or what is wrong with it."""
    try:
        return read_repository(side, SERVICES, memory=memory)
    except MpctlError as error:
        return error.diagnostics


@given(two_sides())
def test_together_is_apart(both: tuple[Files, Files]) -> None:
    """Sharing changes nothing but of which side a place is said to be."""
    (head, base), memory = both, Memory()

    after, before = outcome(Side(head), memory), outcome(Side(base, BASE), memory)
    alone = outcome(Side(base, BASE))

    assert after == outcome(Side(head))
    if isinstance(before, tuple) or isinstance(alone, tuple):
        assert set(placeless(before)) == set(placeless(alone))
    else:
        assert placeless(before.desired) == placeless(alone.desired)
        assert placeless(before.declarations) == placeless(alone.declarations)
        assert placeless(before.findings) == placeless(alone.findings)
        assert before.own_domains == alone.own_domains


@given(two_sides())
def test_a_difference_is_the_same_together(both: tuple[Files, Files]) -> None:
    """What a change means, and which entities it changes, does not depend on what is shared."""
    (head, base), memory = both, Memory()
    after, before = outcome(Side(head), memory), outcome(Side(base, BASE), memory)
    alone = outcome(Side(base, BASE))
    if not all(isinstance(each, Repository) for each in (after, before, alone)):
        return
    new, shared, old = (cast("Repository", each).desired for each in (after, before, alone))

    assert changed_entities(new, shared) == changed_entities(new, old)
    assert placeless(difference(new, shared)) == placeless(difference(new, old))


def difference(head: DesiredState, base: DesiredState) -> Any:
    """What a change means."""
    targets = {entity.target for entity in [*head.entities, *base.entities]}
    services = {"mailprotector": SERVICES["mailprotector"], "server": SERVICES["broad"]}
    return declared_changes(head, base, {name: services[name] for name in targets}, NOW)


@given(two_sides())
def test_a_place_without_a_commit_is_one_of_the_head(both: tuple[Files, Files]) -> None:
    """A place of the base is shown as one of the head only in a file that is the same in both."""
    (head, base), memory = both, Memory()
    outcome(Side(head), memory)
    before = outcome(Side(base, BASE), memory)
    if isinstance(before, tuple):
        return

    rules = (d.rules.values() for d in before.desired.entities.values())
    origins = {origin for each in rules for rule in each for origin in rule.origins}
    for path in {o.path for o in origins} | {
        d.origin.path for d in before.desired.entities.values()
    }:
        if not path.endswith(BASE):
            assert head[path].replace("\r\n", "\n") == base[path].replace("\r\n", "\n")


@given(
    st.sampled_from(
        [text for texts in (*TEXTS.values(), *WRONG.values()) for text in texts if text]
    )
)
def test_line_ends_mean_nothing(text: str) -> None:
    """A file means the same, and at the same places, with the line ends of either platform."""

    def read(lines: str) -> object:
        problems = Problems()
        try:
            documents = read_yaml(lines, "p.yaml", problems)
        except MpctlError as error:
            return error.diagnostics
        return [(d.value, d.origin, d.sound) for d in documents], problems

    plain = text.replace("\r\n", "\n")
    assert read(plain) == read(plain.replace("\n", "\r\n"))


@pytest.fixture
def git(workspace: Workspace) -> Git:
    """Policies in a Git repository, committed."""
    git = Git(workspace.root.parent)
    for name, text in FILES.items():
        workspace.write(name, text)
    git.commit()
    return git


def sides(base: str = "HEAD", head: str = "") -> Sides:
    """The policies of a revision and of the work tree, or of another revision."""
    return load_sides(Path("policies"), base, head=head, capabilities=SERVICES)


def shared(loaded: Sides) -> set[str]:
    """The entities that are one object on both sides."""
    old = loaded.base.desired.entities
    return {e.name[:-8] for e, d in loaded.head.desired.entities.items() if old.get(e) is d}


def refusal(base: str = "HEAD") -> str:
    """What is wrong with either side."""
    with pytest.raises(MpctlError) as caught:
        sides(base)
    return listing(caught.value.diagnostics)


def test_a_work_tree_and_its_commit(git: Git, workspace: Workspace) -> None:
    """Of a work tree all is shared that is as it was committed."""
    workspace.write("lists.yaml", LISTS.replace("a.example", "c.example"))

    assert shared(sides()) == ALL - {"lists"}
    assert shared(sides(base=git.commit(), head="HEAD~1")) == ALL - {"lists"}


@pytest.mark.usefixtures("git")
def test_a_commit_is_named_where_it_is_needed(workspace: Workspace) -> None:
    """What still stands as it did has its place of today; what has changed that of the commit."""
    workspace.write("takes/both.yaml", "entity: domains/both.example\ninclude: [known]\n")

    loaded = sides()

    both = next(d for e, d in loaded.base.desired.entities.items() if e.name == "both.example")
    assert both.origin.path == f"policies/takes/both.yaml@{loaded.commit[:12]}"
    assert {str(rule.origins[0]) for rule in both.rules.values()} == {
        "policies/zz-rules.yaml:2:9",
        "policies/zz-rules.yaml:5:9",
    }


@pytest.mark.skipif(os.name != "posix", reason="modes are those of POSIX")
@pytest.mark.usefixtures("git")
def test_a_mode_means_nothing(workspace: Workspace) -> None:
    """Whether a file may be run is no part of what it says."""
    (workspace.root / "lists.yaml").chmod(0o755)

    assert shared(sides()) == ALL


@pytest.mark.skipif(os.name != "posix", reason="links need a privilege on Windows")
@pytest.mark.usefixtures("git")
def test_a_link_is_not_what_it_leads_to(workspace: Workspace) -> None:
    """A file that became a link is refused, though it leads to what was committed."""
    (workspace.root / "lists.yaml").rename(workspace.root.parent / "lists.yaml")
    (workspace.root / "lists.yaml").symlink_to("../lists.yaml")

    assert refusal().startswith("policies/lists.yaml:1:1: error[unreadable-file]: this is a link")


def test_line_ends_of_git(git: Git, workspace: Workspace) -> None:
    """Where Git writes the line ends of Windows, what was committed is the same all the same."""
    for name in FILES:
        (workspace.root / name).unlink()
    git.git("-c", "core.autocrlf=true", "checkout", "--", "policies")
    assert b"\r\n" in (workspace.root / "lists.yaml").read_bytes()

    assert shared(sides()) == ALL


def test_a_broken_base_has_its_own_places(git: Git, workspace: Workspace) -> None:
    """What is wrong with the base is told with its places, also in a file that did not change."""
    (workspace.root / "zz-rules.yaml").unlink()
    commit = git.commit()[:12]
    workspace.write("zz-rules.yaml", RULES)

    assert refusal() == (
        f"None: error[invalid-base]: the policies of the base {commit} are not in order\n"
        "    What this change causes can only be told from what was declared before it.\n"
        "    Plan without --base, or name a base whose policies are in order.\n"
        f"policies/takes/both.yaml@{commit}:2:11: error[unknown-ruleset]: "
        "there is no rule set 'known'\n"
        "    The entity would go without its rules.\n"
        "    Write one, or take the name out.\n"
        f"policies/takes/both.yaml@{commit}:2:18: error[unknown-ruleset]: "
        "there is no rule set 'other'\n"
        "    The entity would go without its rules.\n"
        "    Write one, or take the name out.\n"
        f"policies/takes/known.yaml@{commit}:2:11: error[unknown-ruleset]: "
        "there is no rule set 'known'\n"
        "    The entity would go without its rules.\n"
        "    Write one, or take the name out.\n"
    )


def test_what_is_wrong_with_both_is_told_of_both(git: Git, workspace: Workspace) -> None:
    """A file that is broken on both sides is told once of each."""
    workspace.write("lists.yaml", "entity: [broken\n")
    commit = git.commit()[:12]

    lines = [line for line in refusal().splitlines() if "error[" in line]

    assert [line.partition(": ")[0] for line in lines] == [
        "policies/lists.yaml:2:1",
        "None",
        f"policies/lists.yaml@{commit}:2:1",
    ]


@pytest.mark.usefixtures("git")
def test_a_head_in_disorder_does_not_hide_the_base(workspace: Workspace) -> None:
    """All problems are shown together: of the policies, and that there is no such base."""
    workspace.write("lists.yaml", "entity: [broken\n")

    assert [line.split("[")[1].split("]")[0] for line in refusal("nosuch").splitlines()[::3]] == [
        "invalid-yaml",
        "unknown-revision",
    ]
