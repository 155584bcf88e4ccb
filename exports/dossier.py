"""All that is kept about one person, as one workbook of several sheets: for people and programs."""

from collections.abc import Sequence
from io import BytesIO

from exports.table import Table

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(tables: Sequence[Table]) -> bytes:
    """Return the tables as the sheets of a workbook; text stays text."""
    import xlsxwriter  # noqa: PLC0415 -- loaded where it is used

    target = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        bold = book.add_format({"bold": True})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        for table in tables:
            page = book.add_worksheet(table.title)
            page.freeze_panes(1, 0)
            page.set_column(0, 0, 24, wrap)
            page.set_column(1, len(table.header), 44, wrap)
            page.write_row(0, 0, table.header, bold)
            for number, row in enumerate(table.rows, 1):
                for column, value in enumerate(row):
                    page.write_string(number, column, "" if value is None else str(value)[:32_000])
    return target.getvalue()
