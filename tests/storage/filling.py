"""Rows for every table there is, made from what the tables say of themselves."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, insert, select

from storage.carrying.shapes import OFFICE, Kind, Shape, shapes

ROWS = 4
ODD = 'Siti Ma\'ruf "Ibu"\tbaris\nbaru \\ 😀 é é \u2028'


def fill(db: Connection, first: int = 10) -> None:
    """Put `ROWS` rows into every table; keys are numbered from `first`, ten apart.

    The last row of each is empty where it may be, the others hold what is hard to carry.
    """
    for shape in shapes():
        table = OFFICE.tables[shape.name]
        for number in range(ROWS):
            row = {
                column.name: _value(db, shape, column, number, first) for column in table.columns
            }
            db.execute(insert(shape.table), row)


def contents(db: Connection) -> Mapping[str, list[tuple[Any, ...]]]:
    """Return every row of every table, in an order that no database decides."""
    return {
        shape.name: sorted((tuple(row) for row in db.execute(select(shape.table))), key=repr)
        for shape in shapes()
    }


def _value(db: Connection, shape: Shape, column: Column[Any], number: int, first: int) -> Any:
    kind = dict(shape.columns)[column.name]
    for foreign in column.foreign_keys:
        other = foreign.column
        keys = db.execute(select(other).where(other >= first).order_by(other)).scalars().all()
        return keys[number]
    if column.primary_key and kind is Kind.INTEGER:
        return first + 10 * number
    if column.nullable and number == ROWS - 1:
        return None
    if kind is Kind.TEXT:
        return f"{first}.{number} {ODD * (number % 2)}"[: getattr(column.type, "length", None)]
    return _MADE[kind](number + first / 1000)


_MADE: Mapping[Kind, Callable[[float], Any]] = {
    Kind.INTEGER: lambda number: int(number * 1_000_003) - 1,
    Kind.REAL: lambda number: 1781234567.1234567 + number / 3,
    Kind.BYTES: lambda number: str(number).encode() + bytes(range(256)) * int(number),
    Kind.BOOLEAN: lambda number: number < 2,
    Kind.DATE: lambda number: date(1899 + 60 * int(number), 2, 28),
    Kind.MOMENT: lambda number: (
        datetime(2026, 11, 21, 23, 59, 59, 999_999, tzinfo=UTC) + timedelta(days=number * 500)
    ),
}
