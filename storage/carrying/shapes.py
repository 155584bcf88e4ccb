"""What a table holds, and its rows as lines of JSON that mean the same on every database."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
)
from sqlalchemy.types import TypeEngine

from storage import tables
from storage.tables.columns import Moment
from storage.tables.columns import table as table_of

Row = Mapping[str, Any]

OFFICE: MetaData = table_of(tables.Respondent).metadata
"""Every table there is: SQLModel's own register, filled by importing `tables`."""


class Kind(StrEnum):
    """What a column holds. A moment is aware, bytes may be sealed."""

    INTEGER = "integer"
    REAL = "real"
    TEXT = "text"
    BYTES = "bytes"
    BOOLEAN = "boolean"
    DATE = "date"
    MOMENT = "moment"


class CannotCarry(Exception):
    """A table whose rows have no safe order, or a column of a kind nobody taught us."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A table as it is carried: its columns in order, and the names of its key."""

    name: str
    columns: tuple[tuple[str, Kind], ...]
    key: tuple[str, ...]

    @property
    def table(self) -> Table:
        """The table for Core statements; values pass as they are, no default is filled in."""
        return _table(self)

    def line(self, row: Row) -> bytes:
        """Return a row as one line: an object with every column, in order."""
        values = {name: _say(kind, row[name]) for name, kind in self.columns}
        return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    def row(self, line: bytes) -> Row:
        """Return the row a line says.

        Raises:
            ValueError: it is no such line.
        """
        said = json.loads(line)
        if not isinstance(said, dict) or list(said) != [name for name, _kind in self.columns]:
            raise ValueError("other columns")
        return {name: _hear(kind, said[name]) for name, kind in self.columns}


def shapes(metadata: MetaData = OFFICE) -> Sequence[Shape]:
    """Return every table, those that others refer to first.

    Raises:
        CannotCarry: a column holds a kind that `Kind` lacks, or foreign keys refer to their own
            table or in a circle, so that no order of inserting keeps them.
    """
    for table in metadata.tables.values():
        for foreign in table.foreign_keys:
            if foreign.column.table is table:
                raise CannotCarry(f"{table.name}.{foreign.parent.name} refers to its own table")
    return [_shape(table) for table in _in_order(metadata)]


def _in_order(metadata: MetaData) -> Sequence[Table]:
    left = sorted(metadata.tables.values(), key=lambda table: table.name)
    done: list[Table] = []
    while left:
        ready = [one for one in left if {f.column.table for f in one.foreign_keys} <= {*done}]
        if not ready:
            raise CannotCarry(f"{', '.join(one.name for one in left)} refer in a circle")
        done += ready
        left = [one for one in left if one not in ready]
    return done


def _shape(table: Table) -> Shape:
    columns = tuple((column.name, _kind(column)) for column in table.columns)
    return Shape(table.name, columns, tuple(column.name for column in table.primary_key))


def _kind(column: Column[Any]) -> Kind:
    plain: TypeEngine[Any] = column.type
    while isinstance(plain, TypeDecorator):
        plain = plain.impl_instance
    found = _OF_PYTHON.get(plain.python_type)
    if found is None:
        raise CannotCarry(f"{column.table.name}.{column.name} is a {plain!r}; add it to `Kind`")
    return found


@cache
def _table(shape: Shape) -> Table:
    columns = [
        Column(name, _TYPES[kind], primary_key=name in shape.key, autoincrement=False)
        for name, kind in shape.columns
    ]
    return Table(shape.name, MetaData(), *columns)


_OF_PYTHON: Mapping[type, Kind] = {
    int: Kind.INTEGER,
    float: Kind.REAL,
    str: Kind.TEXT,
    bytes: Kind.BYTES,
    bool: Kind.BOOLEAN,
    date: Kind.DATE,
    datetime: Kind.MOMENT,
}
_TYPES: Mapping[Kind, TypeEngine[Any]] = {
    Kind.INTEGER: BigInteger(),
    Kind.REAL: Double(),
    Kind.TEXT: String(),
    Kind.BYTES: LargeBinary(),
    Kind.BOOLEAN: Boolean(),
    Kind.DATE: Date(),
    Kind.MOMENT: Moment(),
}


def _say(kind: Kind, value: Any) -> Any:
    if value is None or kind not in _SAID:
        return value
    return _SAID[kind](value)


def _hear(kind: Kind, said: Any) -> Any:
    if said is None:
        return None
    if type(said) not in _JSON[kind]:
        raise ValueError(f"no {kind}")
    return _HEARD[kind](said) if kind in _HEARD else said


_SAID: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.BYTES: lambda value: base64.b64encode(value).decode(),
    Kind.DATE: date.isoformat,
    Kind.MOMENT: lambda value: value.astimezone(UTC).isoformat(),
}
_HEARD: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.BYTES: lambda said: base64.b64decode(said, validate=True),
    Kind.DATE: date.fromisoformat,
    Kind.MOMENT: datetime.fromisoformat,
    Kind.REAL: float,
}
_JSON: Mapping[Kind, tuple[type, ...]] = {
    Kind.INTEGER: (int,),
    Kind.REAL: (float, int),
    Kind.TEXT: (str,),
    Kind.BYTES: (str,),
    Kind.BOOLEAN: (bool,),
    Kind.DATE: (str,),
    Kind.MOMENT: (str,),
}
