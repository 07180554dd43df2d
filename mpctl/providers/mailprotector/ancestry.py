"""Who stands above an entity (reference, section 3): group, domain, customer, reseller."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from mpctl.core.entity import Ref
from mpctl.providers.mailprotector.directory import Directory
from mpctl.providers.mailprotector.index import Record, reference
from mpctl.transport import KeyRefused, TransportError

Ancestors = tuple[Ref, ...] | None


class Ancestry:
    """Ancestors of records, with requests only for the levels that somebody asks about."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._unreadable: set[Ref] = set()

    def of(self, scope: str, record: Record, levels: AbstractSet[str]) -> Ancestors:
        """The ancestors up to the highest of `levels`, nearest first; None when one is not told."""
        if scope == "resellers" or not levels - {scope}:
            return ()
        if scope == "customers":
            return _ref(record, "reseller", "resellers")
        if scope == "domains":
            return self._above_domain(record, levels)
        return self._below_domain(scope, record, levels)

    def _above_domain(self, record: Record, levels: AbstractSet[str]) -> Ancestors:
        customer = _ref(record, "account", "customers")
        if customer is None or "resellers" not in levels:
            return customer
        above = self._look_up(customer[0])
        reseller = above and _ref(above, "reseller", "resellers")
        return (*customer, *reseller) if reseller else None

    def _below_domain(self, scope: str, record: Record, levels: AbstractSet[str]) -> Ancestors:
        group = _ref(record, "user_group", "user_groups") if scope == "users" else ()
        domain = _ref(record, "domain", "domains")
        if group is None or domain is None:
            return None
        if not levels & {"customers", "resellers"}:
            return (*group, *domain)
        above = self._look_up(domain[0])
        further = above and self._above_domain(above, levels)
        return (*group, *domain, *further) if further else None

    def _look_up(self, ref: Ref) -> Record | None:
        """A record on the way up, None where it cannot be read; that is found out only once."""
        if ref in self._unreadable:
            return None
        try:
            if ref.scope == "customers":
                return self._directory.customer(ref.native_id)
            return self._directory.record(ref)
        except KeyRefused:
            raise
        except TransportError:
            self._unreadable.add(ref)
            return None


def _ref(record: Record, field: str, scope: str) -> Ancestors:
    native_id = reference(record, field)
    return (Ref(scope, native_id),) if native_id else None
