"""Many rows in one statement: an import of ten thousand people is a handful of them."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection
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
        insert = sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert
        db.execute(insert(table(model)).on_conflict_do_nothing(), rows)
