"""The file that tracer study Dikti takes in: one row an alumnus, nothing in it invented.

Beside it goes a list of gaps: every cell that should hold something and does not, with the
reason. What was not to be asked in the alumnus's branch is blank and no gap.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from exports.official.dikti import places
from exports.official.dikti.layout import Column, Layout, layouts
from exports.official.dikti.register import Identity
from exports.responses import Cell, Table, said
from flows.model import Form, Item, Kind
from flows.state import Status
from flows.view import View
from flows.words import spoken
from storage.interviews import Row

__all__ = ["GAPS", "NotOfficial", "Writing", "layout_of", "newest_each"]

KEY = "f8"
"""Who has not answered this has nothing to report yet."""

GAPS = ("baris", "nama", "kolom", "sebab")
_SETTING = "lewati_opsional"
_OPTIONAL = frozenset(("f16", *(f"f17{n}" for n in range(62, 75, 2))))


class NotOfficial(Exception):
    """The form does not claim to hold a questionnaire that Dikti takes in."""


def layout_of(form: Form) -> Layout:
    """Return the columns for a form's answers.

    Raises:
        NotOfficial: see there.
    """
    if form.core not in layouts():
        raise NotOfficial(form.form_id)
    return layouts()[form.core]


def newest_each(rows: Iterable[Row], is_wanted: Callable[[Row], bool]) -> Sequence[int]:
    """Return which interview speaks for each person: finished before unfinished, then the last."""
    best: dict[int, tuple[bool, Any, int]] = {}
    for row in rows:
        if KEY not in row.state.answers or not is_wanted(row):
            continue
        rank = (row.status is Status.FINISHED, row.changed_at, row.id)
        best[row.respondent_id] = max(rank, best.get(row.respondent_id, rank))
    return sorted(key for _finished, _at, key in best.values())


@dataclass(slots=True)
class Writing:
    """Makes the file's rows; `gaps` fill up as they are read."""

    layout: Layout
    form_of: Callable[[int], Form]
    identity_of: Callable[[Row], Identity]
    gaps: list[tuple[int, str, str, str]] = field(default_factory=list)

    def table(self, rows: Iterable[Row]) -> Table:
        """Return the file's table."""
        return Table([column.name for column in self.layout.columns], self._rows(rows))

    def _rows(self, rows: Iterable[Row]) -> Iterator[Sequence[Cell]]:
        for number, row in enumerate(rows, 2):  # row 1 is the header
            identity = self.identity_of(row)
            answers = _Answers(self.form_of(row.form_pk), row)
            cells: list[Cell] = []
            reasons: dict[str, str] = {}
            for column in self.layout.columns:
                cell, gap = answers.of(column) if column.item else _known(identity, column)
                cells.append(cell)
                if gap:
                    reasons.setdefault(_named(column), gap)
            if row.status is not Status.FINISHED:
                reasons["(semua)"] = "wawancaranya belum selesai"
            self.gaps += [(number, row.name, name, gap) for name, gap in reasons.items()]
            yield cells


class _Answers:
    """What one interview says, as the file's cells; blank with a reason where it should."""

    def __init__(self, form: Form, row: Row) -> None:
        self._form = form
        self._state = row.state
        self._view = View(form, row.state, row.changed_at)
        self._said = said(form, row)
        self._items = {item.name: item for item in form.items}

    def of(self, column: Column) -> tuple[Cell, str]:
        item, value = self._said.get(column.item, (None, None))
        if item is None or value is None:
            return None, self._why(self._items[column.item])
        match column.part:
            case "option":
                return int(column.name in value), ""
            case "province":
                return _coded(places.province(value))
            case "regency":
                return _coded(places.regency(value))
        return _answer(item, value)

    def _why(self, item: Item) -> str:
        """Return why an item has no answer; nothing when none was to be given."""
        if not self._view.is_relevant(item):
            left_out = self._state.answers.get(KEY) not in ("1", "3") and item.name in _OPTIONAL
            return "tidak ditanyakan (lewati_opsional)" if left_out and self._skips() else ""
        return "dilewati" if item.path in self._state.answers else "belum ditanyakan"

    def _skips(self) -> bool:
        setting = self._items.get(_SETTING)
        return setting is not None and self._view.value(setting.path) == "ya"


def _known(identity: Identity, column: Column) -> tuple[Cell, str]:
    return _coded(identity[column.identity])


def _coded(code: places.Code) -> tuple[Cell, str]:
    return code.code or None, code.gap


def _answer(item: Item, value: Any) -> tuple[Cell, str]:
    """Return an answer as the file holds it: codes and counts as numbers, dates day first."""
    if item.kind is Kind.DATE and isinstance(value, Mapping):
        return _day(item, value)
    if item.choices:
        return (int(value) if str(value).isdecimal() else str(value)), ""
    if isinstance(value, Mapping):
        return None, f"dijawab {spoken(item, value)}, padahal kolomnya satu angka"
    return (value if isinstance(value, int) else str(value)), ""


def _day(item: Item, value: Mapping[str, Any]) -> tuple[Cell, str]:
    if value["precision"] != "day" or value.get("approx"):
        return None, f"tanggalnya hanya diketahui {spoken(item, value)}"
    return "/".join(reversed(value["value"].split("-"))), ""


def _named(column: Column) -> str:
    """Return what a gap is called: options of one question have theirs together."""
    return column.item if column.part == "option" else column.name
