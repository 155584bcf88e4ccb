"""One row of a file: a person and the cohort they finished with, or everything wrong with it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.roster.cells import Cell, Read, is_empty, masked, shown
from bot.roster.dates import read_date
from bot.roster.details import read_email, read_gender, read_words, read_zone
from bot.roster.layouts import IDENTITY, Columns, Field
from bot.roster.names import read_name
from bot.roster.numbers import disagrees, read_nik, read_nim
from bot.roster.phone import read_phones
from flows.answers.when import MONTHS
from storage.cohorts import Batch
from storage.respondents import Person

YOUNGEST, OLDEST = 10, 100
AHEAD_YEARS = 3
"""How far ahead a training may end: files of planned batches exist, typing errors too."""

_NUMBERED = re.compile(
    r"(?:(?:angkatan|batch|gelombang|gel|kelas|paket|tahap|periode|ke|no)\b[\s.\-]*)*"
    r"(?:\d{1,4}|[ivxlc]+)(?:[\s/\-.]+(?:tahun\s*)?(?:\d{1,4}|[ivx]+))*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RosterFault:
    """One cell to mend. `row` counts as the spreadsheet does; 0 is the whole file."""

    row: int
    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class RosterChange:
    """One cell that says something else than we know, or is odd: shown, and no fault."""

    row: int
    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Participant:
    """One row: a person, how they are reached, and the batch they finished.

    `phones` are in the file's order: the first is used. `titles` names the file's columns.
    """

    row: int
    person: Person
    phones: tuple[str, ...]
    nim: str
    institution: str
    batch: Batch
    outcome: str
    titles: Mapping[Field, str] = field(default_factory=dict, repr=False)
    gives_zone: bool = False

    def title(self, one: Field) -> str:
        """Return what the file calls a field's column."""
        return self.titles.get(one, one.value)


@dataclass(frozen=True, slots=True)
class Frame:
    """What holds for every row: the columns found, the office's zone and name, today."""

    columns: Columns
    zone: str
    office: str
    today: date | None


_READERS: Mapping[Field, Callable[[Cell], Read[Any]]] = {
    Field.NAME: read_name,
    Field.NIK: read_nik,
    Field.NIM: read_nim,
    Field.EMAIL: read_email,
    Field.GENDER: read_gender,
    Field.ZONE: read_zone,
    Field.GIVEN_BY: read_name,
}
_DAYS = (Field.BORN, Field.STARTED, Field.ENDED)


class RowReader:
    """Reads one row after the other; holds what each row left to say."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._columns = frame.columns
        self._titles = {one: frame.columns.title(one) for one in Field}
        self.faults: list[RosterFault] = []
        self.changes: list[RosterChange] = []

    def read(self, row: int, cells: Sequence[Cell]) -> Participant | None:
        """Return the participant of a row, or None and its faults."""
        before = len(self.faults)
        said: dict[Field, Cell] = {
            one: self._cell(one, cells) for one in Field if one is not Field.PHONE
        }
        values: dict[Field, Any] = {one: self._value(row, one, cell) for one, cell in said.items()}
        phones = self._phones(row, cells)
        self._check(row, values, said)
        if len(self.faults) > before:
            return None
        self._remark(row, values)
        return self._participant(row, values, phones)

    def says_anything(self, cells: Sequence[Cell]) -> bool:
        """Whether a row is about somebody: signatures and footers below a table are not."""
        places = {column for columns in self._columns.of.values() for column in columns}
        mapped = [cells[n] if n < len(cells) else None for n in sorted(places)]
        if all(is_empty(cell) for cell in mapped):
            return False
        titles = [self._columns.titles[n] for n in sorted(places)]
        is_header = [str(cell) for cell in mapped] == titles
        numbers = [str(cell).strip() for cell in mapped]
        is_numbering = len(numbers) > 2 and all(one.isdigit() and len(one) < 4 for one in numbers)
        return not is_header and not is_numbering

    def fault(self, row: int, one: Field, cell: Cell, message: str) -> None:
        """Note what is wrong with a cell; its numbers are masked (law 10)."""
        self.faults.append(RosterFault(row, self._titles[one], _masked(one, cell), message))

    def _cell(self, one: Field, cells: Sequence[Cell]) -> Cell:
        for column in self._columns.of.get(one, ()):
            if column < len(cells) and not is_empty(cells[column]):
                return cells[column]
        return self._columns.layout.fixed.get(one)

    def _value(self, row: int, one: Field, cell: Cell) -> Any:
        if one in _DAYS:
            read: Read[Any] = read_date(cell, today=self._frame.today)
        else:
            read = _READERS.get(one, read_words)(cell)
        if read.fault:
            self.fault(row, one, cell, read.fault)
        elif read.value is None and one in self._columns.layout.needed:
            self.fault(row, one, cell, "wajib diisi")
        elif read.remark:
            self.changes.append(
                RosterChange(row, self._titles[one], _masked(one, cell), read.remark)
            )
        return read.value

    def _phones(self, row: int, cells: Sequence[Cell]) -> tuple[str, ...]:
        """Every number of every phone column, the first column's first."""
        found: list[str] = []
        for column in sorted(self._columns.of.get(Field.PHONE, ())):
            cell = cells[column] if column < len(cells) else None
            phones = read_phones(cell)
            if phones.fault:
                value = _masked(Field.PHONE, cell)
                title = self._columns.titles[column]
                self.faults.append(RosterFault(row, title, value, phones.fault))
            found += [number for number in phones.numbers if number not in found]
        return tuple(found)

    def _check(self, row: int, values: Mapping[Field, Any], said: Mapping[Field, Cell]) -> None:
        """What no cell shows alone: an unknown person, dates out of order."""
        named = [one for one in IDENTITY if one in self._columns.of]
        if values[Field.NAME] and all(is_empty(said[one]) for one in IDENTITY):
            wanted = " atau ".join(self._titles[one] for one in named)
            message = f"isi {wanted}, supaya orangnya dikenali; nama saja belum cukup"
            self.fault(row, named[0], "", message)
        started, ended, born = (values[one] for one in (Field.STARTED, Field.ENDED, Field.BORN))
        if started and ended and started > ended:
            message = "selesai sebelum mulai; periksa kedua tanggalnya"
            self.fault(row, Field.ENDED, said[Field.ENDED], message)
        today = self._frame.today
        if today and born and not YOUNGEST <= today.year - born.year <= OLDEST:
            message = f"tahun lahir {born.year} tidak mungkin; tulis tahunnya empat angka"
            self.fault(row, Field.BORN, said[Field.BORN], message)
        if today and ended and ended.year > today.year + AHEAD_YEARS:
            message = f"tahun {ended.year} masih jauh; periksa tanggalnya"
            self.fault(row, Field.ENDED, said[Field.ENDED], message)

    def _remark(self, row: int, values: Mapping[Field, Any]) -> None:
        nik, born = values[Field.NIK], values[Field.BORN]
        if nik and born and disagrees(nik, born):
            message = "tanggal lahir di NIK berbeda dari kolom tanggal lahir; periksa sekali lagi"
            self.changes.append(RosterChange(row, self._titles[Field.NIK], masked(nik), message))

    def _participant(
        self, row: int, values: Mapping[Field, Any], phones: tuple[str, ...]
    ) -> Participant:
        person = Person(
            id=0,
            name=values[Field.NAME],
            zone=values[Field.ZONE] or self._frame.zone,
            birth_date=values[Field.BORN],
            gender=values[Field.GENDER] or "",
            email=values[Field.EMAIL] or "",
            nik=values[Field.NIK] or "",
            given_by=values[Field.GIVEN_BY] or "",
        )
        institution = values[Field.INSTITUTION] or ""
        ours = institution.casefold() == self._frame.office.casefold()
        return Participant(
            row, person, phones, values[Field.NIM] or "", "" if ours else institution,
            batch_of(self._columns.layout.kind, values), values[Field.OUTCOME] or "",
            self._titles, gives_zone=bool(values[Field.ZONE]),
        )  # fmt: skip


def batch_of(kind: str, values: Mapping[Field, Any]) -> Batch:
    """Return the cohort of a row. "Angkatan 1" alone is nobody's name, so it gets more words."""
    ended: date = values[Field.ENDED]
    prodi = values[Field.PRODI] or ""
    programme = values[Field.PROGRAMME] or prodi
    given = values[Field.COHORT] or ""
    if kind == "yudisium":
        when = re.sub(r"^yudisium\s*", "", given, flags=re.IGNORECASE) or in_words(ended)
        name = f"Yudisium {prodi} {when}"
    elif not given:
        name = f"{programme} {in_words(ended)}"
    elif _NUMBERED.fullmatch(given):
        number = f"angkatan {given}" if not given[:1].isalpha() or len(given) < 5 else given.lower()
        year = "" if str(ended.year) in given else f" {ended.year}"
        name = f"{programme}{year} {number}"
    else:
        name = given
    return Batch(0, name, kind, prodi, programme, values[Field.STARTED], ended)


def in_words(day: date) -> str:
    """Return a day as people say it: 21 Agustus 2026."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _masked(one: Field, cell: Cell) -> str:
    said = shown(cell)
    return masked(said) if one in (Field.NIK, Field.PHONE) and "…" not in said else said
