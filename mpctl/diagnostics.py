"""What went wrong, where, and with which exit code: the words every floor uses for problems.

Nothing here prints or exits. Deep code returns diagnostics or raises an `MpctlError` that carries
them; `mpctl.__main__` is the only place that shows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum, StrEnum
from typing import NamedTuple


class ExitCode(IntEnum):
    """The contract with scripts; `docs/exit-codes.md` explains each."""

    DONE = 0
    STOPPED = 1
    PENDING = 2
    BUG = 3
    REFUSED = 4
    PARTIAL = 5
    USAGE = 64
    INTERRUPTED = 130


class Severity(StrEnum):
    """How much a finding weighs: an error stops its entity or the run, the others only speak."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Code(StrEnum):
    """The stable name of each kind of problem; `docs/errors.md` has a paragraph for every one."""

    # the policy repository
    NO_POLICY_ROOT = "no-policy-root"
    NO_CONFIGURATION = "no-configuration"
    UNREADABLE_FILE = "unreadable-file"
    WRONG_ENCODING = "wrong-encoding"
    INVALID_YAML = "invalid-yaml"
    TOO_LARGE = "too-large"
    DUPLICATE_KEY = "duplicate-key"
    UNKNOWN_KEY = "unknown-key"
    MISSING_KEY = "missing-key"
    EMPTY_KEY = "empty-key"
    WRONG_TYPE = "wrong-type"
    NOT_A_CHOICE = "not-a-choice"
    OUT_OF_RANGE = "out-of-range"
    INVALID_DOCUMENT = "invalid-document"
    UNKNOWN_DOCUMENT = "unknown-document"
    INVALID_ENTITY = "invalid-entity"
    UNKNOWN_SCOPE = "unknown-scope"
    UNKNOWN_TARGET = "unknown-target"
    UNKNOWN_PROVIDER = "unknown-provider"
    UNKNOWN_OPTION = "unknown-option"
    UNKNOWN_RULESET = "unknown-ruleset"
    UNKNOWN_SETTING = "unknown-setting"
    INVALID_SETTING = "invalid-setting"
    INVALID_VALUE = "invalid-value"
    UNSUPPORTED_VALUE = "unsupported-value"
    SKIPPED_RULE = "skipped-rule"
    WIDER_MEANING = "wider-meaning"
    UNKNOWN_MEANING = "unknown-meaning"
    UNSUPPORTED_SETTING = "unsupported-setting"
    INVALID_DATE = "invalid-date"
    DUPLICATE_RULE = "duplicate-rule"
    DUPLICATE_ENTITY = "duplicate-entity"
    DUPLICATE_RULESET = "duplicate-ruleset"
    CONTRADICTION = "contradiction"
    IGNORED_RULE = "ignored-rule"
    USELESS_EXCEPT = "useless-except"
    MIXED_FLOW = "mixed-flow"
    COMMENT_IN_VALUE = "comment-in-value"
    BROAD_ALLOW = "broad-allow"
    BROAD_BLOCK = "broad-block"
    NO_REASON = "no-reason"
    LONG_ALLOW = "long-allow"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    EXPIRED_WAIVER = "expired-waiver"
    USELESS_WAIVER = "useless-waiver"
    UNTRUSTED_URL = "untrusted-url"
    UNKNOWN_REVISION = "unknown-revision"
    INVALID_BASE = "invalid-base"
    ABANDONED = "abandoned"
    TAKEN_OVER = "taken-over"
    NOT_EDITABLE = "not-editable"
    EDIT_STAYS = "edit-stays"
    STILL_PENDING = "still-pending"
    # reading and writing the service
    NO_CREDENTIALS = "no-credentials"
    EXPOSED_KEY = "exposed-key"
    KEY_REFUSED = "key-refused"
    NOT_FOUND = "not-found"
    NOT_VISIBLE = "not-visible"
    AMBIGUOUS = "ambiguous"
    ALIAS = "alias"
    SAME_ENTITY = "same-entity"
    INACTIVE = "inactive"
    INCOMPLETE_LISTING = "incomplete-listing"
    FOREIGN_RULES = "foreign-rules"
    VOIDED_BLOCK = "voided-block"
    WIDENED = "widened"
    UNSEEN = "unseen"
    NOT_KNOWN = "not-known"
    OWNER_UNKNOWN = "owner-unknown"
    REFUSED_BY_SERVICE = "refused-by-service"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"
    UNEXPECTED_ANSWER = "unexpected-answer"
    FORBIDDEN_CALL = "forbidden-call"
    OWN_DOMAIN = "own-domain"
    FORGEABLE = "forgeable"
    MANY_WILDCARDS = "many-wildcards"
    CONFLICTING_SETTINGS = "conflicting-settings"
    NOT_RELEASED = "not-released"
    ALREADY_RELEASED = "already-released"
    RELEASE_NOT_PERMITTED = "release-not-permitted"
    RELEASE_UNKNOWN = "release-unknown"
    HELD_FOR_VIRUS = "held-for-virus"
    LEAVES_DOMAIN = "leaves-domain"
    SETTING_DAMAGED = "setting-damaged"
    NOT_LIVE = "not-live"
    SHADOWED = "shadowed"
    MOVED = "moved-since-plan"
    INVALID_PLAN = "invalid-plan"
    NOT_THE_REVIEWED_PLAN = "not-the-reviewed-plan"
    NOT_CONVERGED = "not-converged"
    # guards
    TOO_MANY_REMOVALS = "too-many-removals"
    TOO_LARGE_A_SHARE = "too-large-a-share"
    TOO_MUCH_LOOSENING = "too-much-loosening"
    TOO_MUCH_TIGHTENING = "too-much-tightening"
    PROTECTED = "protected"
    EMPTIED_SAFELIST = "emptied-safelist"
    WRONG_CHECKOUT = "wrong-checkout"
    # runs: the journal, the lock and the way back
    UNUSABLE_STATE = "unusable-state"
    JOURNAL_FAILED = "journal-failed"
    LOCKED = "locked"
    UNKNOWN_RUN = "unknown-run"
    UNREADABLE_RUN = "unreadable-run"
    UNFINISHED_RUN = "unfinished-run"
    CHANGED_SINCE = "changed-since"
    NOT_UNDONE = "not-undone"
    OTHER_ACCOUNT = "other-account"
    ROLLED_BACK = "rolled-back"
    # the command line
    USAGE = "usage"
    UNWRITABLE_FILE = "unwritable-file"
    SANDBOX_BROKEN = "sandbox-broken"
    INTERRUPTED = "interrupted"
    BUG = "bug"


class Origin(NamedTuple):
    """A place in a policy file: path as shown to the user, line and column counted from 1."""

    path: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"

    @property
    def line_reference(self) -> str:
        """The place without its column, as plans show it."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem: where, what, why it matters and what to do next.

    `summary` is one sentence without a full stop; `why` and `fix` are full sentences or empty.
    `entity` is the full name of the entity that it concerns, empty when it concerns the run.
    """

    code: Code
    summary: str
    why: str = ""
    fix: str = ""
    origin: Origin | None = None
    severity: Severity = Severity.ERROR
    entity: str = ""

    def at(self, origin: Origin | None) -> Diagnostic:
        """The same problem with a place."""
        return replace(self, origin=origin)

    def about(self, entity: object) -> Diagnostic:
        """The same problem, said of an entity."""
        return replace(self, entity=str(entity))


class MpctlError(Exception):
    """The root of every error that mpctl raises on purpose: what to show, and the exit code."""

    def __init__(self, *diagnostics: Diagnostic, exit_code: ExitCode = ExitCode.STOPPED) -> None:
        super().__init__("; ".join(d.summary for d in diagnostics))
        self.diagnostics = diagnostics
        self.exit_code = exit_code


def in_reading_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Problems sorted by place, those without a place last, otherwise as they came."""
    nowhere = Origin("\U0010ffff", 0, 0)
    return sorted(diagnostics, key=lambda d: (d.origin or nowhere, d.entity))


def first_few(words: Sequence[str], separator: str = "; ", limit: int = 5) -> str:
    """Join the first of some words, and say how many there are besides."""
    more = f" and {len(words) - limit} more" if len(words) > limit else ""
    return separator.join(words[:limit]) + more


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Say what was probably meant, or which words there are; a sentence for `Diagnostic.fix`."""
    known = sorted(choices)
    from difflib import get_close_matches  # noqa: PLC0415 - only who errs pays for it

    close = get_close_matches(word.casefold(), known, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Choose one of: {', '.join(known)}." if known else ""
