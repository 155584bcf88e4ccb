"""A tab: found by its keys, read as a grid, written a cell at a time."""

import re
from collections.abc import Iterator
from typing import Any

from openpyxl.cell.cell import MergedCell
from openpyxl.utils.datetime import to_excel

from exports.mirror.plan import ID, Desired, Kind, Unknown, Value

_FORMATS = {Kind.TEXT: "@", Kind.NUMBER: "0", Kind.MONEY: "#,##0", Kind.MOMENT: "yyyy-mm-dd hh:mm"}
_LAST_DAY = 2_958_466  # the year 10000: later, spreadsheet programs know no date


def find_page(book: Any, desired: Desired) -> tuple[Any, tuple[str, ...]]:
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
    columns = {cell.column for cell in cells_of(page) if cell.value == ID}
    keys = {str(cell.value).strip() for cell in cells_of(page) if cell.column in columns}
    return 2 if name in keys else int(any(key.startswith(f"{name}-") for key in keys))


def cells_of(page: Any) -> Iterator[Any]:
    """Yield the cells there are; `iter_rows` would make those there are not."""
    yield from page._cells.values()  # noqa: SLF001 -- no public way reads without making


def read_grid(page: Any) -> list[list[object]]:
    """Return a tab's cells from A1 on as the plan reads them."""
    height = max((cell.row for cell in cells_of(page)), default=0)
    width = max((cell.column for cell in cells_of(page)), default=0)
    grid: list[list[object]] = [[None] * width for _ in range(height)]
    for cell in cells_of(page):
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
        case "d":
            return float(to_excel(cell.value, cell.parent.parent.epoch))  # type: ignore[no-untyped-call] # openpyxl's
        case _:
            return (cell.data_type, cell.value)


_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def put(page: Any, row: int, column: int, value: Value, kind: Kind) -> None:
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
        is_date = kind is Kind.MOMENT and value is not None and 0 <= value < _LAST_DAY
        cell.value = value
        cell.number_format = _FORMATS[kind if is_date or kind is not Kind.MOMENT else Kind.NUMBER]
