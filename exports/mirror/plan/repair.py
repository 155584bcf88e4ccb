"""The fewest operations that make a sheet that has a table right again."""

from collections.abc import Iterable, Mapping, Sequence

from exports.mirror.plan.cells import fitted, is_filled, is_foreign, same, text_of
from exports.mirror.plan.finding import Finding, Sheet
from exports.mirror.plan.operations import (
    AddColumns,
    DeleteRows,
    InsertHeader,
    InsertRows,
    Plan,
    SetCell,
    Structural,
    UpdateRow,
)
from exports.mirror.plan.table import (
    ID,
    RETIRED,
    REV,
    WITHHELD,
    Column,
    Desired,
    Limits,
    Row,
    Unknown,
    Value,
)


def line_of(row: Row, layout: Mapping[str, int], limits: Limits) -> dict[int, Value]:
    """Return position → value of every filled cell of one response."""
    cells = {code: fitted(value, limits) for code, value in row.cells.items() if code in layout}
    line = {layout[code]: value for code, value in cells.items() if value is not None}
    return {layout[ID]: row.id, layout[REV]: fitted(row.rev, limits), **line}


class Repair:
    """Operations as they are found to be needed, one concern a method."""

    def __init__(self, desired: Desired, sheet: Sheet, finding: Finding, limits: Limits) -> None:
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
                if is_key or not is_foreign(self.sheet.cell(codes + 1, position)):
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
            line = line_of(row, layout, self.limits)
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
                if is_filled(self.sheet.cell(row, self.found.place[code])):
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
                may_be_theirs = is_filled(seen) or self._is_current(number, row.rev)
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
        return text_of(self.sheet.rows[row][self.found.place[ID]]) == self.desired.name

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
        return {at: c for at, c in cells if is_filled(c) and c is not Unknown.FORMULA}

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
