"""A workbook made for other programs, completed so that it can live as a file of ours."""

import io
from collections.abc import Iterator
from dataclasses import replace

from flows.xlsform.read import SHEETS, Cell, Row, Sheets

_NAMELESS = {"note": "note", "begin group": "group", "begin repeat": "repeat"}
"""Types whose rows may come without a name, and what pyxform calls them then."""


def adopted(sheets: Sheets, *, form_id: str, version: str) -> Sheets:
    """Return the sheets with what a workbook may leave unsaid: settings, names of notes, groups."""
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
    survey = tuple(_named(sheets.survey))
    return replace(sheets, settings=Row(sheets.settings.line, cells), survey=survey)


def _named(rows: tuple[Row, ...]) -> Iterator[Row]:
    for row in rows:
        kind = row.text("type").replace("_", " ").strip().lower()
        if kind in _NAMELESS and not row.text("name"):
            name = Cell(f"generated_{_NAMELESS[kind]}_name_{row.line}", row.line)
            yield Row(row.line, {**row.cells, "name": name})
        else:
            yield row


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
