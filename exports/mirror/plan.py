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
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum

Value = str | int | float | None
Grid = Sequence[Sequence[object]]
"""Rows of cells as read back, ragged or not. A cell may be any object; what is not text, number,
None or `Unknown` is somebody's date, truth value or error, and never equals a cell of ours."""

ID = "_id"
REV = "_rev"
RETIRED = " (tidak dipakai)"
WITHHELD = " (tidak disalin)"
CLIPPED = "… (selengkapnya di Lacak)"


class Unknown(Enum):
    """A cell whose value is not known."""

    UNREAD = "unread"
    FORMULA = "formula"


class Kind(StrEnum):
    """How a column's values are shown."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"


class Broken(StrEnum):
    """What is gone from a sheet that cannot be repaired without guessing."""

    CODE_ROW_GONE = "code_row_gone"
    ID_COLUMN_GONE = "id_column_gone"


class LayoutBroken(Exception):
    """The sheet has content, but the keys to it are gone; nothing may be written to it."""

    def __init__(self, what: Broken) -> None:
        super().__init__(what)
        self.what = what


class SheetFull(Exception):
    """The table does not fit the sheet's limits."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a sheet can hold. `text` is in UTF-16 units a cell."""

    text: int
    rows: int
    columns: int
    cells: int


# https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
XLSX = Limits(text=32_767, rows=1_048_576, columns=16_384, cells=2**34)


@dataclass(frozen=True, slots=True)
class Column:
    """A column we fill. Without a code it is people's own, offered when the sheet is made."""

    code: str
    label: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Row:
    """One response. `rev` changes whenever a cell does; `cells` is by column code."""

    id: str
    rev: str | int
    cells: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Desired:
    """What a sheet must hold. Columns in `withheld` are emptied where they still stand.

    Raises:
        ValueError: two columns have one code, two rows one id, or an id does not begin with
            `name` and a hyphen.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    withheld: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        codes = [ID, REV, *(column.code for column in self.columns if column.code)]
        ids = [row.id for row in self.rows]
        if len(set(codes)) < len(codes) or len(set(ids)) < len(ids):
            raise ValueError(f"{self.name}: a column code or row id stands twice")
        if not all(one.startswith(f"{self.name}-") for one in ids):
            raise ValueError(f"{self.name}: every row id must begin with '{self.name}-'")

    @property
    def ours(self) -> tuple[Column, ...]:
        """The columns we fill."""
        return tuple(column for column in self.columns if column.code)


@dataclass(frozen=True, slots=True)
class Create:
    """Lay out a blank sheet: codes in row 0 (hidden, as are the first two columns), labels in 1."""

    columns: tuple[Column, ...]
    codes: tuple[Value, ...]
    labels: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class AddColumns:
    """Make room for columns from position `at` on; their header cells follow as `SetCell`."""

    at: int
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class SetCell:
    """Write one cell; None empties it."""

    row: int
    column: int
    value: Value


@dataclass(frozen=True, slots=True)
class UpdateRow:
    """Write the `changed` positions of one response; `line` has all of ours, to write it whole."""

    at: int
    line: Mapping[int, Value]
    changed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class InsertHeader:
    """Insert a code row (hidden) or a label row before row `at`."""

    at: int
    line: Mapping[int, Value]
    is_codes: bool


@dataclass(frozen=True, slots=True)
class InsertRows:
    """Insert responses before row `at`; `at` is the end of the sheet unless people wrote there."""

    at: int
    lines: tuple[Mapping[int, Value], ...]


@dataclass(frozen=True, slots=True)
class DeleteRows:
    """Delete `count` rows from `at` on."""

    at: int
    count: int


Operation = Create | AddColumns | SetCell | UpdateRow | InsertHeader | InsertRows | DeleteRows
Structural = InsertHeader | InsertRows | DeleteRows


@dataclass(frozen=True, slots=True)
class Plan:
    """Operations in the order to apply them, and what they come to.

    `layout` is column code → position once applied. `left` responses wait for the next plan
    because of `at_most`. `look_closer`: rows with one id were left alone because people's
    columns were not read; read the whole sheet and plan again.
    """

    operations: tuple[Operation, ...]
    layout: Mapping[str, int]
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    left: int = 0
    look_closer: bool = False

    def __bool__(self) -> bool:
        return bool(self.operations)


def plan(
    desired: Desired, seen: Grid, *, limits: Limits = XLSX, at_most: int | None = None
) -> Plan:
    """Return what makes the sheet hold exactly `desired`; empty when it already does.

    `at_most` bounds the responses written, for writers that send them in batches.

    Raises:
        LayoutBroken: the code row or the `_id` column is gone.
        SheetFull: the table does not fit.
    """
    sheet = _Sheet(seen)
    budget = math.inf if at_most is None else at_most
    if sheet.is_blank:
        made = _creation(desired, limits, budget)
    else:
        made = _repair(desired, sheet, limits, budget)
    _must_fit(made, sheet, limits)
    return made


def fitted(value: Value, limits: Limits = XLSX) -> Value:
    """Return a value as a cell can hold it and gives it back; blank text is None.

    Control characters and what XML cannot carry are dropped, line ends are `\\n`, text that is
    too long ends in a remark, a whole number a spreadsheet would round becomes text.
    """
    if isinstance(value, str):
        return _clipped(_UNFIT.sub("", _LINE_END.sub("\n", value)), limits.text) or None
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        return value if abs(value) < 10**15 else str(value)
    if value is None or math.isnan(value) or math.isinf(value):
        return None
    return float(f"{value:.15g}")  # what spreadsheet programs keep


def same(ours: Value, theirs: object) -> bool:
    """Whether a cell holds a value, type included: text "7" is not the number 7."""
    if ours is None or isinstance(ours, str):
        return ours == theirs or (ours is None and theirs == "")
    if isinstance(theirs, bool) or not isinstance(theirs, int | float):
        return False
    return ours == theirs or math.isclose(ours, theirs, rel_tol=1e-12)


_LINE_END = re.compile(r"\r\n?")
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def _clipped(text: str, limit: int) -> str:
    if len(text) * 2 <= limit or _units(text) <= limit:
        return text
    room = limit - _units(CLIPPED)
    while _units(text) > room:
        text = text[: len(text) - max(1, (_units(text) - room) // 2)]
    return text + CLIPPED


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _creation(desired: Desired, limits: Limits, budget: float) -> Plan:
    columns = desired.columns
    layout = {ID: 0, REV: 1} | {c.code: i for i, c in enumerate(columns, 2) if c.code}
    labels = (desired.name, None, *(fitted(column.label, limits) for column in columns))
    codes = (ID, REV, *(column.code or None for column in columns))
    rows = desired.rows if len(desired.rows) <= budget else desired.rows[: int(budget)]
    operations: list[Operation] = [Create(columns, codes, labels)]
    if rows:
        operations.append(InsertRows(2, tuple(_line(row, layout, limits) for row in rows)))
    left = len(desired.rows) - len(rows)
    return Plan(tuple(operations), layout, inserted=len(rows), left=left)


def _line(row: Row, layout: Mapping[str, int], limits: Limits) -> dict[int, Value]:
    """Return position → value of every filled cell of one response."""
    cells = {code: fitted(value, limits) for code, value in row.cells.items() if code in layout}
    line = {layout[code]: value for code, value in cells.items() if value is not None}
    return {layout[ID]: row.id, layout[REV]: fitted(row.rev, limits), **line}


class _Sheet:
    """The grid that was seen, made rectangular."""

    def __init__(self, seen: Grid) -> None:
        self.width = max((len(row) for row in seen), default=0)
        self.rows = [
            row if len(row) == self.width else [*row, *[None] * (self.width - len(row))]
            for row in seen
        ]

    @property
    def is_blank(self) -> bool:
        return all(cell is None or cell == "" for row in self.rows for cell in row)

    def cell(self, row: int, column: int) -> object:
        return self.rows[row][column] if column < self.width else None


def _repair(desired: Desired, sheet: _Sheet, limits: Limits, budget: float) -> Plan:
    finding = _find(desired, sheet)
    work = _Work(desired, sheet, finding, limits)
    work.columns()
    work.header()
    work.responses(budget)
    work.withheld()
    work.strays()
    return work.plan()


@dataclass(slots=True)
class _Finding:
    """Where things of ours were found. `responses` is id → rows, `erased` ours but unwanted."""

    codes: int
    place: dict[str, int] = field(default_factory=dict)
    copied_codes: list[int] = field(default_factory=list)
    copied_columns: list[int] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    responses: dict[str, list[int]] = field(default_factory=dict)
    erased: list[int] = field(default_factory=list)
    strays: list[int] = field(default_factory=list)

    @property
    def keyed(self) -> Iterable[int]:
        """Every row known by its key, the code row aside."""
        yield from self.copied_codes
        yield from self.labels
        yield from self.erased
        for rows in self.responses.values():
            yield from rows


def _find(desired: Desired, sheet: _Sheet) -> _Finding:
    finding = _Finding(_code_row(desired, sheet))
    for position, cell in enumerate(sheet.rows[finding.codes]):
        code = _text(cell)
        if code and code in finding.place:
            finding.copied_columns.append(position)
        elif code:
            finding.place[code] = position
    wanted = {row.id for row in desired.rows}
    for number, row in enumerate(sheet.rows):
        if number == finding.codes:
            continue
        key = _text(row[finding.place[ID]])
        if key in wanted:
            finding.responses.setdefault(key, []).append(number)
        elif key == desired.name:
            finding.labels.append(number)
        elif key.startswith(f"{desired.name}-"):
            finding.erased.append(number)
        elif key == ID:
            finding.copied_codes.append(number)
        elif REV in finding.place and _is_filled(row[finding.place[REV]]):
            finding.strays.append(number)
    if not finding.labels:
        finding.labels.extend(_label_row_without_key(desired, sheet, finding))
    top = min((finding.codes, *finding.keyed))
    finding.strays = [row for row in finding.strays if row > top and row not in finding.labels]
    return finding


def _code_row(desired: Desired, sheet: _Sheet) -> int:
    """Return the row with `_id` over our keys and most of our codes, but no key of ours itself.

    Raises:
        LayoutBroken: there is none.
    """
    codes = {REV, *(column.code for column in desired.ours)}
    known = [len(codes.intersection(c for c in r if isinstance(c, str))) for r in sheet.rows]
    ranks = {}
    for number, row in enumerate(sheet.rows):
        if ID in row and not any(_is_key(cell, desired) for cell in row):
            at = row.index(ID)
            is_over_keys = any(_is_key(other[at], desired) for other in sheet.rows)
            ranks[number] = (is_over_keys, known[number], -number)
    best = max(ranks, key=ranks.__getitem__, default=None)
    if best is not None and any(ranks[best][:2]):
        return best
    gone = Broken.ID_COLUMN_GONE if max(known) > 1 else Broken.CODE_ROW_GONE
    raise LayoutBroken(gone)


def _is_key(cell: object, desired: Desired) -> bool:
    key = _text(cell)
    return key == desired.name or key.startswith(f"{desired.name}-")


def _label_row_without_key(desired: Desired, sheet: _Sheet, finding: _Finding) -> list[int]:
    """Return the row under the codes if it reads like our labels though its key is gone."""
    below = finding.codes + 1
    if below >= len(sheet.rows) or below in finding.keyed:
        return []
    placed = [(c.label, finding.place[c.code]) for c in desired.ours if c.code in finding.place]
    return [below] if any(sheet.rows[below][at] == label for label, at in placed) else []


def _text(cell: object) -> str:
    return cell.strip() if isinstance(cell, str) else ""


def _is_foreign(cell: object) -> bool:
    """Whether people put something here that is not text."""
    return _is_filled(cell) and not isinstance(cell, str)


def _is_filled(cell: object) -> bool:
    return cell is not None and cell != "" and cell is not Unknown.UNREAD


class _Work:
    """Operations as they are found to be needed, one concern a method."""

    def __init__(self, desired: Desired, sheet: _Sheet, finding: _Finding, limits: Limits) -> None:
        self.desired = desired
        self.sheet = sheet
        self.found = finding
        self.limits = limits
        self.kept: dict[str, int] = {}
        self.added: list[Column] = []
        self.cells: list[SetCell] = []
        self.updates: list[UpdateRow] = []
        self.inserts: list[InsertHeader | InsertRows] = []
        self.doomed: set[int] = set()
        self.headers: set[int] = set()
        self.counts = {"inserted": 0, "updated": 0, "left": 0}
        self.look_closer = False
        self.theirs = self._people_columns()

    def columns(self) -> None:
        """Give every column of ours a place; what only lost its code gets it back."""
        place = self.found.place
        for position in self.found.copied_columns:
            self._set(self.found.codes, position, None)
        free = self.sheet.width
        for column in (Column(REV, ""), *self.desired.ours):
            if column.code in place:
                continue
            lost = self._codeless(column)
            if lost is None:
                self.added.append(column)
                place[column.code] = free
                free += 1
            else:
                place[column.code] = lost
            self._set(self.found.codes, place[column.code], column.code)
        self.theirs = self._people_columns()

    def header(self) -> None:
        """Set right the labels, and put back on top a header that is elsewhere."""
        codes, labels = self.found.codes, self.found.labels
        top = min((row for row in self.found.keyed if row < codes), default=None)
        if top is None and codes + 1 in labels:
            wanted = self._labels(codes + 1)
            for position in self.found.place.values():
                is_key = position == self.found.place[ID]
                if is_key or not _is_foreign(self.sheet.cell(codes + 1, position)):
                    self._set(codes + 1, position, wanted.get(position))
            self.found.strays.extend(row for row in labels if row != codes + 1)
            return
        wanted = self._labels(labels[0] if labels else None)
        at = codes + 1 if top is None else top
        self.inserts.append(InsertHeader(at, wanted, is_codes=False))
        self.headers.update(labels)
        if top is not None:
            line: dict[int, Value] = {at: code for code, at in self.found.place.items()}
            self.inserts.append(InsertHeader(at, line, is_codes=True))
            self.headers.add(codes)
            self.cells = [cell for cell in self.cells if cell.row != codes]

    def responses(self, budget: float) -> None:
        """Repair the rows that are there, insert those that are not, drop copies."""
        layout = self._layout()
        lines = []
        for row in self.desired.rows:
            line = _line(row, layout, self.limits)
            rows = self.found.responses.get(row.id)
            if rows is None:
                lines.append(line)
                continue
            kept = self.kept[row.id] = self._best(rows, row.rev)
            for copy in rows:
                if copy != kept:
                    self._discard(copy, kept)
            changed = self._differing(kept, line, layout.values())
            if changed and len(self.updates) < budget:
                self.updates.append(UpdateRow(kept, line, changed))
            elif changed:
                self.counts["left"] += 1
        room = max(0, budget - len(self.updates))
        now = lines if len(lines) <= room else lines[: int(room)]
        if now:
            ours = (self.found.codes, *self.found.keyed, *self.found.strays)
            self.inserts.insert(0, InsertRows(max(ours) + 1, tuple(now)))
        self.counts["inserted"] = len(now)
        self.counts["updated"] = len(self.updates)
        self.counts["left"] += len(lines) - len(now)

    def withheld(self) -> None:
        """Empty the columns that may no longer be shown."""
        for code in self.desired.withheld & self.found.place.keys():
            for row in self.kept.values():
                if _is_filled(self.sheet.cell(row, self.found.place[code])):
                    self._set(row, self.found.place[code], None)

    def strays(self) -> None:
        """Remove erased responses with all that stands beside them, and damaged rows of ours."""
        self.doomed.update(self.found.erased)
        for row in self.found.copied_codes:
            self._discard(row, self.found.codes)
        for row in self.found.strays:
            self._discard(row, self.found.codes + 1 if self._is_label(row) else None)

    def plan(self) -> Plan:
        """Return the operations in the order to apply them."""
        added = (AddColumns(self.sheet.width, tuple(self.added)),) if self.added else ()
        moves: list[Structural] = [*_runs(self.doomed | self.headers), *self.inserts]
        moves.sort(key=lambda move: (-move.at, not isinstance(move, DeleteRows)))
        return Plan(
            (*added, *self.cells, *self.updates, *moves),
            dict(self.found.place),
            deleted=len(self.doomed),
            look_closer=self.look_closer,
            **self.counts,
        )

    def _people_columns(self) -> list[int]:
        ours = set(self.found.place.values())
        return [position for position in range(self.sheet.width) if position not in ours]

    def _set(self, row: int, column: int, value: Value) -> None:
        seen = self.sheet.cell(row, column)
        if seen is not Unknown.UNREAD and not same(value, seen):
            self.cells.append(SetCell(row, column, value))

    def _layout(self) -> dict[str, int]:
        codes = (ID, REV, *(column.code for column in self.desired.ours))
        return {code: self.found.place[code] for code in codes}

    def _is_current(self, row: int, rev: str | int) -> bool:
        return same(fitted(rev, self.limits), self.sheet.cell(row, self.found.place[REV]))

    def _codeless(self, column: Column) -> int | None:
        """Return the one column without a code that has this label and these answers, or None."""
        if not self.found.labels or not column.label:
            return None
        label = fitted(column.label, self.limits)
        labels = self.sheet.rows[self.found.labels[0]]
        like = [at for at in self._people_columns() if labels[at] == label]
        if len(like) != 1 or like[0] in self.found.copied_columns:
            return None
        for row in self.desired.rows:
            answer = fitted(row.cells.get(column.code), self.limits)
            for number in self.found.responses.get(row.id, ()):
                seen = self.sheet.cell(number, like[0])
                may_be_theirs = _is_filled(seen) or self._is_current(number, row.rev)
                if may_be_theirs and not same(answer, seen):
                    return None
        return like[0]

    def _labels(self, row: int | None) -> dict[int, Value]:
        """Return position → label: what people made of it, else ours."""
        ours = {column.code: column.label for column in self.desired.ours}
        cells = () if row is None else self.sheet.rows[row]
        seen = {at: cell for at, cell in enumerate(cells) if cell and isinstance(cell, str)}
        wanted: dict[int, Value] = {at: seen[at] for at in self.theirs if at in seen}
        wanted[self.found.place[ID]] = self.desired.name
        for code, at in self.found.place.items():
            if code not in (ID, REV):
                label = self._marked(code, seen.get(at, ours.get(code, code)), known=code in ours)
                wanted[at] = fitted(label, self.limits)
        return wanted

    def _marked(self, code: str, label: str, *, known: bool) -> str:
        bare = label.removesuffix(RETIRED).removesuffix(WITHHELD)
        if known:
            return bare
        return bare + (WITHHELD if code in self.desired.withheld else RETIRED)

    def _is_label(self, row: int) -> bool:
        return _text(self.sheet.rows[row][self.found.place[ID]]) == self.desired.name

    def _best(self, rows: Sequence[int], rev: str | int) -> int:
        if len(rows) == 1:
            return rows[0]
        return max(rows, key=lambda r: (len(self._notes(r)), self._is_current(r, rev), -r))

    def _differing(
        self, number: int, line: Mapping[int, Value], positions: Iterable[int]
    ) -> tuple[int, ...]:
        row, width = self.sheet.rows[number], self.sheet.width
        is_current = same(
            line[self.found.place[REV]], self.sheet.cell(number, self.found.place[REV])
        )
        changed = []
        for at in positions:
            want = line.get(at)
            have = row[at] if at < width else None
            if have is Unknown.UNREAD:
                if not is_current:
                    changed.append(at)
            elif (want != have or type(want) is not type(have)) and not same(want, have):
                changed.append(at)
        return tuple(changed)

    def _notes(self, row: int) -> dict[int, object]:
        """Return what people wrote beside a row; what a formula says is not lost with its row."""
        cells = ((at, self.sheet.rows[row][at]) for at in self.theirs)
        return {at: c for at, c in cells if _is_filled(c) and c is not Unknown.FORMULA}

    def _discard(self, row: int, kept: int | None) -> None:
        """Delete a row, or only our cells of it where people's notes would go with it."""
        if any(self.sheet.rows[row][at] is Unknown.UNREAD for at in self.theirs):
            self.look_closer = True
            return
        other = {} if kept is None else self._notes(kept)
        if all(at in other and other[at] == note for at, note in self._notes(row).items()):
            self.doomed.add(row)
            return
        for at in self.found.place.values():
            self._set(row, at, None)


def _runs(rows: set[int]) -> list[DeleteRows]:
    runs: list[DeleteRows] = []
    for row in sorted(rows):
        if runs and runs[-1].at + runs[-1].count == row:
            runs[-1] = DeleteRows(runs[-1].at, runs[-1].count + 1)
        else:
            runs.append(DeleteRows(row, 1))
    return runs


def _must_fit(made: Plan, sheet: _Sheet, limits: Limits) -> None:
    rows = len(sheet.rows) + made.inserted + 2 * sheet.is_blank - made.deleted
    columns = max(sheet.width, *(at + 1 for at in made.layout.values()))
    if rows > limits.rows or columns > limits.columns or rows * columns > limits.cells:
        raise SheetFull(f"{rows} rows of {columns} columns")
