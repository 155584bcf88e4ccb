"""Saved column mappings, as the text their office wrote."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from storage.tables.columns import table
from storage.tables.respondent import ColumnMapping

_mapping = table(ColumnMapping)


def save(db: Connection, name: str, content: str, *, at: datetime) -> None:
    """Keep a mapping under a name; one kept before is replaced."""
    db.execute(delete(_mapping).where(_mapping.c.name == name))
    db.execute(insert(_mapping).values(name=name, content=content, saved_at=at))


def find(db: Connection, name: str) -> str | None:
    """Return the mapping of this name, or None."""
    return db.execute(select(_mapping.c.content).where(_mapping.c.name == name)).scalar()


def listed(db: Connection) -> Sequence[tuple[str, datetime]]:
    """Return (name, saved_at) of every mapping, by name."""
    rows = db.execute(select(_mapping.c.name, _mapping.c.saved_at).order_by(_mapping.c.name))
    return [(row.name, row.saved_at) for row in rows]
