"""Awkward YAML and a wish in, the edited file or the reason against it out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from mpctl.core.entity import parse_entity
from mpctl.core.match import parse_match
from mpctl.core.rule import Action, RuleKey
from mpctl.diagnostics import MpctlError
from mpctl.policy.dates import parse_expiry
from mpctl.policy.edit import AddRule, Book, RemoveRule, SetSetting, Spoken, Wish, propose
from tests.policy.workspace import SERVICES, Workspace, listing

CASES: Final = Path(__file__).parent / "edits"
ENTITY: Final = parse_entity("domains/acme.example", default_target="mailprotector")
NOW: Final = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize("name", sorted(path.name for path in CASES.iterdir()))
def test_awkward_yaml(name: str, workspace: Workspace, request: pytest.FixtureRequest) -> None:
    """Either exactly the wish is done, or it is said why not and what to write by hand."""
    case = CASES / name
    workspace.write("acme.yaml", (case / "before.yaml").read_bytes())
    book = Book.open(Path("policies"), None, SERVICES)

    result = _result(book, _wish((case / "wish.txt").read_text("utf-8")))

    if request.config.getoption("--update-golden"):
        (case / "after.txt").write_text(result, "utf-8", newline="\n")
    assert result == (case / "after.txt").read_text("utf-8")


def test_line_ends_and_marks(workspace: Workspace) -> None:
    """CRLF, a byte order mark and a missing end of the last line stay as they are."""
    before = "\ufeffentity: domains/acme.example\r\nblock:\r\n- a.example".encode()
    workspace.write("acme.yaml", before)

    proposal = propose(
        Book.open(Path("policies"), None, SERVICES), _wish("add block b.example"), NOW
    )

    assert proposal.edit is not None
    assert proposal.edit.after == before + b"\r\n- b.example"


def _wish(text: str) -> Wish:
    """Read `add LIST VALUE [field=text]...`, `remove LIST VALUE` or `set NAME true`."""
    verb, what, value, *fields = text.split()
    if verb == "set":
        return SetSetting(ENTITY, what, value == "true")
    key = RuleKey(Action(what), parse_match(value))
    if verb == "remove":
        return RemoveRule(ENTITY, key, value)
    said = dict(field.split("=", 1) for field in fields)
    expires = parse_expiry(said["expires"]) if "expires" in said else None
    return AddRule(ENTITY, key, Spoken(value, said), expires)


def _result(book: Book, wish: Wish) -> str:
    try:
        edit = propose(book, wish, NOW).edit
    except MpctlError as error:
        return "REFUSED\n" + listing(error.diagnostics)
    return edit.after.decode() if edit else "NOTHING TO DO\n"
