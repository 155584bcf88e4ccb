"""What commands that move whole databases share: opening them, and what went wrong in words."""

import logging
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.common import check_key, fail, load_settings

if TYPE_CHECKING:
    from bot.service import Service
    from storage.database import Database

KINDS = "sqlite:///data/lain.db atau postgresql+psycopg://pengguna:sandi@mesin/nama"

_NOTHING = "Basis data ini masih kosong; periksa DATABASE_URL dan folder kerjanya."


@contextmanager
def office() -> Iterator["Service"]:
    """Yield a service on the configured database as it stands: nothing is made or migrated."""
    from bot.logs import set_up
    from bot.service import Service
    from storage.database import HEAD, revisions

    set_up()
    settings = load_settings()
    check_key(settings)
    if not _is_there(settings.database_url):
        fail(_NOTHING)
    service = Service(settings)
    try:
        with explained("DATABASE_URL"):
            stands_at = service.database.revision()
            if stands_at is None:
                fail(_NOTHING)
            if stands_at != HEAD:
                what = "lacak db migrate" if stands_at in revisions() else "Lacak yang lebih baru"
                fail(
                    f"Basis data ini di migrasi {stands_at}, Lacak ini di {HEAD}. "
                    f"Jalankan dulu: {what}"
                )
            yield service
    finally:
        service.close()


@contextmanager
def target(url: str, *, source: "Database | None" = None) -> Iterator["Database"]:
    """Yield the database of a URL that an office may be put into, another than `source`."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    from bot.single import sender_lock
    from storage.database import Database

    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        fail(f"Tujuan itu bukan alamat basis data; tulis {KINDS}")
    if parsed.drivername not in ("sqlite", "postgresql+psycopg"):
        fail(f"Tujuan '{parsed.drivername}://' tidak dikenal; tulis {KINDS}")
    if not parsed.database:
        fail(f"Tujuan itu tidak menyebut basis datanya; tulis {KINDS}")
    # Of a chunk that is refused psycopg warns too, beside what we say of it.
    logging.getLogger("psycopg").setLevel(logging.ERROR)
    with explained(str(parsed)):
        try:
            database = Database(url)
        except OSError as error:
            fail(f"{parsed} tidak dapat dipakai: {error.strerror}")
        try:
            if source is not None and _is_same(source, database):
                fail("Tujuan sama dengan sumbernya (DATABASE_URL); sebutkan basis data lain.")
            if sender_lock(database).is_taken():
                fail("`lacak serve` sedang berjalan pada tujuan; hentikan dulu.")
            yield database
        finally:
            database.close()


@contextmanager
def idle(database: "Database") -> Iterator[None]:
    """Keep `lacak serve` from a database meanwhile; end when one is running."""
    from bot.single import AlreadyRunning, sender_lock

    lock = sender_lock(database)
    try:
        lock.take()
    except AlreadyRunning:
        fail("`lacak serve` sedang berjalan; hentikan dulu, supaya tidak ada yang tertinggal.")
    try:
        yield
    finally:
        lock.release()


@contextmanager
def explained(where: str) -> Iterator[None]:
    """End with a sentence for what may go wrong while an office is carried."""
    from sqlalchemy.exc import DBAPIError

    from storage.carrying.rows import NotEmpty, NotTheSame, OtherMigration, RowRefused

    try:
        yield
    except NotEmpty as error:
        fail(
            f"{where} tidak kosong: sudah ada isi di tabel {error.table}. "
            "Pakai basis data baru yang kosong."
        )
    except OtherMigration as error:
        fail(
            f"{where} kosong tetapi di migrasi {error.stands_at}, lebih baru daripada yang "
            "dipindahkan. Pakai basis data baru yang kosong."
        )
    except RowRefused as error:
        fail(
            f"{where} menolak tabel {error.table}, baris {error.key}: {error.why}. "
            "Tidak ada yang dipindahkan. Perbaiki baris itu di asalnya, lalu ulangi."
        )
    except NotTheSame as error:
        fail(
            f"{where}: tabel {error.table} tidak sama sesudah dipindahkan, jadi semuanya "
            "dibatalkan. Ulangi; bila tetap begitu, laporkan."
        )
    except (DBAPIError, sqlite3.Error) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        fail(f"{where} tidak dapat dipakai: {str(cause).partition(chr(10))[0]}")
    except KeyboardInterrupt:
        fail("Dihentikan; yang belum selesai dibatalkan seluruhnya.")


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Yield what to tell of rows that are through; whoever watches a terminal sees a bar."""
    if not sys.stderr.isatty():
        yield lambda _rows: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda rows: bar.advance(task, rows)


def _is_same(one: "Database", other: "Database") -> bool:
    """Whether two databases are one as their addresses say; what is there refuses the rest."""
    if one.is_sqlite != other.is_sqlite:
        return False
    if one.is_sqlite:
        return Path(one.url.database or "").resolve() == Path(other.url.database or "").resolve()
    urls = (one.url, other.url)
    places = [(url.host, url.port or 5432, url.database, url.query) for url in urls]
    return places[0] == places[1]


def number(value: int) -> str:
    """Return a number as Indonesians write it: 12.345."""
    return f"{value:,}".replace(",", ".")


def _is_there(url: str) -> bool:
    """Whether there is a database: connecting to a SQLite file would make one."""
    from sqlalchemy import make_url

    parsed = make_url(url)
    return parsed.get_backend_name() != "sqlite" or Path(parsed.database or "").is_file()
