"""Tables written to files: streamed, whole or not at all, and never a live formula."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from exports.responses import Cell, Table

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_csv(table: Table, path: Path) -> int:
    """Write a CSV for people and return its number of rows.

    Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers
    stay as they are. UTF-8 with a mark, so Excel reads names rightly.
    """

    def write(target: Path) -> int:
        rows = 0
        with target.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(table.header)
            for row in table.rows:
                writer.writerow([_harmless(value) for value in row])
                rows += 1
        return rows

    return _whole(path, write)


def write_xlsx(table: Table, path: Path, *, sheet: str = "Tanggapan") -> int:
    """Write a workbook in flat memory and return its number of rows; text stays text."""
    import xlsxwriter  # noqa: PLC0415 -- loaded where it is used

    def write(target: Path) -> int:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        rows = 0
        with xlsxwriter.Workbook(str(target), options) as book:
            page = book.add_worksheet(sheet)
            page.freeze_panes(1, 0)
            page.set_column(0, len(table.header) - 1, 18)
            page.write_row(0, 0, table.header, book.add_format({"bold": True}))
            for rows, row in enumerate(table.rows, 1):
                _write_row(page, rows, row)
        return rows

    return _whole(path, write)


WRITERS: dict[str, Callable[[Table, Path], int]] = {"csv": write_csv, "xlsx": write_xlsx}


def _write_row(page: Any, number: int, row: "tuple[Cell, ...] | Any") -> None:
    for column, value in enumerate(row):
        if isinstance(value, str):
            page.write_string(number, column, value)
        elif value is not None:
            page.write_number(number, column, value)


def _harmless(value: Cell) -> Cell:
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return "'" + value
    return value


def _whole(path: Path, write: Callable[[Path], int]) -> int:
    """Write beside the target, then put it in place: a reader never sees half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.tmp")
    try:
        rows = write(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return rows
