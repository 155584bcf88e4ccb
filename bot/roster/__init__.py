"""People from a file: read with all its faults, matched by law 11, stored whole or not at all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from bot.roster.cells import shown
from bot.roster.layouts import LAYOUTS, Columns, Field, Layout, find_columns, name_of
from bot.roster.read import Sheet, Unreadable, read_sheets
from bot.roster.rows import Frame, Participant, RosterChange, RosterFault, RowReader
from bot.roster.store import Stored, store_roster

__all__ = [
    "Participant", "Roster", "RosterChange", "RosterFault", "Stored", "read_roster", "store_roster",
]  # fmt: skip

T = TypeVar("T")
Track = Callable[[Sequence[T]], Iterable[T]]


@dataclass(slots=True)
class Roster:
    """What a file holds, and all that is wrong with it. `rows` counts people, good or bad."""

    rows: int = 0
    layout: str = ""
    participants: list[Participant] = field(default_factory=list)
    faults: list[RosterFault] = field(default_factory=list)
    changes: list[RosterChange] = field(default_factory=list)


def read_roster(
    data: bytes,
    *,
    zone: str,
    office: str = "",
    today: date | None = None,
    layout: Layout | None = None,
    track: Track = lambda rows: rows,  # type: ignore[type-arg]
) -> Roster:
    """Return the participants of a file, and every fault; never raises.

    Without a `layout` the file's headers say which it is. `track` wraps the rows, to show how
    far we are.
    """
    roster = Roster()
    try:
        sheet, columns = _choose(read_sheets(data), layout)
    except Unreadable as error:
        roster.faults.append(RosterFault(0, "", "", str(error)))
        return roster
    roster.layout = columns.layout.name
    header = sheet.rows[columns.header_row][0]
    roster.faults += _header_faults(header, columns)
    if roster.faults:
        return roster
    reader = RowReader(Frame(columns, zone, office, today))
    for number, cells in track(sheet.rows[columns.header_row + 1 :]):
        if reader.says_anything(cells):
            roster.rows += 1
            participant = reader.read(number, cells)
            if participant is not None:
                roster.participants.append(participant)
    roster.faults, roster.changes = reader.faults, reader.changes
    if not roster.rows:
        message = "tidak ada seorang pun di bawah baris judul"
        roster.faults.append(RosterFault(header, "", "", message))
    return roster


def _choose(sheets: Sequence[Sheet], layout: Layout | None) -> tuple[Sheet, Columns]:
    """Return the sheet whose header is known best."""
    wanted = layout.sheet if layout else ""
    pages = [one for one in sheets if not wanted or one.name.casefold() == wanted.casefold()]
    if not pages:
        names = ", ".join(one.name for one in sheets)
        raise Unreadable(f"lembar '{wanted}' tidak ada; yang ada: {names}")
    found: list[tuple[int, int, Sheet, Columns]] = []
    for place, sheet in enumerate(pages):
        columns = find_columns([cells for _number, cells in sheet.rows[:40]], layout)
        if columns is not None:
            found.append((len(columns.missing), place, sheet, columns))
    if not found:
        raise Unreadable(_unknown(pages, layout))
    _missing, _place, sheet, columns = min(found, key=lambda one: one[:2])
    return sheet, columns


def _unknown(sheets: Sequence[Sheet], layout: Layout | None) -> str:
    if layout is not None:
        return f"berkas tidak terbaca dengan pemetaan '{layout.name}': tidak ada kolomnya di sini"
    widest = max((row for sheet in sheets for _n, row in sheet.rows[:40]), key=len, default=())
    titles = ", ".join(shown(cell)[:30] for cell in widest[:8] if cell not in (None, ""))
    known = " dan ".join(one.name for one in LAYOUTS)
    return (
        f"judul kolomnya tidak terbaca sebagai susunan {known} (yang terlihat: {titles[:200]}). "
        "Untuk susunan lain buat pemetaan: lacak people mapping save --help"
    )


def _header_faults(row: int, columns: Columns) -> list[RosterFault]:
    absent = f"kolom ini tidak ada di baris judul (susunan {columns.layout.name})"
    nobody = "perlu kolom NIK, NIM, atau Tanggal Lahir, supaya orangnya dikenali"
    lacking = [
        RosterFault(row, name_of(columns.layout, one), "", nobody if one is Field.NIK else absent)
        for one in columns.missing
    ]
    twice = [
        RosterFault(row, title, "", "ada dua kolom berjudul ini; ganti judul salah satu")
        for title in columns.doubled
    ]
    return lacking + twice
