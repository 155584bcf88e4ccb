"""Placements from SIAPkerja (KDI/PM/09 step 5): both sources are kept, what differs is listed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from bot.roster.cells import Cell, text
from bot.roster.layouts import normal
from bot.roster.numbers import read_nik
from bot.roster.read import Row, Unreadable, read_sheets
from flows.words import spoken
from flows.xlsform import load
from storage import forms, interviews, placements, respondents
from storage.placements import Placed

if TYPE_CHECKING:
    from bot.service import Service

FORM = "kebekerjaan"
SOURCE = "SIAPkerja"
REASON = f"terisi di {SOURCE}"

COLUMNS = {
    "nik": "nik",
    "status": "status kebekerjaan",
    "company": "nama perusahaan nama usaha",
    "place": "lokasi penempatan",
    "position": "jabatan",
    "since": "tanggal penempatan",
}
"""Headers of the participant file (domain: kebekerjaan_kemnaker), as `normal` folds them."""

PLACED = {"bekerja": "Bekerja", "wirausaha": "Wirausaha"}
RIGHT = "tulis Bekerja, Wirausaha, atau Belum Bekerja"
NOT_PLACED = ("belum bekerja", "")

ANSWERS = {
    "bekerja": "Bekerja", "keduanya": "Bekerja", "wirausaha": "Wirausaha",
}  # fmt: skip
"""What an answer to `status` is in SIAPkerja's words; any other is `Belum Bekerja`."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that cannot be used."""

    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody of whom the two sources say different things; both are kept."""

    respondent_id: int
    name: str
    what: str
    answered: str
    imported: str


@dataclass(slots=True)
class Report:
    """What an import did: `closed` rows of campaigns, people whose two sources differ."""

    rows: int = 0
    placed: int = 0
    new: int = 0
    closed: int = 0
    faults: list[RowFault] = field(default_factory=list)
    conflicts: Sequence[Conflict] = ()


class WrongFile(Exception):
    """The file cannot be read as a participant file; the message says why, in Indonesian."""


def import_file(service: "Service", data: bytes, *, by: str) -> Report:
    """Store the placements of a SIAPkerja file and close what they answer.

    Nothing is stored when a row is wrong; a file may be imported again.

    Raises:
        WrongFile: it is no such file.
    """
    report = Report()
    found: list[tuple[int, str, Placed]] = list(_read(data, report))
    people: list[tuple[int, Placed]] = []
    with service.database.read() as db:
        for row, nik, placed in found:
            person = respondents.find_by_nik(db, service.vault, nik)
            if person is None:
                message = "NIK ini belum ada; impor pesertanya dulu: lacak people import"
                report.faults.append(RowFault(row, "NIK", message))
            else:
                people.append((person, placed))
    report.placed = len(people)
    if report.faults:
        return report
    now = service.now()
    with service.database.write() as db:
        for person, placed in people:
            report.new += placements.put(
                db, service.vault, person, placed, source=SOURCE, by=by, at=now
            )
        ids = [person for person, _placed in people]
        report.closed = placements.close_rows(db, ids, form_id=FORM, reason=REASON)
    report.conflicts = conflicts(service)
    return report


def conflicts(service: "Service") -> list[Conflict]:
    """Return where an answer to us and the placement say different things, person by person."""
    with service.database.read() as db:
        return [
            one
            for person, _source, placed in placements.all_of(db, service.vault)
            for one in _of_person(service, db, person, placed)
        ]


def _of_person(
    service: "Service", db: Connection, person: int, placed: Placed
) -> Iterator[Conflict]:
    """Compare the newest answers of a person to the survey with what was imported."""
    answered = None
    for standing in interviews.all_of(db, service.vault, person):
        artefact = forms.get(db, standing.form_pk)
        if artefact.form_id == FORM and standing.state.answers.get("status"):
            answered = (load(artefact), standing.state)
    if answered is None:
        return
    form, state = answered
    name = respondents.get(db, person).name
    said = ANSWERS.get(str(state.answers["status"]), "Belum Bekerja")
    if said != placed.status:
        yield Conflict(person, name, "Status Kebekerjaan", said, placed.status)
    item = next((one for one in form.asked if one.path.rpartition("/")[2] == "tempat"), None)
    company = spoken(item, state.answers.get(item.path)) if item else ""
    if company and placed.company and normal(company) != normal(placed.company):
        yield Conflict(person, name, "Nama Perusahaan/Nama Usaha", company, placed.company)


def _read(data: bytes, report: Report) -> Iterator[tuple[int, str, Placed]]:
    try:
        sheets = read_sheets(data)
    except Unreadable as error:
        raise WrongFile(str(error)) from None
    for sheet in sheets:
        for place, (_number, header) in enumerate(sheet.rows[:25]):
            columns = _columns(header)
            if {"nik", "status"} <= columns.keys():
                yield from _rows(sheet.rows[place + 1 :], columns, report)
                return
    raise WrongFile("tidak ada baris judul dengan kolom NIK dan Status Kebekerjaan")


def _columns(header: Sequence[Cell]) -> dict[str, int]:
    titles = {normal(text(cell)): place for place, cell in enumerate(header) if text(cell)}
    return {name: titles[title] for name, title in COLUMNS.items() if title in titles}


def _rows(
    rows: Sequence[Row], columns: dict[str, int], report: Report
) -> Iterator[tuple[int, str, Placed]]:
    for number, cells in rows:
        report.rows += 1
        said = {
            name: text(cells[place]) if place < len(cells) else ""
            for name, place in columns.items()
        }
        status = said["status"].casefold()
        if status in NOT_PLACED:
            continue
        if status not in PLACED:
            message = f"'{said['status'][:40]}' tidak dikenal; {RIGHT}"
            report.faults.append(RowFault(number, "Status Kebekerjaan", message))
            continue
        place = columns["nik"]
        nik = read_nik(cells[place] if place < len(cells) else None)
        if nik.value is None:
            report.faults.append(RowFault(number, "NIK", nik.fault or "NIK kosong"))
            continue
        facts = {name: said.get(name, "") for name in ("company", "place", "position", "since")}
        yield number, nik.value, Placed(PLACED[status], **facts)
