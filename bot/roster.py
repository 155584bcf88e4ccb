"""A participant workbook as SIAPkerja gives it out, read and stored.

Every fault is reported with its row, column and value; nothing is stored unless the file is
clean. The same file twice changes nothing.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from storage import cohorts, respondents
from storage.cohorts import Batch
from storage.respondents import Person
from storage.secrets import Vault

MAX_UNZIPPED = 200_000_000
"""Bytes a workbook may unpack to; a real one of 10,000 people has 12 million."""

NEEDED = (
    "Nama",
    "NIK",
    "Judul Program Pelatihan",
    "Kejuruan",
    "Angkatan",
    "Tanggal Selesai Pelatihan",
)
"""Headers without which a row says too little (domain/kebekerjaan_kemnaker.yaml)."""


@dataclass(frozen=True, slots=True)
class RosterFault:
    """One cell to mend. `row` counts as the spreadsheet does; 0 is the whole file."""

    row: int
    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Participant:
    """One row: a person and the batch they finished."""

    person: Person
    phone: str
    batch: Batch
    outcome: str


@dataclass(slots=True)
class Roster:
    """What a file holds, and all that is wrong with it."""

    participants: list[Participant] = field(default_factory=list)
    faults: list[RosterFault] = field(default_factory=list)


@dataclass(slots=True)
class Stored:
    """What storing a roster did."""

    rows: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0


def read_roster(data: bytes, *, zone: str) -> Roster:
    """Return the participants of an .xlsx file, and every fault; never raises."""
    roster = Roster()
    try:
        rows = _sheet(data)
    except RosterUnreadable as error:
        roster.faults.append(RosterFault(0, "", "", str(error)))
        return roster
    header = {str(cell).strip(): n for n, cell in enumerate(rows[0]) if cell}
    missing = [name for name in NEEDED if name not in header]
    for name in missing:
        message = "kolom ini tidak ada di baris judul; pakai unduhan peserta dari SIAPkerja"
        roster.faults.append(RosterFault(1, name, "", message))
    if missing:
        return roster
    seen: dict[tuple[str, str], int] = {}
    for number, cells in enumerate(rows[1:], 2):
        values = {name: cells[n] if n < len(cells) else None for name, n in header.items()}
        if any(value not in (None, "") for value in values.values()):
            _read_row(number, values, roster, seen, zone)
    return roster


def store_roster(
    db: Connection, vault: Vault, roster: Sequence[Participant], *, at: datetime
) -> Stored:
    """Store participants and their batches; a person is known by NIK (law 11)."""
    stored = Stored(rows=len(roster))
    for one in roster:
        found = respondents.find_by_nik(db, vault, one.person.nik)
        respondent_id = found or respondents.add(db, vault, one.person, at=at)
        if one.phone:
            respondents.add_address(db, respondent_id, "whatsapp", one.phone, at=at)
        joined = cohorts.join(db, cohorts.ensure(db, one.batch), respondent_id, one.outcome)
        stored.new += found is None
        stored.updated += found is not None and joined
        stored.unchanged += found is not None and not joined
    return stored


class RosterUnreadable(Exception):
    """The file is no workbook we can open; the message says so in Indonesian."""


def _sheet(data: bytes) -> list[tuple[Any, ...]]:
    """Return the first sheet's cells."""
    from openpyxl import load_workbook  # noqa: PLC0415 -- 0.1 s, only when a file is read

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unzipped = sum(entry.file_size for entry in archive.infolist())
        rows = []
        if unzipped <= MAX_UNZIPPED:
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            rows = [tuple(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    except Exception as error:  # noqa: BLE001 -- openpyxl raises of every kind on broken files
        message = f"berkas tidak terbaca sebagai .xlsx ({type(error).__name__})"
        raise RosterUnreadable(message) from None
    if not rows:
        raise RosterUnreadable("berkas kosong, atau isinya terlalu besar; bagi menjadi beberapa")
    return rows


def _read_row(
    number: int,
    values: Mapping[str, Any],
    roster: Roster,
    seen: dict[tuple[str, str], int],
    zone: str,
) -> None:
    faults = list(_faults(number, values))
    nik, batch = _text(values["NIK"]), _text(values["Angkatan"])
    first = seen.setdefault((nik, batch), number)
    if first != number and not faults:
        message = f"orang dan angkatan ini sudah ada di baris {first}; hapus salah satu"
        faults.append(RosterFault(number, "NIK", _masked(nik), message))
    if faults:
        roster.faults += faults
        return
    name = _text(values["Nama"])
    person = Person(
        id=0,
        name=name.title() if name.isupper() else name,
        zone=zone,
        birth_date=_date(values.get("Tanggal Lahir")),
        gender=_text(values.get("Jenis Kelamin")),
        email=_text(values.get("Email")),
        nik=nik,
    )
    cohort = Batch(
        id=0,
        name=batch,
        kind="pelatihan",
        prodi=_text(values["Kejuruan"]),
        programme=_text(values["Judul Program Pelatihan"]),
        started_on=_date(values.get("Tanggal Mulai Pelatihan")),
        ended_on=_date(values["Tanggal Selesai Pelatihan"]),
    )
    outcome = _text(values.get("Status Kelulusan"))
    phone = _phone(_text(values.get("No HP")))
    roster.participants.append(Participant(person, phone, cohort, outcome))


def _faults(number: int, values: Mapping[str, Any]) -> Iterator[RosterFault]:
    for column in NEEDED:
        if not _text(values[column]):
            yield RosterFault(number, column, "", "wajib diisi")
    nik = _text(values["NIK"])
    if nik and not re.fullmatch(r"\d{16}", nik):
        message = "NIK harus 16 angka; jadikan kolomnya teks agar Excel tidak mengubahnya"
        yield RosterFault(number, "NIK", _masked(nik), message)
    for column in ("Tanggal Selesai Pelatihan", "Tanggal Mulai Pelatihan", "Tanggal Lahir"):
        value = values.get(column)
        if value not in (None, "") and _date(value) is None:
            message = "tanggal tidak terbaca; tulis seperti 21/08/2026"
            yield RosterFault(number, column, _text(value), message)
    phone = _text(values.get("No HP"))
    if phone and not _phone(phone):
        message = "nomor HP tidak terbaca; tulis seperti 081234567890"
        yield RosterFault(number, "No HP", _masked(phone), message)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value).strip().lstrip("'")


def _masked(digits: str) -> str:
    """Return a number so that its owner can find it and others cannot use it."""
    return digits[:4] + "…" + digits[-2:] if len(digits) > 6 else digits


def _date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = re.fullmatch(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})", _text(value))
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


def _phone(text: str) -> str:
    """Return an Indonesian mobile number as `628…`, or nothing when it is none."""
    digits = re.sub(r"[^\d]", "", text)
    digits = re.sub(r"^(?:62|0)*(?=8)", "62", digits)
    return digits if re.fullmatch(r"628\d{8,11}", digits) else ""
