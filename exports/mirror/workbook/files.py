"""The file: opened if it can be, kept aside where a rewrite loses parts, replaced whole."""

import os
import re
import shutil
import warnings
import zipfile
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl

from exports.mirror.workbook.trouble import NotCopied, Trouble

MOST_BYTES = 64 * 2**20
MOST_UNZIPPED = 512 * 2**20
STALE_LOCK_S = 12 * 3600
_LOST = re.compile(r"xl/(media|slicers|slicerCaches|threadedComments|persons|timelines|model)/")
_ENCRYPTED = b"\xd0\xcf\x11\xe0"


class ChangedMeanwhile(Exception):
    """Somebody saved the file between our read and our write."""


class _Stamp(NamedTuple):
    """What changes when somebody saves a file."""

    inode: int
    size: int
    mtime_ns: int


def stamp(path: Path) -> tuple[int, ...] | None:
    """Return what changes whenever the file is saved; None when there is none."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return _Stamp(stat.st_ino, stat.st_size, stat.st_mtime_ns)


def must_be_closed(path: Path, now: datetime) -> None:
    """Raise while Excel or LibreOffice says it has the file open, unless it said so long ago."""
    for lock in (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")):
        try:
            age_s = now.timestamp() - lock.stat().st_mtime
        except FileNotFoundError:
            continue
        if age_s < STALE_LOCK_S:
            raise NotCopied(Trouble.OPEN, lock.name)


def open_book(path: Path) -> tuple[Any, bool]:
    """Return the workbook (None when the file is no archive) and whether a rewrite loses parts."""
    if path.stat().st_size > MOST_BYTES:
        raise NotCopied(Trouble.TOO_BIG, path.name)
    with path.open("rb") as file:
        if file.read(4) == _ENCRYPTED:
            raise NotCopied(Trouble.ENCRYPTED, path.name)
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > MOST_UNZIPPED:
                raise NotCopied(Trouble.TOO_BIG, path.name)
            if archive.testzip() is not None:
                return None, False
            loses = _has_what_is_lost(archive)
    except (zipfile.BadZipFile, EOFError, zlib.error):
        return None, False
    except RuntimeError as error:  # a zip with a password, or packed in an odd way
        raise NotCopied(Trouble.UNREADABLE, type(error).__name__) from error
    try:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            book = openpyxl.load_workbook(path, rich_text=True)
    except OSError:
        raise
    except Exception as error:  # openpyxl raises whatever odd XML makes it
        raise NotCopied(Trouble.UNREADABLE, type(error).__name__) from error
    return book, loses or any("will be" in str(one.message) for one in said)


def _has_what_is_lost(archive: zipfile.ZipFile) -> bool:
    """Whether openpyxl would silently drop pictures, shapes, slicers or threaded comments."""
    names = archive.namelist()
    drawings = [name for name in names if re.fullmatch(r"xl/drawings/drawing\d+\.xml", name)]
    shapes = re.compile(rb"<(xdr:)?(sp|grpSp|cxnSp|pic)[ >]")
    return any(_LOST.match(name) for name in names) or any(
        shapes.search(archive.read(name)) for name in drawings
    )


def aside_name(path: Path, why: str, now: datetime) -> Path:
    """Return a free name beside the file that says why and when it was kept."""
    stem = f"{path.stem} ({why} {now:%Y-%m-%d %H.%M})"
    names = (path.with_name(f"{stem}{n}{path.suffix}") for n in ("", *(f" {i}" for i in range(99))))
    return next(name for name in names if not name.exists())


def replace_file(
    book: Any, path: Path, before: tuple[int, ...] | None, aside: Path | None
) -> tuple[int, ...] | None:
    """Write a draft beside the file, put it in place and return its stamp.

    Raises:
        ChangedMeanwhile: somebody saved the file since `before`; it stays theirs.
    """
    draft = path.with_name(f".{path.name}.tmp")
    try:
        with draft.open("wb") as file:
            _save(book, file)
            file.flush()
            os.fsync(file.fileno())
        if stamp(path) != before:
            raise ChangedMeanwhile
        if aside is not None:
            shutil.copy2(path, aside)
        if before is not None:
            shutil.copymode(path, draft)
        after = stamp(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return after


def _save(book: Any, file: Any) -> None:
    try:
        book.save(file)
    except OSError:
        raise
    except Exception as error:  # openpyxl read something it cannot write
        raise NotCopied(Trouble.UNREADABLE, type(error).__name__) from error
