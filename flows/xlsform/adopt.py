"""A workbook made for other programs, completed so that it can live as a file of ours."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from flows.xlsform.kobo import plain
from flows.xlsform.read import MAX_ROWS, SHEETS, Cell, Row, Sheets
from flows.xlsform.types import CONTAINERS, SELECTS, read_type, written

_NAMELESS = {"note": "note", "begin group": "group", "begin repeat": "repeat"}
"""Types whose rows may come without a name, and what pyxform calls them then."""


def adopted(sheets: Sheets, *, form_id: str, version: str) -> Sheets:
    """Return the sheets with what a workbook may leave unsaid: settings, names of notes, groups.

    What pyxform would not take is written as it takes it: remarks are switched off,
    KoboToolbox's blocks are groups, types are called by their first name.
    """
    cells = dict(sheets.settings.cells)
    known = {"_".join(header.split()).lower() for header, cell in cells.items() if cell.text}
    called = next((cells[one].text for one in ("form_id", "id_string") if one in cells), form_id)
    wanted = (
        ("form_id", {"form_id", "id_string", "set_form_id"}, form_id),
        ("form_title", {"form_title", "title", "set_form_title"}, called),
        ("version", {"version"}, version),
    )
    for column, names, value in wanted:
        if not names & known:
            cells[column] = Cell(value, 0)
    survey = tuple(_named(islice(plain(map(_headed, sheets.survey), sheets.choices), MAX_ROWS)))
    return replace(sheets, settings=Row(sheets.settings.line, cells), survey=survey)


def _headed(row: Row) -> Row:
    """Return a row whose `Type` and `Name` are in lower case, as the others are looked for."""
    known = {"type", "name"}
    cells = {
        column.lower() if column.lower() in known else column: cell
        for column, cell in row.cells.items()
    }
    return Row(row.line, cells)


def _named(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        typed = read_type(row.text("type"))
        kind, more = typed.kind, {}
        if kind in _NAMELESS and not row.text("name"):
            more["name"] = f"generated_{_NAMELESS[kind]}_name_{row.line}"
        is_same = written(typed).lower() == row.text("type").lower()
        if kind in CONTAINERS or (kind in SELECTS and not typed.file) or is_same:
            more["type"] = written(typed)
        if row.text("type").startswith("#"):
            more["disabled"] = "yes"
        cells = {column: Cell(text, row.line) for column, text in more.items()}
        yield Row(row.line, {**row.cells, **cells}) if more else row


def sheets_left_out(source: bytes) -> tuple[str, ...]:
    """Return the sheets of a workbook, already read once, that are no part of a questionnaire."""
    from openpyxl import load_workbook  # noqa: PLC0415 -- only when a workbook is imported

    book = load_workbook(io.BytesIO(source), read_only=True)
    try:
        if len(book.sheetnames) == 1:  # whatever it is called, it is read as the survey
            return ()
        return tuple(name for name in book.sheetnames if name.strip().lower() not in SHEETS)
    finally:
        book.close()
