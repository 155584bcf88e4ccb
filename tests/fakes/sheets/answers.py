"""A spreadsheet as `spreadsheets.get` tells it."""

from collections.abc import Sequence
from typing import Any

from tests.fakes.sheets import cells, metadata
from tests.fakes.sheets.book import Book, Tab
from tests.fakes.sheets.ranges import Area


def spreadsheet(book: Book, areas: Sequence[Area] | None, *, with_cells: bool) -> dict[str, Any]:
    """Return a Spreadsheet; with areas, only the sheets they are on and the cells of them."""
    wanted = (
        book.tabs if areas is None else [t for t in book.tabs if any(a.tab is t for a in areas)]
    )
    return {
        "spreadsheetId": book.id,
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{book.id}/edit",
        "properties": {"title": book.title, "locale": book.locale, "timeZone": book.zone},
        "sheets": [_sheet(book, tab, areas, with_cells=with_cells) for tab in wanted],
        "namedRanges": list(book.names.values()),
        "developerMetadata": [
            metadata.data(book, one) for one in book.metadata.values() if one.sheet is None
        ],
    }


def _sheet(
    book: Book, tab: Tab, areas: Sequence[Area] | None, *, with_cells: bool
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "properties": {
            "sheetId": tab.id, "title": tab.title, "index": book.tabs.index(tab),
            "sheetType": "GRID",
            "gridProperties": {
                "rowCount": len(tab.lines), "columnCount": len(tab.columns),
                **({"frozenRowCount": tab.frozen_rows} if tab.frozen_rows else {}),
            },
        },
        "protectedRanges": [_bare(one) for one in tab.protected],
        "charts": tab.charts,
        "developerMetadata": [
            metadata.data(book, one)
            for one in book.metadata.values()
            if one.sheet == tab.id and not one.dim
        ],
    }  # fmt: skip
    if tab.filter is not None:
        made["basicFilter"] = _bare(tab.filter)
    if with_cells:
        whole = [Area(tab, 0, len(tab.lines), 0, len(tab.columns))]
        here = whole if areas is None else [area for area in areas if area.tab is tab]
        made["data"] = [_grid(book, area) for area in here]
    return made


def _grid(book: Book, area: Area) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    for line in area.tab.lines[area.top : area.bottom]:
        made = [cells.data(book, cell) for cell in line.cells[area.left : area.right]]
        while made and not made[-1]:
            made.pop()
        rows.append({"values": made} if made else {})
    while rows and not rows[-1]:
        rows.pop()
    found: dict[str, Any] = {"rowData": rows} if rows else {}
    if area.top:
        found["startRow"] = area.top
    if area.left:
        found["startColumn"] = area.left
    return found


def _bare(given: dict[str, Any]) -> dict[str, Any]:
    """Return an object as Google sends it: a `sheetId` of 0 is left out of ranges."""
    bare = {k: v for k, v in given["range"].items() if v}
    return {**given, "range": bare}
