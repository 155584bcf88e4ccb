"""Rows that move, with everything bound to them."""

from collections.abc import Mapping
from copy import copy
from typing import Any

from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.worksheet.cell_range import MultiCellRange

from exports.mirror.plan import DeleteRows, InsertHeader, InsertRows, Value
from exports.mirror.workbook.formulas import point_formulas
from exports.mirror.workbook.ranges import Moved


def move_rows(
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


def _renumber(page: Any, moved: Mapping[int, int], height: int, after: int) -> None:
    rows = Moved(moved, height, after)
    point_formulas(page, rows)
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


def _move_ranges(page: Any, rows: Moved) -> None:
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
