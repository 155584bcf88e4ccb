"""Ranges as the API writes them: A1 text and GridRange objects."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from tests.fakes.sheets.book import Book, Tab
from tests.fakes.sheets.errors import Refused

_A1 = re.compile(r"([A-Za-z]{0,3})(\d*)(?::([A-Za-z]{0,3})(\d*))?")


class Area(NamedTuple):
    """Part of a sheet: half open, within the grid."""

    tab: Tab
    top: int
    bottom: int
    left: int
    right: int


def letters(column: int) -> str:
    """Return a column's name, counted from 0."""
    name, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def number(name: str) -> int:
    """Return a column's position by its name."""
    value = 0
    for letter in name.upper():
        value = value * 26 + ord(letter) - 64
    return value - 1


def quoted(title: str) -> str:
    """Return a title as A1 needs it: in quotes where it is no plain word, or looks like A1."""
    plain = re.fullmatch(r"[A-Za-z_]\w*", title) and not re.fullmatch(r"[A-Za-z]{1,3}\d+", title)
    return title if plain else "'" + title.replace("'", "''") + "'"


def a1(area: Area) -> str:
    """Return an area as A1."""
    first = f"{letters(area.left)}{area.top + 1}"
    last = f"{letters(area.right - 1)}{area.bottom}"
    return f"{quoted(area.tab.title)}!{first if first == last else f'{first}:{last}'}"


def from_a1(book: Book, text: str) -> Area:
    """Return the area a text names.

    Raises:
        Refused: it names none, or one beyond the grid.
    """
    tab, rest = _tab_of(book, text)
    found = _A1.fullmatch(rest)
    if tab is None or found is None or (rest and not any(found.groups())):
        raise Refused(400, f"Unable to parse range: {text}")
    column, row, column2, row2 = found.groups()
    if not rest:
        return Area(tab, 0, len(tab.lines), 0, len(tab.columns))
    is_one = column2 is None and row2 is None
    top = int(row) - 1 if row else 0
    left = number(column) if column else 0
    bottom = top + 1 if is_one else int(row2) if row2 else len(tab.lines)
    right = left + 1 if is_one else number(column2) + 1 if column2 else len(tab.columns)
    return _within(tab, Area(tab, top, bottom, left, right), text)


def from_grid(book: Book, given: Mapping[str, Any]) -> Area:
    """Return the area of a GridRange; what it does not bound reaches to the edge.

    Raises:
        Refused: no such sheet, or beyond the grid.
    """
    tab = book.tab(given.get("sheetId") or 0)
    area = Area(
        tab,
        given.get("startRowIndex") or 0,
        given["endRowIndex"] if "endRowIndex" in given else len(tab.lines),
        given.get("startColumnIndex") or 0,
        given["endColumnIndex"] if "endColumnIndex" in given else len(tab.columns),
    )
    return _within(tab, area, a1(area))


def _within(tab: Tab, area: Area, text: str) -> Area:
    if area.bottom > len(tab.lines) or area.right > len(tab.columns):
        raise Refused(
            400,
            f"Range ({text}) exceeds grid limits. Max rows: {len(tab.lines)}, max columns: "
            f"{len(tab.columns)}",
        )
    if area.top >= area.bottom or area.left >= area.right or area.top < 0 or area.left < 0:
        raise Refused(400, f"Range ({text}) is empty.")
    return area


def _tab_of(book: Book, text: str) -> tuple[Tab | None, str]:
    """Return the sheet and what stands after it; text without a sheet is of the first one."""
    found = re.fullmatch(r"'((?:[^']|'')*)'(?:!(.*))?|([^!']+)!(.*)", text)
    if found is None:
        tab = book.titled(text)
        return (tab, "") if tab else (book.tabs[0], text)
    if found[3] is not None:
        return book.titled(found[3]), found[4]
    return book.titled(found[1].replace("''", "'")), found[2] or ""
