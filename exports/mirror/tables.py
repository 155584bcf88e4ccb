"""What the sheet of each prodi must hold."""

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from exports.mirror.names import joined, tidy
from exports.mirror.plan import Column, Desired, Kind, Row, Value, serial
from exports.responses import STANDINGS, cell, how_far, question, said
from flows.model import Form, Item
from flows.model import Kind as Asks
from storage import interviews
from storage.mirrors import Mark

FIXED = (
    Column("_nama", "Nama"),
    Column("_angkatan", "Angkatan"),
    Column("_kejuruan", "Kejuruan"),
    Column("_pelatihan", "Pelatihan"),
    Column("_keadaan", "Keadaan", choices=STANDINGS),
    Column("_terakhir", "Terakhir berubah", Kind.MOMENT),
    Column("", "Catatan"),
    Column("_versi", "Versi kuesioner"),
)
"""What every response has, and a first column for people's own notes.

Codes begin with an underscore: a question may be called `nama` too.
"""


FormOf = Callable[[int], Form]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one sheet must hold, and row id → whose row it is and what of it the row shows."""

    desired: Desired
    marks: Mapping[str, tuple[int, Mark]]


def tables_by_prodi(
    rows: Iterable[interviews.Row],
    form_of: FormOf,
    versions: Iterable[int],
    *,
    zone: ZoneInfo,
    known: Iterable[str] = (),
    personal: bool = False,
    codes: bool = False,
) -> dict[str, Desired]:
    """Return prodi → what its sheet must hold: every response of a form, answered or not.

    `versions` are the form's, oldest first; the newest gives labels. `known` names prodi that
    may have no response left: theirs come back empty, so their sheets are emptied too.
    `personal` admits items marked pii; without it their columns are emptied where they stand.
    Prodi that differ in case or spacing alone are one.

    Raises:
        ValueError: `versions` is empty.
    """
    shape = _Shape(form_of, versions, zone, personal=personal, codes=codes)
    titles: dict[str, str] = {}
    table: dict[str, list[Row]] = {}
    for prodi in known:
        table.setdefault(titles.setdefault(joined(prodi), tidy(prodi)), [])
    for row in rows:
        prodi = titles.setdefault(joined(row.prodi), tidy(row.prodi))
        table.setdefault(prodi, []).append(shape.row(row))
    return {prodi: shape.desired(lines) for prodi, lines in table.items()}


def one_table(
    rows: Iterable[interviews.Row],
    form_of: FormOf,
    versions: Iterable[int],
    *,
    zone: ZoneInfo,
    personal: bool = False,
    codes: bool = False,
) -> Wanted:
    """Return what a sheet of all these responses must hold, as `tables_by_prodi` does for each.

    Raises:
        ValueError: `versions` is empty.
    """
    shape = _Shape(form_of, versions, zone, personal=personal, codes=codes)
    lines: list[Row] = []
    marks: dict[str, tuple[int, Mark]] = {}
    for row in rows:
        lines.append(shape.row(row))
        marks[lines[-1].id] = (row.id, Mark(row.revision, row.is_unreachable))
    return Wanted(shape.desired(lines), marks)


class _Shape:
    """The columns of one form's table, all its versions together, and how a response fills them."""

    def __init__(
        self,
        form_of: FormOf,
        versions: Iterable[int],
        zone: ZoneInfo,
        *,
        personal: bool,
        codes: bool,
    ) -> None:
        forms = [form_of(version) for version in versions]
        if not forms:
            raise ValueError("a table needs a form version")
        items = {_name(item): item for form in forms for item in _columns(form)}
        self._withheld = frozenset(
            _name(item) for form in forms for item in form.items if item.pii and not personal
        )
        self._asked = tuple(
            Column(name, _label(item), _kind(item), _choices(item, codes=codes))
            for name, item in items.items()
            if name not in self._withheld
        )
        self._shown = frozenset(column.code for column in self._asked)
        self._form_of, self._zone, self._codes = form_of, zone, codes
        self._name, self._title = forms[-1].form_id, forms[-1].title

    def desired(self, rows: Iterable[Row]) -> Desired:
        """Return the table of these rows."""
        columns = (*FIXED, *self._asked)
        return Desired(self._name, self._title, columns, tuple(rows), self._withheld)

    def row(self, row: interviews.Row) -> Row:
        """Return the row of one response."""
        form = self._form_of(row.form_pk)
        cells = _cells(row, form, self._shown, self._zone, codes=self._codes)
        return Row(f"{self._name}-{row.id}", _rev(row, cells), cells)


def _columns(form: Form) -> Iterable[Item]:
    return (item for item in form.asked if item.is_answered)


def _name(item: Item) -> str:
    return item.name


def _label(item: Item) -> str:
    return question(item)[:200] or _name(item)


def _kind(item: Item) -> Kind:
    if item.reads == "money":
        return Kind.MONEY
    is_number = item.kind in (Asks.INTEGER, Asks.DECIMAL, Asks.RANGE) and not item.repeats
    return Kind.NUMBER if is_number else Kind.TEXT


def _choices(item: Item, *, codes: bool) -> tuple[str, ...]:
    """Return what may stand in the column of a question with one answer, in its order."""
    if item.kind is not Asks.SELECT_ONE or item.repeats:
        return ()
    return tuple(choice.code if codes else choice.label for choice in item.choices)


def _cells(
    row: interviews.Row, form: Form, shown: frozenset[str], zone: ZoneInfo, *, codes: bool
) -> dict[str, Value]:
    answers = said(form, row)
    fixed: dict[str, Value] = {
        "_nama": row.name,
        "_angkatan": row.cohort,
        "_kejuruan": row.prodi,
        "_pelatihan": row.programme,
        "_keadaan": how_far(row),
        "_terakhir": serial(row.changed_at.astimezone(zone)),
        "_versi": form.version,
    }
    told = {name: cell(*answers[name], codes=codes) for name in answers if name in shown}
    return fixed | {name: value for name, value in told.items() if value is not None}


def _rev(row: interviews.Row, cells: Mapping[str, Value]) -> str:
    """Return a revision that changes with any cell, a corrected name or label too.

    A new question leaves the revision of who has not answered it.
    """
    return (
        f"{row.revision}-{zlib.crc32(repr(sorted(cells.items())).encode('utf-8', 'replace')):08x}"
    )
