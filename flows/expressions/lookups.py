"""Rows of a table that a condition picks, found by key where the condition names one."""

from collections.abc import Callable, Sequence
from typing import Any

from flows.expressions.closures import Code, Kind, Run
from flows.expressions.scope import AtRow, Scope
from flows.expressions.tables import Table
from flows.expressions.tree import Chain, Node, Word, walk

Pick = Callable[[Scope], Sequence[int]]


def pick(table: Table, condition: Node | None, code: Callable[[Node], Code]) -> Pick:
    """Return a closure giving the places of the rows for which `condition` holds."""
    everything = range(len(table.rows))
    if condition is None:
        return lambda _scope: everything
    candidates = _by_key(table, condition, code)
    if candidates is not None and not _has_more(condition):
        return candidates
    holds, rows = code(condition).read_as(Kind.TRUTH), table.rows

    def run(scope: Scope) -> Sequence[int]:
        at, found = AtRow(scope), []
        for place in everything if candidates is None else candidates(scope):
            at.row = rows[place]
            if holds(at):
                found.append(place)
        return found

    return run


def lookup(table: Table, column: str, picked: Pick) -> Code:
    """The column of the first row picked, blank without one; of all of them where all count."""
    rows = table.rows

    def every(scope: Scope) -> list[Any]:
        return [rows[place].get(column, "") for place in picked(scope)]

    def first(scope: Scope) -> str:
        places = picked(scope)
        return rows[places[0]].get(column, "") if places else ""

    return Code(Kind.TEXT, first, every=every)


def pulled(table: Table, column: str, key: str, value: Run) -> Code:
    """`pulldata()`: a column of the first row that holds `value` under `key`."""

    def run(scope: Scope) -> str:
        places = table.places(key, value(scope))
        return table.rows[places[0]].get(column, "") if places else ""

    return Code(Kind.TEXT, run)


def _by_key(table: Table, condition: Node, code: Callable[[Node], Code]) -> Pick | None:
    """The rows of `column = value`, or of the first such part of an `and`."""
    match condition:
        case Chain(("and", *_), operands):
            found = (_by_key(table, part, code) for part in operands)
            return next((one for one in found if one is not None), None)
        case Chain(("=",), (Word(column), other) | (other, Word(column))) if not _reads_row(other):
            value = code(other)
            if value.kind in (Kind.TEXT, Kind.ANY):
                text = value.read_as(Kind.TEXT)
                return lambda scope: table.places(column, text(scope))
    return None


def _has_more(condition: Node) -> bool:
    return isinstance(condition, Chain) and condition.operators[0] == "and"


def _reads_row(node: Node) -> bool:
    return any(isinstance(one, Word) for one in walk(node))
