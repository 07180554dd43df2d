"""What a setting can be, how its values compare, and which way a change of it moves mail."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from mpctl.core.change import Direction
from mpctl.core.match import Kind as MatchKind
from mpctl.core.match import MatchError, parse_match
from mpctl.core.rule import SettingValue

NOBODY = "none"


class Form(StrEnum):
    """The shapes of values: one of a few words, a number, or the address of a person."""

    CHOICE = "choice"
    NUMBER = "number"
    ADDRESS = "address"


class SettingError(ValueError):
    """A value that a setting cannot have; `expected` says what it can."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


@dataclass(frozen=True, slots=True)
class SettingSpec:
    """A setting's admissible values.

    The `values` of a choice go from the strictest to the one that lets most mail through. A number
    is decimal text from `least` on, whole if `whole`; `more` is where a larger one moves mail, and
    with `zero_is_never` 0 is beyond every other. `scopes` are those that have the setting, empty
    for all. `meaning` completes the sentence "users below may ...". A setting with an `implied`
    value is the service's own plumbing: no policy writes it, every entity with lists needs it.
    `allowed_only` is the value at which nobody but an allowed sender gets through, if there is one.
    `judges` is True for a setting that decides over mail that no rule decides over, False for one
    that does not, such as a permission.
    """

    name: str
    values: tuple[SettingValue, ...] = ()
    meaning: str = ""
    form: Form = Form.CHOICE
    scopes: frozenset[str] = frozenset()
    more: Direction = Direction.NEUTRAL
    least: str = "0"
    whole: bool = False
    zero_is_never: bool = False
    implied: SettingValue | None = None
    allowed_only: SettingValue | None = None
    judges: bool = True

    def stands_at(self, scope: str) -> bool:
        """Tell whether entities of a scope have this setting."""
        return not self.scopes or scope in self.scopes

    def canonical(self, value: SettingValue) -> SettingValue:
        """Give a value the form in which equal ones are equal.

        Raises SettingError for one that the setting cannot have.
        """
        if self.form is Form.NUMBER:
            return self._number(value)
        if self.form is Form.ADDRESS:
            return _address(value)
        for choice in self.values:
            if type(choice) is type(value) and choice == value:
                return choice
        raise SettingError("")

    def direction(self, before: SettingValue | None, after: SettingValue) -> Direction:
        """Judge a change; a live value that is unknown counts as the strictest."""
        if self.form is Form.ADDRESS:
            return Direction.NEUTRAL
        old, new = self._rank(before), self._rank(after)
        if new == old:
            return Direction.NEUTRAL
        return Direction.LOOSENS if new > old else Direction.TIGHTENS

    def _rank(self, value: SettingValue | None) -> float:
        """How much mail a value lets through, as a number that only serves to compare."""
        if self.form is Form.CHOICE:
            return float(self.values.index(value)) if value in self.values else 0.0
        if self.more is Direction.NEUTRAL:
            return 0.0
        sign = 1 if self.more is Direction.LOOSENS else -1
        if value is None:
            return -math.inf
        number = float(str(value))
        return sign * (math.inf if self.zero_is_never and number == 0 else number)

    def _number(self, value: SettingValue) -> str:
        kind = "a whole number" if self.whole else "a number"
        expected = f"{kind} from {self.least} on"
        if isinstance(value, bool):
            raise SettingError(expected)
        try:
            number = Decimal(str(value))
        except InvalidOperation as error:
            raise SettingError(expected) from error
        broken = not number.is_finite() or number < Decimal(self.least)
        if broken or (self.whole and number != number.to_integral_value()):
            raise SettingError(expected)
        return f"{number.normalize():f}"


def _address(value: SettingValue) -> str:
    text = str(value).strip().lower()
    if text in {"", NOBODY}:
        return NOBODY
    try:
        return parse_match(text, MatchKind.EMAIL).value
    except MatchError as error:
        raise SettingError(f"an address, or {NOBODY}") from error
