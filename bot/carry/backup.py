"""Write a backup: a file stands under its name only when it is whole, on disk and read back."""

import hashlib
import os
import re
import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.carry.archive import opened, sign
from bot.carry.manifest import NAME, SIGNATURE, BadBackup, Entry, File, Manifest
from bot.media.shelf import NotOnShelf, Shelf
from bot.office import Office
from storage import media
from storage.carrying.keys import highest
from storage.carrying.rows import Told, rows_out
from storage.carrying.shapes import Shape, shapes
from storage.database import HEAD, Database
from storage.secrets import Vault

FOLDER = Path("data/cadangan")

LEFT_BEHIND_S = 3600
"""A part that nobody wrote to for so long was left by a backup that was killed."""

_OURS = re.compile(r"lacak-\d{8}-\d{4}\.zip")
_PART = ".part"


def file_name(at: datetime, office: Office) -> str:
    """Return what a backup is called when nobody names it: by the office's own clock."""
    return f"lacak-{at.astimezone(ZoneInfo(office.zone)):%Y%m%d-%H%M}.zip"


def write(
    path: Path, database: Database, vault: Vault, office: Office, *, at: datetime, told: Told,
    shelf: Shelf | None = None,
) -> Manifest:  # fmt: skip
    """Back up one moment of a database at `HEAD`, while others write to it.

    With a `shelf`, the attachments its rows name go along, encrypted as they lie there.

    Raises:
        FileExistsError: there is such a file.
        OSError: the folder or the disk would not take it.
        BadBackup: what was written cannot be read back. In every case nothing is left.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        raise FileExistsError(str(path))
    _clear(path.parent, before=at.timestamp() - LEFT_BEHIND_S)
    with _part(path) as part:
        with ZipFile(part, "w", ZIP_DEFLATED) as zipped, database.snapshot() as db:
            entries = [_write_table(zipped, db, shape, at, told) for shape in shapes()]
            files = list(_write_files(zipped, shelf, media.names(db), at)) if shelf else []
            manifest = Manifest(
                office.name, version("lacak"), HEAD, at, vault.fingerprint, entries, files
            )
            data = manifest.to_json()
            zipped.writestr(_info(NAME, at), data)
            zipped.writestr(_info(SIGNATURE, at), sign(vault, data))
        part.flush()
        os.fsync(part.fileno())
        with opened(Path(part.name), vault) as archive:
            archive.check()
        Path(part.name).rename(path)
    _sync(path.parent)
    return manifest


def prune(newest: Path, vault: Vault, *, keep: int) -> Sequence[Path]:
    """Delete the oldest backups beside `newest` until `keep` are left; return what went.

    Only files with our names count, made with this SECRET_KEY and readable: another office's, or
    a damaged one, is left for people to judge.
    """
    found = [one for one in newest.parent.iterdir() if _OURS.fullmatch(one.name)]
    older = [one for one in sorted(found) if one != newest and _is_ours(one, vault)]
    gone = older[: max(0, len(older) - (keep - 1))]
    for one in gone:
        one.unlink()
    return gone


def _write_table(zipped: ZipFile, db: Connection, shape: Shape, at: datetime, told: Told) -> Entry:
    sha256, rows, size = hashlib.sha256(), 0, 0
    entry = Entry(shape, 0, 0, "", highest(db, shape))
    with zipped.open(_info(entry.name, at), "w", force_zip64=True) as file:
        for chunk in rows_out(db, shape):
            lines = b"".join(shape.line(row) for row in chunk)
            file.write(lines)
            sha256.update(lines)
            rows += len(chunk)
            size += len(lines)
            told(len(chunk))
    return Entry(shape, rows, size, sha256.hexdigest(), entry.highest)


def _write_files(
    zipped: ZipFile, shelf: Shelf, names: Collection[str], at: datetime
) -> Iterator[File]:
    """Write the attachments; one that is not on the shelf any more is left out, not invented."""
    for name in sorted(names):
        try:
            sealed = shelf.get_sealed(name)
        except NotOnShelf:
            continue
        file = File(name, len(sealed), hashlib.sha256(sealed).hexdigest())
        zipped.writestr(_info(file.name, at), sealed, ZIP_STORED)  # encrypted: nothing to press
        yield file


def _info(name: str, at: datetime) -> ZipInfo:
    info = ZipInfo(name, at.timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info


@contextmanager
def _part(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file beside `path` that only we may read; whatever of it is left at the end goes."""
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=f"{path.name}.", suffix=_PART, delete=False
    ) as part:
        try:
            yield part
        finally:
            with suppress(FileNotFoundError):
                Path(part.name).unlink()


def _clear(folder: Path, *, before: float) -> None:
    """Delete parts that killed backups left."""
    for one in folder.glob(f"*.zip.*{_PART}"):
        with suppress(FileNotFoundError):
            if one.stat().st_mtime < before:
                one.unlink()


def _sync(folder: Path) -> None:
    """Make a file's new name last: it is the folder that holds it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_ours(path: Path, vault: Vault) -> bool:
    try:
        with opened(path, vault):
            return True
    except (BadBackup, OSError):
        return False
