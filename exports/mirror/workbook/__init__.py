"""The local copy: one .xlsx, read as a grid, repaired by a plan, replaced whole or not at all.

openpyxl keeps people's cells, comments, widths, filters, validations, other tabs and their
charts. What it would lose (pictures, slicers, threaded comments, …) is why a file that has such
parts is first kept aside. Rows that move take everything bound to them along, and formulas that
point at them follow.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import openpyxl

from exports.mirror.plan import XLSX, Desired, LayoutBroken, SheetFull, plan
from exports.mirror.workbook.applying import apply
from exports.mirror.workbook.files import (
    ChangedMeanwhile,
    aside_name,
    must_be_closed,
    open_book,
    replace_file,
    stamp,
)
from exports.mirror.workbook.pages import find_page, read_grid
from exports.mirror.workbook.trouble import ADVICE, NotCopied, Trouble

__all__ = ["ADVICE", "Flushed", "NotCopied", "Trouble", "flush", "stamp"]

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Flushed:
    """What one flush did to one workbook.

    `kept_aside` is where the file as it was went: it was damaged, or held what a rewrite loses.
    `stamp` is the file's as it was left. `copies` are other tabs that hold the same table: they
    are people's, and neither updated nor cleared of erased persons.
    """

    stamp: tuple[int, ...] | None
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    written: bool = False
    kept_aside: Path | None = None
    copies: tuple[str, ...] = ()


def flush(path: Path, desired: Desired, *, now: datetime) -> Flushed:
    """Make the workbook at `path` hold `desired`; write nothing if it already does.

    `now` is local: it names files kept aside. A file that is no workbook at all is moved aside
    and a new one made; whatever else stands in the way leaves it untouched.

    Raises:
        NotCopied: the file is as it was; `trouble` says why and `ADVICE` what to do.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for _ in range(_ATTEMPTS):
        try:
            return _flush(path, desired, now)
        except ChangedMeanwhile:
            continue
        except LayoutBroken as broken:
            raise NotCopied(Trouble.BROKEN_LAYOUT, broken.what) from broken
        except SheetFull as full:
            raise NotCopied(Trouble.FULL, str(full)) from full
        except OSError as error:
            held = os.name == "nt" and isinstance(error, PermissionError)  # Excel has it open
            trouble = Trouble.OPEN if held else Trouble.NOT_WRITTEN
            raise NotCopied(trouble, error.strerror or "") from error
    raise NotCopied(Trouble.CHANGING)


def _flush(path: Path, desired: Desired, now: datetime) -> Flushed:
    before = stamp(path)
    must_be_closed(path, now)
    aside = None
    book, loses = (None, False) if before is None else open_book(path)
    if before is not None and book is None:
        aside = aside_name(path, "rusak", now)
        path.replace(aside)
        before = None
    if book is None:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
    page, copies = find_page(book, desired)
    made = plan(desired, read_grid(page), limits=XLSX)
    if not made and before is not None:
        return Flushed(before, copies=copies)
    apply(page, made, desired)
    if loses:
        aside = aside_name(path, "sebelum salinan", now)
    after = replace_file(book, path, before, aside if loses else None)
    return Flushed(after, made.inserted, made.updated, made.deleted, True, aside, copies)
