"""`mpctl find-user`: find the user behind an address."""

from __future__ import annotations

import click

from mpctl.cli.looking import ensure_target, load_configuration, show_table, usage
from mpctl.cli.options import Invocation, redact_option, unselective_options
from mpctl.cli.targets import open_browser
from mpctl.core.browse import FoundUser
from mpctl.core.match import Kind, MatchError, parse_match
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError
from mpctl.render import Table


@click.command(
    epilog="""\b
Examples:
  mpctl find-user alice.ng@acme.example
"""
)
@unselective_options
@click.argument("address")
@redact_option
def find_user(invocation: Invocation, address: str) -> ExitCode:
    """Find the user behind an address, also behind an alias.

    Exit code 1 means that there is none.
    """
    try:
        wanted = parse_match(address, Kind.EMAIL).value
    except MatchError as error:
        raise usage(error.what, error.hint) from error
    configuration = load_configuration(invocation)
    target = invocation.target or configuration.default_target
    ensure_target(target, configuration)
    with open_browser(invocation, configuration, target) as browser:
        user = browser.find_user(wanted)
    if user is None:
        raise MpctlError(Diagnostic(Code.NOT_FOUND, f"nobody has the address {wanted}"))
    headline = f"{wanted} is an alias of {user.path}" if user.alias else user.path
    return show_table(invocation, headline, _table(user), {"user": _json(user)})


def _table(user: FoundUser) -> Table:
    rows = [("id", user.ref.native_id), ("group", user.group), ("domain", user.domain)]
    return Table(("field", "value"), (*rows, *(("address", address) for address in user.addresses)))


def _json(user: FoundUser) -> dict[str, object]:
    return {
        "entity": user.path,
        "id": user.ref.native_id,
        "group": user.group,
        "domain": user.domain,
        "addresses": list(user.addresses),
        "alias": user.alias,
    }
