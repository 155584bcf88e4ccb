"""Many rows in one statement: an import of ten thousand people is a handful of them."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from storage.tables.columns import table

T = TypeVar("T")
CHUNK = 500
"""Values in one IN (…): far below both databases' limits on parameters."""


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the values, so many at a time."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def insert_missing(db: Connection, model: type[SQLModel], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows; those a unique rule knows already are left as they are."""
    if rows:
        ignoring = sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert
        db.execute(ignoring(table(model)).on_conflict_do_nothing(), rows)


def insert_all(
    db: Connection, model: type[SQLModel], rows: Sequence[dict[str, Any]], key: str
) -> Sequence[int]:
    """Insert rows and return their keys, in order.

    On SQLite, rows whose keys are asked for go in one by one, which takes five times as long; the
    transaction holds the lock, so the next keys are known.
    """
    if not rows:
        return ()
    target = table(model)
    if db.dialect.name != "sqlite":
        query = insert(target).returning(target.c[key], sort_by_parameter_order=True)
        return list(db.execute(query, rows).scalars())
    given = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    last = max(
        db.execute(select(func.max(target.c[key]))).scalar() or 0,
        db.execute(given, {"name": target.name}).scalar() or 0,  # none is given twice
    )
    keys = range(last + 1, last + 1 + len(rows))
    db.execute(insert(target), [{**row, key: n} for row, n in zip(rows, keys, strict=True)])
    return keys
