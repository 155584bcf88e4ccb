"""A new sheet, ready to be read, in one batch: header, keys, filter, formats, recap, first rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exports.mirror.google import ids, locking, recap
from exports.mirror.google.reading import HEADER
from exports.mirror.google.writing import (
    HEADING,
    WIDTH,
    Request,
    dimension,
    looks,
    number_format,
    put,
    runs,
)
from exports.mirror.plan import ID, REV, Create, Desired, InsertRows, Kind, Plan

FROZEN_COLUMNS = 3
"""The two hidden keys and the name."""

KEPT = (
    "Kunci Lacak: dipakai untuk mengenali baris dan kolom. Mengubahnya membuat baris ditulis ulang."
)
_GOOD = {"red": 0.85, "green": 0.94, "blue": 0.85}
_BAD = {"red": 0.98, "green": 0.87, "blue": 0.85}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a new sheet goes. `blank`: a tab that is empty and taken over, instead of a new one."""

    tab: int
    title: str
    recap: int
    recap_title: str
    blank: bool
    zone: str


def free_title(wanted: str, taken: Sequence[str]) -> str:
    """Return a title no tab has, whatever its case."""
    title = " ".join(wanted.split())[:80] or "Tanggapan"
    known = {one.casefold() for one in taken}
    names = (title, *(f"{title} ({number})" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name.casefold() not in known)


def requests(made: Plan, desired: Desired, place: Place) -> Iterator[Request]:
    """Yield what makes a sheet of a plan for a blank one, and its recap."""
    create, lines = _parts(made)
    width = len(create.codes)
    rows = [[line.get(at) for at in range(width)] for line in lines]
    yield from _grid(place, rows=HEADER + len(rows) + 1, columns=width)
    yield put(place.tab, 0, 0, [create.codes, create.labels, *rows])
    yield looks(
        {"sheetId": place.tab, "startRowIndex": HEADER - 1, "endRowIndex": HEADER},
        HEADING, "userEnteredFormat",
    )  # fmt: skip
    yield from _formats(made, desired, place.tab)
    yield from _dimensions(place.tab, width)
    area = {"sheetId": place.tab, "startRowIndex": HEADER - 1, "startColumnIndex": 0}
    yield {"setBasicFilter": {"filter": {"range": area}}}
    yield from _protections(place.tab)
    yield from _colours(made.layout["_keadaan"], place.tab) if "_keadaan" in made.layout else ()
    yield locking.mark(ids.TABLE, desired.name, place.tab)
    yield from locking.forget(ids.column_id(desired.name, code) for code in made.layout)
    for code, at in made.layout.items():
        yield locking.anchor(desired.name, place.tab, code, at)
    yield from recap.requests(
        desired, made.layout, titled=place.title, recap=place.recap,
        title=place.recap_title,
    )  # fmt: skip
    yield locking.mark(ids.RECAP, desired.name, place.recap)


def retire(tab: int, title: str) -> Iterator[Request]:
    """Yield what makes a tab of ours people's own: it stays, under another title, without keys."""
    yield from locking.unmark(tab)
    yield locking.mark(ids.OLD, "", tab)
    properties = {"sheetId": tab, "title": title}
    yield {"updateSheetProperties": {"properties": properties, "fields": "title"}}


def _parts(made: Plan) -> tuple[Create, Sequence[Mapping[int, Any]]]:
    create, *rest = made.operations
    assert isinstance(create, Create)  # noqa: S101 -- the plan of a blank sheet begins so
    lines = [line for one in rest if isinstance(one, InsertRows) for line in one.lines]
    return create, lines


def _grid(place: Place, *, rows: int, columns: int) -> Iterator[Request]:
    """Make the tab no larger than it is: empty cells count towards the workbook's limit."""
    grid = {
        "rowCount": rows, "columnCount": columns, "frozenRowCount": HEADER,
        "frozenColumnCount": min(FROZEN_COLUMNS, columns - 1),
    }  # fmt: skip
    properties = {"sheetId": place.tab, "title": place.title, "gridProperties": grid}
    if not place.blank:
        yield {"addSheet": {"properties": {**properties, "index": 0}}}
        return
    fields = "title,gridProperties(rowCount,columnCount,frozenRowCount,frozenColumnCount)"
    yield {"updateSheetProperties": {"properties": properties, "fields": fields}}
    office = {"locale": "in_ID", "timeZone": place.zone}
    yield {"updateSpreadsheetProperties": {"properties": office, "fields": "locale,timeZone"}}


def _formats(made: Plan, desired: Desired, tab: int) -> Iterator[Request]:
    by_kind: dict[Kind, list[int]] = {Kind.TEXT: [made.layout[ID], made.layout[REV]]}
    for column in desired.ours:
        by_kind.setdefault(column.kind, []).append(made.layout[column.code])
    for kind, positions in by_kind.items():
        for first, last in runs(positions):
            area = {"sheetId": tab, "startRowIndex": HEADER, "startColumnIndex": first,
                    "endColumnIndex": last + 1}  # fmt: skip
            yield looks(area, number_format(kind), "userEnteredFormat.numberFormat")


def _dimensions(tab: int, width: int) -> Iterator[Request]:
    hidden = {"properties": {"hiddenByUser": True}, "fields": "hiddenByUser"}
    yield {"updateDimensionProperties": {"range": dimension(tab, "ROWS", 0, 1), **hidden}}
    yield {"updateDimensionProperties": {"range": dimension(tab, "COLUMNS", 0, 2), **hidden}}
    wide = {"properties": {"pixelSize": WIDTH}, "fields": "pixelSize"}
    yield {"updateDimensionProperties": {"range": dimension(tab, "COLUMNS", 2, width), **wide}}


def _protections(tab: int) -> Iterator[Request]:
    """Warn who edits a key. To forbid it would forbid sorting too, which moves the ids."""
    areas = (
        {"sheetId": tab, "startRowIndex": 0, "endRowIndex": 1},
        {"sheetId": tab, "startColumnIndex": 0, "endColumnIndex": 2},
    )
    for area in areas:
        made = {"range": area, "description": KEPT, "warningOnly": True}
        yield {"addProtectedRange": {"protectedRange": made}}


def _colours(at: int, tab: int) -> Iterator[Request]:
    area = {"sheetId": tab, "startRowIndex": HEADER, "startColumnIndex": at,
            "endColumnIndex": at + 1}  # fmt: skip
    for word, colour in (("selesai", _GOOD), ("tidak terjangkau", _BAD)):
        condition = {"type": "TEXT_EQ", "values": [{"userEnteredValue": word}]}
        look = {"backgroundColorStyle": {"rgbColor": colour}}
        rule = {"ranges": [area], "booleanRule": {"condition": condition, "format": look}}
        yield {"addConditionalFormatRule": {"rule": rule, "index": 0}}
