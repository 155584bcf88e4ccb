"""The values collection: what cells give, trimmed of what is empty at the end."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tests.fakes.sheets import formulas
from tests.fakes.sheets.book import Book, Value
from tests.fakes.sheets.cells import rendered
from tests.fakes.sheets.errors import Refused
from tests.fakes.sheets.ranges import Area, a1, from_a1, from_grid

Query = Mapping[str, Sequence[str]]
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def one_range(book: Book, area: Area, options: Mapping[str, str]) -> dict[str, Any]:
    """Return a ValueRange: empty cells at the end of a row, and empty rows, are left out."""
    option = options.get("valueRenderOption") or "FORMATTED_VALUE"
    dimension = options.get("majorDimension") or "ROWS"
    rows = [
        [rendered(book, cell.value, option) for cell in line.cells[area.left : area.right]]
        for line in area.tab.lines[area.top : area.bottom]
    ]
    if dimension == "COLUMNS":
        rows = [list(column) for column in zip(*rows, strict=True)]
    trimmed = _trimmed(
        [_trimmed(row, lambda cell: cell == "") for row in rows], lambda row: not row
    )
    found: dict[str, Any] = {"range": a1(area), "majorDimension": dimension}
    return {**found, "values": trimmed} if trimmed else found


def by_filter(book: Book, body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the MatchedValueRanges of a batchGetByDataFilter."""
    options = {k: v for k, v in body.items() if isinstance(v, str)}
    found = []
    for one in body["dataFilters"]:
        given = one.get("gridRange")
        area = from_a1(book, one["a1Range"]) if given is None else from_grid(book, given)
        echo = {"gridRange": {k: v for k, v in given.items() if v}} if given else one
        found.append({"valueRange": one_range(book, area, options), "dataFilters": [echo]})
    return found


def update(book: Book, area: Area, rows: Sequence[Sequence[Any]], option: str) -> dict[str, Any]:
    """Write values from an area's first cell on; the grid grows downwards, as Google's does."""
    width = max((len(row) for row in rows), default=0)
    tab = area.tab
    if area.left + width > len(tab.columns):
        tab.insert_columns(len(tab.columns), area.left + width - len(tab.columns))
    if area.top + len(rows) > len(tab.lines):
        tab.insert_rows(len(tab.lines), area.top + len(rows) - len(tab.lines))
    for offset, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                at = area.top + offset, area.left + column
                cell = replace(tab.cell(*at), value=_entered(book, value, option))
                tab.put(*at, [cell])
    book.must_fit()
    written = Area(tab, area.top, area.top + len(rows), area.left, area.left + max(1, width))
    return {
        "spreadsheetId": book.id, "updatedRange": a1(written), "updatedRows": len(rows),
        "updatedColumns": width, "updatedCells": sum(len(row) for row in rows),
    }  # fmt: skip


def append(book: Book, area: Area, rows: Sequence[Sequence[Any]], query: Query) -> dict[str, Any]:
    """Write after the table found at the area, in the table's own first column: facts §1.2."""
    tab = area.tab
    filled = [any(cell.value is not None for cell in line.cells) for line in tab.lines]
    last = max((n for n, is_filled in enumerate(filled) if is_filled), default=-1)
    left = area.left
    if last >= 0:
        cells = tab.lines[last].cells
        while cells[left].value is None and left + 1 < len(cells):
            left += 1
        left = area.left if cells[left].value is None else left
    if query.get("insertDataOption") == ["INSERT_ROWS"] and last + 1 < len(tab.lines):
        tab.insert_rows(last + 1, len(rows))
    at = Area(tab, last + 1, last + 2, left, left + 1)
    done = update(book, at, rows, query["valueInputOption"][0])
    return {"spreadsheetId": book.id, "updates": done}


def clear(book: Book, area: Area) -> dict[str, Any]:
    """Empty an area."""
    for row in range(area.top, area.bottom):
        cells = area.tab.lines[row].cells[area.left : area.right]
        area.tab.put(row, area.left, [replace(cell, value=None) for cell in cells])
    return {"spreadsheetId": book.id, "clearedRange": a1(area)}


def _entered(book: Book, value: Any, option: str) -> Value:
    if option not in ("RAW", "USER_ENTERED"):
        raise Refused(400, "'valueInputOption' is required but not specified")
    if option == "USER_ENTERED" and isinstance(value, str):
        if value.startswith("="):
            return formulas.parse(book, value)
        if _NUMBER.fullmatch(value):
            return float(value)
    return value if value != "" else None


def _trimmed(items: list[Any], is_empty: Callable[[Any], bool]) -> list[Any]:
    end = len(items)
    while end and is_empty(items[end - 1]):
        end -= 1
    return items[:end]
