"""A questionnaire in an .xlsx workbook, read into the sheets of an XLSForm.

Cells become text as pyxform makes them: whole numbers without a point, truths as TRUE and
FALSE. A workbook is a zip of XML that anybody may have made: it is measured before it is opened.
"""

import io
import re
import zipfile
from collections.abc import Container, Iterable, Iterator
from datetime import datetime, time
from itertools import chain
from typing import Any

from flows.xlsform.columns import canonical
from flows.xlsform.faults import (
    MAX_FAULTS,
    Code,
    Fault,
    FormFaults,
    Place,
    did_you_mean,
    fault,
)
from flows.xlsform.foreign import DOCX, ODS
from flows.xlsform.read import CONTROL, HAS_CONTROL, MAX_ROWS, SHEETS, Cell, Row, Sheets

MAX_BYTES = 5_000_000
MAX_UNZIPPED = 16_000_000
"""Reading takes about half a second a megabyte; the largest public form has two."""
MAX_BESIDE = 3_000_000
"""Of a part that holds no rows, such as the styles; pictures, which are not zipped, are let be."""
_NEEDED = {"survey": ("type",), "choices": ("list_name", "name")}
_LINE = re.compile(r"(?:_x000D_)?\r?\n|\r|_x000D_")
"""A line break as Windows has it, as Excel writes that, or as old Macs had it."""
_ROWS = re.compile(r"/worksheets/|/sharedStrings")
MAX_MEMBERS = 1_000
MAX_COLUMNS = 400
MAX_EMPTY = 60
"""Empty rows after which a sheet is over, as pyxform has it."""
MAX_CELL = 50_000
MAX_TEXT = 8_000_000
"""Characters of a sheet: many cells may share one text of the file."""
NO_WORKBOOK = "simpan ulang dari Excel atau KoboToolbox sebagai .xlsx"


def is_workbook(source: bytes) -> bool:
    """Whether the bytes are a zip, as every .xlsx is."""
    return source.startswith(b"PK\x03\x04")


def read_workbook(source: bytes) -> Sheets:
    """Return the sheets of a workbook.

    Raises:
        FormFaults: it is no workbook, or larger than any questionnaire.
    """
    if len(source) > MAX_BYTES:
        raise FormFaults([fault(Code.FORM_02, size=len(source), limit=MAX_BYTES)])
    _measure(source)
    faults: list[Fault] = []
    try:
        sheets = _opened(source, faults)
    except FormFaults:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever a broken workbook makes openpyxl raise
        raise FormFaults([_unreadable(error)]) from None
    survey = sheets.get("survey")
    settings = sheets.get("settings") or [Row(1, {})]
    choices: dict[str, list[Row]] = {}
    for row in sheets.get("choices", []):
        choices.setdefault(_list_name(row), []).append(row)
    choices.pop("", None)
    return Sheets(
        settings[0],
        tuple(survey or ()),
        {name: tuple(rows) for name, rows in choices.items()},
        tuple(faults),
        is_workbook=True,
    )


def _measure(source: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(source)) as zipped:
            members = zipped.infolist()
    except (zipfile.BadZipFile, RuntimeError, ValueError, OSError) as error:
        raise FormFaults([_unreadable(error)]) from None
    names = {member.filename for member in members}
    if "content.xml" in names or "word/document.xml" in names:
        raise FormFaults([fault(Code.FORM_25, reason=ODS if "content.xml" in names else DOCX)])
    size = sum(member.file_size for member in members)
    if size > MAX_UNZIPPED or len(members) > MAX_MEMBERS:
        raise FormFaults([fault(Code.FORM_02, size=size, limit=MAX_UNZIPPED)])
    for member in members:
        is_zipped = member.file_size > 2 * member.compress_size
        if is_zipped and member.file_size > MAX_BESIDE and not _ROWS.search(member.filename):
            raise FormFaults([fault(Code.FORM_02, size=member.file_size, limit=MAX_BESIDE)])


def _unreadable(error: Exception) -> Fault:
    kind = type(error).__name__
    return fault(Code.FORM_25, reason=f"{NO_WORKBOOK} ({kind})")


def _opened(source: bytes, faults: list[Fault]) -> dict[str, list[Row]]:
    from openpyxl import load_workbook  # noqa: PLC0415 -- only when a workbook is read

    book = load_workbook(io.BytesIO(source), read_only=True, data_only=True)
    try:
        names = {name: name.strip().lower() for name in book.sheetnames}
        only = len(names) == 1
        found: dict[str, list[Row]] = {}
        for name, known in names.items():
            sheet = "survey" if only else known
            if sheet in ("survey", "choices", "settings"):
                found[sheet] = list(_rows(book[name], sheet, faults))
            elif sheet == "entities":
                faults.append(fault(Code.FORM_05, Place(1, sheet, "dataset")))
        others = (name for name, known in names.items() if known not in SHEETS)
        faults += [] if only else _missing(others, found)
        return found
    finally:
        book.close()


def _missing(names: Iterable[str], found: Container[str]) -> Iterator[Fault]:
    """Yield that there is no survey, and which sheets are probably called wrong."""
    missing = [sheet for sheet in SHEETS if sheet not in found]
    if "survey" in missing:
        right = "buku kerja XLSForm punya lembar 'survey'"
        yield fault(Code.FORM_03, Place(1, "survey"), right=right)
    for name in names:
        hint = did_you_mean(name.strip().lower(), missing)
        if hint:
            yield fault(Code.FORM_44, Place(1, name), name=name, hint=hint)


def _rows(sheet: Any, name: str, faults: list[Fault]) -> Iterator[Row]:
    """Yield the rows below the header that hold anything."""
    sheet.reset_dimensions()  # what the file says of its own size need not be true
    rows = sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
    header = [_text(value) for value in next(rows, ())]
    first = next(rows, None)
    if first is not None:
        faults += _headless(filter(None, header), name)
        rows = chain([first], rows)
    twice = sorted({text for text in header if text and header.count(text) > 1})
    faults += [fault(Code.FORM_06, Place(1, name, column)) for column in twice]
    width = max((place + 1 for place, text in enumerate(header) if text), default=0)
    empty = length = 0
    for line, values in enumerate(rows, 2):
        if line > MAX_ROWS + 1:
            faults.append(fault(Code.FORM_26, Place(line, name), limit=MAX_ROWS))
            return
        cells: dict[str, Cell] = {}
        for column, value in zip(header[:width], values, strict=False):
            text = _text(value) if column else ""
            if CONTROL.search(text):
                if len(faults) < MAX_FAULTS:
                    place = Place(line, name, column)
                    faults.append(fault(Code.FORM_01, place, reason=HAS_CONTROL))
                text = CONTROL.sub("", text)
            if text and column not in cells:
                cells[column] = Cell(text, line)
                length += len(text)
        if length > MAX_TEXT:
            raise FormFaults([fault(Code.FORM_02, Place(line, name), size=length, limit=MAX_TEXT)])
        empty = 0 if cells else empty + 1
        if cells:
            yield Row(line, cells)
        elif empty == MAX_EMPTY:
            return


def _list_name(row: Row) -> str:
    for header, cell in row.cells.items():
        if canonical(header, "choices", doubled=False) == "list_name":
            return cell.text
    return ""


def _headless(header: Iterable[str], name: str) -> Iterator[Fault]:
    """Yield the headers without which nothing of a sheet is read: a title may stand above them."""
    known = {canonical(text, name, doubled=False) for text in header}
    lacking = [column for column in _NEEDED.get(name, ()) if column not in known]
    if lacking:
        right = f"baris 1 harus memuat kepala kolom; yang belum ada: {', '.join(lacking)}"
        yield fault(Code.FORM_03, Place(1, name), right=right)


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(sep=" ")
    return _LINE.sub("\n", str(value)).replace("\xa0", " ").strip()[:MAX_CELL]
