"""What each service asks for as a proof of who calls, and where that is kept: one row a service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class VaultEntry:
    """The file of a service below the vault's folder, and the dotted path of each field in it."""

    file: str
    keys: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Service:
    """The fields of a service's credentials, each with its general variable.

    `ways` are the sets of fields that suffice, the preferred one first; the fields of one way
    always come from one place. `where` tells a person where to get a key. `account_variable` names
    the account of a target that names none.
    """

    variables: Mapping[str, str]
    ways: tuple[tuple[str, ...], ...]
    where: str
    vault: VaultEntry | None = None
    account_variable: str = ""

    @property
    def lone_way(self) -> tuple[str, ...]:
        """The way of one field: what a single line can give; empty without one."""
        return next((way for way in self.ways if len(way) == 1), ())

    def way_with(self, field: str) -> tuple[str, ...]:
        """The first way that has a field."""
        return next(way for way in self.ways if field in way)


SERVICES: Final[Mapping[str, Service]] = {
    "mailprotector": Service(
        variables={"api_key": "MAILPROTECTOR_API_KEY"},
        ways=(("api_key",),),
        where="The console shows a key under Edit my profile, the menu of a role, View API Key.",
        vault=VaultEntry("msp-tools/mailprotector.sops.yaml", {"api_key": "credentials.api_key"}),
    ),
    "rackspace": Service(
        variables={"user_key": "RACKSPACE_USER_KEY", "secret_key": "RACKSPACE_SECRET_KEY"},
        ways=(("user_key", "secret_key"),),
        where="A super administrator makes a pair of keys under API keys in the control panel.",
        account_variable="RACKSPACE_ACCOUNT",
    ),
    "mailbaby": Service(
        variables={"api_key": "MAILBABY_API_KEY"},
        ways=(("api_key",),),
        where="The portal shows the key on the page Account Security.",
    ),
    "stalwart": Service(
        variables={
            "token": "STALWART_API_TOKEN",
            "username": "STALWART_USERNAME",
            "password": "STALWART_PASSWORD",
        },
        ways=(("token",), ("username", "password")),
        where="An administrator makes an API key in the web interface, under Directory, API Keys.",
    ),
}
