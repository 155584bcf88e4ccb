"""Tables written to files: streamed, whole or not at all, and never a live formula.

Three kinds. `xlsx`: text is text. `csv`: commas, points and dates as programs read them.
`csv-excel`: for a double click in an Indonesian Excel, which parts columns by semicolons and
decimals by commas. In both kinds of CSV text that a spreadsheet would take for a formula gets
an apostrophe before it; in a workbook nothing needs one.
"""

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from exports.formats import Format
from exports.table import Cell, Table

_FORMULA_STARTS = frozenset("=+-@\t\r\n")
_ROWS, _TEXT = 1_048_576, 32_767
"""What a sheet and a cell of a workbook hold."""

_EXACT = 10**15
"""From here on a spreadsheet rounds whole numbers."""

_FRAGILE = re.compile(r"0\d+|\d{16,}")
"""Digits that Excel would change when it opens a CSV: a leading zero, a NIK."""

_WIDEST = 60


class TooManyRows(Exception):
    """A sheet of a workbook has no room for so many rows; a CSV has."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV parts its cells, and what makes a row harmless in it."""

    delimiter: str
    harmless: Callable[[Iterable[Cell]], list[Cell]]


def write(table: Table, path: Path, kind: Format, *, codebook: Table | None = None) -> int:
    """Write a table and return its number of rows; its codebook stands beside it.

    In a workbook that is another sheet, for a CSV the file `codebook_path` names.

    Raises:
        TooManyRows: a workbook has no room; nothing was written.
    """
    if kind is Format.XLSX:
        return write_xlsx(table, path, codebook=codebook)
    dialect = EXCEL if kind is Format.CSV_EXCEL else PLAIN
    rows = write_csv(table, path, dialect)
    if codebook is not None:
        write_csv(codebook, codebook_path(path), dialect)
    return rows


def codebook_path(path: Path) -> Path:
    """Return where the codebook of a CSV goes."""
    return path.with_name(f"{path.stem}-kamus{path.suffix}")


def write_csv(table: Table, path: Path, dialect: "Dialect | None" = None) -> int:
    """Write a CSV for people and return its number of rows.

    UTF-8 with a mark, so Excel reads names rightly.
    """
    chosen = dialect or PLAIN

    def draft(target: Path) -> int:
        rows = 0
        with target.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=chosen.delimiter)
            writer.writerow(table.header)
            for row in table.rows:
                writer.writerow(chosen.harmless(row))
                rows += 1
        return rows

    return _whole(path, draft)


def write_xlsx(table: Table, path: Path, *, codebook: Table | None = None) -> int:
    """Write a workbook in flat memory and return its number of rows; text stays text.

    Raises:
        TooManyRows: a sheet has no room; nothing was written.
    """
    import xlsxwriter  # noqa: PLC0415 -- loaded where it is used

    def draft(target: Path) -> int:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        with xlsxwriter.Workbook(str(target), options) as book:
            rows = _write_sheet(book, table)
            if codebook is not None:
                _write_sheet(book, codebook)
        return rows

    return _whole(path, draft)


def _write_sheet(book: Any, table: Table) -> int:
    page = book.add_worksheet(table.title)
    page.freeze_panes(1, 0)
    for column, title in enumerate(table.header):
        page.set_column(column, column, max(10, min(len(title) + 2, _WIDEST)))
    page.write_row(0, 0, table.header, book.add_format({"bold": True}))
    rows = 0
    for rows, row in enumerate(table.rows, 1):
        if rows >= _ROWS:
            raise TooManyRows(f"{_ROWS - 1:,}")
        _write_row(page, rows, row)
    page.autofilter(0, 0, max(rows, 1), len(table.header) - 1)
    return rows


def _write_row(page: Any, number: int, row: Iterable[Cell]) -> None:
    for column, value in enumerate(row):
        if isinstance(value, str):
            page.write_string(number, column, value if len(value) <= _TEXT else _clipped(value))
        elif value is not None:
            if isinstance(value, int) and abs(value) >= _EXACT:
                page.write_string(number, column, str(value))
            else:
                page.write_number(number, column, value)


def _clipped(text: str) -> Cell:
    from exports.mirror.plan import fitted  # noqa: PLC0415 -- 45 MB, for what hardly happens

    return fitted(text)


def _harmless(row: Iterable[Cell]) -> list[Cell]:
    return ["'" + v if v.__class__ is str and v[:1] in _FORMULA_STARTS else v for v in row]


def _for_excel(row: Iterable[Cell]) -> list[Cell]:
    return [_excels(value) for value in row]


def _excels(value: Cell) -> Cell:
    if isinstance(value, str):
        is_risky = value[:1] in _FORMULA_STARTS or _FRAGILE.fullmatch(value)
        return "'" + value if is_risky else value
    if isinstance(value, float):
        return f"{value:.15g}".replace(".", ",")
    return value


def _whole(path: Path, write_draft: Callable[[Path], int]) -> int:
    """Write beside the target, then put it in place: a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.tmp")
    try:
        rows = write_draft(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return rows


def described(rows: Sequence[tuple[str, str]]) -> Table:
    """Return a codebook of columns that need no more than a sentence each."""
    return Table(("kolom", "arti"), rows, "Kamus")


PLAIN = Dialect(",", _harmless)
EXCEL = Dialect(";", _for_excel)
