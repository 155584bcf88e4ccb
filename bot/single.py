"""One sender on a database: a lock that is freed when its holder ends, however it ends."""

import fcntl
import logging
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.logs import log
from storage.database import Database

TRIES = 8
ASKING_S = 0.05
"""Somebody who only asks holds a file's lock for less: whoever has it at every try serves."""

WATCH_S = 20.0
"""How often the session that holds the lock is asked whether it lives; keeps it from idling out."""


class AlreadyRunning(Exception):
    """Another process holds the lock; `address` is where it serves, if it said so."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


class SenderLock(Protocol):
    """Held from `take` until the process ends or `release` is called."""

    def take(self) -> None:
        """Hold the lock.

        Raises:
            AlreadyRunning: another process has it.
        """
        ...

    def write(self, address: str) -> None:
        """Leave word of where we serve."""
        ...

    def release(self) -> None:
        """Let go."""
        ...

    def is_taken(self) -> bool:
        """Whether somebody holds it now, we or another; asking disturbs nobody."""
        ...


def sender_lock(database: Database) -> SenderLock:
    """Return the lock of a database's one sender."""
    if not database.is_sqlite:
        return AdvisoryLock(database)
    return FileLock(Path(f"{database.url.database or 'lacak'}.lock"))


class FileLock:
    """Beside the file of a SQLite database: its processes are all on one machine."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Hold the lock; raises `AlreadyRunning`."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        file = self._path.open("a+", encoding="utf-8")
        if not any(_locked(file, after_s=ASKING_S * (n > 0)) for n in range(TRIES)):
            file.seek(0)
            address = file.read().strip()
            file.close()
            raise AlreadyRunning(address)
        file.truncate(0)
        self._file = file

    def write(self, address: str) -> None:
        """Leave word of where we serve."""
        if self._file is not None:
            self._file.write(address)
            self._file.flush()

    def release(self) -> None:
        """Let go."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def is_taken(self) -> bool:
        """Whether somebody holds it now."""
        if self._file is not None or not self._path.exists():
            return self._file is not None
        with self._path.open(encoding="utf-8") as file:
            return not _locked(file, fcntl.LOCK_SH)


class AdvisoryLock:
    """Held by a PostgreSQL session of its own, so it counts on every machine.

    Where we serve stands in the session's `application_name`. A session that is lost while we
    serve is taken anew; until then claims are locked row by row, so nothing goes twice.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        # No pool: a session that is closed ends, and with it the lock.
        self._sessions = create_engine(
            database.url, poolclass=NullPool, isolation_level="AUTOCOMMIT"
        )
        self._session: Connection | None = None
        self._address = ""
        self._one_at_a_time = threading.Lock()
        self._is_over = threading.Event()

    def take(self) -> None:
        """Hold the lock; raises `AlreadyRunning`."""
        self._session = self._take()
        self._is_over.clear()
        threading.Thread(target=self._watch, name="lacak-lock", daemon=True).start()

    def write(self, address: str) -> None:
        """Leave word of where we serve."""
        self._address = address
        with self._one_at_a_time, suppress(SQLAlchemyError):  # a lost session is seen by `check`
            if self._session is not None:
                self._session.execute(_NAME, {"address": address})

    def release(self) -> None:
        """Let go."""
        self._is_over.set()
        with self._one_at_a_time:
            if self._session is not None:
                with suppress(SQLAlchemyError):  # lost already, or freed with the session
                    self._session.execute(_FREE)
            self._drop()

    def is_taken(self) -> bool:
        """Whether somebody holds it now."""
        with self._database.read() as db:
            return db.execute(_HOLDER).first() is not None

    def check(self) -> None:
        """Make sure that we hold the lock still; what became of it is logged, never raised."""
        with self._one_at_a_time:
            if self._is_over.is_set():
                return
            try:
                if self._session is not None:
                    self._session.execute(text("SELECT 1"))
                    return
                self._session = self._take()
                self._session.execute(_NAME, {"address": self._address})
                log("sender_lock_taken_again")
            except AlreadyRunning:
                log("sender_lock_is_anothers", logging.ERROR)
            except SQLAlchemyError as error:
                if self._session is not None:
                    log("sender_lock_lost", logging.ERROR, kind=type(error).__name__)
                self._drop()

    def _take(self) -> Connection:
        session = self._sessions.connect()
        session.execute(_NOTICE)
        if not session.execute(_TAKE).scalar():
            holder = session.execute(_HOLDER).first()
            session.close()
            raise AlreadyRunning(holder.application_name if holder else "")
        return session

    def _drop(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _watch(self) -> None:
        while not self._is_over.wait(WATCH_S):
            self.check()


def _locked(file: IO[str], how: int = fcntl.LOCK_EX, *, after_s: float = 0.0) -> bool:
    time.sleep(after_s)
    try:
        fcntl.flock(file, how | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


# An advisory lock counts within its database. 1281450849 is "Laca", 1 its sender.
_TAKE = text("SELECT pg_try_advisory_lock(1281450849, 1)")
_FREE = text("SELECT pg_advisory_unlock(1281450849, 1)")
_HOLDER = text(
    "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
    "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 "
    "AND l.classid = 1281450849 AND l.objid = 1 "
    "AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_NAME = text("SELECT set_config('application_name', :address, false)")

# The server finds out within a minute that a machine is gone, not after the two hours of TCP.
_NOTICE = text(
    "SELECT set_config('tcp_keepalives_idle', '30', false), "
    "set_config('tcp_keepalives_interval', '10', false), "
    "set_config('tcp_keepalives_count', '3', false)"
)
