"""The spreadsheet copy: what a sheet must hold, and workbooks kept at that (law 8).

`plan` works out what differs, `workbook` writes it to .xlsx. Nothing here is read back.
"""

import hashlib
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from exports.mirror.plan import Column, Desired, Kind, Row, Value
from exports.responses import STATUS, cell, said
from flows.model import Form, Item
from flows.model import Kind as Asks
from storage import interviews

FIXED = (
    Column("_nama", "Nama"),
    Column("_angkatan", "Angkatan"),
    Column("_kejuruan", "Kejuruan"),
    Column("_pelatihan", "Pelatihan"),
    Column("_keadaan", "Keadaan"),
    Column("_terakhir", "Terakhir berubah"),
    Column("", "Catatan"),
    Column("_versi", "Versi kuesioner"),
)
"""What every response has, and a first column for people's own notes.

Codes begin with an underscore: a question may be called `nama` too.
"""

NO_PRODI = "Tanpa prodi"

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


def tables_by_prodi(
    rows: Iterable[interviews.Row],
    form_of: Callable[[int], Form],
    versions: Iterable[int],
    *,
    zone: ZoneInfo,
    known: Iterable[str] = (),
    personal: bool = False,
    codes: bool = False,
) -> dict[str, Desired]:
    """Return prodi → what its sheet must hold: every response of a form, answered or not.

    `versions` are the form's, oldest first; the newest gives labels. `known` names prodi that
    may have no response left: theirs come back empty, so their sheets are emptied too.
    `personal` admits items marked pii; without it their columns are emptied where they stand.
    Prodi that differ in case or spacing alone are one.

    Raises:
        ValueError: `versions` is empty.
    """
    forms = [form_of(version) for version in versions]
    if not forms:
        raise ValueError("a table needs a form version")
    items = {_name(item): item for form in forms for item in _columns(form)}
    withheld = frozenset(
        _name(item) for form in forms for item in form.items if item.pii and not personal
    )
    asked = tuple(
        Column(name, _label(item), _kind(item))
        for name, item in items.items()
        if name not in withheld
    )
    shown = frozenset(column.code for column in asked)
    name, title = forms[-1].form_id, forms[-1].title
    titles: dict[str, str] = {}
    table: dict[str, list[Row]] = {}
    for prodi in known:
        table.setdefault(titles.setdefault(_joined(prodi), _tidy(prodi)), [])
    for row in rows:
        prodi = titles.setdefault(_joined(row.prodi), _tidy(row.prodi))
        cells = _cells(row, form_of(row.form_pk), shown, zone, codes=codes)
        table.setdefault(prodi, []).append(Row(f"{name}-{row.id}", _rev(row, cells), cells))
    return {
        prodi: Desired(name, title, (*FIXED, *asked), tuple(lines), withheld)
        for prodi, lines in table.items()
    }


def file_name(prodi: str) -> str:
    """Return a name for a prodi's file, without suffix, that every system takes.

    Forbidden signs become their wide twins, so that two prodi never share a file; a name that
    had to lose something carries a mark of the whole.
    """
    name = unicodedata.normalize("NFC", prodi)
    kept = re.sub(r"[\x00-\x1f\x7f\ud800-\udfff]", "", name.translate(_WIDE)).strip(" .~")
    kept = kept.encode()[:180].decode(errors="ignore").rstrip(" .")
    is_device = re.fullmatch(r"(con|prn|aux|nul|(com|lpt)\d)(\..*)?", kept, re.IGNORECASE)
    if kept and not is_device and kept == name.translate(_WIDE):
        return kept
    mark = hashlib.sha256(prodi.encode("utf-8", "replace")).hexdigest()[:6]
    return f"{kept} {mark}".strip() if not is_device else f"prodi {kept} {mark}"


_WIDE = {ord(sign): chr(ord(sign) + 0xFEE0) for sign in '<>:"/\\|?*'}


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


def _columns(form: Form) -> Iterable[Item]:
    return (item for item in form.asked if item.is_answered)


def _name(item: Item) -> str:
    return item.name


def _label(item: Item) -> str:
    """Return the question as a heading; what it refers to differs by person and is left out."""
    parts = ("…" if at % 2 else part for at, part in enumerate(item.label.parts))
    return " ".join("".join(parts).split())[:200] or _name(item)


def _kind(item: Item) -> Kind:
    if item.reads == "money":
        return Kind.MONEY
    is_number = item.kind in (Asks.INTEGER, Asks.DECIMAL, Asks.RANGE) and not item.repeats
    return Kind.NUMBER if is_number else Kind.TEXT


def _tidy(prodi: str) -> str:
    return " ".join(unicodedata.normalize("NFC", prodi).split()) or NO_PRODI


def _joined(prodi: str) -> str:
    """Return what two spellings of one prodi have in common: the file they would share."""
    return file_name(_tidy(prodi)).casefold()


def _cells(
    row: interviews.Row, form: Form, shown: frozenset[str], zone: ZoneInfo, *, codes: bool
) -> dict[str, Value]:
    answers = said(form, row)
    fixed: dict[str, Value] = {
        "_nama": row.name,
        "_angkatan": row.cohort,
        "_kejuruan": row.prodi,
        "_pelatihan": row.programme,
        "_keadaan": STATUS[row.status],
        "_terakhir": row.changed_at.astimezone(zone).strftime("%Y-%m-%d %H.%M"),
        "_versi": form.version,
    }
    told = {name: cell(*answers[name], codes=codes) for name in answers if name in shown}
    return fixed | {name: value for name, value in told.items() if value is not None}


def _rev(row: interviews.Row, cells: Mapping[str, Value]) -> str:
    """Return a revision that changes with any cell, a corrected name or label too.

    A new question leaves the revision of who has not answered it.
    """
    return (
        f"{row.revision}-{zlib.crc32(repr(sorted(cells.items())).encode('utf-8', 'replace')):08x}"
    )
