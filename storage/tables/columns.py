"""Column kinds that every table uses."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, Table
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. SQLite has no zones; what it returns is UTC again."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse naive moments and store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment must carry its zone")
        return value if value.tzinfo is UTC else value.astimezone(UTC)

    def process_result_value(self, value: Any, _dialect: Dialect) -> datetime | None:
        """Return the moment with its zone."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def table(model: type[SQLModel]) -> Table:
    """Return the table of a model, for Core statements (7× a session's rate: facts/engine §8)."""
    found: Table = model.__table__  # type: ignore[attr-defined]
    return found
