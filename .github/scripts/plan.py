"""Step: validate, lint, and say what the change means, with live state or, without a key, without.

MPCTL_COMMAND is `plan` or `diff`. The exit code is that of the worst; the report is written anyway.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import revision
import runner

COUNTS = ("entities", "add", "remove", "change", "loosens", "tightens", "neutral")


def main() -> int:
    """Check without keys first: policies that are not in order are never read beside one."""
    report = runner.report() / "report.md"
    base = revision.base(runner.event())
    code = _judge(report, base)
    if base and report.exists():
        with report.open("a", encoding="utf-8") as file:
            file.write(_configuration(base))
    runner.show(report)
    runner.output({"exit-code": code, **_numbers(report.with_name("plan.json"))})
    return code


def _judge(report: Path, base: str) -> int:
    links = revision.links(runner.policies())
    if links:
        return _stop(report, "A link in the policies", f"Not followed here: {len(links)}.")
    if code := runner.mpctl("validate", "--format", "github", keys=False):
        runner.mpctl("validate", "--format", "markdown", "--output", str(report), keys=False)
        return code
    judged = runner.mpctl("lint", "--format", "github", keys=False)
    if not base:
        return _stop(report, "No base", "The history is not here; check out with fetch-depth 0.")
    if not revision.holds(base, f"{runner.policies()}/mpctl.yaml"):
        # It decides which key goes where, and nobody has agreed to the proposed one yet.
        why = "The base has no `mpctl.yaml`. A plan can be made once the file is merged."
        _stop(report, "No plan yet", why)
        return judged
    return _describe(report, base) or judged


def _describe(report: Path, base: str) -> int:
    shown = ("--format", "markdown", "--output", str(report))
    if runner.wish("MPCTL_COMMAND", "plan") == "diff":
        return runner.mpctl("diff", base, *shown, keys=False)
    plan = report.with_name("plan.json")
    trusted = ("--config-rev", base)
    code = runner.mpctl("plan", *runner.against(base), *trusted, *shown, "--out", str(plan))
    if plan.exists():
        runner.mpctl("show", str(plan), "--format", "github", keys=False)
    return code


def _stop(report: Path, what: str, why: str) -> int:
    report.write_text(f"### 🔴 {what}\n\n{why}\n", encoding="utf-8")
    return 1


def _configuration(base: str) -> str:
    """The proposed change of mpctl.yaml; it is in force once it is merged, not before."""
    path = f"{runner.policies()}/mpctl.yaml"
    change = runner.git("diff", "--no-ext-diff", "--no-textconv", base, "--", path)
    if not change:
        return ""
    fence = "`" * (1 + max(map(len, re.findall("`+", change)), default=2))
    return (
        f"\n#### `{path}` changes\n\nIt is in force once it is merged; until then the one of the "
        f"base is.\n\n{fence}diff\n{change}{fence}\n"
    )


def _numbers(saved: Path) -> dict[str, object]:
    plan = json.loads(saved.read_text("utf-8")) if saved.exists() else {}
    summary = plan.get("summary", {})
    return {"digest": plan.get("digest", ""), **{name: summary.get(name, "") for name in COUNTS}}


if __name__ == "__main__":
    sys.exit(main())
