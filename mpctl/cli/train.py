"""`mpctl train`: let a filter learn from a message."""

from __future__ import annotations

import click

from mpctl.cli.acting import CONFIRM, Confirmation, acting, acting_options
from mpctl.cli.looking import load_configuration, offering
from mpctl.cli.messagefile import read_message
from mpctl.cli.options import Invocation, unselective_options
from mpctl.core.act import Act, Deed
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
@unselective_options
@click.argument("lesson", type=click.Choice([lesson.value for lesson in Lesson]))
@click.argument("file")
@acting_options
def train(
    invocation: Invocation, lesson: str, file: str, *, confirmation: Confirmation
) -> ExitCode:
    """Let a filter learn from a message: Stalwart's. It cannot be undone.

    FILE is a raw message with its headers, or - for the standard input.
    """
    configuration = load_configuration(invocation)
    target = offering(MailFilter, invocation, configuration)
    message = read_message(file)
    headline = f"[DRY RUN] would train {target} with {file} as {lesson}; {CONFIRM}"
    code = ExitCode.PENDING
    with acting(invocation, configuration, target, confirmation) as (connection, record):
        if record is not None:
            mail_filter = connection.port(MailFilter)
            act = Act(Deed.TRAIN, target, file, f"as {lesson}")
            record.doing(act, lambda: mail_filter.train(Lesson(lesson), message))
            headline = f"{target} learnt {file} as {lesson}"
            code = record.exit_code(ExitCode.DONE)
    return invocation.console.show(
        statement(headline, banner=invocation.console.banner),
        exit_code=code,
        parts={
            "dry_run": not confirmation.given,
            "done": {"what": "train", "subject": f"{lesson} {file}"},
        },
    )
