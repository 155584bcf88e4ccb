"""Responses as rows: one a respondent, whether they answered or not (law 4).

Answers that stand are exported; what a later answer hid stays in the database only.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flows.asking import answered
from flows.model import Form, Item, Kind
from flows.state import Status
from flows.view import View
from flows.words import spoken
from storage.interviews import Row

Cell = str | int | float | None

STATUS = {
    Status.NEW: "belum",
    Status.INVITED: "belum",
    Status.CONSENTING: "belum",
    Status.ASKING: "sebagian",
    Status.FINISHED: "selesai",
    Status.DECLINED: "menolak",
    Status.STOPPED: "berhenti",
}
"""How far a respondent came, in the words the office uses."""

FIXED = ("id", "nama", "angkatan", "kejuruan", "pelatihan", "keadaan", "terakhir", "versi")


@dataclass(frozen=True, slots=True)
class Table:
    """A header and its rows, made as they are read."""

    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Repeated:
    """The answers to a question that was asked several times, in order."""

    answers: tuple[Any, ...]


def responses(
    rows: Iterable[Row],
    form_of: Callable[[int], Form],
    versions: Iterable[int],
    *,
    zone: ZoneInfo,
    codes: bool = False,
) -> Table:
    """Return every response of a form, all its versions side by side.

    Columns are the versions' questions, by name, in the order they first appeared. `codes`
    gives choice codes instead of labels. Money and numbers are numbers, dates text as precise
    as they were given.
    """
    names = _columns(form_of(version) for version in versions)
    return Table((*FIXED, *names), _rows(rows, form_of, names, zone, codes=codes))


def said(form: Form, row: Row) -> dict[str, tuple[Item, Any]]:
    """Return item name → (item, answer) of what stands in a response.

    What was asked several times is one answer, `Repeated`.
    """
    stands = answered(form, row.state, View(form, row.state, row.changed_at))
    found: dict[str, tuple[Item, Any]] = {}
    for path, value in stands.items():
        item = form.by_path[path]
        if item.places:
            _item, earlier = found.get(item.name, (item, Repeated(())))
            value = Repeated((*earlier.answers, value))  # noqa: PLW2901 -- one cell for all
        found[item.name] = (item, value)
    return found


def cell(item: Item, value: Any, *, codes: bool = False) -> Cell:
    """Return one answer as a spreadsheet cell."""
    if value is None:
        return None
    if isinstance(value, Repeated):
        cells = (cell(item, one, codes=codes) for one in value.answers)
        return "; ".join("-" if one is None else str(one) for one in cells)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if item.kind is Kind.DATE:
        return str(value["value"])
    if codes and item.choices:
        return " ".join(value) if isinstance(value, list) else str(value)
    return spoken(item, value)


def _rows(
    rows: Iterable[Row],
    form_of: Callable[[int], Form],
    names: Sequence[str],
    zone: ZoneInfo,
    *,
    codes: bool,
) -> Iterator[Sequence[Cell]]:
    for row in rows:
        form = form_of(row.form_pk)
        answers = said(form, row)
        values = (cell(*answers[n], codes=codes) if n in answers else None for n in names)
        changed = _local(row.changed_at, zone)
        fixed = (row.id, row.name, row.cohort, row.prodi, row.programme, STATUS[row.status])
        yield (*fixed, changed, form.version, *values)


def _columns(forms: Iterable[Form]) -> Sequence[str]:
    asked = (item for form in forms for item in form.asked if item.is_answered)
    return tuple(dict.fromkeys(item.name for item in asked))


def _local(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H.%M")
