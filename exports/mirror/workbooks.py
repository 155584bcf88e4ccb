"""Workbooks in a folder, one a prodi, kept at what they must hold."""

import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from exports.mirror.names import file_name
from exports.mirror.plan import Desired

Memory = MutableMapping[tuple[Path, str], tuple[int, tuple[int, ...] | None]]
"""(file, table) → (what was wanted, the file's stamp) at the last flush; lives in one process."""


@dataclass(frozen=True, slots=True)
class Flush:
    """What became of one prodi's workbook. `trouble` is blank when it is as it must be."""

    prodi: str
    path: Path
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    written: bool = False
    trouble: str = ""
    advice: str = ""
    kept_aside: Path | None = None
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Every prodi's flush, and workbooks in the folder no prodi claims (theirs was renamed?)."""

    flushes: tuple[Flush, ...]
    unclaimed: tuple[str, ...]


def mirror_workbooks(
    folder: Path,
    tables: Mapping[str, Desired],
    *,
    now: datetime,
    memory: Memory | None = None,
) -> Report:
    """Make one workbook a prodi in `folder` hold its table; trouble with one stops no other.

    With `memory` kept between calls, a file nobody saved since, whose table is as it was, is
    not even opened. `now` is local time and names files kept aside.
    """
    paths = {prodi: folder / f"{file_name(prodi)}.xlsx" for prodi in tables}
    if len({str(path).casefold() for path in paths.values()}) < len(paths):
        raise ValueError("two prodi have one file name: join them first")
    flushes = tuple(
        _flush(prodi, paths[prodi], desired, now, {} if memory is None else memory)
        for prodi, desired in tables.items()
    )
    known = {path.name for path in paths.values()}
    asides = re.compile(r" \((rusak|sebelum salinan) \d{4}-\d\d-\d\d \d\d\.\d\d\)( \d+)?$")
    there = (p for p in folder.glob("*.xlsx") if not p.name.startswith((".", "~$")))
    strange = sorted(p.name for p in there if p.name not in known and not asides.search(p.stem))
    return Report(flushes, tuple(strange))


def _flush(prodi: str, path: Path, desired: Desired, now: datetime, memory: Memory) -> Flush:
    from exports.mirror import workbook  # noqa: PLC0415 -- openpyxl loads where it is used

    key, wanted = (path, desired.name), _fingerprint(desired)
    if memory.get(key) == (wanted, workbook.stamp(path)) and path.exists():
        return Flush(prodi, path)
    memory.pop(key, None)
    try:
        done = workbook.flush(path, desired, now=now)
    except workbook.NotCopied as why:
        advice = workbook.ADVICE[why.trouble]
        return Flush(prodi, path, trouble=why.trouble, advice=advice)
    memory[key] = (wanted, done.stamp)
    return Flush(
        prodi, path, done.inserted, done.updated, done.deleted, done.written,
        kept_aside=done.kept_aside, copies=done.copies,
    )  # fmt: skip


def _fingerprint(desired: Desired) -> int:
    rows = tuple((row.id, row.rev, *row.cells.items()) for row in desired.rows)
    return hash((desired.title, desired.columns, desired.withheld, rows))
