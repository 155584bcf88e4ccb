"""A tab that has the table, made right again: look, plan, one batch, look at what it left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exports.mirror.google import ids, locking, reading, writing
from exports.mirror.google.desk import Again, Desk
from exports.mirror.google.errors import ApiError, Kind
from exports.mirror.google.locking import Guard
from exports.mirror.google.reading import HEADER, Seen
from exports.mirror.plan import (
    ID,
    REV,
    InsertRows,
    LayoutBroken,
    Plan,
    UpdateRow,
    fitted,
    plan,
    same,
)

_MOST_RANGES = 50


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was done; `restored` rows had been in the sheet, `left` wait for the next flush."""

    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    restored: int = 0
    left: int = 0


class Repair:
    """The steps, on one desk. `is_thorough`: every cell is read, not the keys alone."""

    def __init__(self, desk: Desk, *, thorough: bool) -> None:
        self.desk = desk
        self.is_thorough = thorough or desk.sheet.thorough

    def work(self, tab: int) -> Repaired:
        """Make the tab hold the table, as far as one batch does.

        Raises:
            Again: people were at it, or keys alone do not tell what is to be done.
            LayoutBroken: the header is gone.
            SheetFull: the table does not fit.
            ApiError: with what it means.
        """
        desk = self.desk
        seen = self._look(tab)
        made = self._plan(seen)
        is_locked = ids.lock_id(desk.sheet.form_id, tab) in seen.protections
        known = desk.held()
        self._note(seen, made, known)
        if not made and not is_locked and desk.sheet.pending is None:
            desk.change(place=dict(made.layout), thorough=False)
            return Repaired()
        if writing.is_careful(made) and not is_locked:
            self._lock(tab)
        batch = self._batch(seen, made) if made else []
        if is_locked:
            batch.append(locking.unlock(desk.sheet.form_id, tab))
        answer = desk.send(batch, show=_show(seen, made), at=seen.codes)
        is_unfinished = self.is_thorough and made.left > 0
        desk.change(place=dict(made.layout), thorough=is_unfinished)
        self._check(answer, seen, made)
        restored = sum(line[made.layout[ID]] in known for line in inserted(made))
        return Repaired(made.inserted, made.updated, made.deleted, restored, made.left)

    def _look(self, tab: int) -> Seen:
        desk = self.desk
        if self.is_thorough:
            answer = desk.api.look(desk.book, reading.whole(tab))
            return self._found(reading.whole_tab(answer, tab))
        place = desk.sheet.place
        if not {ID, REV} <= place.keys():
            raise self._closer()
        looked = [ID, REV, *(code for code in desk.desired.withheld if code in place)]
        try:
            answer = desk.api.look(desk.book, reading.keys(tab, [place[code] for code in looked]))
        except ApiError as error:
            if error.kind is not Kind.INVALID:
                raise
            raise self._closer() from error  # a column that was looked for is gone
        seen = self._found(reading.key_columns(answer, tab))
        codes = seen.codes
        if not codes.keys() >= set(self._written()):
            raise self._closer()
        if any(codes.get(code) != place[code] for code in looked):
            desk.change(place=codes)
            raise Again
        return seen

    def _found(self, seen: Seen | None) -> Seen:
        if seen is None:
            raise ApiError(Kind.NO_TAB, "the tab is not in the answer")
        return seen

    def _closer(self) -> Again:
        self.is_thorough = True
        return Again()

    def _plan(self, seen: Seen) -> Plan:
        desk = self.desk
        try:
            made = plan(desk.desired, seen.grid, limits=writing.GOOGLE, at_most=desk.most)
        except LayoutBroken as error:
            if self.is_thorough:
                raise
            raise self._closer() from error
        if not self.is_thorough and (made.look_closer or writing.is_careful(made)):
            raise self._closer()
        return made

    def _note(self, seen: Seen, made: Plan, known: Mapping[str, int]) -> None:
        """Remember what the sheet was seen to hold as it is, and what it has lost."""
        codes, wanted = seen.codes, self.desk.wanted.marks
        if not {ID, REV} <= codes.keys():
            return
        revs = {str(row[codes[ID]]): row[codes[REV]] for row in seen.grid[HEADER:]}
        changed = {line[made.layout[ID]] for _, line in _lines(made)}
        right = [
            row.id
            for row in self.desk.desired.rows
            if row.id in revs and row.id not in changed and same(fitted(row.rev), revs[row.id])
        ]
        gone = [key for id_, key in known.items() if id_ not in revs and id_ not in wanted]
        self.desk.remember(right, gone=gone)

    def _lock(self, tab: int) -> None:
        """Keep people out, and read again.

        Raises:
            Again: always.
        """
        desk = self.desk
        self.is_thorough = True
        desk.change(thorough=True)
        desk.send([locking.lock(desk.sheet.form_id, tab, desk.api.email)])
        raise Again

    def _written(self) -> Sequence[str]:
        return (ID, REV, *(column.code for column in self.desk.desired.ours))

    def _batch(self, seen: Seen, made: Plan) -> list[writing.Request]:
        """Return the guarded work, and anchors for columns that have none yet."""
        desk, name, tab = self.desk, self.desk.desired.name, seen.tab
        layout = {code: made.layout[code] for code in self._written()}
        there = {code: at for code, at in layout.items() if seen.codes.get(code) == at}
        is_new = desk.guard is Guard.NEW_ANCHORS
        work = writing.requests(made, desk.desired, tab, rows=seen.rows, columns=seen.columns)
        return [
            *locking.before(desk.guard, name, tab, there),
            *work,
            *(
                locking.anchor(name, tab, code, at)
                for code, at in layout.items()
                if is_new or (at >= seen.columns and desk.guard is Guard.ANCHORS)
            ),
        ]

    def _check(self, answer: Mapping[str, Any], seen: Seen, made: Plan) -> None:
        """Look at what the batch left, and remember what is right."""
        if not made:
            return
        desk, wanted = self.desk, self.desk.wanted.marks
        cells = {(row, at): value for row, at, value in reading.texts(answer, seen.tab)}
        if any(cells.get((0, made.layout[code])) != code for code in self._written()):
            desk.change(thorough=True)  # a column was moved meanwhile: nothing is believed
            return
        key = made.layout[ID]
        if writing.is_careful(made):
            right = [str(line[key]) for _, line in _lines(made)]
            desk.remember(right, gone=[k for id_, k in desk.held().items() if id_ not in wanted])
            return
        landed = {row: str(line[key]) for row, line in _lines(made)}
        there = {row: str(cells.get((row, key))) for row in landed}
        hit = [there[row] for row in landed if there[row] != landed[row]]
        desk.remember(
            [id_ for row, id_ in landed.items() if there[row] == id_],
            gone=[wanted[id_][0] for id_ in hit if id_ in wanted],
        )


def inserted(made: Plan) -> list[Mapping[int, Any]]:
    """Return the cells of the responses a plan inserts."""
    return [line for one in made.operations if isinstance(one, InsertRows) for line in one.lines]


def _lines(made: Plan) -> list[tuple[int, Mapping[int, Any]]]:
    """Return the responses a plan writes: where each stands then, and its cells.

    Where is exact unless the plan is careful: it inserts rows in one place at most, below those
    it rewrites.
    """
    found: list[tuple[int, Mapping[int, Any]]] = []
    for one in made.operations:
        if isinstance(one, UpdateRow):
            found.append((one.at, one.line))
        elif isinstance(one, InsertRows):
            found += enumerate(one.lines, one.at)
    return found


def _show(seen: Seen, made: Plan) -> list[str]:
    """Return what to show after a batch: the codes, and the ids of the rows written."""
    if not made:
        return []
    sheet = "'" + seen.title.replace("'", "''") + "'"
    if writing.is_careful(made):
        return [f"{sheet}!1:1"]
    column = writing.letters(made.layout[ID])
    spans = writing.runs(row for row, _ in _lines(made))
    if len(spans) > _MOST_RANGES:
        spans = [(spans[0][0], spans[-1][1])]
    return [
        f"{sheet}!1:1",
        *(f"{sheet}!{column}{top + 1}:{column}{end + 1}" for top, end in spans),
    ]
