"""A plan as requests of one atomic batch.

What may be carried out at any moment is told from what may not. Google has no compare-and-set:
between our reading and our writing somebody may sort, insert or delete. So a response that is
in the sheet is rewritten without its id: should another row stand there by then, that row keeps
its own id and notes, and its revision gives it away to the next flush. New rows go into rows
inserted for them. Everything else (rows that are deleted or emptied, headers, new columns) is
`careful`, and waits until the sheet is locked for a moment (`locking`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from exports.mirror.google.reading import HEADER
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
    Limits,
    Plan,
    SetCell,
    UpdateRow,
    Value,
)

GOOGLE = Limits(text=49_999, rows=10_000_000, columns=18_278, cells=10_000_000)
"""https://support.google.com/drive/answer/37603; a workbook's cells count empty ones too."""

Request = dict[str, Any]
_VALUE = "userEnteredValue"
_FORMATS: Mapping[Kind, Mapping[str, str]] = {
    Kind.TEXT: {"type": "TEXT"},
    Kind.NUMBER: {"type": "NUMBER", "pattern": "0"},
    Kind.MONEY: {"type": "NUMBER", "pattern": "#,##0"},
    Kind.MOMENT: {"type": "DATE_TIME", "pattern": "yyyy-mm-dd hh:mm"},
}
HEADING = {
    "textFormat": {"bold": True},
    "backgroundColorStyle": {"rgbColor": {"red": 0.87, "green": 0.91, "blue": 0.94}},
    "wrapStrategy": "WRAP",
    "verticalAlignment": "TOP",
}
WIDTH = 140


def is_careful(made: Plan) -> bool:
    """Whether a plan does what only a locked sheet takes without harm."""
    return not all(
        isinstance(one, InsertRows)
        or (isinstance(one, UpdateRow) and made.layout[ID] not in one.changed)
        for one in made.operations
    )


def requests(made: Plan, desired: Desired, tab: int, *, rows: int, columns: int) -> list[Request]:
    """Return a plan's operations, in its order, for a tab of so many rows and columns."""
    return list(_Writer(made, desired, tab, rows, columns).all())


def runs(positions: Iterable[int]) -> list[tuple[int, int]]:
    """Return positions as runs of (first, last), in order."""
    found: list[tuple[int, int]] = []
    for at in sorted(set(positions)):
        if found and found[-1][1] + 1 == at:
            found[-1] = (found[-1][0], at)
        else:
            found.append((at, at))
    return found


def letters(column: int) -> str:
    """Return a column's name, counted from 0."""
    name, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def cell(value: Value) -> dict[str, Any]:
    """Return a value as a cell: text as text whatever it looks like."""
    if value is None or value == "":
        return {}
    if isinstance(value, str):
        return {_VALUE: {"stringValue": value}}
    return {_VALUE: {"numberValue": value}}


def number_format(kind: Kind) -> dict[str, Any]:
    """Return how a kind of column looks."""
    return {"numberFormat": dict(_FORMATS[kind])}


def put(tab: int, row: int, column: int, lines: Sequence[Sequence[Value]]) -> Request:
    """Return the writing of lines of values from one cell on."""
    return {
        "updateCells": {
            "start": {"sheetId": tab, "rowIndex": row, "columnIndex": column},
            "rows": [{"values": [cell(value) for value in line]} for line in lines],
            "fields": _VALUE,
        }
    }


def looks(area: Mapping[str, int], look: Mapping[str, Any], fields: str) -> Request:
    """Return the formatting of an area."""
    return {
        "repeatCell": {
            "range": dict(area),
            "cell": {"userEnteredFormat": dict(look)},
            "fields": fields,
        }
    }


def dimension(tab: int, name: str, start: int, end: int) -> dict[str, Any]:
    """Return rows or columns from `start` to before `end`."""
    return {"sheetId": tab, "dimension": name, "startIndex": start, "endIndex": end}


class _Writer:
    """One plan on one tab; `rows` is how many rows the tab has at that point of the batch."""

    def __init__(self, made: Plan, desired: Desired, tab: int, rows: int, columns: int) -> None:
        self.made = made
        self.tab = tab
        self.rows = rows
        self.columns = columns
        self.kinds = {made.layout[c.code]: c.kind for c in desired.ours}
        self.ours = {made.layout[ID], made.layout[REV], *self.kinds}

    def all(self) -> Iterator[Request]:
        """Yield the requests."""
        yield from self._room()
        updates = [one for one in self.made.operations if isinstance(one, UpdateRow)]
        is_first = True
        for operation in self.made.operations:
            match operation:
                case Create():
                    yield from self._create(operation)
                case AddColumns(at, columns):
                    yield from self._add(at, columns)
                case SetCell(row, column, value):
                    yield put(self.tab, row, column, [[value]])
                case UpdateRow():
                    if is_first:
                        yield from self._update(updates)
                    is_first = False
                case InsertHeader(at, line, is_codes):
                    yield from self._insert(at, [line])
                    yield from self._dress_header(at, is_codes=is_codes)
                case InsertRows(at, lines):
                    yield from self._insert(at, lines)
                    yield from self._dress_rows(at, len(lines))
                case DeleteRows(at, count):
                    self.rows -= count
                    span = dimension(self.tab, "ROWS", at, at + count)
                    yield {"deleteDimension": {"range": span}}

    def _room(self) -> Iterator[Request]:
        """Leave a row under the frozen ones: Google deletes the last one of those for nobody."""
        deleted = sum(one.count for one in self.made.operations if isinstance(one, DeleteRows))
        if self.rows - deleted <= HEADER:
            self.rows += 1
            yield self._append("ROWS", 1)

    def _create(self, create: Create) -> Iterator[Request]:
        width = len(create.codes)
        if self.columns < width:
            yield self._append("COLUMNS", width - self.columns)
        if self.rows < HEADER:
            yield self._append("ROWS", HEADER - self.rows)
            self.rows = HEADER
        yield put(self.tab, 0, 0, [create.codes, create.labels])

    def _add(self, at: int, columns: Sequence[Column]) -> Iterator[Request]:
        last = at + len(columns)
        if last > self.columns:
            yield self._append("COLUMNS", last - self.columns)
            self.columns = last
        for position, column in enumerate(columns, at):
            area = {"sheetId": self.tab, "startColumnIndex": position,
                    "endColumnIndex": position + 1}  # fmt: skip
            yield looks(area, number_format(column.kind), "userEnteredFormat.numberFormat")
            label = {**area, "startRowIndex": HEADER - 1, "endRowIndex": HEADER}
            yield looks(label, HEADING, "userEnteredFormat")

    def _update(self, updates: Sequence[UpdateRow]) -> Iterator[Request]:
        """Write rows whole but for their id, rows that follow each other in one request."""
        is_id_wrong = any(self.made.layout[ID] in one.changed for one in updates)
        written = self.ours if is_id_wrong else self.ours - {self.made.layout[ID]}
        by_row = {one.at: one.line for one in updates}
        for top, bottom in runs(by_row):
            lines = [by_row[row] for row in range(top, bottom + 1)]
            yield from self._lines(top, lines, written)

    def _insert(self, at: int, lines: Sequence[Mapping[int, Value]]) -> Iterator[Request]:
        """Insert rows, always before one that is there: those appended may not be the last ones."""
        if at >= self.rows:
            yield self._append("ROWS", at - self.rows + 1)
            self.rows = at + 1
        span = dimension(self.tab, "ROWS", at, at + len(lines))
        yield {"insertDimension": {"range": span, "inheritFromBefore": at > HEADER}}
        self.rows += len(lines)
        written = {position for line in lines for position in line}
        yield from self._lines(at, lines, written)

    def _lines(
        self, top: int, lines: Sequence[Mapping[int, Value]], positions: Iterable[int]
    ) -> Iterator[Request]:
        for first, last in runs(positions):
            values = [[line.get(at) for at in range(first, last + 1)] for line in lines]
            yield put(self.tab, top, first, values)

    def _dress_rows(self, at: int, count: int) -> Iterator[Request]:
        """Give new rows the formats of their columns; the first ones have no row to take after."""
        by_kind: dict[Kind, list[int]] = {}
        for position in self.ours:
            by_kind.setdefault(self.kinds.get(position, Kind.TEXT), []).append(position)
        fields = "userEnteredFormat" + ("" if at == HEADER else ".numberFormat")
        for kind, positions in by_kind.items():
            for first, last in runs(positions):
                area = {"sheetId": self.tab, "startRowIndex": at, "endRowIndex": at + count,
                        "startColumnIndex": first, "endColumnIndex": last + 1}  # fmt: skip
                yield looks(area, number_format(kind), fields)

    def _dress_header(self, at: int, *, is_codes: bool) -> Iterator[Request]:
        if is_codes:
            span = dimension(self.tab, "ROWS", at, at + 1)
            yield {"updateDimensionProperties": {
                "range": span, "properties": {"hiddenByUser": True}, "fields": "hiddenByUser",
            }}  # fmt: skip
        else:
            area = {"sheetId": self.tab, "startRowIndex": at, "endRowIndex": at + 1}
            yield looks(area, HEADING, "userEnteredFormat")

    def _append(self, name: str, length: int) -> Request:
        return {"appendDimension": {"sheetId": self.tab, "dimension": name, "length": length}}
