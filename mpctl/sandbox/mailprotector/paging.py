"""Lists: filters, pages and the X-Pagination header (the Mailprotector reference, section 6)."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from operator import eq, ge, gt, le, lt
from typing import Any, TypeVar

from mpctl.sandbox.mailprotector.answers import Answer, RefusalError
from mpctl.sandbox.mailprotector.call import Call
from mpctl.sandbox.mailprotector.entities import Document
from mpctl.sandbox.mailprotector.switches import Switches

Query = Sequence[tuple[str, str]]
Row = TypeVar("Row")

DEFAULT_PER_PAGE = 25
OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "gt": gt,
    "geq": ge,
    "lt": lt,
    "leq": le,
    "eq": eq,
}
WHOLE_NUMBER = re.compile(r"\d{1,18}", re.ASCII)
DATED = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
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


@dataclass(frozen=True)
class Manner:
    """How lists of one kind are asked for.

    `sizes` are the parameters that set the size of a page, the first that is given counts; `caps`
    limit it. `others` are parameters that an endpoint reads itself, or not at all.
    """

    sizes: tuple[str, ...] = ("per_page",)
    caps: tuple[int, ...] = ()
    others: frozenset[str] = frozenset()

    def size(self, parameters: Mapping[str, str], switches: Switches) -> int:
        """Return how many rows a page has."""
        wanted = next((parameters[name] for name in self.sizes if name in parameters), None)
        return min(_positive(wanted, DEFAULT_PER_PAGE), switches.page_cap, *self.caps)

    def is_filter(self, parameter: str) -> bool:
        """Whether a parameter is meant as a filter by a field."""
        return parameter not in {"page", *self.sizes, *self.others}


ENTITIES = Manner()


def listing(
    call: Call,
    rows: Sequence[Row],
    shown: Callable[[Row], Document],
    noun: str,
    manner: Manner = ENTITIES,
) -> Answer:
    """Return one page, as `shown`, of those rows that the query's filters let through."""
    query, switches = call.request.query, call.switches
    wanted = [(name, value) for name, value in query if manner.is_filter(name)]
    rows = _filtered(rows, shown, wanted, switches)
    parameters = dict(query)
    page = Page(
        number=1 if switches.ignores_page == "on" else _positive(parameters.get("page"), 1),
        size=manner.size(parameters, switches),
        total=len(rows) + (switches.wrong_total == "on"),
    )
    chosen = [shown(row) for row in rows[page.offset : page.offset + page.size]]
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


def _filtered(
    rows: Sequence[Row], shown: Callable[[Row], Document], query: Query, switches: Switches
) -> Sequence[Row]:
    if not rows:
        return rows
    example = shown(rows[0])
    for name, wanted in query:
        keep = _filter(example, name, wanted)
        if keep is not None:
            rows = [row for row in rows if keep(shown(row))]
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
    """Numbers compare as numbers, times as times, everything else as text without case."""
    text = str(value).casefold()
    if WHOLE_NUMBER.fullmatch(text):
        return int(text), ""
    return -1, _moment(text) if DATED.match(text) else text


def _moment(text: str) -> str:
    """Return a time in one spelling, so that text compares as time; other text as it is."""
    try:
        found = datetime.fromisoformat(text.upper())
    except ValueError:
        return text
    return (found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)).isoformat()
