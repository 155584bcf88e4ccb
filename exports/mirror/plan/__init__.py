"""What a sheet lacks, and the fewest operations that give it: pure.

A sheet is a grid of cells as read back, whatever people did to it. Nothing is found by position.
Three kinds of row are ours, and each carries its key in the `_id` column: the hidden code row
(`_id` itself), the label row under it (the table's name), and one row a response (its id, which
begins with the table's name). A column is ours if the code row names it. The rest is people's.

- A row is rewritten where a cell of ours differs, whatever `_rev` says; a cell that was not read
  counts as right while `_rev` is.
- Of several rows with one id, the one with most notes in people's columns stays; then the one
  with the right `_rev`; then the topmost. A copy whose notes the kept row has too is deleted,
  as are copies of the header.
  A copy with notes of its own loses our cells and stays as people's own row: no note is lost.
- A row of ours whose id was damaged is treated like such a copy; its response is inserted anew.
- A row whose response is no longer wanted (erased) is deleted with its notes.
- A row with neither id nor revision is people's own and stays.
- Labels are written once. A blank one is filled, a retired column's is marked.
- A column of ours that is gone is added at the right; one whose code alone is gone gets it back.
- A header that was sorted in among the rows is put back on top.

Operations refer to positions of the grid that was seen. Those that move rows come last and from
the bottom up, so they may be applied in order, one by one or as one atomic batch.
"""

import math

from exports.mirror.plan.cells import CLIPPED, fitted, same, serial
from exports.mirror.plan.finding import Broken, LayoutBroken, Sheet, find
from exports.mirror.plan.operations import (
    AddColumns,
    Create,
    DeleteRows,
    InsertHeader,
    InsertRows,
    Operation,
    Plan,
    SetCell,
    UpdateRow,
)
from exports.mirror.plan.repair import Repair, line_of
from exports.mirror.plan.table import (
    ID,
    RETIRED,
    REV,
    WITHHELD,
    XLSX,
    Column,
    Desired,
    Grid,
    Kind,
    Limits,
    Row,
    SheetFull,
    Unknown,
    Value,
)

__all__ = [
    "CLIPPED",
    "ID",
    "RETIRED",
    "REV",
    "WITHHELD",
    "XLSX",
    "AddColumns",
    "Broken",
    "Column",
    "Create",
    "DeleteRows",
    "Desired",
    "Grid",
    "InsertHeader",
    "InsertRows",
    "Kind",
    "LayoutBroken",
    "Limits",
    "Operation",
    "Plan",
    "Row",
    "SetCell",
    "SheetFull",
    "Unknown",
    "UpdateRow",
    "Value",
    "fitted",
    "plan",
    "same",
    "serial",
]


def plan(
    desired: Desired, seen: Grid, *, limits: Limits = XLSX, at_most: int | None = None
) -> Plan:
    """Return what makes the sheet hold exactly `desired`; empty when it already does.

    `at_most` bounds the responses written, for writers that send them in batches.

    Raises:
        LayoutBroken: the code row or the `_id` column is gone.
        SheetFull: the table does not fit.
    """
    sheet = Sheet(seen)
    budget = math.inf if at_most is None else at_most
    if sheet.is_blank:
        made = _creation(desired, limits, budget)
    else:
        made = _repair(desired, sheet, limits, budget)
    _must_fit(made, sheet, limits)
    return made


def _creation(desired: Desired, limits: Limits, budget: float) -> Plan:
    columns = desired.columns
    layout = {ID: 0, REV: 1} | {c.code: i for i, c in enumerate(columns, 2) if c.code}
    labels = (desired.name, None, *(fitted(column.label, limits) for column in columns))
    codes = (ID, REV, *(column.code or None for column in columns))
    rows = desired.rows if len(desired.rows) <= budget else desired.rows[: int(budget)]
    operations: list[Operation] = [Create(columns, codes, labels)]
    if rows:
        operations.append(InsertRows(2, tuple(line_of(row, layout, limits) for row in rows)))
    left = len(desired.rows) - len(rows)
    return Plan(tuple(operations), layout, inserted=len(rows), left=left)


def _repair(desired: Desired, sheet: Sheet, limits: Limits, budget: float) -> Plan:
    finding = find(desired, sheet)
    work = Repair(desired, sheet, finding, limits)
    work.columns()
    work.header()
    work.responses(budget)
    work.withheld()
    work.strays()
    return work.plan()


def _must_fit(made: Plan, sheet: Sheet, limits: Limits) -> None:
    rows = len(sheet.rows) + made.inserted + 2 * sheet.is_blank - made.deleted
    columns = max(sheet.width, *(at + 1 for at in made.layout.values()))
    if rows > limits.rows or columns > limits.columns or rows * columns > limits.cells:
        raise SheetFull(f"{rows} rows of {columns} columns")
