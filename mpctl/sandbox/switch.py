"""Switches: where the reference knows no answer, the choice of what a simulator does."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Switch:
    """One unknown of a service's reference and the behaviours it may have.

    `values` has the default first. A numeric switch takes any whole number from `minimum` on and
    lists examples. `row` is the line of the table of unknowns in the reference. At a value in
    `withholds` even a correct client withholds part of its changes, because it cannot prove what
    it read or must not go on writing: the next plan is not empty.
    """

    name: str
    values: tuple[str, ...]
    help: str
    row: int = 0
    numeric: bool = False
    minimum: int = 0
    withholds: tuple[str, ...] = ()

    @property
    def default(self) -> str:
        """The behaviour without any choice."""
        return self.values[0]

    def check(self, value: str) -> str:
        """Return `value`; ValueError names the choices when it is none of them."""
        is_number = self.numeric and value.isascii() and value.isdigit()
        if value in self.values or (is_number and int(value) >= self.minimum):
            return value
        choices = ", ".join(self.values)
        if self.numeric:
            choices = f"a whole number from {self.minimum} on, e.g. {choices}"
        raise ValueError(
            f"switch {self.name}: {value!r} is not a choice{_suggestion(value, self.values)}; "
            f"choose {choices}"
        )


def check_switches(chosen: Mapping[str, str], known: Mapping[str, Switch]) -> dict[str, str]:
    """Return `chosen` as a dictionary; ValueError on an unknown name or value."""
    return {name: _named(name, known).check(value) for name, value in chosen.items()}


def parse_switches(text: str, known: Mapping[str, Switch]) -> dict[str, str]:
    """Read "name=value,name=value"; ValueError on an unknown name or value."""
    chosen: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise ValueError(f"switch {part!r}: write name=value, e.g. rules_list=subtree")
        if name in chosen:
            raise ValueError(f"switch {name}: given twice")
        chosen[name] = value
    return check_switches(chosen, known)


def _named(name: str, known: Mapping[str, Switch]) -> Switch:
    if name in known:
        return known[name]
    raise ValueError(
        f"there is no switch {name!r}{_suggestion(name, tuple(known))}; "
        f"choose from {', '.join(known)}"
    )


def _suggestion(word: str, choices: tuple[str, ...]) -> str:
    close = get_close_matches(word, choices, n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""
