"""Policy files written for good: in one step, only if they are as they were read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mpctl.diagnostics import Code, Diagnostic, MpctlError, Origin, Severity
from mpctl.policy.edit import Edit, Proposal, not_editable
from mpctl.render import FileEdit
from mpctl.store.files import NotReplaced, ensure_replaceable, remove_file, replace_file


def ensure_fileable(proposal: Proposal) -> None:
    """Find out before the work whether the file can be written; raises MpctlError."""
    if proposal.edit is not None:
        try:
            ensure_replaceable(proposal.edit.path, proposal.edit.before)
        except NotReplaced as error:
            raise _refused(proposal, proposal.edit, error) from error


def file_away(proposal: Proposal) -> None:
    """Write the file, if there is anything to write; raises MpctlError with the file as it was."""
    if proposal.edit is not None:
        try:
            replace_file(proposal.edit.path, proposal.edit.before, proposal.edit.after)
        except NotReplaced as error:
            raise _refused(proposal, proposal.edit, error) from error


@contextmanager
def filed(proposal: Proposal) -> Iterator[None]:
    """Write the file, and put it back after an error that says that nothing was written."""
    file_away(proposal)
    try:
        yield
    except MpctlError as error:
        if proposal.edit is None or _put_back(proposal.edit):
            raise
        raise MpctlError(
            *error.diagnostics, stays(proposal.edit), exit_code=error.exit_code
        ) from error


def stays(edit: Edit) -> Diagnostic:
    """Say that a file is edited though the service is not as it says."""
    return Diagnostic(
        Code.EDIT_STAYS,
        f"{edit.shown} is edited, and stays so",
        why="What became of the service may be unknown, and what is declared is found by a plan.",
        fix="Plan again; the next apply brings what is missing. Git takes the edit back.",
        origin=Origin(edit.shown, edit.line, 1),
        severity=Severity.WARNING,
    )


def in_words(proposal: Proposal) -> FileEdit | str:
    """The edit for people, or why there is none."""
    edit, path = proposal.edit, proposal.entity.path
    if edit is not None:
        return FileEdit(edit.shown, edit.line, edit.difference, new=edit.before is None)
    if proposal.origin is not None:
        return f"No file to edit: {proposal.origin.line_reference} says so already"
    if proposal.entity not in proposal.repository.desired.entities:
        return f"No file to edit: no policy names {path}, so nothing is managed there"
    return f"No file to edit: the policy of {path} has no such rule"


def as_json(proposal: Proposal, *, written: bool) -> dict[str, Any] | None:
    """An edit as it is printed; None where there is nothing to edit."""
    edit = proposal.edit
    if edit is None:
        return None
    difference = "\n".join([*edit.difference, ""])
    return {"file": edit.shown, "line": edit.line, "diff": difference, "written": written}


def _put_back(edit: Edit) -> bool:
    try:
        if edit.before is None:
            remove_file(edit.path, edit.after)
        else:
            replace_file(edit.path, edit.after, edit.before)
    except NotReplaced:
        return False
    return True


def _refused(proposal: Proposal, edit: Edit, error: NotReplaced) -> MpctlError:
    origin = Origin(edit.shown, edit.line, 1)
    return MpctlError(not_editable(proposal.wish, str(error), origin, proposal.by_hand))
