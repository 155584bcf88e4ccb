"""The engine and its transactions: SQLite by default, PostgreSQL by URL, same code on both."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import Select
from sqlmodel import SQLModel

HEAD = "0013"
"""The newest migration. `serve` compares it without loading Alembic, which takes 0.3 s."""


class Database:
    """One database. Writers take the lock at once; readers never wait for them.

    SQLite: WAL, `synchronous=FULL` and BEGIN IMMEDIATE, because a read that turns into a
    write under plain BEGIN failed 250,000 times in 3 s (facts/engine §8).
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        options: dict[str, Any] = {"pool_pre_ping": True} if not self.is_sqlite else {}
        self.engine: Engine = create_engine(self.url, **options)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        self._reading = self.engine.execution_options(lacak_reads=True)
        self._snapshots = self._reading if self.is_sqlite else _repeatable(self.engine)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Open one transaction that may write; committed at the end, undone on an exception."""
        with self.engine.begin() as db:
            yield db

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open one consistent view that never waits for writers."""
        with self._reading.begin() as db:
            yield db

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a view of one moment: every statement in it sees the same rows, others may write."""
        with self._snapshots.begin() as db:
            yield db

    def revision(self) -> str | None:
        """Return the migration the database stands at, or None when it is empty."""
        with self.read() as db:
            return revision_of(db)

    def migrate(self, revision: str = HEAD) -> None:
        """Bring the tables up to a migration; does nothing when they are."""
        if self.revision() == revision:
            return
        with self.write() as db:
            upgrade(db, revision)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def revision_of(db: Connection) -> str | None:
    """Return the migration the database stands at, or None when it is empty."""
    if not inspect(db).has_table("alembic_version"):
        return None
    found: str | None = db.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def upgrade(db: Connection, revision: str = HEAD) -> None:
    """Bring the tables up to a migration inside the caller's transaction, on both databases."""
    from alembic import command  # noqa: PLC0415 -- 0.3 s, only when there is work

    config = _migrations()
    config.attributes["connection"] = db
    command.upgrade(config, revision)


def revisions() -> Sequence[str]:
    """Return every migration this version knows, oldest first."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 -- as above

    known = ScriptDirectory.from_config(_migrations()).walk_revisions()
    return [one.revision for one in known][::-1]


def insert_ignore(db: Connection, model: type[SQLModel], values: dict[str, Any], key: str) -> Any:
    """Insert a row and return its `key`, or None when a unique rule says it is there already."""
    return db.execute(_insert_ignore(db.dialect.name, model, key), values).scalar()


@cache
def _insert_ignore(dialect: str, model: type[SQLModel], key: str) -> Any:
    """Return the statement, built once: building it costs five times its execution."""
    target = model.__table__  # type: ignore[attr-defined]
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert(target).on_conflict_do_nothing().returning(target.c[key])


def for_update(statement: Select[Any]) -> Select[Any]:
    """Lock the rows read until the transaction ends (SQLite has locked already).

    Who adds rows that name these need not wait: a blast that is written down and the people who
    answer meanwhile would otherwise wait for each other.
    """
    return statement.with_for_update(key_share=True)


def _migrations() -> Any:
    from alembic.config import Config  # noqa: PLC0415 -- as above

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    return config


def _repeatable(engine: Engine) -> Engine:
    """READ COMMITTED, PostgreSQL's default, would show each statement another moment."""
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by us, not by the driver
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(db: Connection) -> None:
    reads = db.get_execution_options().get("lacak_reads", False)
    db.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
