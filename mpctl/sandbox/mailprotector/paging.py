"""Lists: filters, pages and the X-Pagination header (the Mailprotector reference, section 6)."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from operator import eq, ge, gt, le, lt
from typing import Any

from mpctl.sandbox.mailprotector.answers import Answer, RefusalError
from mpctl.sandbox.mailprotector.entities import Document
from mpctl.sandbox.mailprotector.switches import Switches

Query = Sequence[tuple[str, str]]

DEFAULT_PER_PAGE = 25
PAGING = frozenset({"page", "per_page"})
OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "gt": gt,
    "geq": ge,
    "lt": lt,
    "leq": le,
    "eq": eq,
}
WHOLE_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
FILTER = re.compile(r"(\w+)(?:\[(\w+)\])?")


@dataclass(frozen=True)
class Page:
    """One page of a list of `total` rows; pages count from 1."""

    number: int
    size: int
    total: int

    @property
    def offset(self) -> int:
        """The rows before this page."""
        return (self.number - 1) * self.size

    @property
    def count(self) -> int:
        """The number of pages; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def following(self) -> int | None:
        """The number of the next page."""
        return self.number + 1 if self.number < self.count else None

    @property
    def preceding(self) -> int | None:
        """The number of the page before."""
        return self.number - 1 if self.number > 1 else None


def listing(rows: Sequence[Document], noun: str, query: Query, switches: Switches) -> Answer:
    """Return one page of those rows that the query's filters let through."""
    rows = _filtered(rows, query, switches)
    parameters = dict(query)
    page = Page(
        number=1 if switches.ignores_page == "on" else _positive(parameters.get("page"), 1),
        size=min(_positive(parameters.get("per_page"), DEFAULT_PER_PAGE), switches.page_cap),
        total=len(rows) + (switches.wrong_total == "on"),
    )
    chosen = list(rows[page.offset : page.offset + page.size])
    return Answer(chosen, noun, headers=_header(page, switches))


def _positive(text: str | None, default: int) -> int:
    """Read a number from 1 on; anything else counts as not given."""
    if text is None or not WHOLE_NUMBER.fullmatch(text):
        return default
    return int(text) or default


def _header(page: Page, switches: Switches) -> dict[str, str]:
    if switches.pagination_header == "absent":
        return {}
    if switches.pagination_header == "garbage":
        return {"X-Pagination": "page=1; of=many"}
    shape = {"rails": _rails, "current_page": _current_page, "minimal": _minimal}
    return {"X-Pagination": json.dumps(shape[switches.pagination_header](page))}


def _rails(page: Page) -> Document:
    return {
        "total": page.total,
        "total_pages": page.count,
        "first_page": page.number == 1,
        "last_page": page.number == page.count,
        "previous_page": page.preceding,
        "next_page": page.following,
        "out_of_bounds": page.number > page.count,
        "offset": page.offset,
    }


def _current_page(page: Page) -> Document:
    return {
        "total_entries": page.total,
        "total_pages": page.count,
        "current_page": page.number,
        "next_page": page.following,
        "previous_page": page.preceding,
        "offset": page.offset,
    }


def _minimal(page: Page) -> Document:
    return {"page": page.number, "per_page": page.size, "total_count": page.total}


def _filtered(rows: Sequence[Document], query: Query, switches: Switches) -> Sequence[Document]:
    for name, wanted in query:
        if name in PAGING or not rows:
            continue
        keep = _filter(rows[0], name, wanted)
        if keep is not None:
            rows = [row for row in rows if keep(row)]
        elif switches.unknown_filter == "400":
            raise RefusalError(HTTPStatus.BAD_REQUEST, "is not a filter", field=name)
        elif switches.unknown_filter == "empty":
            return []
    return rows


def _filter(example: Document, name: str, wanted: str) -> Callable[[Document], bool] | None:
    """Return the test that a query parameter stands for, None when it stands for none."""
    match = FILTER.fullmatch(name)
    if match is None or not _is_scalar(example.get(match[1], {})):
        return None
    compare = OPERATORS.get((match[2] or "eq").lower())
    if compare is None:
        return None
    field, threshold = match[1], _comparable(wanted)
    return lambda row: compare(_comparable(row[field]), threshold)


def _is_scalar(value: Any) -> bool:
    return not isinstance(value, dict | list)


def _comparable(value: Any) -> tuple[int, str]:
    """Numbers compare as numbers, everything else as text without case."""
    text = str(value).casefold()
    return (int(text), "") if WHOLE_NUMBER.fullmatch(text) else (-1, text)
