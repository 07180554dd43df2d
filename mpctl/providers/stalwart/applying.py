"""Carrying out a batch: write, make it live, read back, and ask the filter (11.6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from mpctl.core.outcome import Outcome, Status
from mpctl.core.rereading import settled
from mpctl.core.schedule import Batch, Operation
from mpctl.diagnostics import Code, MpctlError
from mpctl.providers.stalwart.answers import said
from mpctl.providers.stalwart.choice import Choice
from mpctl.providers.stalwart.editing import Edit, Editor, Reload, is_plumbing
from mpctl.providers.stalwart.probing import Filter, ask, sample
from mpctl.providers.stalwart.settings import Doubt, Settings
from mpctl.providers.stalwart.staging import Part, parts_of
from mpctl.providers.stalwart.stored import BLOCKED, Stored
from mpctl.transport import Session, TransportError

_SHADOWED: Final = (
    "the server took it without effect: {} is set in its local configuration file, which wins"
)
_AFTER: Final = "what has to be live before is not"
_AGAIN: Final = "plan again, or run mpctl reload"


@dataclass(slots=True)
class Liveness:
    """What became of the reloads: the words of each that failed, and which of them may have run.

    `rejected` is what the server has against keys of our own.
    """

    failed: dict[Reload, str] = field(default_factory=dict)
    unsure: set[Reload] = field(default_factory=set)
    rejected: dict[str, str] = field(default_factory=dict)

    def fail(self, reloads: Sequence[Reload], words: str, *, unsure: bool = False) -> None:
        """Note that a reload failed, and that those after it were not asked for."""
        self.failed |= dict.fromkeys(reloads, words)
        if unsure:
            self.unsure.add(reloads[0])


class Applying:
    """One server's batches, one at a time."""

    def __init__(self, session: Session, settings: Settings, choice: Choice) -> None:
        self._session = session
        self._settings = settings
        self._choice = choice
        self._may_reload = False

    def run(self, batch: Batch) -> list[Outcome]:
        """Carry out a batch and give one outcome for each of its operations."""
        problem = self._reload_refused()
        if problem:
            return _all(batch.operations, Status.FAILED, problem)
        outcomes: list[Outcome] = []
        for part in parts_of(batch.operations, self._choice):
            if all(end.status is Status.APPLIED for end in outcomes):
                outcomes += self._carry_out(part)
            else:
                outcomes += _all(part.operations, Status.NOT_ATTEMPTED, _AFTER)
        return outcomes

    def _reload_refused(self) -> str:
        """Why what would be stored could not be made live; asked once, before the first write.

        A key may write settings and not reload them (2.3). A dry run changes next to nothing.
        """
        try:
            if not self._may_reload:
                self._settings.reload(Reload.FULL, dry_run=True)
        except TransportError as error:
            return said(error)
        self._may_reload = True
        return ""

    def _carry_out(self, part: Part) -> list[Outcome]:
        try:
            before = self._settings.read()
        except MpctlError as error:
            return _all(part.operations, Status.FAILED, error.diagnostics[0].summary)
        edit = Editor(before, self._choice).edit(part.operations)
        doubt = self._settings.write(edit.values)
        if doubt is not None and (ends := self._without_effect(edit, doubt)):
            return ends
        liveness = self._make_live(edit, part.order)
        if liveness.rejected:
            return self._put_back(edit, liveness.rejected)
        return self._noted(self._judge(edit, doubt, liveness), liveness)

    def _noted(self, outcomes: list[Outcome], liveness: Liveness) -> list[Outcome]:
        """Note that everything stored is live, if it is.

        A reload that failed may be one that only an earlier run's keys wait for.
        """
        doubtful = (e.status is Status.UNKNOWN or e.code is Code.NOT_LIVE for e in outcomes)
        if liveness.failed or any(doubtful):
            return outcomes
        error = self._settings.note_live()
        if error is None:
            return outcomes
        detail = f"it is live, but that could not be noted: {said(error)}"
        return [
            replace(end, status=Status.FAILED, detail=detail, touched=True)
            if is_plumbing(end.operation)
            else end
            for end in outcomes
        ]

    def _without_effect(self, edit: Edit, doubt: Doubt) -> list[Outcome]:
        """The end of a write that did nothing, or that nobody can tell of; empty if it did."""
        operations = tuple(edit.touched)
        after = None if doubt.harmless else self._reading(edit)
        if doubt.harmless or (after is not None and not _wrote(edit, after)):
            return _all(operations, Status.FAILED, said(doubt.error))
        if after is None:
            detail = f"{said(doubt.error)}; it cannot be read back: {_AGAIN}"
            return _all(operations, Status.UNKNOWN, detail)
        return []

    def _make_live(self, edit: Edit, order: Sequence[Reload]) -> Liveness:
        """Reload in this order, as far as it goes; before that, ask whether it would go well."""
        liveness, reloads = Liveness(), edit.reloads(order)
        foreseen: Mapping[str, str] = {}
        if Reload.FULL in reloads:
            try:
                foreseen = self._settings.reload(Reload.FULL, dry_run=True)
            except TransportError as error:
                liveness.fail(reloads, said(error))
                return liveness
        liveness.rejected = {k: w for k, w in foreseen.items() if _is_ours(k, w, edit)}
        for number, reload in enumerate(() if liveness.rejected else reloads):
            expected = foreseen if reload is Reload.FULL else {}
            try:
                errors = expected or self._settings.reload(reload)
            except TransportError as error:
                liveness.fail(reloads[number:], said(error), unsure=error.may_have_executed)
                break
            # The other reloads take what parses, and only report the rest (5.2).
            if errors and reload is Reload.FULL:
                liveness.fail(reloads[number:], _quoted(errors))
                break
        return liveness

    def _put_back(self, edit: Edit, rejected: Mapping[str, str]) -> list[Outcome]:
        """Restore what was stored before: an error in it would block everybody's reloads (5.3)."""
        doubt = self._settings.write(edit.reverse)
        end = "everything was put back as it was"
        if doubt is not None:
            end = (
                f"and it could not be put back ({said(doubt.error)}): look at the server's settings"
            )
        detail = f"the server refuses it: {_quoted(rejected)}; {end}"
        ends = _all(edit.touched, Status.FAILED, detail)
        return [replace(one, touched=doubt is not None) for one in ends]

    def _judge(self, edit: Edit, doubt: Doubt | None, liveness: Liveness) -> list[Outcome]:
        after = self._reading(edit)
        if after is None:
            detail = f"it was written, but cannot be read back: {_AGAIN}"
            return _all(edit.touched, Status.UNKNOWN, detail)
        judged = [_end(operation, edit, after, doubt, liveness) for operation in edit.touched]
        return self._asked(judged, after)

    def _asked(self, outcomes: Sequence[Outcome], after: Stored) -> list[Outcome]:
        """Ask the running filter about a few of the rules that should be live."""
        applied = [end for end in outcomes if end.status is Status.APPLIED and not end.detail]
        expected, answers = Filter(after, self._choice), dict[Operation, Outcome]()
        for end, probe in sample(applied):
            try:
                found = ask(self._session, probe)
            except TransportError as error:
                answers[end.operation] = replace(
                    end, detail=f"stored and reloaded; the filter could not be asked: {said(error)}"
                )
                break
            if found != expected.tags(probe):
                answers[end.operation] = _contradicted(end, expected.tags(probe), found)
        return [answers.get(end.operation, end) for end in outcomes]

    def _reading(self, edit: Edit) -> Stored | None:
        """What is stored now; a reading that does not show everything is given some time."""
        try:
            stored, _ = settled(self._settings.read, edit.shows, self._session.clock.sleep)
        except MpctlError:
            return None
        return stored


def _end(
    operation: Operation, edit: Edit, after: Stored, doubt: Doubt | None, liveness: Liveness
) -> Outcome:
    if operation in edit.foreign:
        detail = "somebody else blocks it already, perhaps the server itself: that is left alone"
        return Outcome(operation, Status.APPLIED, detail)
    amiss = edit.amiss(operation, after)
    if amiss and doubt is not None:
        return Outcome(operation, Status.FAILED, said(doubt.error), touched=True)
    if amiss:
        detail = _SHADOWED.format(amiss[0])
        return Outcome(operation, Status.FAILED, detail, touched=True, code=Code.SHADOWED)
    failed = [reload for reload in Reload if reload in edit.needs(operation) & set(liveness.failed)]
    if failed:
        detail = f"stored, but not live: {liveness.failed[failed[0]]}"
        unsure = liveness.unsure.issuperset(failed)
        status = Status.UNKNOWN if unsure else Status.FAILED
        return Outcome(operation, status, detail, touched=True, code=Code.NOT_LIVE)
    gone = not edit.touched[operation]
    return Outcome(operation, Status.APPLIED, "it was gone already" if gone else "")


def _contradicted(end: Outcome, expected: Iterable[str], found: Iterable[str]) -> Outcome:
    says, wanted = (", ".join(sorted(tags)) or "nothing" for tags in (found, expected))
    detail = f"stored, but not live: the filter says {says}, not {wanted}"
    return replace(end, status=Status.FAILED, detail=detail, touched=True, code=Code.NOT_LIVE)


def _wrote(edit: Edit, after: Stored) -> bool:
    """Tell whether a reading shows anything of what was to be written."""
    return any(after.keys.get(key) == value for key, value in edit.values.items())


def _is_ours(key: str, words: str, edit: Edit) -> bool:
    """Tell whether an error is about a key that this edit wrote.

    The server names all blocked addresses by one key, and the bad one in its words (5.2).
    """
    written = [name for name, value in edit.values.items() if value is not None]
    if key == BLOCKED[:-1]:
        return any(f'"{name.removeprefix(BLOCKED)}"' in words for name in written)
    return any(name == key or name.startswith(f"{key}.") for name in written)


def _quoted(errors: Mapping[str, str]) -> str:
    first = [f"{key}: {words}" for key, words in sorted(errors.items())[:3]]
    more = f"; and {len(errors) - 3} more" if len(errors) > 3 else ""  # noqa: PLR2004
    return "; ".join(first) + more


def _all(operations: Iterable[Operation], status: Status, detail: str) -> list[Outcome]:
    return [Outcome(operation, status, detail) for operation in operations]
