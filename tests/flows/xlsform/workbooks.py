"""Workbooks as a test writes them: sheets of rows under their headers."""

import io
from collections.abc import Sequence

from openpyxl import Workbook

Rows = Sequence[Sequence[object]]


def workbook(survey: Rows, choices: Rows = (), settings: Rows = ()) -> bytes:
    """An .xlsx whose first rows are the headers."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in (("survey", survey), ("choices", choices), ("settings", settings)):
        if rows:
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
