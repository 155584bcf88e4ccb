"""People at work on a sheet, between any two of our requests.

Each edit takes dice and a tab as a person with editing rights would: a sheet that is locked for
all but the service account refuses, unless it is the owner who asks.
"""

import random
from collections.abc import Callable
from dataclasses import replace

from tests.fakes.sheets.book import EMPTY, Cell, Line, Tab, Value


class Locked(Exception):
    """The sheet is protected; the person sees Google say so and does nothing."""


def must_be_open(tab: Tab, *, is_owner: bool = False) -> None:
    """Refuse while a strict protection covers the whole sheet.

    Raises:
        Locked: it does.
    """
    whole = [one for one in tab.protected if not one["range"].keys() - {"sheetId"}]
    if not is_owner and any(not one.get("warningOnly") for one in whole):
        raise Locked


def sort(dice: random.Random, tab: Tab) -> None:
    """Sort the responses by a column: values move, rows stay who they are."""
    column = dice.randrange(len(tab.columns))
    top = tab.frozen_rows
    lines = sorted(tab.lines[top:], key=lambda line: repr(line.cells[column].value))
    dims = [line.dim for line in tab.lines[top:]]
    tab.lines[top:] = [Line(dim, line.cells) for dim, line in zip(dims, lines, strict=True)]


def delete_row(dice: random.Random, tab: Tab) -> None:
    """Delete a response."""
    if len(tab.lines) > tab.frozen_rows + 1:
        del tab.lines[dice.randrange(tab.frozen_rows, len(tab.lines))]


def insert_row(dice: random.Random, tab: Tab) -> None:
    """Insert an empty row somewhere."""
    tab.insert_rows(dice.randrange(tab.frozen_rows, len(tab.lines) + 1), 1)


def move_row(dice: random.Random, tab: Tab) -> None:
    """Drag a row elsewhere."""
    if len(tab.lines) > tab.frozen_rows + 1:
        line = tab.lines.pop(dice.randrange(tab.frozen_rows, len(tab.lines)))
        tab.lines.insert(dice.randrange(tab.frozen_rows, len(tab.lines) + 1), line)


def duplicate_row(dice: random.Random, tab: Tab) -> None:
    """Copy a row and paste it over a new one."""
    if len(tab.lines) > tab.frozen_rows:
        line = tab.lines[dice.randrange(tab.frozen_rows, len(tab.lines))]
        at = dice.randrange(tab.frozen_rows, len(tab.lines) + 1)
        tab.insert_rows(at, 1)
        tab.lines[at] = replace(tab.lines[at], cells=line.cells)


def insert_column(dice: random.Random, tab: Tab) -> None:
    """Insert a column of one's own."""
    if len(tab.columns) < 60:
        tab.insert_columns(dice.randrange(len(tab.columns) + 1), 1)


def move_column(dice: random.Random, tab: Tab) -> None:
    """Drag a column elsewhere."""
    at, to = dice.randrange(len(tab.columns)), dice.randrange(len(tab.columns))
    tab.columns.insert(to, tab.columns.pop(at))
    for number, line in enumerate(tab.lines):
        cells = list(line.cells)
        cells.insert(to, cells.pop(at))
        tab.lines[number] = replace(line, cells=tuple(cells))


def delete_column(dice: random.Random, tab: Tab) -> None:
    """Delete a column, the key columns aside."""
    at = dice.randrange(len(tab.columns))
    keys = {line.cells[at].value for line in tab.lines[: tab.frozen_rows]}
    if len(tab.columns) > 4 and not keys & {"_id", "_rev"}:
        tab.delete_columns(at, 1)


def rename_tab(dice: random.Random, tab: Tab) -> None:
    """Rename the sheet; the title needs quotes, and may look like a range."""
    tab.title = dice.choice(["Data alumni", "A1", "Rekap '26", "D3 Akuntansi", "tanggapan!"])


def rename_header(dice: random.Random, tab: Tab) -> None:
    """Write another heading over a column."""
    put(tab, 1, dice.randrange(len(tab.columns)), dice.choice(["Nama lain", "Ket.", "007"]))


def edit_cell(dice: random.Random, tab: Tab) -> None:
    """Type over a cell."""
    if len(tab.lines) > tab.frozen_rows:
        row = dice.randrange(tab.frozen_rows, len(tab.lines))
        column = dice.randrange(len(tab.columns))
        if tab.cell(0, column).value not in ("_id", "_rev"):
            put(tab, row, column, dice.choice(["diketik", 7.0, True, None]))


def filter_rows(_dice: random.Random, tab: Tab) -> None:
    """Hide rows by the filter: nothing moves."""
    for at in range(tab.frozen_rows, len(tab.lines), 2):
        line = tab.lines[at]
        tab.lines[at] = replace(line, dim=replace(line.dim, hidden=True))


Edit = Callable[[random.Random, Tab], None]
EDITS: tuple[Edit, ...] = (
    sort, delete_row, insert_row, move_row, duplicate_row, insert_column, move_column,
    delete_column, rename_tab, rename_header, edit_cell, filter_rows,
)  # fmt: skip


def put(tab: Tab, row: int, column: int, value: Value) -> None:
    """Type a value into one cell."""
    old: Cell = tab.cell(row, column) if column < len(tab.columns) else EMPTY
    tab.put(row, column, [replace(old, value=value)])
