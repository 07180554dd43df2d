"""The options of the commands that edit policies, and what they ask for."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import click

from mpctl.cli.looking import read_entity, usage
from mpctl.cli.options import Command, Invocation
from mpctl.cli.progress import progress_for
from mpctl.cli.terms import Terms, terms_options
from mpctl.core.match import Kind, MatchError, parse_match
from mpctl.core.rule import Action, Expiry, RuleKey
from mpctl.diagnostics import ExitCode
from mpctl.policy.dates import DateError, parse_expiry
from mpctl.policy.edit import AddRule, Book, RemoveRule, Spoken
from mpctl.providers import CAPABILITIES

_TTL: Final = re.compile(r"(\d{1,6})([mhdw])", re.ASCII)
_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_LONGEST: Final = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a command goes: the file alone, a plan of it, or the service as well."""

    terms: Terms
    applies: bool = False
    offline: bool = False


def extent_options(command: Callable[..., ExitCode]) -> Callable[..., ExitCode]:
    """Add `--apply`, `--offline` and the terms of an apply; the command gets them as `extent`."""

    @functools.wraps(command)
    def extended(
        *arguments: Any, applies: bool, offline: bool, terms: Terms, **options: Any
    ) -> ExitCode:
        if not applies and (terms.confirm or terms.expectation):
            raise usage(
                "--confirm and --expect need --apply", "Without it only the file is edited."
            )
        if applies and offline:
            raise usage("--apply and --offline exclude each other", "")
        return command(*arguments, extent=Extent(terms, applies, offline), **options)

    offline = click.option(
        "--offline", is_flag=True, help="Edit the file without asking the service for a plan."
    )
    applies = click.option(
        "--apply",
        "applies",
        is_flag=True,
        help="Make just this change at the service, too; with --confirm.",
    )
    return applies(offline(terms_options(extended)))


def action_options(command: Command) -> Command:
    """Add `--allow` and `--block`; the command gets `allow` and `block`."""
    allow = click.option("--allow", is_flag=True, help="The allow list.")
    return allow(click.option("--block", is_flag=True, help="The block list.")(command))


def kind_option(command: Command) -> Command:
    """Add `--type`; the command gets `kind`."""
    return click.option(
        "--type",
        "kind",
        type=click.Choice([kind.value for kind in Kind]),
        help="The kind of the value, where it should not be inferred.",
    )(command)


def the_action(*, allow: bool, block: bool) -> Action:
    """The list that is meant; raises MpctlError (bad usage) unless it is exactly one."""
    if allow == block:
        raise usage("say either --allow or --block", "")
    return Action.ALLOW if allow else Action.BLOCK


def open_book(invocation: Invocation) -> Book:
    """Read the policies to edit them."""
    with progress_for(invocation.console) as progress:
        return Book.open(invocation.policies, invocation.config, CAPABILITIES, progress)


def key_of(action: Action, value: str, kind: str | None) -> RuleKey:
    """Read a value; raises MpctlError (bad usage)."""
    try:
        return RuleKey(action, parse_match(value, Kind(kind) if kind else None))
    except MatchError as error:
        raise usage(error.what, error.hint) from error


def wished_rule(
    invocation: Invocation,
    book: Book,
    entity: str,
    key: RuleKey,
    value: str,
    *,
    kind: str | None = None,
    expires: Expiry | None = None,
    waived: tuple[str, str] = ("", ""),
    **said: str | None,
) -> AddRule:
    """A rule to add, with what is said of it; raises MpctlError (bad usage) for no entity."""
    fields = {"type": kind, **said, "expires": expires.text if expires else None}
    spoken = Spoken(value.strip(), {k: text for k, text in fields.items() if text}, waived)
    found = read_entity(entity, book.repository.configuration, invocation)
    return AddRule(found, key, spoken, expires)


def unwished_rule(
    invocation: Invocation, book: Book, entity: str, key: RuleKey, value: str
) -> RemoveRule:
    """A rule to take out; raises MpctlError (bad usage) for no entity."""
    found = read_entity(entity, book.repository.configuration, invocation)
    return RemoveRule(found, key, value.strip())


def expiry_of(text: str | None, now: datetime) -> Expiry | None:
    """Read `--expires`; raises MpctlError (bad usage) for no date, or one that has passed."""
    if text is None:
        return None
    try:
        expiry = parse_expiry(text)
    except DateError as error:
        raise usage(f"--expires: {error}", error.hint) from error
    if expiry.moment <= now:
        raise usage(f"--expires: {text} has passed", "")
    return expiry


def expiry_after(ttl: str | None, now: datetime) -> Expiry | None:
    """Read `--ttl`, as in 30m, 24h, 7d or 2w; raises MpctlError (bad usage)."""
    if ttl is None:
        return None
    found = _TTL.fullmatch(ttl)
    span = timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else timedelta()
    if not timedelta() < span <= _LONGEST:
        raise usage(f"--ttl: {ttl!r} is not a time to live", "Write it as in 30m, 24h, 7d or 2w.")
    # Whole seconds, rounded up, so that it is never shorter than was asked for.
    end = (now.astimezone(UTC) + span + timedelta(seconds=1)).replace(microsecond=0)
    return parse_expiry(end.strftime("%Y-%m-%dT%H:%M:%SZ"))
