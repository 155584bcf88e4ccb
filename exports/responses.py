"""Responses as rows: one a respondent, whether they answered or not (law 4).

Answers that stand are exported; what a later answer hid stays in the database only.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from exports.table import Cell, Table
from flows.asking import answered
from flows.model import Form, Item, Kind
from flows.state import Status
from flows.view import View
from flows.words import spoken
from storage.interviews import Row

__all__ = ["FIXED", "STANDINGS", "STATUS", "Cell", "Repeated", "Table", "cell", "fixed", "how_far",
    "question", "responses", "said"]  # fmt: skip

STATUS = {
    Status.NEW: "belum",
    Status.INVITED: "belum",
    Status.CONSENTING: "belum",
    Status.ASKING: "sebagian",
    Status.FINISHED: "selesai",
    Status.DECLINED: "menolak",
    Status.STOPPED: "berhenti",
    Status.CLOSED: "sebagian",
    Status.LAPSED: "belum",
}
"""How far a respondent came, in the words the office uses."""

OUT_OF_REACH = "tidak terjangkau"
"""Nobody has answered, and every message to them failed: non-response that can be mended."""

STANDINGS = (*dict.fromkeys(STATUS.values()), OUT_OF_REACH)
"""Every word for how far somebody came, in order."""

FIXED = ("id", "nama", "angkatan", "kejuruan", "pelatihan", "keadaan", "terakhir", "versi")


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


def how_far(row: Row) -> str:
    """Return how far a respondent came, or that no message has reached them."""
    return OUT_OF_REACH if row.is_unreachable else STATUS[row.status]


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
        yield (*fixed(row, form, zone), *values)


def fixed(row: Row, form: Form, zone: ZoneInfo) -> Sequence[Cell]:
    """Return the cells of `FIXED`."""
    changed = _local(row.changed_at, zone)
    facts = (row.id, row.name, row.cohort, row.prodi, row.programme, how_far(row))
    return (*facts, changed, form.version)


def question(item: Item) -> str:
    """Return a question's words; what they refer to differs by person and is left out."""
    parts = ("…" if at % 2 else part for at, part in enumerate(item.label.parts))
    return " ".join("".join(parts).split())


def _columns(forms: Iterable[Form]) -> Sequence[str]:
    asked = (item for form in forms for item in form.asked if item.is_answered)
    return tuple(dict.fromkeys(item.name for item in asked))


def _local(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H.%M")
