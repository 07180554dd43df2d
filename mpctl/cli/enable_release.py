"""`mpctl enable-release`: let people release their own held spam."""

from __future__ import annotations

from typing import Final

import click

from mpctl.cli.fulfilling import fulfil
from mpctl.cli.looking import entity_argument, read_entity, usage
from mpctl.cli.options import Invocation, unselective_options
from mpctl.cli.wishing import Extent, extent_options, open_book
from mpctl.core.capabilities import Capabilities
from mpctl.core.entity import Entity
from mpctl.diagnostics import ExitCode
from mpctl.policy.edit import SetSetting
from mpctl.providers import CAPABILITIES

SETTING: Final = "allow_spam_release"


@click.command(
    epilog="""\b
Examples:
  mpctl enable-release domains/acme.example
  mpctl enable-release users/alice.ng@acme.example --apply --confirm
"""
)
@unselective_options
@entity_argument()
@extent_options
def enable_release(invocation: Invocation, entity: str, *, extent: Extent) -> ExitCode:
    """Permit the release of held spam at an entity, and show the plan of that entity.

    Writes allow_spam_release: true into its policy. At an entity with others below it that holds
    for them, too, where they have no value of their own.

    With --apply --confirm just this is made so at the service, too; what else is pending is named
    and left alone. With --apply alone nothing is written, neither file nor service.
    """
    book = open_book(invocation)
    found = read_entity(entity, book.repository.configuration, invocation)
    _ensure_has(found, book.service(found))
    return fulfil(invocation, book, SetSetting(found, SETTING, value=True), extent)


def _ensure_has(entity: Entity, service: Capabilities) -> None:
    """Raise MpctlError (bad usage) where there is no such permission; it says where there is."""
    spec = service.settings.get(SETTING)
    if spec is not None and spec.stands_at(entity.scope):
        return
    able = sorted(name for name, one in CAPABILITIES.items() if SETTING in one.settings)
    scopes = ", ".join(sorted(spec.scopes)) if spec else ""
    where = f"{service.provider} has it at {scopes}." if scopes else f"{', '.join(able)} has it."
    raise usage(f"{service.provider} has no release permission at {entity.scope}", where)
