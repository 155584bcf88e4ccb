"""Rows out of one database and into another, a few at a time, counted and summed on the way."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, inspect, literal, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from storage.carrying.shapes import OFFICE, Row, Shape
from storage.database import revision_of, revisions

CHUNK = 200
"""Rows held at a time: what a hundred thousand rows take in memory is what these take."""

Told = Callable[[int], None]
"""Called with how many more rows are through."""


class NotEmpty(Exception):
    """The database holds something already: a row of `table`, or a table of somebody else's."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table


class OtherMigration(Exception):
    """Empty tables, but at a migration that what is carried cannot be put into."""

    def __init__(self, stands_at: str) -> None:
        super().__init__(stands_at)
        self.stands_at = stands_at


class RowRefused(Exception):
    """The database would not take a row; `key` finds it, `why` is the database's word."""

    def __init__(self, table: str, key: str, why: str) -> None:
        super().__init__(f"{table} {key}: {why}")
        self.table = table
        self.key = key
        self.why = why


class NotTheSame(Exception):
    """What is read back from a table is not what was put in."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table


@dataclass(slots=True)
class Tally:
    """How many lines, and a checksum of them that their order does not change.

    Databases sort text differently; the sum of the lines' SHA-256 is the same in any order.
    """

    rows: int = 0
    total: int = 0

    def add(self, line: bytes) -> None:
        """Count a line."""
        digest = hashlib.sha256(line).digest()
        self.rows += 1
        self.total = (self.total + int.from_bytes(digest, "big")) % 2**256


def check_empty(db: Connection) -> None:
    """Make sure that a whole office may be put here.

    Raises:
        NotEmpty: a table of ours has a row, or there are tables and none of our migrations.
        OtherMigration: the tables are of a Lacak newer than this one.
    """
    there, stands_at = inspect(db).get_table_names(), revision_of(db)
    if stands_at is None and there:
        raise NotEmpty(there[0])
    if stands_at is not None and stands_at not in revisions():
        raise OtherMigration(stands_at)
    for name in sorted({*there} & {*OFFICE.tables}):
        if db.execute(select(literal(1)).select_from(OFFICE.tables[name]).limit(1)).first():
            raise NotEmpty(name)


def count(db: Connection, shape: Shape) -> int:
    """Return how many rows a table has."""
    return int(db.execute(select(func.count()).select_from(shape.table)).scalar_one())


def rows_out(db: Connection, shape: Shape) -> Iterator[Sequence[Row]]:
    """Yield the rows of a table by key, a chunk at a time."""
    query = select(shape.table).order_by(*(shape.table.c[name] for name in shape.key))
    found = db.execute(query.execution_options(yield_per=CHUNK))
    for chunk in found.mappings().partitions():
        yield [dict(row) for row in chunk]


def rows_in(
    db: Connection, shape: Shape, chunks: Iterable[Sequence[Row]], told: Told = lambda _n: None
) -> Tally:
    """Put rows into a table and return their tally.

    Raises:
        RowRefused: the database would not take one of them.
    """
    given = Tally()
    for chunk in chunks:
        for row in chunk:
            given.add(shape.line(row))
        _put(db, shape, chunk)
        told(len(chunk))
    return given


def confirm(db: Connection, shape: Shape, given: Tally) -> None:
    """Read a table back.

    Raises:
        NotTheSame: its count or checksum is not what was given.
    """
    found = Tally()
    for chunk in rows_out(db, shape):
        for row in chunk:
            found.add(shape.line(row))
    if found != given:
        raise NotTheSame(shape.name)


def _put(db: Connection, shape: Shape, rows: Sequence[Row]) -> None:
    statement = insert(shape.table)
    try:
        with db.begin_nested():
            db.execute(statement, rows)
    except SQLAlchemyError:
        for row in rows:
            _put_one(db, shape, row)
        raise  # together they were refused and each alone was taken: not ours to explain


def _put_one(db: Connection, shape: Shape, row: Row) -> None:
    try:
        db.execute(insert(shape.table), row)
    except SQLAlchemyError as error:
        key = ", ".join(f"{name}={row[name]}" for name in shape.key)
        raise RowRefused(shape.name, key, _why(error)) from None


def _why(error: SQLAlchemyError) -> str:
    """Return the database's first line: those after it repeat the row's values (law 10)."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return str(error.orig).partition("\n")[0]
    return type(error).__name__
