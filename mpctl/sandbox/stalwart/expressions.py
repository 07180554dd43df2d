"""The expression language of rules: text to a function of a message (section 6.3)."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from mpctl.sandbox.stalwart.functions import FUNCTIONS, is_true
from mpctl.sandbox.stalwart.message import Scene, Value, is_variable

Expression = Callable[[Scene], Value]

TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?)
    |(?P<text>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")
    |(?P<name>[A-Za-z_][\w.]*)
    |(?P<tag>\$[A-Za-z_]\w*)
    |(?P<operator>&&|\|\||==|!=|<=|>=|[-!<>+*/^(),\[\]]))""",
    re.VERBOSE,
)
BINDING = {"||": 1, "^": 1, "&&": 2, "==": 3, "!=": 3}
BINDING |= dict.fromkeys(("<", "<=", ">", ">="), 4)
BINDING |= dict.fromkeys("+-", 5) | dict.fromkeys("*/", 6)
TIGHTEST = 7
CONSTANTS = {"true": 1, "false": 0}


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


END = _Token("end", "")


def parse(text: str) -> Expression:
    """Return the expression that the text says; ValueError in the server's words."""
    parser = _Parser(list(_tokens(text)))
    expression = parser.expression(1)
    parser.finish()
    return expression


def _tokens(text: str) -> Iterator[_Token]:
    text = text.rstrip()
    position = 0
    while position < len(text):
        match = TOKEN.match(text, position)
        if match is None:
            raise ValueError(f'Invalid variable or constant "{text[position:].split()[0]}"')
        yield _Token(str(match.lastgroup), match[str(match.lastgroup)])
        position = match.end()


class _Parser:
    """Precedence climbing over a list of tokens."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._position = 0

    def finish(self) -> None:
        if self._next is END:
            return
        if self._next.text in (")", "]"):
            raise ValueError("Unmatched close parenthesis")
        raise ValueError(f'Unexpected "{self._next.text}"')

    @property
    def _next(self) -> _Token:
        return self._tokens[self._position] if self._position < len(self._tokens) else END

    def _take(self) -> _Token:
        token = self._next
        self._position += 1
        return token

    def expression(self, tightness: int) -> Expression:
        """Read operators that bind at least so tightly."""
        left = self._operand()
        while self._next.kind == "operator" and BINDING.get(self._next.text, 0) >= tightness:
            operator = self._take().text
            left = _binary(operator, left, self.expression(BINDING[operator] + 1))
        return left

    def _operand(self) -> Expression:
        token = self._take()
        if token.kind == "operator":
            return self._prefix(token.text)
        if token.kind == "number":
            return _constant(float(token.text) if "." in token.text else int(token.text))
        if token.kind == "text":
            return _constant(re.sub(r"\\(.)", r"\1", token.text[1:-1]))
        if token.kind == "tag":
            return _tag(token.text[1:])
        if token.kind == "name":
            return self._named(token.text)
        raise ValueError("Expected operand at end of expression")

    def _prefix(self, operator: str) -> Expression:
        if operator == "(":
            inner = self.expression(1)
            self._close(")")
            return inner
        if operator == "[":
            return _array(self._until("]"))
        operand = self.expression(TIGHTEST) if operator in "!-" else None
        if operand is None:
            raise ValueError(f'Unexpected "{operator}"')
        return _negation(operand) if operator == "!" else _minus(operand)

    def _named(self, name: str) -> Expression:
        if self._next.text == "(" and self._next.kind == "operator":
            self._take()
            return _call(name, self._until(")"))
        if name in CONSTANTS:
            return _constant(CONSTANTS[name])
        if not is_variable(name):
            raise ValueError(f'Invalid variable or constant "{name}"')
        return lambda scene: scene.variable(name)

    def _until(self, closing: str) -> list[Expression]:
        items: list[Expression] = []
        while self._next.text != closing:
            items.append(self.expression(1))
            if self._next.text != ",":
                break
            self._take()
        self._close(closing)
        return items

    def _close(self, closing: str) -> None:
        if self._take().text != closing:
            raise ValueError("Unmatched open parenthesis")


def _constant(value: Value) -> Expression:
    return lambda _: value


def _tag(name: str) -> Expression:
    return lambda scene: int(name in scene.tags)


def _array(items: list[Expression]) -> Expression:
    return lambda scene: [_text(item(scene)) for item in items]


def _negation(operand: Expression) -> Expression:
    return lambda scene: int(not is_true(operand(scene)))


def _minus(operand: Expression) -> Expression:
    return lambda scene: -_number(operand(scene))


def _call(name: str, arguments: list[Expression]) -> Expression:
    if name not in FUNCTIONS:
        raise ValueError(f'Invalid variable or constant "{name}"')
    function, count = FUNCTIONS[name]
    if len(arguments) != count:
        raise ValueError(f'Invalid number of arguments for function "{name}"')
    return lambda scene: function(scene, *(argument(scene) for argument in arguments))


def _binary(operator: str, left: Expression, right: Expression) -> Expression:
    if operator == "&&":
        return lambda scene: int(is_true(left(scene)) and is_true(right(scene)))
    if operator == "||":
        return lambda scene: int(is_true(left(scene)) or is_true(right(scene)))
    if operator == "^":
        return lambda scene: int(is_true(left(scene)) != is_true(right(scene)))
    combine = OPERATORS[operator]
    return lambda scene: combine(left(scene), right(scene))


def _plus(left: Value, right: Value) -> Value:
    if isinstance(left, str) or isinstance(right, str):
        return _text(left) + _text(right)
    return _number(left) + _number(right)


def _divided(left: Value, right: Value) -> Value:
    return _number(left) / _number(right) if _number(right) else 0


def _text(value: Value) -> str:
    return value if isinstance(value, str) else "" if isinstance(value, list) else str(value)


def _number(value: Value) -> float:
    if isinstance(value, int | float):
        return value
    try:
        return float(_text(value))
    except ValueError:
        return 0


def _ordered(left: Value, right: Value) -> int:
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    return (_number(left) > _number(right)) - (_number(left) < _number(right))


OPERATORS: Mapping[str, Callable[[Value, Value], Value]] = {
    "==": lambda left, right: int(left == right),
    "!=": lambda left, right: int(left != right),
    "<": lambda left, right: int(_ordered(left, right) < 0),
    "<=": lambda left, right: int(_ordered(left, right) <= 0),
    ">": lambda left, right: int(_ordered(left, right) > 0),
    ">=": lambda left, right: int(_ordered(left, right) >= 0),
    "+": _plus,
    "-": lambda left, right: _number(left) - _number(right),
    "*": lambda left, right: _number(left) * _number(right),
    "/": _divided,
}
