"""`mpctl raw`: one request, written by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus

import click

from mpctl.cli.acting import CONFIRM, DONE, Confirmation, Verdict, acting, acting_options
from mpctl.cli.looking import ensure_target, load_configuration, usage
from mpctl.cli.options import Invocation, unselective_options
from mpctl.cli.rawbody import Body, read_body, read_params
from mpctl.cli.targets import open_target
from mpctl.core.act import Act, Deed
from mpctl.core.outcome import Status
from mpctl.diagnostics import Diagnostic, ExitCode, MpctlError
from mpctl.providers.service import Service, service
from mpctl.render import statement
from mpctl.render.words import printable
from mpctl.transport import (
    Answer,
    BadAnswer,
    CallForbidden,
    Effect,
    Exchange,
    Location,
    Session,
    TransportError,
    locate,
)

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_DOUBT = (
    "Whether it was done is unknown. Read before you send it again; mpctl never does by itself."
)


@click.command(
    epilog="""\b
Examples:
  mpctl raw GET /domains --param per_page=1
  mpctl raw GET '/domains/9101/users?per_page=50' --output users.json
  mpctl raw POST /users/find_by_address --body '{"address": "a@acme.example"}'
  mpctl raw DELETE /allow_block_rules/610001            shows it, exit code 2
  mpctl raw DELETE /allow_block_rules/610001 --confirm  does it
  mpctl raw POST /users/70001/aliases --body @alias.json --confirm
"""
)
@unselective_options
@click.argument("method", metavar="METHOD", type=click.Choice(_METHODS, case_sensitive=False))
@click.argument("path")
@click.option("--body", metavar="JSON|@FILE|-", help="What to send; - is the standard input.")
@click.option("--param", multiple=True, metavar="NAME=VALUE", help="A parameter; repeatable.")
@acting_options
def raw(
    invocation: Invocation,
    method: str,
    path: str,
    *,
    body: str | None,
    param: tuple[str, ...],
    confirmation: Confirmation,
) -> ExitCode:
    """Send one request, written by hand, to the default target or the one of --target.

    PATH lies below the target's base URL. The answer goes to stdout as it came, whatever --format
    says; its status goes to stderr, with --verbose the headers too. Whether a call reads or writes
    is known by service, not by method; one that is not known counts as a write, and a write is sent
    once. It passes no plan and no guard, and no rollback takes it back.
    """
    place = _place(path, param)
    if method == "GET" and body is not None:
        raise usage("a GET carries no body", "Give what it asks for with --param.")
    configuration = load_configuration(invocation)
    target = invocation.target or configuration.default_target
    ensure_target(target, configuration)
    wanted = _wanted(method, place, body, service(configuration.targets[target].provider))
    if not wanted.writes:
        with open_target(invocation, configuration, target) as connection:
            return _show(invocation, _send(connection.session, wanted), writes=False)
    if not confirmation.given:
        return _dry_run(invocation, target, wanted)
    with acting(invocation, configuration, target, confirmation) as (connection, record):
        assert record is not None  # noqa: S101 - it is confirmed
        act = Act(Deed.RAW, target, str(wanted))
        exchange = record.doing(act, lambda: _send(connection.session, wanted), _judge)
        return record.exit_code(_show(invocation, exchange, writes=True))


def _judge(exchange: Exchange) -> Verdict:
    error = exchange.error
    if error is None:
        return DONE
    return Status.UNKNOWN if error.may_have_executed else Status.FAILED, error.what


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The request that somebody wrote, as its service takes it."""

    method: str
    place: Location
    body: Body
    writes: bool

    def __str__(self) -> str:
        return f"{self.method} {self.place.path}"


def _place(path: str, param: tuple[str, ...]) -> Location:
    try:
        place = locate(path)
    except ValueError as error:
        fix = "Write it as in /domains/9101; --help has more examples."
        raise usage(f"{path!r} cannot be sent: {error}", fix) from error
    params = {name: list(values) for name, values in place.params.items()}
    for name, values in read_params(param).items():
        params.setdefault(name, []).extend(values)
    return Location(place.path, params)


def _wanted(method: str, place: Location, body: str | None, spoken: Service) -> _Wanted:
    """Ask the table of calls; MpctlError when the call is never sent."""
    call = spoken.calls.find(method, place.path, place.params)
    if call.effect is Effect.FORBIDDEN:
        raise CallForbidden(f"{method} {place.path}", "mpctl never sends this call", why=call.why)
    carried = Body() if body is None else read_body(body, form=spoken.forms, plain=call.text)
    return _Wanted(method, place, carried, writes=call.effect is Effect.WRITE)


def _send(session: Session, wanted: _Wanted) -> Exchange:
    body = wanted.body
    try:
        return session.exchange(
            wanted.method,
            wanted.place.path,
            params=wanted.place.params,
            json=body.json,
            form=body.form,
            raw=body.raw,
        )
    except TransportError as error:
        if not (wanted.writes and error.may_have_executed):
            raise
        doubtful = _explained(error, ExitCode.PARTIAL)
        raise MpctlError(*doubtful, exit_code=ExitCode.PARTIAL) from error


def _dry_run(invocation: Invocation, target: str, wanted: _Wanted) -> ExitCode:
    return invocation.console.show(
        statement(
            f"[DRY RUN] would send {wanted} to {target}, which counts as a write; {CONFIRM}",
            banner=invocation.console.banner,
        ),
        exit_code=ExitCode.PENDING,
        parts={"dry_run": True, "done": {"what": "send", "subject": str(wanted)}},
    )


def _show(invocation: Invocation, exchange: Exchange, *, writes: bool) -> ExitCode:
    answer, error = exchange.answer, exchange.error
    if invocation.console.sandbox:
        click.echo(invocation.console.banner, err=True)
    click.echo(f"{answer.status} {_phrase(answer.status)}".rstrip(), err=True)
    for name, value in answer.headers.items():
        invocation.console.remark(printable(f"{name}: {value}"))
    invocation.console.pour(answer.content)
    code = _exit_code(answer, error, writes=writes)
    if error is not None and code is not ExitCode.DONE:
        invocation.console.complain(_explained(error, code))
    return code


def _exit_code(answer: Answer, error: TransportError | None, *, writes: bool) -> ExitCode:
    if error is None:
        return ExitCode.DONE
    if writes:
        return ExitCode.PARTIAL if error.may_have_executed else ExitCode.STOPPED
    came_whole = isinstance(error, BadAnswer) and not answer.cut
    success = HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES
    return ExitCode.DONE if came_whole and success else ExitCode.STOPPED


def _explained(error: TransportError, code: ExitCode) -> tuple[Diagnostic, ...]:
    doubt = _DOUBT if code is ExitCode.PARTIAL else ""
    return tuple(replace(one, fix=doubt or one.fix) for one in error.diagnostics)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
