"""`mpctl train`: let a filter learn from a message."""

from __future__ import annotations

import click

from mpctl.cli.looking import load_configuration, offering
from mpctl.cli.messagefile import read_message
from mpctl.cli.options import Invocation, common_options
from mpctl.cli.targets import open_port
from mpctl.core.mailflow import Lesson
from mpctl.diagnostics import ExitCode
from mpctl.ports import MailFilter
from mpctl.render import statement


@click.command(
    epilog="""\b
Examples:
  mpctl train spam message.eml              shows it, exit code 2
  mpctl train spam message.eml --confirm    does it
"""
)
@common_options
@click.argument("lesson", type=click.Choice([lesson.value for lesson in Lesson]))
@click.argument("file")
@click.option("--confirm", is_flag=True, help="Really write. Without it nothing is written.")
def train(invocation: Invocation, lesson: str, file: str, *, confirm: bool) -> ExitCode:
    """Let a filter learn from a message: Stalwart's. It cannot be undone.

    FILE is a raw message with its headers, or - for the standard input.
    """
    configuration = load_configuration(invocation)
    target = offering(MailFilter, invocation, configuration)
    message = read_message(file)
    headline = f"[DRY RUN] {target} would learn {file} as {lesson}"
    if confirm:
        with open_port(MailFilter, invocation, configuration, target, writable=True) as mail_filter:
            mail_filter.train(Lesson(lesson), message)
        headline = f"{target} learnt {file} as {lesson}"
    return invocation.console.show(
        statement(headline, banner=invocation.console.banner),
        exit_code=ExitCode.DONE if confirm else ExitCode.PENDING,
        parts={"dry_run": not confirm, "done": {"what": "train", "subject": f"{lesson} {file}"}},
    )
