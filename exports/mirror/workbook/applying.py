"""A plan carried out on a tab."""

from collections.abc import Iterable, Mapping
from copy import copy
from typing import Any

from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from exports.mirror.plan import (
    ID,
    REV,
    AddColumns,
    Column,
    Create,
    DeleteRows,
    Desired,
    InsertHeader,
    InsertRows,
    Kind,
    Plan,
    SetCell,
    UpdateRow,
)
from exports.mirror.workbook.moving import move_rows
from exports.mirror.workbook.pages import cells_of, put
from exports.mirror.workbook.ranges import bounds, range_of

_WIDTH = 18


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
                put(page, row, column, value, Kind.TEXT)
            case UpdateRow(at, line, changed):
                for column in changed:
                    put(page, at, column, line.get(column), kinds.get(column, Kind.TEXT))
            case _:
                moves.append(operation)
    new = move_rows(page, moves, height)
    for number, line in new:
        for column, value in line.items():
            put(page, number, column, value, kinds.get(column, Kind.TEXT))
    keys = made.layout[ID] + 1
    for number, line in new:
        if line.get(made.layout[ID]) == ID:
            page.row_dimensions[number + 1].hidden = True
    if new or added:
        label = next(cell.row for cell in cells_of(page) if _is_key(cell, keys, desired.name))
        _dress_labels(page, label, made.layout)
        inserted = [number + 1 for number, _ in new if number + 1 > label]
        _stretch(page, label, inserted, max(made.layout.values()) + 1)
    page.parent.calculation.fullCalcOnLoad = True


def _is_key(cell: Any, column: int, key: str) -> bool:
    return bool(cell.column == column and cell.value == key)


def _create(page: Any, create: Create) -> None:
    for at, (code, label) in enumerate(zip(create.codes, create.labels, strict=True)):
        put(page, 0, at, code, Kind.TEXT)
        put(page, 1, at, label, Kind.TEXT)
    _dress_columns(page, 0, (Column(ID, ""), Column(REV, ""), *create.columns))
    page.row_dimensions[1].hidden = True
    page.freeze_panes = "D3"
    page.auto_filter.ref = range_of(1, 2, len(create.codes), 2)


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
        left, top, right, bottom = bounds(page.auto_filter.ref)
        if top == label:
            ref = range_of(left, top, max(right, last_column), max(bottom, page.max_row))
            page.auto_filter.ref = ref
    for table in page.tables.values():
        left, top, right, bottom = bounds(table.ref)
        if top == label and bottom + 1 in inserted:
            table.ref = range_of(left, top, right, bottom + len(inserted))
            if table.autoFilter is not None:
                table.autoFilter.ref = table.ref
        for at, column in enumerate(table.tableColumns, left):
            text = page.cell(top, at).value
            if isinstance(text, str) and table.headerRowCount != 0:
                column.name = text  # Excel calls a file damaged where the two differ
