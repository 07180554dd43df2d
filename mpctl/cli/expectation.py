"""Binding an apply to what was reviewed: by a saved plan, or by its digest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mpctl.core.moved import describe_moves
from mpctl.core.plan import SHOWN_DIGITS, Plan
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError

LEAST_DIGITS: Final = 12

_FIX: Final = "Look at the plan that `mpctl plan` makes now, and have that one reviewed."


@dataclass(frozen=True, slots=True)
class Expectation:
    """What was reviewed: the beginning of a digest, and the plan itself where there is a file.

    `hint` is a sentence for whoever may have forgotten an option of the plan.
    """

    digest: str
    reviewed: Plan | None = None
    hint: str = ""

    @classmethod
    def of(cls, digest: str | None, reviewed: Plan | None, *, hint: str = "") -> Expectation | None:
        """Read what the command line gives; None when it expects nothing.

        Raises MpctlError (bad usage) for a digest that is none or too short, or not the file's.
        """
        if digest is not None and not re.fullmatch(rf"[0-9a-f]{{{LEAST_DIGITS},64}}", digest):
            raise _usage(f"--expect wants {LEAST_DIGITS} to 64 hexadecimal digits")
        if reviewed is None:
            return cls(digest, hint=hint) if digest else None
        if digest and not reviewed.digest.startswith(digest):
            raise _usage("--expect is not the digest of the saved plan")
        return cls(reviewed.digest, reviewed, hint)

    def hold(self, plan: Plan) -> None:
        """Raise MpctlError, a refusal that says what moved, unless the plan is the expected one."""
        if not plan.digest.startswith(self.digest):
            raise MpctlError(*self._reasons(plan), exit_code=ExitCode.REFUSED)

    def _reasons(self, plan: Plan) -> Iterator[Diagnostic]:
        yield Diagnostic(
            Code.NOT_THE_REVIEWED_PLAN,
            f"the plan made now is {plan.digest[:SHOWN_DIGITS]}, "
            f"reviewed was {self.digest[:SHOWN_DIGITS]}",
            why="Apply does what the review saw, or nothing; nothing was written.",
            fix=" ".join(filter(None, [self.hint, _FIX])),
        )
        yield from plan.problems
        if self.reviewed is not None:
            yield from describe_moves(self.reviewed, plan)


def _usage(summary: str) -> MpctlError:
    return MpctlError(Diagnostic(Code.USAGE, summary), exit_code=ExitCode.USAGE)
