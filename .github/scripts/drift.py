"""Step: say what is different live, or remove what has expired."""

from __future__ import annotations

import sys

import runner


def main() -> int:
    """Run the command, and show its report on the page of the run."""
    folder = runner.report()
    report = folder / "report.md"
    shown = ("--format", "markdown", "--output", str(report))
    if runner.wish("MPCTL_COMMAND") == "expire":
        journal = ("--journal", str(folder / "journal"))
        code = runner.mpctl("apply", "--expired-only", "--confirm", *journal, *shown)
    else:
        code = runner.mpctl("drift", *shown)
    runner.show(report)
    runner.output({"exit-code": code})
    return code


if __name__ == "__main__":
    sys.exit(main())
