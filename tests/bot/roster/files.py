"""Files as offices send them: written in the test, read by the importer."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import openpyxl

from bot.roster import Roster, read_roster
from bot.roster.layouts import Layout

TODAY = date(2026, 11, 21)
ZONE = "Asia/Makassar"

SIAPKERJA = {
    "Nama": "Sari Wulandari", "NIK": "7471994505010019", "No HP": "081200000101",
    "Email": "sari@contoh.id", "Jenis Kelamin": "P", "Tanggal Lahir": "05/05/2001",
    "Judul Program Pelatihan": "Menjahit Pakaian Dasar", "Kejuruan": "Garmen Apparel",
    "Angkatan": "Menjahit 2026 angkatan 1", "Tanggal Mulai Pelatihan": "20/07/2026",
    "Tanggal Selesai Pelatihan": "21/08/2026", "Status Kelulusan": "Lulus",
}  # fmt: skip
SECOND = {
    **SIAPKERJA, "Nama": "Budi Santoso", "NIK": "7471991203990029", "No HP": "081200000102",
    "Email": "budi@contoh.id", "Jenis Kelamin": "L", "Tanggal Lahir": "12/03/1999",
}  # fmt: skip
CAMPUS = {
    "NIM": "061.20.0017", "Nama Mahasiswa": "BUDI SANTOSO, S.T.", "Program Studi": "Teknik Mesin",
    "Tgl Yudisium": "21 Agustus 2026", "No. HP": "081200000102", "Email": "budi@contoh.id",
}  # fmt: skip

Line = Mapping[str, Any]


def xlsx(
    rows: Sequence[Line], *, above: Iterable[Sequence[Any]] = (), sheet: str = "Data"
) -> bytes:
    """A workbook with a header and these rows, some lines above it if wanted."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for line in above:
        page.append(list(line))
    page.append(list(rows[0]))
    for row in rows:
        page.append([row.get(title) for title in rows[0]])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_bytes(rows: Sequence[Line], *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """The same as CSV."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows([{k: "" if v is None else v for k, v in row.items()} for row in rows])
    return out.getvalue().encode(encoding)


def read(data: bytes, layout: Layout | None = None) -> Roster:
    """Read a file as the office in Kendari does."""
    return read_roster(data, zone=ZONE, office="BPVP Kendari", today=TODAY, layout=layout)


def good(rows: Sequence[Line]) -> Roster:
    """Read rows that must have no fault."""
    roster = read(xlsx(rows))
    assert roster.faults == []
    return roster
