"""This machine: settings, disk, clock, database."""

import json
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import text

from bot.doctor import Finding, fault, look, well
from bot.settings import DEMO_KEY
from storage import interviews, rekeying
from storage.database import HEAD
from storage.secrets import WrongKey

if TYPE_CHECKING:
    from bot.service import Service

LITTLE = 1_000_000_000
TOO_LITTLE = 200_000_000
"""Bytes free on the disk of the database below which staff should look, or act."""

APART_S = 30
"""Seconds two clocks may differ before leases and windows go wrong."""

BUILT = datetime(2026, 11, 1, tzinfo=UTC)
"""No clock that is right shows an earlier moment."""


def settings(service: "Service") -> Iterator[Finding]:
    """Look at what reading the settings cannot refuse."""
    given = service.settings
    if not given.secret_key:
        yield fault("SECRET_KEY", "kosong", "buat satu; caranya ada di .env.example")
    elif given.secret_key == DEMO_KEY:
        yield look("SECRET_KEY", "milik kantor contoh", "ganti sebelum dipakai untuk orang asli")
    else:
        yield well("SECRET_KEY", "terisi; simpan salinannya terpisah dari cadangan data")
    if not given.office_contact:
        yield look("OFFICE_CONTACT", "kosong", "isi supaya responden tahu ke mana bertanya")
    yield _public(given.public_url)
    yield from _google(given.google_service_account_file)


def machine(service: "Service") -> Iterator[Finding]:
    """Look at the clock, the disk and the folder of copies."""
    now = service.now()
    if now < BUILT:
        yield fault("jam", f"menunjukkan {now:%d-%m-%Y}", "setel jam komputer (NTP)")
    else:
        yield well("jam", f"{now.astimezone(UTC):%d-%m-%Y %H.%M} UTC")
    folder = _existing(Path(service.database.url.database or ".").absolute())
    free = shutil.disk_usage(folder).free if service.database.is_sqlite else LITTLE
    said = f"sisa {free / 1e9:.1f} GB".replace(".", ",")
    if not service.database.is_sqlite:
        yield well("disk", "data ada di PostgreSQL; periksa disk di sana")
    elif free < TOO_LITTLE:
        yield fault("disk", said, "kosongkan disk sekarang; data tidak dapat disimpan")
    elif free < LITTLE:
        yield look("disk", said, "kosongkan disk")
    else:
        yield well("disk", said)
    yield _calendar(service)
    copies = _existing(Path(service.settings.copy_folder).absolute())
    if os.access(copies, os.W_OK):
        yield well("folder salinan", service.settings.copy_folder)
    else:
        yield fault("folder salinan", "tidak dapat ditulisi", f"beri hak tulis pada {copies}")


def database(service: "Service") -> Iterator[Finding]:
    """Look at the database: whether it answers, is at the newest migration, and opens."""
    kind = "SQLite" if service.database.is_sqlite else "PostgreSQL"
    try:
        stands_at = service.database.revision()
    except Exception as error:  # noqa: BLE001 -- whatever it is, it does not answer
        yield fault("database", f"{kind} tidak menjawab ({type(error).__name__})", _URL)
        return
    if stands_at != HEAD:
        todo = "jalankan `lacak serve` atau perintah lain sekali; migrasinya otomatis"
        yield fault("migrasi", f"di {stands_at or 'awal'}, seharusnya {HEAD}", todo)
        return
    yield well("database", f"{kind}, migrasi {HEAD}")
    try:
        with service.database.read() as db:
            interviews.check_key(db, service.vault)
    except WrongKey:
        todo = "pakai SECRET_KEY yang dulu; tanpa itu data lama tidak terbuka"
        yield fault("kunci data", "data disimpan dengan SECRET_KEY lain", todo)
        return
    yield well("kunci data", "cocok")
    if service.vault.old is not None:
        yield _rotation(service)
    is_running = service.sender_lock().is_taken()
    if is_running:
        yield well("pengirim", "`lacak serve` sedang berjalan")
    else:
        yield look("pengirim", "`lacak serve` tidak berjalan", "jalankan supaya pesan terkirim")


def clocks(service: "Service") -> Iterator[Finding]:
    """Compare our clock with the database server's."""
    if service.database.is_sqlite:
        return
    with service.database.read() as db:
        theirs = db.execute(text("SELECT clock_timestamp()")).scalar_one()
    apart = abs((theirs - service.now()).total_seconds())
    if apart > APART_S:
        todo = "setel jam kedua mesin (NTP)"
        yield fault("jam", f"berbeda {apart:.0f} detik dari jam PostgreSQL", todo)


def _calendar(service: "Service") -> Finding:
    calendar = service.campaigns.rules.calendar
    wrong = calendar.sentences()
    if wrong:
        more = f" (dan {len(wrong) - 1} lagi; lihat: lacak campaign check)" if wrong[1:] else ""
        todo = (
            "perbaiki berkasnya; sementara itu kalender yang terakhir benar, atau kalender "
            "nasional, yang dipakai"
        )
        return fault("kalender kantor", wrong[0] + more, todo)
    own = f"{calendar.path} dipakai" if calendar.is_own else "kalender nasional, tanpa perubahan"
    return well("kalender kantor", own)


def _rotation(service: "Service") -> Finding:
    what = "penggantian kunci"
    with service.database.read() as db:
        found = rekeying.standing(db, service.vault)
    if all(one.is_over for one in found):
        return look(what, "selesai", "buat cadangan baru, lalu kosongkan SECRET_KEY_OLD")
    rows, done = sum(one.rows for one in found), sum(one.done for one in found)
    said = f"{100 * done // max(rows, 1)}% dari {rows} baris"
    return look(what, said, "jalankan `lacak key rotate`; boleh diulang kapan saja")


_URL = "periksa DATABASE_URL, dan apakah servernya hidup"


def _public(url: str) -> Finding:
    parts = urlsplit(url)
    if not url:
        return well("PUBLIC_URL", "kosong; Telegram ditanyai, WhatsApp tidak dapat memanggil")
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
        return fault("PUBLIC_URL", "bukan https", "penyedia hanya memanggil alamat https")
    return well("PUBLIC_URL", url)


def _google(file: str) -> Iterator[Finding]:
    if not file:
        return
    what = "GOOGLE_SERVICE_ACCOUNT_FILE"
    try:
        account = json.loads(Path(file).read_text("utf-8"))["client_email"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        todo = "unduh lagi berkas kunci akun layanan (JSON)"
        yield fault(what, f"tidak terbaca ({type(error).__name__})", todo)
        return
    yield well(what, f"bagikan lembar kepada {account}")


def _existing(path: Path) -> Path:
    """Return the nearest folder that exists."""
    return next(one for one in (path, *path.parents) if one.is_dir())
