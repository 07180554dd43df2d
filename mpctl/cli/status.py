"""`mpctl status`: say whether each target is reachable, and what its key sees."""

from __future__ import annotations

from dataclasses import asdict

import click

from mpctl.cli.looking import ensure_target, load_configuration
from mpctl.cli.options import Invocation, unselective_options
from mpctl.cli.targets import open_browser
from mpctl.core.browse import Reached
from mpctl.diagnostics import Diagnostic, ExitCode, MpctlError
from mpctl.policy import Configuration
from mpctl.render import Document, Table
from mpctl.render.words import count

_COLUMNS = ("target", "state", "account", "sees", "latency", "clock")
# From how many seconds on a clock that runs wrong is worth a word.
_NOTABLE_SKEW = 5


@click.command(
    epilog="""\b
Examples:
  mpctl status
  mpctl status --target mailprotector --format json
"""
)
@unselective_options
def status(invocation: Invocation) -> ExitCode:
    """Say whether each target is reachable, and what its key sees.

    Asks every target the smallest question. Exit code 1 means that one of them did not answer it.
    """
    configuration = load_configuration(invocation)
    if invocation.target:
        ensure_target(invocation.target, configuration)
    names = [invocation.target] if invocation.target else list(configuration.targets)
    found = {name: _ask(invocation, configuration, name) for name in names}
    problems = tuple(d for answer in found.values() if isinstance(answer, tuple) for d in answer)
    document = Document(
        headline=f"{count(len(names), 'target')}, {count(len(problems), 'problem')}",
        summary="",
        tables=(Table(_COLUMNS, tuple(_row(name, found[name]) for name in names)),),
        diagnostics=problems,
        banner=invocation.console.banner,
    )
    return invocation.console.show(
        document,
        exit_code=ExitCode.STOPPED if problems else ExitCode.DONE,
        diagnostics=problems,
        parts={"targets": [_json(name, found[name]) for name in names]},
    )


Answer = Reached | tuple[Diagnostic, ...]


def _ask(invocation: Invocation, configuration: Configuration, name: str) -> Answer:
    try:
        with open_browser(invocation, configuration, name) as browser:
            return browser.reach()
    except MpctlError as error:
        if error.exit_code is ExitCode.USAGE:
            raise
        return tuple(diagnostic.about(name) for diagnostic in error.diagnostics)


def _row(name: str, answer: Answer) -> tuple[str, ...]:
    if isinstance(answer, tuple):
        return (name, answer[0].code.value, "", "", "", "")
    latency = f"{answer.latency * 1000:.0f} ms"
    return (name, "ready", answer.account, answer.sees, latency, _clock(answer.skew))


def _clock(skew: float | None) -> str:
    if skew is None:
        return "unknown"
    if abs(skew) < _NOTABLE_SKEW:
        return "agrees"
    return f"{abs(skew):.0f} s {'ahead' if skew > 0 else 'behind'}"


def _json(name: str, answer: Answer) -> dict[str, object]:
    if isinstance(answer, tuple):
        return {"target": name, "ready": False, "problem": answer[0].code.value}
    return {"target": name, "ready": True, **asdict(answer)}
