"""The options that lift a guard for one run, for every command that carries out a plan."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import click

from mpctl.core.entity import EntityError, parse_entity
from mpctl.core.guards import Lifting
from mpctl.diagnostics import Code, Diagnostic, ExitCode, MpctlError
from mpctl.policy import Configuration
from mpctl.reconcile import Guarding

_COUNT: Final = click.IntRange(min=1)

_OPTIONS: Final = (
    click.option(
        "--allow-removals",
        "removals",
        type=_COUNT,
        metavar="N",
        help="Let up to N rules be removed, whatever max_removals and max_removals_percent say.",
    ),
    click.option(
        "--allow-loosening",
        "loosening",
        type=_COUNT,
        metavar="N",
        help="Let up to N changes let more mail through.",
    ),
    click.option(
        "--allow-tightening",
        "tightening",
        type=_COUNT,
        metavar="N",
        help="Let up to N changes hold more mail.",
    ),
    click.option(
        "--allow-protected",
        "protected",
        multiple=True,
        metavar="ENTITY",
        help="Let this protected entity be changed; repeatable.",
    ),
)


@dataclass(frozen=True, slots=True)
class Lifted:
    """What the command line lifts, as it was written."""

    removals: int | None = None
    loosening: int | None = None
    tightening: int | None = None
    protected: tuple[str, ...] = ()

    def guarding(self, configuration: Configuration) -> Guarding:
        """The guards of a configuration, with this lifted.

        Raises MpctlError (bad usage) for an entity that is none.
        """
        default = configuration.default_target
        try:
            protected = tuple(parse_entity(e, default_target=default) for e in self.protected)
        except EntityError as error:
            problem = Diagnostic(Code.USAGE, f"--allow-protected is not an entity: {error}")
            raise MpctlError(problem, exit_code=ExitCode.USAGE) from error
        lifting = Lifting(self.removals, self.loosening, self.tightening, protected)
        return Guarding(configuration.guards, default, lifting)


def lifting_options(command: Callable[..., ExitCode]) -> Callable[..., ExitCode]:
    """Add the options that lift guards to a command, which gets them as `lifted`."""

    @functools.wraps(command)
    def lifting(*arguments: Any, **options: Any) -> ExitCode:
        names = ("removals", "loosening", "tightening", "protected")
        lifted = Lifted(**{name: options.pop(name) for name in names})
        return command(*arguments, lifted=lifted, **options)

    for option in reversed(_OPTIONS):
        lifting = option(lifting)
    return lifting
