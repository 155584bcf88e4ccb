"""Workbooks as users of Kobo, ODK and Excel make them: `tests/workbooks/wild.txt`.

A form begins with `=== name:` and what becomes of it: `runs`, or the place and code of every
fault. A sheet begins with `--- name`; below are its rows, cells divided by ` | `. A backslash
begins an escape, as in Python.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import Workbook

CORPUS = Path(__file__).parents[2] / "workbooks" / "wild.txt"
RUNS = "runs"


@dataclass(slots=True)
class Wild:
    """One form of the corpus."""

    name: str
    becomes: tuple[str, ...]
    sheets: dict[str, list[list[str]]] = field(default_factory=dict)

    def source(self) -> bytes:
        """The form as an .xlsx."""
        book = Workbook()
        book.remove(book.worksheets[0])
        for name, rows in self.sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append([cell or None for cell in row])
        written = io.BytesIO()
        book.save(written)
        return written.getvalue()


def wild() -> Iterator[Wild]:
    """Every form of the corpus."""
    found: Wild | None = None
    rows: list[list[str]] = []
    for line in CORPUS.read_text("utf-8").splitlines():
        if line.startswith("=== "):
            name, becomes = line.removeprefix("=== ").split(": ")
            if found:
                yield found
            found = Wild(name, tuple(becomes.split("; ")))
        elif line.startswith("--- ") and found:
            rows = found.sheets.setdefault(line.removeprefix("--- "), [])
        else:
            rows.append([_cell(part) for part in line.split("|")])
    if found:
        yield found


def _cell(part: str) -> str:
    text = part.strip()
    if "\\" not in text:
        return text
    return text.encode("latin-1", "backslashreplace").decode("unicode_escape")
