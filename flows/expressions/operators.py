"""Operators as closures, specialised on what is known about their operands.

This is the hot path of every step of every interview. The common shapes,
`${x} = 'code'` and `${x} > 1000`, compare an answer of the expected type at once;
everything else goes through XPath's general rules in `values`.
"""

import math
import operator
from collections.abc import Callable
from typing import Any

from flows.expressions.closures import Code, Kind, Run
from flows.expressions.moments import looks_dated
from flows.expressions.scope import Scope, Value
from flows.expressions.values import COMPARISONS, whole

_MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_NUMERIC: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def chain(operators: tuple[str, ...], operands: tuple[Code, ...]) -> Code:
    """The operands joined from the left; `operators` are all of one precedence."""
    first = operators[0]
    if first == "or":
        return Code(Kind.TRUTH, _any([code.read_as(Kind.TRUTH) for code in operands]))
    if first == "and":
        return Code(Kind.TRUTH, _all([code.read_as(Kind.TRUTH) for code in operands]))
    if first in COMPARISONS:
        return Code(Kind.TRUTH, _compared(operators, operands))
    return Code(Kind.NUMBER, _reckoned(operators, operands))


def negation(operand: Code) -> Code:
    if isinstance(operand.constant, float):
        value = -operand.constant
        return Code(Kind.NUMBER, lambda _scope: value, constant=value)
    number = operand.read_as(Kind.NUMBER)
    return Code(Kind.NUMBER, lambda scope: -number(scope))


def _any(parts: list[Run]) -> Run:
    if len(parts) == 2:
        left, right = parts
        return lambda scope: left(scope) or right(scope)

    def run(scope: Scope) -> bool:
        for part in parts:  # noqa: SIM110 — any() builds a generator at each call
            if part(scope):
                return True
        return False

    return run


def _all(parts: list[Run]) -> Run:
    if len(parts) == 2:
        left, right = parts
        return lambda scope: left(scope) and right(scope)

    def run(scope: Scope) -> bool:
        for part in parts:  # noqa: SIM110 — all() builds a generator at each call
            if not part(scope):
                return False
        return True

    return run


def _compared(operators: tuple[str, ...], operands: tuple[Code, ...]) -> Run:
    if len(operators) == 1:
        return _pair(operators[0], *operands)
    first, steps = operands[0].run, _steps(COMPARISONS, operators, operands, Kind.ANY)

    def run(scope: Scope) -> Value:
        value = first(scope)
        for compare, operand in steps:
            value = compare(value, operand(scope), scope.zone)
        return value  # type: ignore[no-any-return] # kind ANY in, a bool out after one step

    return run


def _pair(sign: str, left: Code, right: Code) -> Run:
    if left.constant is not None and right.constant is None:
        return _pair(_MIRRORED[sign], right, left)
    literal = right.constant
    if isinstance(literal, float) and left.kind is Kind.ANY:
        return _against_number(sign, left, literal)
    if isinstance(literal, str) and left.kind in (Kind.ANY, Kind.TEXT) and sign in ("=", "!="):
        return _against_text(sign, left, literal)
    if sign not in ("=", "!=") or left.kind is right.kind is Kind.NUMBER:
        compare = _NUMERIC[sign]
        before, after = left.read_as(Kind.NUMBER), right.read_as(Kind.NUMBER)
        return lambda scope: compare(before(scope), after(scope))
    general, before, after = COMPARISONS[sign], left.run, right.run
    return lambda scope: general(before(scope), after(scope), scope.zone)


def _against_number(sign: str, subject: Code, literal: float) -> Run:
    compare, general, bound = _NUMERIC[sign], COMPARISONS[sign], whole(literal)
    read = subject.run

    def run(scope: Scope) -> bool:
        value = read(scope)
        if type(value) is int or type(value) is float:
            return compare(value, bound)
        return general(value, bound, scope.zone)

    return run


def _against_text(sign: str, subject: Code, literal: str) -> Run:
    general, read = COMPARISONS[sign], subject.run
    if looks_dated(literal):
        return lambda scope: general(read(scope), literal, scope.zone)
    same = _NUMERIC[sign]

    def run(scope: Scope) -> bool:
        value = read(scope)
        if type(value) is str:
            return same(value, literal)
        return general(value, literal, scope.zone)

    return run


def _reckoned(operators: tuple[str, ...], operands: tuple[Code, ...]) -> Run:
    if len(operators) == 1:
        reckon = _ARITHMETIC[operators[0]]
        left, right = (code.read_as(Kind.NUMBER) for code in operands)
        return lambda scope: reckon(left(scope), right(scope))
    first = operands[0].read_as(Kind.NUMBER)
    steps = _steps(_ARITHMETIC, operators, operands, Kind.NUMBER)

    def run(scope: Scope) -> float:
        total = first(scope)
        for reckon, operand in steps:
            total = reckon(total, operand(scope))
        return total  # type: ignore[no-any-return] # kind NUMBER throughout

    return run


def _steps(
    table: dict[str, Callable[..., Any]],
    operators: tuple[str, ...],
    operands: tuple[Code, ...],
    kind: Kind,
) -> list[tuple[Callable[..., Any], Run]]:
    following = [code.read_as(kind) for code in operands[1:]]
    return [(table[sign], run) for sign, run in zip(operators, following, strict=True)]


def _divide(left: float, right: float) -> float:
    if right:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def _remainder(left: float, right: float) -> float:
    """With the sign of `left`, as XPath has it and Python's `%` has not."""
    if right == 0 or math.isinf(left):
        return math.nan
    return math.fmod(left, right)


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "div": _divide,
    "mod": _remainder,
}
