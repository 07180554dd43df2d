"""Few rows in which every value of a parameter meets every value of every other.

The greedy construction by rows: each row begins with a pair that no row has yet, and every other
parameter takes the value that brings the most new pairs. It is deterministic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations, product

Row = dict[str, str]
Pair = frozenset[tuple[str, str]]


def pairwise(
    values: Mapping[str, Sequence[str]], *, possible: Callable[[Row], bool] = lambda _: True
) -> list[Row]:
    """Rows over all parameters that cover every possible pair of values."""
    left = {pair: None for pair in all_pairs(values) if possible(dict(pair))}
    rows: list[Row] = []
    while left:
        row = _row(next(iter(left)), values, left, possible)
        for pair in pairs_of(row):
            left.pop(pair, None)
        rows.append(row)
    return rows


def all_pairs(values: Mapping[str, Sequence[str]]) -> Iterable[Pair]:
    """Every two values of two parameters."""
    for one, other in combinations(values, 2):
        for first, second in product(values[one], values[other]):
            yield frozenset({(one, first), (other, second)})


def pairs_of(row: Row) -> Iterable[Pair]:
    """Every pair that a row covers."""
    return map(frozenset, combinations(row.items(), 2))


def _row(
    seed: Pair,
    values: Mapping[str, Sequence[str]],
    left: Mapping[Pair, None],
    possible: Callable[[Row], bool],
) -> Row:
    row = dict(seed)
    for name in values:
        if name not in row:
            row[name] = max(
                (value for value in values[name] if possible({**row, name: value})),
                key=lambda value: _gain(row, (name, value), left),
            )
    return {name: row[name] for name in values}


def _gain(row: Row, item: tuple[str, str], left: Mapping[Pair, None]) -> int:
    return sum(1 for other in row.items() if frozenset({item, other}) in left)
