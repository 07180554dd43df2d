"""`mpctl why`: find out why a message did not arrive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import click

from mpctl import policy
from mpctl.cli.clock import system_clock
from mpctl.cli.looking import ensure_target, load_configuration, usage
from mpctl.cli.moments import beginning
from mpctl.cli.options import POLICIES, Invocation, redact_option, unselective_options
from mpctl.cli.policies import read_policies
from mpctl.cli.targets import open_target
from mpctl.core.advice import Advice, advise
from mpctl.core.entity import Entity
from mpctl.core.investigation import Investigation, Question, by_policies
from mpctl.core.match import Kind, MatchError, parse_match
from mpctl.core.state import DesiredEntity
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError, Severity, first_few
from mpctl.operate import Source, investigate
from mpctl.ports import MailLog
from mpctl.providers import CAPABILITIES
from mpctl.render.investigation import investigation_document, investigation_json

_FORTNIGHT = "14d"
_Desired = Mapping[Entity, DesiredEntity]


@click.command(
    epilog="""\b
Examples:
  mpctl why alice.ng@acme.example
  mpctl why alice.ng@acme.example --sender billing@vendor.example --since 3d
  mpctl why alice.ng@acme.example --sender billing@vendor.example --offline
"""
)
@unselective_options
@click.argument("recipient")
@click.option("--sender", default="", metavar="TEXT", help="Only mail from there: all or a part.")
@click.option("--subject", default="", metavar="TEXT", help="Only mail with this in its subject.")
@click.option(
    "--since",
    default=_FORTNIGHT,
    show_default=True,
    metavar="TIME",
    help="RFC 3339, a date, or a span as in 2h, 3d.",
)
@click.option("--offline", is_flag=True, help="Ask no service: answer from the policies alone.")
@redact_option
def why(
    invocation: Invocation, recipient: str, *, sender: str, subject: str, since: str, offline: bool
) -> ExitCode:
    """Find out why a message did not arrive.

    Finds the user behind an address, what became of each message, the rules that bear on its sender
    with the one that decides and where it is declared, and whether held mail may be released. Says
    what to type next; changes nothing. Exit code 1 means that something could not be read, so that
    the answer may not be whole.
    """
    now = system_clock().now()
    question = Question(_address(recipient), beginning(since, now), sender.strip(), subject.strip())
    if offline:
        return _answer_offline(invocation, question, now)
    configuration = load_configuration(invocation)
    target = invocation.target or configuration.default_target
    ensure_target(target, configuration)
    desired, unread = _declared(invocation)
    with open_target(invocation, configuration, target) as connection:
        mail_log = connection.offered(MailLog)
        source = Source(target, connection.provider(), connection.browser(), mail_log)
        found = investigate(question, source, desired)
    if found is None:
        raise MpctlError(_nobody(question, target))
    return _show(invocation, found, configuration, unread)


def _answer_offline(invocation: Invocation, question: Question, now: datetime) -> ExitCode:
    repository = read_policies(invocation)
    configuration = repository.configuration
    target = invocation.target or configuration.default_target
    ensure_target(target, configuration)
    service = CAPABILITIES[configuration.targets[target].provider]
    found = by_policies(question, target, repository.desired.entities, service, now)
    return _show(invocation, found, configuration, ())


def _address(recipient: str) -> str:
    try:
        return parse_match(recipient, Kind.EMAIL).value
    except MatchError as error:
        raise usage(error.what, error.hint) from error


def _declared(invocation: Invocation) -> tuple[_Desired, tuple[Diagnostic, ...]]:
    """What the policies declare; broken ones do not stop somebody who looks for a message."""
    try:
        repository = read_policies(invocation)
    except MpctlError as error:
        return {}, (_undeclared(error),)
    return repository.desired.entities, ()


def _show(
    invocation: Invocation,
    found: Investigation,
    configuration: policy.Configuration,
    unread: tuple[Diagnostic, ...],
) -> ExitCode:
    target = found.home.target
    service = CAPABILITIES[configuration.targets[target].provider]
    prefix = "" if target == configuration.default_target else f"{target}:"
    advice = tuple(_here(one, invocation) for one in advise(found, service, prefix))
    findings = (*unread, *(_unknown(doubt, target) for doubt in found.doubts))
    return invocation.console.show(
        investigation_document(
            found,
            advice,
            datetime.astimezone,
            findings=findings,
            banner=invocation.console.banner,
            redact=invocation.console.redact,
        ),
        exit_code=ExitCode.STOPPED if found.incomplete or unread else ExitCode.DONE,
        diagnostics=findings,
        parts={"why": investigation_json(found, advice)},
    )


def _here(one: Advice, invocation: Invocation) -> Advice:
    """An advice that is typed where this was asked: never at the live service after a rehearsal."""
    place: list[str] = []
    if invocation.policies != POLICIES:
        place += "--policies", str(invocation.policies)
    if invocation.config is not None:
        place += "--config", str(invocation.config)
    if invocation.console.sandbox:
        place.append("--sandbox")
    return replace(one, words=(*one.words, *place)) if one.words else one


def _nobody(question: Question, target: str) -> Diagnostic:
    domain = question.recipient.rpartition("@")[2]
    return Diagnostic(
        Code.NOT_FOUND,
        f"neither {question.recipient} nor the domain {domain} is known at {target!r}",
        why="Its mail does not pass that service, or the key does not see it.",
        fix="Check the spelling; mpctl entities domains lists those that there are.",
    )


def _unknown(doubt: str, target: str) -> Diagnostic:
    return Diagnostic(Code.NOT_KNOWN, doubt, severity=Severity.WARNING, entity=target)


def _undeclared(error: MpctlError) -> Diagnostic:
    problems = first_few([problem.summary for problem in error.diagnostics])
    return Diagnostic(
        Code.NOT_KNOWN,
        f"where rules are declared is not known: {problems}",
        fix="See all that is wrong with the policies: mpctl validate.",
        severity=Severity.WARNING,
    )
