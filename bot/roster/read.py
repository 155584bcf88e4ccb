"""A file as sheets of cells: .xlsx, or CSV with comma, semicolon or tab, within bounds."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.roster.cells import Cell

MAX_BYTES = 20_000_000
MAX_UNZIPPED = 200_000_000
"""Bytes a workbook may unpack to; a real one of 10,000 people has 12 million."""

MAX_ROWS = 200_000
MAX_COLUMNS = 300
_LAST_ROW = 1_048_576
_MAX_SHEETS = 20
_DELIMITERS = ",;\t|"

Row = tuple[int, tuple[Cell, ...]]


class Unreadable(Exception):
    """The file is none we can open; the message says so in Indonesian."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows that hold anything, each with the number the spreadsheet gives it."""

    name: str
    rows: Sequence[Row]


def read_sheets(data: bytes) -> list[Sheet]:
    """Return the readings of a file that may hold people: sheets, or one CSV by each delimiter.

    Raises:
        Unreadable: with a sentence that says what to do.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(f"berkas lebih dari {MAX_BYTES // 1_000_000} MB; bagi menjadi beberapa")
    if not data.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        raise Unreadable("berkas kosong, jadi tidak terbaca; simpan ulang lalu coba lagi")
    if data.startswith(b"PK"):
        return _workbook(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        message = "berkas .xls lama atau terkunci sandi tidak terbaca"
        raise Unreadable(f"{message}; buka di Excel, lalu Simpan Sebagai .xlsx tanpa sandi")
    return _csv(_decoded(data))


def _workbook(data: bytes) -> list[Sheet]:
    from openpyxl import load_workbook  # noqa: PLC0415 -- 0.1 s, only when a file is read

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_bombs(archive)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        shown = [one for one in book.worksheets if one.sheet_state == "visible"]
        pages = (shown or book.worksheets)[:_MAX_SHEETS]
        sheets = []
        for page in pages:
            rows = page.iter_rows(
                min_row=1, max_row=_LAST_ROW, min_col=1, max_col=MAX_COLUMNS, values_only=True
            )
            sheets.append(Sheet(page.title, list(_filled(rows))))
        book.close()
    except Unreadable:
        raise
    except Exception as error:  # noqa: BLE001 -- openpyxl raises of every kind on broken files
        message = f"berkas tidak terbaca sebagai .xlsx ({type(error).__name__})"
        raise Unreadable(f"{message}; buka di Excel, lalu Simpan Sebagai .xlsx") from None
    if not any(sheet.rows for sheet in sheets):
        raise Unreadable("berkas tidak terbaca: semua lembarnya kosong")
    return sheets


def _refuse_bombs(archive: zipfile.ZipFile) -> None:
    if sum(entry.file_size for entry in archive.infolist()) > MAX_UNZIPPED:
        raise Unreadable("isi berkas terlalu besar; bagi menjadi beberapa")


def _filled(rows: Iterator[Sequence[Cell]]) -> Iterator[Row]:
    """Yield the rows that hold anything; refuse more than we take."""
    count = 0
    for number, row in enumerate(rows, 1):
        width = len(row)
        while width and row[width - 1] in (None, ""):
            width -= 1
        if not width:
            continue
        count += 1
        if count > MAX_ROWS:
            limit = f"{MAX_ROWS:,}".replace(",", ".")
            raise Unreadable(f"lebih dari {limit} baris; bagi menjadi beberapa berkas")
        yield number, tuple(row[:width])


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in data:
        raise Unreadable("berkas tidak terbaca; beri .xlsx atau .csv")
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeError:
            continue
    raise Unreadable("huruf dalam berkas tidak terbaca; simpan ulang sebagai CSV UTF-8 atau .xlsx")


def _csv(said: str) -> list[Sheet]:
    start = said[:2000].lstrip().casefold()
    if start.startswith(("<html", "<!doctype", "<table", "<?xml", "{", "%pdf")):
        message = "berkas tidak terbaca: isinya bukan tabel CSV"
        raise Unreadable(f"{message}; buka di Excel, lalu Simpan Sebagai .xlsx")
    delimiters, skipped = _DELIMITERS, 0
    if start.startswith("sep=") and len(start) > 4:
        delimiters, skipped = start[4], said.index("\n") + 1 if "\n" in said else 0
    top = said[skipped : skipped + 20_000]
    present = [one for one in delimiters if one in top] or [","]
    return [
        Sheet(f"CSV {one!r}", _csv_rows(said[skipped:], one, 2 if skipped else 1))
        for one in present
    ]


def _csv_rows(said: str, delimiter: str, first: int) -> list[Row]:
    """Return a CSV's rows, numbered as a spreadsheet would show them: one a record."""
    try:
        reader = csv.reader(io.StringIO(said, newline=""), delimiter=delimiter)
        rows = (row[:MAX_COLUMNS] for row in reader)
        return [(number + first - 1, row) for number, row in _filled(rows)]
    except csv.Error:
        raise Unreadable("berkas tidak terbaca sebagai CSV; periksa tanda kutipnya") from None
