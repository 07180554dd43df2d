"""Step: apply what was approved, or refuse and show the plan as it would be made now."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import revision
import runner

REFUSED = 4
SHOWN_DIGITS = 16  # as many as the comment shows
LIFTS = ("removals", "loosening", "tightening")

NOT_APPROVED = """### 🔴 Nothing was applied: no approved plan

This commit comes from no pull request that exactly one plan was made for, or the plan is no longer
kept.
"""
NEXT = """
#### What to do

Nothing was written. Read the plan below, which was made now. If it is right, let somebody who may
approve it start the workflow `apply` by hand, and with its lift where a guard refused:

- `expect` is `{digest}`
- `base` is `{base}`

If it is not, correct the policies in a new pull request.
"""


def main() -> int:
    """Apply, keep the journal and the result, and explain a refusal."""
    folder = runner.report()
    base = revision.base(runner.event())
    expected = _expected(folder / "approved" / "plan.json")
    if expected is None:
        (folder / "report.md").write_text(NOT_APPROVED, encoding="utf-8")
        code = REFUSED
    else:
        code = _apply(folder, base, expected)
    if code == REFUSED:
        _show_the_plan_of_now(folder, base)
    runner.show(folder / "report.md")
    runner.output({"exit-code": code})
    return code


def _expected(approved: Path) -> list[str] | None:
    """What binds the apply: the digest that was asked for, else the approved plan, or nothing."""
    digest = runner.wish("MPCTL_EXPECT")
    if digest:
        return ["--expect", digest] if re.fullmatch("[0-9a-f]{12,64}", digest) else None
    return [str(approved)] if approved.is_file() else None


def _apply(folder: Path, base: str, expected: list[str]) -> int:
    return runner.mpctl(
        "apply",
        *expected,
        *runner.against(base),
        *_lifts(),
        *("--confirm", "--journal", str(folder / "journal")),
        *("--format", "markdown", "--output", str(folder / "report.md")),
    )


def _lifts() -> list[str]:
    """The guards that whoever started the workflow lifts, for this run."""
    lifts = [(f"--allow-{name}", runner.wish(f"MPCTL_ALLOW_{name.upper()}")) for name in LIFTS]
    entities = runner.wish("MPCTL_ALLOW_PROTECTED").splitlines()
    lifts += [("--allow-protected", entity.strip()) for entity in entities]
    return [f"{option}={value}" for option, value in lifts if value]


def _show_the_plan_of_now(folder: Path, base: str) -> None:
    fresh, saved = folder / "fresh.md", folder / "fresh.json"
    shown = ("--format", "markdown", "--output", str(fresh))
    runner.mpctl("plan", *runner.against(base), *shown, "--out", str(saved))
    with (folder / "report.md").open("a", encoding="utf-8") as file:
        if saved.exists():
            digest = json.loads(saved.read_text("utf-8"))["digest"][:SHOWN_DIGITS]
            file.write(NEXT.format(digest=digest, base=base))
        if fresh.exists():
            file.write(f"\n#### The plan of now\n\n{fresh.read_text('utf-8')}")


if __name__ == "__main__":
    sys.exit(main())
