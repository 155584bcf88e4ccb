"""Transactions, migrations and the writer, on both databases."""

import threading
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from storage import audit, respondents, tables
from storage.database import HEAD, Database
from storage.respondents import Person
from storage.secrets import Vault
from storage.tables.columns import table
from storage.writer import Writer

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


def note(db: Connection, action: str) -> str:
    audit.note(db, actor="uji", action=action, detail="", at=NOW)
    return action


def actions(database: Database) -> list[str]:
    with database.read() as db:
        rows = db.execute(text("SELECT action FROM audit ORDER BY id"))
        return list(rows.scalars())


def test_migrations_make_exactly_the_tables_the_code_knows(database: Database) -> None:
    with database.write() as db:
        context = MigrationContext.configure(db)
        assert compare_metadata(context, table(tables.Respondent).metadata) == []


def test_migrating_twice_changes_nothing(database: Database) -> None:
    database.migrate()
    assert database.revision() == HEAD


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    script = ScriptDirectory.from_config(config)
    assert script.get_current_head() == HEAD


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    def fail() -> None:
        with database.write() as db:
            note(db, "lost")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert actions(database) == []


def test_sqlite_keeps_what_was_committed_through_power_loss(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.read() as db:
        names = ("journal_mode", "synchronous", "foreign_keys")
        found = {name: db.execute(text(f"PRAGMA {name}")).scalar() for name in names}
    database.close()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_reading_and_writing_at_once_never_finds_the_database_locked(database: Database) -> None:
    errors: list[Exception] = []

    def work(name: str) -> None:
        try:
            for number in range(25):
                with database.write() as db:
                    db.execute(text("SELECT count(*) FROM audit")).scalar()
                    note(db, f"{name}{number}")
                actions(database)
        except Exception as error:  # noqa: BLE001 -- shown below
            errors.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(actions(database)) == 100


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_blast_that_is_written_down_and_a_turn_do_not_wait_for_each_other(
    database: Database, vault: Vault
) -> None:
    """(SQLite has one writer at a time, and no locks of rows.)"""
    with database.write() as db:
        key = respondents.add(db, vault, Person(0, "Sari", "Asia/Makassar"), at=NOW)
    with ExitStack() as stack:
        turn = stack.enter_context(database.write())
        blast = stack.enter_context(database.write())
        respondents.lock(turn, key)
        blast.execute(text("SET LOCAL lock_timeout = '2s'"))
        respondents.add_address(blast, key, "telegram", "7001", at=NOW)  # which names the person
        other = stack.enter_context(database.engine.connect())
        other.execute(text("SET LOCAL lock_timeout = '50ms'"))
        with pytest.raises(OperationalError):
            respondents.lock(other, key)


def test_a_future_is_done_only_when_its_rows_are_there(database: Database) -> None:
    writer = Writer(database)
    futures = [writer.submit(lambda db, n=n: note(db, f"n{n}")) for n in range(50)]  # type: ignore[misc]
    assert futures[-1].result(timeout=60) == "n49"
    assert actions(database) == [f"n{n}" for n in range(50)]
    writer.close()


def test_one_operation_that_fails_spoils_no_other(database: Database) -> None:
    writer = Writer(database)
    gate = threading.Event()

    def wait(db: Connection) -> str:
        gate.wait(60)
        return note(db, "first")

    def fail(db: Connection) -> str:
        note(db, "never")
        raise ValueError("mine alone")

    blocked = writer.submit(wait)
    others = [writer.submit(lambda db: note(db, "before")), writer.submit(fail)]
    last = writer.submit(lambda db: note(db, "after"))
    gate.set()

    assert blocked.result(timeout=60) == "first"
    assert last.result(timeout=60) == "after"
    with pytest.raises(ValueError, match="mine alone"):
        others[1].result(timeout=60)
    assert actions(database) == ["first", "before", "after"]
    writer.close()


def test_closing_the_writer_finishes_what_was_submitted(database: Database) -> None:
    writer = Writer(database)
    for number in range(20):
        writer.submit(lambda db, n=number: note(db, f"n{n}"))  # type: ignore[misc]
    writer.close()
    assert len(actions(database)) == 20


def test_a_moment_without_a_zone_is_refused(database: Database) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(Exception, match="zone"), database.write() as db:
        audit.note(db, actor="uji", action="naive", detail="", at=naive)
