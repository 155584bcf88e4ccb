"""New keys go on after the highest ever given, wherever the rows are carried."""

from sqlalchemy import Connection, func, select, text

from storage.carrying.shapes import Kind, Shape


def highest(db: Connection, shape: Shape) -> int | None:
    """Return the highest number a table's key was ever given; None when it has none, or never.

    SQLite remembers numbers of erased rows only where it is told to (AUTOINCREMENT, for tables
    whose numbers outsiders may hold); elsewhere this is the highest there is.
    """
    if not _is_numbered(shape):
        return None
    there = db.execute(select(func.max(shape.table.c[shape.key[0]]))).scalar()
    given = _given_on_sqlite(db, shape) if _is_sqlite(db) else _given_on_postgresql(db, shape)
    return max((one for one in (there, given) if one is not None), default=None)


def go_on(db: Connection, shape: Shape, last: int | None) -> None:
    """Let the next key of a table be above `last`."""
    if last is None or not _is_numbered(shape):
        return
    if _is_sqlite(db):
        _go_on_on_sqlite(db, shape, last)
    elif sequence := _sequence(db, shape):
        db.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})


def _is_numbered(shape: Shape) -> bool:
    return [kind for name, kind in shape.columns if name in shape.key] == [Kind.INTEGER]


def _is_sqlite(db: Connection) -> bool:
    return db.dialect.name == "sqlite"


def _given_on_sqlite(db: Connection, shape: Shape) -> int | None:
    if not _remembers(db, shape):
        return None
    query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    return db.execute(query, {"name": shape.name}).scalar()


def _go_on_on_sqlite(db: Connection, shape: Shape, last: int) -> None:
    if not _remembers(db, shape):
        return
    row = {"name": shape.name, "last": last}
    db.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), row)
    db.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), row)


def _remembers(db: Connection, shape: Shape) -> bool:
    query = text(
        "SELECT 1 FROM sqlite_master WHERE name = :name AND upper(sql) LIKE '%AUTOINCREMENT%'"
    )
    return db.execute(query, {"name": shape.name}).first() is not None


def _given_on_postgresql(db: Connection, shape: Shape) -> int | None:
    sequence = _sequence(db, shape)
    if sequence is None:
        return None
    query = text("SELECT pg_sequence_last_value(CAST(:sequence AS regclass))")
    return db.execute(query, {"sequence": sequence}).scalar()


def _sequence(db: Connection, shape: Shape) -> str | None:
    """Return the sequence that numbers a table; None: its keys are another table's."""
    quoted = db.dialect.identifier_preparer.quote_identifier(shape.name)
    query = text("SELECT pg_get_serial_sequence(:table, :column)")
    found: str | None = db.execute(query, {"table": quoted, "column": shape.key[0]}).scalar()
    return found
