"""The local copy: one .xlsx, read as a grid, repaired by a plan, replaced whole or not at all.

openpyxl keeps people's cells, comments, widths, filters, validations, other tabs and their
charts. What it would lose (pictures, slicers, threaded comments, …) is why a file that has such
parts is first kept aside. Rows that move take everything bound to them along, and formulas that
point at them follow.
"""

import os
import re
import shutil
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token, TokenizerError
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.formula import ArrayFormula

from exports.mirror.plan import (
    ID,
    REV,
    XLSX,
    AddColumns,
    Column,
    Create,
    DeleteRows,
    Desired,
    InsertHeader,
    InsertRows,
    Kind,
    LayoutBroken,
    Plan,
    SetCell,
    SheetFull,
    Unknown,
    UpdateRow,
    Value,
    plan,
)

MOST_BYTES = 64 * 2**20
MOST_UNZIPPED = 512 * 2**20
STALE_LOCK_S = 12 * 3600
_ATTEMPTS = 3
_FORMATS = {Kind.TEXT: "@", Kind.NUMBER: "0", Kind.MONEY: "#,##0"}
_WIDTH = 18
_LOST = re.compile(r"xl/(media|slicers|slicerCaches|threadedComments|persons|timelines|model)/")
_ENCRYPTED = b"\xd0\xcf\x11\xe0"


class Trouble(StrEnum):
    """Why a workbook was not written; it is as it was."""

    OPEN = "open"
    CHANGING = "changing"
    ENCRYPTED = "encrypted"
    UNREADABLE = "unreadable"
    TOO_BIG = "too_big"
    FULL = "full"
    BROKEN_LAYOUT = "broken_layout"
    NOT_WRITTEN = "not_written"


ADVICE: Mapping[Trouble, str] = {
    Trouble.OPEN: "Berkas sedang dibuka. Tutup dulu; salinan menyusul sendiri.",
    Trouble.CHANGING: "Berkas sedang disimpan orang lain. Salinan menyusul sendiri.",
    Trouble.ENCRYPTED: "Berkas diberi sandi. Hapus sandinya di Excel (Berkas > Info > Proteksi).",
    Trouble.UNREADABLE: (
        "Berkas tidak terbaca oleh Lacak. Buka di Excel dan simpan ulang sebagai .xlsx, atau "
        "pindahkan ke folder lain: salinan baru dibuat sendiri."
    ),
    Trouble.TOO_BIG: "Berkas terlalu besar. Pindahkan lembar atau gambar lain ke berkas lain.",
    Trouble.FULL: "Lembar penuh. Pindahkan berkas ke arsip: salinan baru dibuat sendiri.",
    Trouble.BROKEN_LAYOUT: (
        "Baris kode (baris 1, tersembunyi) atau kolom _id hilang. Kembalikan versi berkas "
        "sebelumnya, atau ganti nama lembar ini: lembar baru dibuat sendiri dan catatan lama "
        "tetap ada."
    ),
    Trouble.NOT_WRITTEN: "Berkas tidak dapat ditulis. Periksa izin folder dan sisa ruang disk.",
}
"""What staff should do about each."""


class NotCopied(Exception):
    """A workbook was not written, and why."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(f"{trouble}: {detail}" if detail else trouble)
        self.trouble = trouble
        self.detail = detail


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
        except _Changed:
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


class _Changed(Exception):
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


def _flush(path: Path, desired: Desired, now: datetime) -> Flushed:
    before = stamp(path)
    _must_be_closed(path, now)
    aside = None
    book, loses = (None, False) if before is None else _open(path)
    if before is not None and book is None:
        aside = _aside(path, "rusak", now)
        path.replace(aside)
        before = None
    if book is None:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
    page, copies = _find_page(book, desired)
    made = plan(desired, read_grid(page), limits=XLSX)
    if not made and before is not None:
        return Flushed(before, copies=copies)
    apply(page, made, desired)
    if loses:
        aside = _aside(path, "sebelum salinan", now)
    after = _replace(book, path, before, aside if loses else None)
    return Flushed(after, made.inserted, made.updated, made.deleted, True, aside, copies)


def _must_be_closed(path: Path, now: datetime) -> None:
    """Raise while Excel or LibreOffice says it has the file open, unless it said so long ago."""
    for lock in (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")):
        try:
            age_s = now.timestamp() - lock.stat().st_mtime
        except FileNotFoundError:
            continue
        if age_s < STALE_LOCK_S:
            raise NotCopied(Trouble.OPEN, lock.name)


def _open(path: Path) -> tuple[Any, bool]:
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


def _aside(path: Path, why: str, now: datetime) -> Path:
    """Return a free name beside the file that says why and when it was kept."""
    stem = f"{path.stem} ({why} {now:%Y-%m-%d %H.%M})"
    names = (path.with_name(f"{stem}{n}{path.suffix}") for n in ("", *(f" {i}" for i in range(99))))
    return next(name for name in names if not name.exists())


def _replace(
    book: Any, path: Path, before: tuple[int, ...] | None, aside: Path | None
) -> tuple[int, ...] | None:
    """Write a draft beside the file, put it in place and return its stamp.

    Raises:
        _Changed: somebody saved the file since `before`; it stays theirs.
    """
    draft = path.with_name(f".{path.name}.tmp")
    try:
        with draft.open("wb") as file:
            _save(book, file)
            file.flush()
            os.fsync(file.fileno())
        if stamp(path) != before:
            raise _Changed
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


def _find_page(book: Any, desired: Desired) -> tuple[Any, tuple[str, ...]]:
    """Return the table's tab, known by its keys and not its title, and the titles of copies."""
    titled = re.sub(r"[\[\]:*?/\\]", " ", desired.title)[:31].strip("' ") or "Tanggapan"
    keyed = [(page, _has_table(page, desired.name)) for page in book.worksheets]
    best = max((score for _, score in keyed), default=0)
    ours = [page for page, score in keyed if score and score == best]
    ours.sort(key=lambda page: page.title != titled)
    if not ours:
        ours = [page for page in book.worksheets if page.title == titled]
    if not ours:
        return book.create_sheet(titled), ()
    return ours[0], tuple(page.title for page in ours[1:])


def _has_table(page: Any, name: str) -> int:
    """Return 2 when a tab has the table's key in a column of an `_id`, 1 when one of its rows."""
    columns = {cell.column for cell in _cells(page) if cell.value == ID}
    keys = {str(cell.value).strip() for cell in _cells(page) if cell.column in columns}
    return 2 if name in keys else int(any(key.startswith(f"{name}-") for key in keys))


def _cells(page: Any) -> Iterator[Any]:
    """Yield the cells there are; `iter_rows` would make those there are not."""
    yield from page._cells.values()  # noqa: SLF001 -- no public way reads without making


def read_grid(page: Any) -> list[list[object]]:
    """Return a tab's cells from A1 on as the plan reads them."""
    height = max((cell.row for cell in _cells(page)), default=0)
    width = max((cell.column for cell in _cells(page)), default=0)
    grid: list[list[object]] = [[None] * width for _ in range(height)]
    for cell in _cells(page):
        if cell.value is not None:
            grid[cell.row - 1][cell.column - 1] = _read(cell)
    return grid


def _read(cell: Any) -> object:
    match cell.data_type:
        case "s" | "inlineStr":
            return str(cell.value).replace("_x005F_", "_")
        case "n":
            return cell.value
        case "f":
            return Unknown.FORMULA
        case _:
            return (cell.data_type, cell.value)


_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def _put(page: Any, row: int, column: int, value: Value, kind: Kind) -> None:
    """Write one cell, 0-based: text as text whatever it looks like, numbers as numbers."""
    cell = page.cell(row + 1, column + 1)
    if isinstance(cell, MergedCell):
        whole = next(r for r in page.merged_cells.ranges if cell.coordinate in r)
        page.unmerge_cells(str(whole))
        cell = page.cell(row + 1, column + 1)
    cell.hyperlink = None
    if isinstance(value, str):
        cell.value = _ESCAPE.sub("_x005F_", value)
        cell.data_type = "s"
        cell.number_format = "@"
    else:
        cell.value = value
        cell.number_format = _FORMATS[kind]


def apply(page: Any, made: Plan, desired: Desired) -> None:
    """Carry out a plan on an openpyxl worksheet."""
    kinds = {made.layout[c.code]: c.kind for c in desired.ours}
    height = page.max_row
    moves: list[InsertHeader | InsertRows | DeleteRows] = []
    added = 0
    for operation in made.operations:
        match operation:
            case Create():
                _create(page, operation)
                height = max(height, 2)
            case AddColumns(at, columns):
                added = len(columns)
                _dress_columns(page, at, columns)
            case SetCell(row, column, value):
                _put(page, row, column, value, Kind.TEXT)
            case UpdateRow(at, line, changed):
                for column in changed:
                    _put(page, at, column, line.get(column), kinds.get(column, Kind.TEXT))
            case _:
                moves.append(operation)
    new = _move_rows(page, moves, height)
    for number, line in new:
        for column, value in line.items():
            _put(page, number, column, value, kinds.get(column, Kind.TEXT))
    keys = made.layout[ID] + 1
    for number, line in new:
        if line.get(made.layout[ID]) == ID:
            page.row_dimensions[number + 1].hidden = True
    if new or added:
        label = next(cell.row for cell in _cells(page) if _is_key(cell, keys, desired.name))
        _dress_labels(page, label, made.layout)
        inserted = [number + 1 for number, _ in new if number + 1 > label]
        _stretch(page, label, inserted, max(made.layout.values()) + 1)
    page.parent.calculation.fullCalcOnLoad = True


def _is_key(cell: Any, column: int, key: str) -> bool:
    return bool(cell.column == column and cell.value == key)


def _create(page: Any, create: Create) -> None:
    for at, (code, label) in enumerate(zip(create.codes, create.labels, strict=True)):
        _put(page, 0, at, code, Kind.TEXT)
        _put(page, 1, at, label, Kind.TEXT)
    _dress_columns(page, 0, (Column(ID, ""), Column(REV, ""), *create.columns))
    page.row_dimensions[1].hidden = True
    page.freeze_panes = "D3"
    page.auto_filter.ref = _range(1, 2, len(create.codes), 2)


def _dress_columns(page: Any, at: int, columns: Iterable[Column]) -> None:
    """Give new columns a width and hide the keys; what people unhide later stays shown."""
    for number, column in enumerate(columns, at + 1):
        dimension = _dimension(page, number)
        dimension.width = _WIDTH
        dimension.hidden = column.code in (ID, REV)


def _dimension(page: Any, number: int) -> Any:
    """Return one column's own settings, taken out of those it shared with its neighbours."""
    columns = page.column_dimensions
    for letter, shared in list(columns.items()):
        first, last = shared.min or 0, shared.max or 0
        if first <= number <= last and first < last:
            del columns[letter]
            for low, high in ((first, number - 1), (number, number), (number + 1, last)):
                if low <= high:
                    part = copy(shared)
                    part.index, part.min, part.max = get_column_letter(low), low, high
                    columns[part.index] = part
    return columns[get_column_letter(number)]


def _dress_labels(page: Any, row: int, layout: Mapping[str, int]) -> None:
    """Give labels their look where they have none."""
    for column in layout.values():
        cell = page.cell(row, column + 1)
        if not cell.font.bold:
            cell.font = Font(bold=True)
            cell.fill = PatternFill("solid", fgColor="FFDDE7F0")


def _stretch(page: Any, label: int, inserted: list[int], last_column: int) -> None:
    """Let the filter, and tables people made of ours, reach new rows; add no filter back."""
    if page.auto_filter.ref:
        left, top, right, bottom = _bounds(page.auto_filter.ref)
        if top == label:
            ref = _range(left, top, max(right, last_column), max(bottom, page.max_row))
            page.auto_filter.ref = ref
    for table in page.tables.values():
        left, top, right, bottom = _bounds(table.ref)
        if top == label and bottom + 1 in inserted:
            table.ref = _range(left, top, right, bottom + len(inserted))
            if table.autoFilter is not None:
                table.autoFilter.ref = table.ref
        for at, column in enumerate(table.tableColumns, left):
            text = page.cell(top, at).value
            if isinstance(text, str) and table.headerRowCount != 0:
                column.name = text  # Excel calls a file damaged where the two differ


def _bounds(ref: str) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of a range, to the sheet's edge where it is open."""
    left, top, right, bottom = range_boundaries(ref)
    return left or 1, top or 1, right or XLSX.columns, bottom or XLSX.rows


def _range(left: int, top: int, right: int, bottom: int) -> str:
    return f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"


# --- rows that move ---------------------------------------------------------------------------


def _move_rows(
    page: Any, moves: list[InsertHeader | InsertRows | DeleteRows], height: int
) -> list[tuple[int, Mapping[int, Value]]]:
    """Move what is there and return (position, line) of the rows to be written."""
    order: list[int | Mapping[int, Value]] = list(range(height))
    for move in moves:
        match move:
            case DeleteRows(at, count):
                del order[at : at + count]
            case InsertHeader(at, line, _):
                order[at:at] = [line]
            case InsertRows(at, lines):
                order[at:at] = lines
    moved = {old + 1: new + 1 for new, old in enumerate(order) if isinstance(old, int)}
    if any(moved.get(row) != row for row in range(1, height + 1)):
        _renumber(page, moved, height, len(order))
    return [(at, line) for at, line in enumerate(order) if not isinstance(line, int)]


class _Rows:
    """Where rows went. Below all that was there, everything moves by the same amount."""

    def __init__(self, moved: Mapping[int, int], height: int, after: int) -> None:
        self.moved = moved
        self.height = height
        self.shift = after - height
        self.kept = sorted(moved)

    def __call__(self, row: int) -> int | None:
        return row + self.shift if row > self.height else self.moved.get(row)

    def span(self, top: int, bottom: int) -> tuple[int, int] | None:
        """Return where the rows of a span that are left reach; None when none is left."""
        first = next((r for r in range(top, min(bottom, self.height) + 1) if r in self.moved), None)
        if first is None:
            over = max(top, self.height + 1)
            return (over + self.shift, bottom + self.shift) if bottom > self.height else None
        last = next((r for r in range(bottom, first, -1) if self(r) is not None), first)
        return self.moved[first], min(self(last) or 0, XLSX.rows)

    def ref(self, ref: str) -> str | None:
        """Return a range or several (`A1:B2 C3`) after the move; None when none is left."""
        spans = []
        for one in ref.split():
            left, top, right, bottom = range_boundaries(one)
            if top is None or bottom is None:
                spans.append(one)
            elif (rows := self.span(top, bottom)) is not None:
                spans.append(_range(left or 1, rows[0], right or XLSX.columns, rows[1]))
        return " ".join(spans) or None


def _renumber(page: Any, moved: Mapping[int, int], height: int, after: int) -> None:
    rows = _Rows(moved, height, after)
    _point_formulas(page, rows)
    cells = {}
    for (row, column), cell in page._cells.items():  # noqa: SLF001 -- one pass, where delete_rows takes one a run
        at = rows(row)
        if at is not None:
            cell.row = at
            if cell.hyperlink is not None:
                cell.hyperlink = _linked(cell)
            cells[at, column] = cell
    page._cells = cells  # noqa: SLF001 -- as above
    heights = dict(page.row_dimensions.items())
    page.row_dimensions.clear()
    for row, dimension in heights.items():
        if (at := rows(row)) is not None:
            dimension.index = at
            page.row_dimensions[at] = dimension
    _move_ranges(page, rows)


def _linked(cell: Any) -> Any:
    link = copy(cell.hyperlink)
    link.ref = cell.coordinate
    return link


def _move_ranges(page: Any, rows: _Rows) -> None:
    for merged in list(page.merged_cells.ranges):
        span = rows.span(merged.min_row, merged.max_row)
        if span is None:
            page.merged_cells.remove(merged)
        else:
            merged.min_row, merged.max_row = span
    for validation in list(page.data_validations.dataValidation):
        ref = rows.ref(str(validation.sqref))
        if ref is None:
            page.data_validations.dataValidation.remove(validation)
        else:
            validation.sqref = MultiCellRange(ref)
    formats = ConditionalFormattingList()
    for one in page.conditional_formatting:
        ref = rows.ref(str(one.sqref))
        for rule in one.rules if ref else ():
            formats.add(ref, rule)
    page.conditional_formatting = formats
    if page.auto_filter.ref:
        page.auto_filter.ref = rows.ref(page.auto_filter.ref)
    for table in page.tables.values():
        table.ref = rows.ref(table.ref) or table.ref
        if table.autoFilter is not None and table.autoFilter.ref:
            table.autoFilter.ref = rows.ref(table.autoFilter.ref) or table.autoFilter.ref


def _point_formulas(page: Any, rows: _Rows) -> None:
    """Let every formula of the workbook follow the rows it points at."""
    for other in page.parent.worksheets:
        for cell in _cells(other):
            if cell.data_type == "f":
                cell.value = _pointed(cell.value, other is page, page.title, rows)
                cell.data_type = "f"
    names = [*page.parent.defined_names.values(), *page.defined_names.values()]
    for name in names:
        if name.attr_text:
            formula = _pointed_text(f"={name.attr_text}", False, page.title, rows)
            name.attr_text = formula[1:]


def _pointed(value: Any, is_here: bool, title: str, rows: _Rows) -> Any:
    if isinstance(value, str):
        return _pointed_text(value, is_here, title, rows)
    if isinstance(value, ArrayFormula):
        value.text = _pointed_text(value.text or "=", is_here, title, rows)
        value.ref = (rows.ref(value.ref) or value.ref) if is_here else value.ref
    return value


_REFERENCE = re.compile(r"(\$?[A-Za-z]{1,3})?(\$?)([1-9]\d{0,6})")


def _pointed_text(formula: str, is_here: bool, title: str, rows: _Rows) -> str:
    if not formula.startswith("="):
        return formula
    try:
        tokens = Tokenizer(formula)
    except TokenizerError:
        return formula
    for token in tokens.items:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            sheet, mark, area = token.value.rpartition("!")
            named = sheet.strip("'").replace("''", "'")
            if named == title or (is_here and not mark):
                token.value = sheet + mark + _pointed_area(area, rows)
    return "=" + "".join(token.value for token in tokens.items)


def _pointed_area(area: str, rows: _Rows) -> str:
    parts = [_REFERENCE.fullmatch(part) for part in area.split(":")]
    ends = [part for part in parts if part is not None]
    if len(ends) < len(parts) or len(ends) not in (1, 2):
        return area
    if len(ends) == 1 and not ends[0][1]:
        return area
    numbers = sorted(int(part[3]) for part in ends)
    span = rows.span(numbers[0], numbers[-1])
    if span is None:
        return "#REF!"
    top_first = int(ends[0][3]) <= int(ends[-1][3])
    landed = span if top_first else span[::-1]
    both = zip(ends, landed, strict=False)
    return ":".join(f"{part[1] or ''}{part[2]}{row}" for part, row in both)
