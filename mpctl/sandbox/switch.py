"""Switches: where the reference knows no answer, the choice of what a simulator does.

A service declares its switches as the fields of a frozen dataclass, by `choice` and `number`;
`described` makes `Switch`es of them, `typed` the keyword arguments of the dataclass.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import Field, dataclass, field, fields, replace
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, TypeVar, get_args, get_type_hints

T = TypeVar("T")
OFF = "off"


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


def choice(default: T, row: int, help_: str, *, withholds: tuple[str, ...] = ()) -> T:
    """Declare a field of type Literal, whose first word is the default."""
    return field(default=default, metadata={"row": row, "help": help_, "withholds": withholds})


def number(values: tuple[str, ...], row: int, help_: str, *, minimum: int) -> int:
    """Declare a numeric field; "off" is 0."""
    metadata = {"row": row, "help": help_, "values": values, "minimum": minimum}
    return field(default=_as_number(values[0]), metadata=metadata)


def described(declared: type) -> Mapping[str, Switch]:
    """Return the switches that the fields of a dataclass declare, by name."""
    hints = get_type_hints(declared)
    return MappingProxyType(
        {item.name: _described(item, hints[item.name]) for item in fields(declared)}
    )


def _described(item: Field[Any], hint: object) -> Switch:
    return Switch(
        name=item.name,
        values=item.metadata.get("values", get_args(hint)),
        help=item.metadata["help"],
        row=item.metadata["row"],
        numeric=hint is int,
        minimum=item.metadata.get("minimum", 0),
        withholds=item.metadata.get("withholds", ()),
    )


def typed(chosen: Mapping[str, str], known: Mapping[str, Switch]) -> dict[str, Any]:
    """Return the values of checked switches as the fields hold them; ValueError as below."""
    checked = check_switches(chosen, known)
    return {
        name: _as_number(value) if known[name].numeric else value for name, value in checked.items()
    }


def _as_number(value: str) -> int:
    return 0 if value == OFF else int(value)


def joined(by_service: Mapping[str, Mapping[str, Switch]], *, bare: str) -> Mapping[str, Switch]:
    """Return all switches by full name: "service.switch", but for those of `bare` the switch's."""
    return MappingProxyType(
        {
            full: replace(switch, name=full)
            for service, switches in by_service.items()
            for name, switch in switches.items()
            for full in [name if service == bare else f"{service}.{name}"]
        }
    )


def split(
    chosen: Mapping[str, str], known: Mapping[str, Switch], *, bare: str
) -> Mapping[str, dict[str, str]]:
    """Return by service what is chosen by full name; ValueError on an unknown name or value."""
    by_service: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for full, value in check_switches(chosen, known).items():
        service, dot, name = full.rpartition(".")
        by_service[service if dot else bare][name] = value
    return by_service


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
        f"choose from {', '.join(_beside(name, known))}"
    )


def _beside(name: str, known: Mapping[str, Switch]) -> Sequence[str]:
    """Return the names of the same service, or all of them where there is no such service."""
    service = name.rpartition(".")[0]
    return [one for one in known if one.rpartition(".")[0] == service] or list(known)


def _suggestion(word: str, choices: tuple[str, ...]) -> str:
    close = get_close_matches(word, choices, n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""
