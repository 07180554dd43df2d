"""Where a domain's or a mailbox's spam settings lie (reference, sections 6 and 9)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from mpctl.core.entity import Entity, Ref
from mpctl.core.match import Kind, MatchError, parse_match
from mpctl.diagnostics import Code, Diagnostic
from mpctl.providers.rackspace.capabilities import DOMAINS, EXCHANGE


@dataclass(frozen=True, slots=True)
class Place:
    """A domain, or a mailbox in it; `local` is the part before the @, empty for the domain."""

    scope: str
    domain: str
    local: str = ""

    @classmethod
    def of(cls, ref: Ref) -> Place:
        """The place that a native id names: a domain, or the address of a mailbox."""
        local, _, domain = ref.native_id.rpartition("@")
        return cls(ref.scope, domain, local)

    @property
    def native_id(self) -> str:
        """The domain or the address."""
        return f"{self.local}@{self.domain}" if self.local else self.domain

    @property
    def ancestors(self) -> tuple[Ref, ...]:
        """The domain of a mailbox; its rules hold for the mailbox too (section 9.2)."""
        return () if self.scope == DOMAINS else (Ref(DOMAINS, self.domain),)

    def path(self, account: str) -> str:
        """The prefix of everything that concerns spam here."""
        above = f"/customers/{quote(account, safe='')}/domains/{self.domain}"
        if self.scope == DOMAINS:
            return f"{above}/spam"
        branch = "ex" if self.scope == EXCHANGE else "rs"
        return f"{above}/{branch}/mailboxes/{quote(self.local, safe='')}/spam"


def place_of(entity: Entity) -> Place | Diagnostic:
    """The place that an entity's name means, or what is wrong with the name."""
    kind, what = (
        (Kind.DOMAIN, "a domain") if entity.scope == DOMAINS else (Kind.EMAIL, "an address")
    )
    try:
        value = parse_match(entity.name, kind).value
    except MatchError as error:
        return Diagnostic(
            Code.INVALID_ENTITY,
            f"{entity.path} is not named by {what}",
            why=f"This service knows no numbers: {error.what}.",
            fix=error.hint or "Write it as in ex_mailboxes/alice.ng@acme.example.",
            entity=str(entity),
        )
    return Place.of(Ref(entity.scope, value))
