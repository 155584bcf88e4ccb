"""A compiled part: one closure, and what is known about it before any answer."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from enum import StrEnum
from typing import Any

from flows.expressions.scope import Scope, Value
from flows.expressions.values import number_of, text_of, truth_of

# `Any`: the closure of a part of kind NUMBER returns a float, of kind TEXT a str,
# of kind TRUTH a bool; `Code.kind` says which, the type checker cannot follow.
Run = Callable[[Scope], Any]


class Kind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    TRUTH = "truth"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Code:
    """`constant` is set for a literal, `path` for a plain `${name}`.

    `every` gives all values, where the part stands for several: a repeated answer, rows.
    """

    kind: Kind
    run: Run
    constant: str | float | None = None
    path: str | None = None
    every: Run | None = None

    def read_as(self, kind: Kind) -> Run:
        """The closure that returns this part converted to `kind`."""
        if kind in (self.kind, Kind.ANY):
            return self.run
        return _known_as(kind, self.constant) or _CONVERT[kind](self.run)


def constant(value: str | float) -> Code:
    kind = Kind.TEXT if isinstance(value, str) else Kind.NUMBER
    return Code(kind, lambda _scope: value, constant=value)


def _known_as(kind: Kind, value: str | float | None) -> Run | None:
    if value is None:
        return None
    if kind is Kind.NUMBER and isinstance(value, str) and ":" in value:
        return None  # a time of day: the number depends on the scope's zone
    known: Value = number_of(value, UTC)
    if kind is not Kind.NUMBER:
        known = text_of(value) if kind is Kind.TEXT else truth_of(value)
    return lambda _scope: known


def _as_text(run: Run) -> Run:
    def text(scope: Scope) -> str:
        value = run(scope)
        return value if type(value) is str else text_of(value)

    return text


def _as_number(run: Run) -> Run:
    def number(scope: Scope) -> float:
        value = run(scope)
        if type(value) is float:
            return value
        return math.nan if value == "" else number_of(value, scope.zone)

    return number


def _as_truth(run: Run) -> Run:
    return lambda scope: truth_of(run(scope))


_CONVERT: dict[Kind, Callable[[Run], Run]] = {
    Kind.TEXT: _as_text,
    Kind.NUMBER: _as_number,
    Kind.TRUTH: _as_truth,
}

AS: dict[Kind, Callable[[Value, tzinfo], Value]] = {
    Kind.TEXT: lambda value, _zone: text_of(value),
    Kind.NUMBER: number_of,
    Kind.TRUTH: lambda value, _zone: truth_of(value),
    Kind.ANY: lambda value, _zone: value,
}
"""A value at hand read as a kind."""
