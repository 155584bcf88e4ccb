"""One sender a database: on SQLite by a file's lock, on PostgreSQL by a session's, anywhere."""

import logging
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import create_engine, text

from bot import single
from bot.single import AdvisoryLock, AlreadyRunning, SenderLock, sender_lock
from storage.database import Database

WHERE = "http://127.0.0.1:8000"


@pytest.fixture
def another(database: Database) -> Iterator[Database]:
    """The same database, opened by somebody else."""
    found = Database(database.url.render_as_string(hide_password=False))
    yield found
    found.close()


@pytest.fixture
def lock(database: Database) -> Iterator[SenderLock]:
    found = sender_lock(database)
    yield found
    found.release()


@pytest.fixture
def other(another: Database) -> Iterator[SenderLock]:
    found = sender_lock(another)
    yield found
    found.release()


def test_a_second_sender_is_refused_and_told_where_the_first_is(
    lock: SenderLock, other: SenderLock
) -> None:
    lock.take()
    lock.write(WHERE)
    with pytest.raises(AlreadyRunning) as refused:
        other.take()
    assert refused.value.address == WHERE
    lock.release()
    other.take()


def test_asking_takes_nothing(lock: SenderLock, other: SenderLock) -> None:
    assert [lock.is_taken(), other.is_taken()] == [False, False]
    lock.take()
    assert [lock.is_taken(), other.is_taken()] == [True, True]
    lock.release()
    assert [lock.is_taken(), other.is_taken()] == [False, False]
    lock.take()


def test_whoever_asks_all_the_time_keeps_nobody_from_serving(
    lock: SenderLock, other: SenderLock
) -> None:
    is_over = threading.Event()

    def ask() -> None:
        while not is_over.is_set():
            other.is_taken()
            time.sleep(0.002)

    asking = threading.Thread(target=ask)
    asking.start()
    for _ in range(60):
        lock.take()
        lock.release()
    is_over.set()
    asking.join()


def test_another_database_on_the_same_server_has_a_sender_of_its_own(
    fresh: Callable[[str], str],
) -> None:
    databases = [Database(fresh("postgres")) for _ in range(2)]
    locks = [sender_lock(database) for database in databases]
    for one in locks:
        one.take()
        one.release()
    locks[0].take()
    assert not locks[1].is_taken()
    locks[0].release()
    for database in databases:
        database.close()


@pytest.fixture
def held(fresh: Callable[[str], str]) -> Iterator[tuple[AdvisoryLock, Database]]:
    """A PostgreSQL lock that is held, and its database as others see it."""
    database = Database(fresh("postgres"))
    elsewhere = Database(database.url.render_as_string(hide_password=False))
    found = AdvisoryLock(database)
    found.take()
    found.write(WHERE)
    yield found, elsewhere
    found.release()
    database.close()
    elsewhere.close()


def lose(elsewhere: Database) -> None:
    """End the session that holds the lock, as a server that restarts does."""
    with elsewhere.write() as db:
        ended = text(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks "
            "WHERE locktype = 'advisory' AND database = "
            "(SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        assert db.execute(ended).scalar() is True


def test_a_lost_session_is_logged_and_taken_anew(
    held: tuple[AdvisoryLock, Database], caplog: pytest.LogCaptureFixture
) -> None:
    lock, elsewhere = held
    caplog.set_level(logging.INFO, "lacak")
    lock.check()
    assert caplog.messages == []
    lose(elsewhere)
    assert not lock.is_taken()
    lock.check()
    lock.check()
    assert caplog.messages == ["sender_lock_lost", "sender_lock_taken_again"]
    with pytest.raises(AlreadyRunning) as refused:
        sender_lock(elsewhere).take()
    assert refused.value.address == WHERE


def test_a_lost_lock_that_somebody_took_is_logged_and_we_go_on(
    held: tuple[AdvisoryLock, Database], caplog: pytest.LogCaptureFixture
) -> None:
    lock, elsewhere = held
    caplog.set_level(logging.INFO, "lacak")
    lose(elsewhere)
    lock.write("said into the void")
    lock.check()
    usurper = sender_lock(elsewhere)
    usurper.take()
    lock.check()
    usurper.release()
    lock.check()
    assert caplog.messages == [
        "sender_lock_lost", "sender_lock_is_anothers", "sender_lock_taken_again",
    ]  # fmt: skip


def test_a_server_that_is_away_is_asked_again_quietly(
    held: tuple[AdvisoryLock, Database],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lock, elsewhere = held
    lose(elsewhere)
    away = create_engine(elsewhere.url.set(database="away"))
    monkeypatch.setattr(lock, "_sessions", away)
    for _ in range(3):
        lock.check()
    assert caplog.messages == ["sender_lock_lost"]


def test_the_lock_is_watched_while_we_serve(
    fresh: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(single, "WATCH_S", 0.05)
    database = Database(fresh("postgres"))
    lock = sender_lock(database)
    lock.take()
    lose(database)
    deadline = time.monotonic() + 60
    while not lock.is_taken() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert lock.is_taken()
    lock.release()
    time.sleep(0.2)
    assert not lock.is_taken()
    database.close()
