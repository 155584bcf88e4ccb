"""Functions about what is asked several times, and about rows of lists and files."""

import math

from flows.expressions.closures import Code, Kind
from flows.expressions.functions.signature import Function, gathering, special
from flows.expressions.scope import Scope, Value


def _count(*values: Value) -> float:
    return float(len(values))


def _count_answered(*texts: str) -> float:
    return float(sum(bool(text) for text in texts))


def _built_by_the_compiler(_arguments: tuple[Code, ...], _salt: str) -> Code:
    raise AssertionError("the compiler builds it: it must know where in the form it stands")


def build_indexed(arguments: tuple[Code, ...], depths: tuple[int, ...], length: int) -> Code:
    """The answer in a repetition given by number; `depths` says of which repeats, from 0.

    Repeats that are not named are those we stand in, else the first repetition.
    """
    path = arguments[0].path or ""
    numbers = [code.read_as(Kind.NUMBER) for code in arguments[2::2]]

    def run(scope: Scope) -> Value:
        places = [max(scope.place(depth + 1), 1) for depth in range(length)]
        for depth, number in zip(depths, numbers, strict=True):
            place = number(scope)
            places[depth] = int(place) if math.isfinite(place) else 0
        return scope.value_at(path, places)

    return Code(Kind.ANY, run)


FUNCTIONS: dict[str, Function] = {
    "count": gathering("any -> number", _count),
    "count-non-empty": gathering("text -> number", _count_answered),
    "position": special("any? -> number", _built_by_the_compiler),
    "index": special("-> number", _built_by_the_compiler),
    "indexed-repeat": special("any any number any* number* -> any", _built_by_the_compiler),
    "pulldata": special("text text text text -> text", _built_by_the_compiler),
}
