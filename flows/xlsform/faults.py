"""What can be wrong with a form file, in sentences staff can act on.

A code keeps its meaning for ever; a retired one is never used again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum


class Code(StrEnum):
    """Each kind of fault; the value is its sentence, with {facts}."""

    FORM_01 = "berkas tidak terbaca sebagai YAML: {reason}"
    FORM_02 = "berkas terlalu besar ({size} bita); batasnya {limit} bita"
    FORM_03 = "lembar '{sheet}' tidak ada atau bentuknya keliru; {right}"
    FORM_04 = "kolom '{column}' tidak dikenal.{hint}"
    FORM_05 = "kolom '{column}' belum didukung dalam percakapan; hapus dulu kolom itu"
    FORM_06 = "kunci '{column}' ditulis dua kali"
    FORM_07 = "jenis pertanyaan '{type}' tidak dikenal.{hint}"
    FORM_08 = "jenis pertanyaan '{type}' belum dapat ditanyakan lewat percakapan"
    FORM_09 = "kolom '{column}' wajib diisi"
    FORM_10 = "nama '{name}' sudah dipakai di baris {line}; pakai nama lain"
    FORM_11 = "nama '{name}' keliru; pakai huruf, angka dan garis bawah, diawali huruf"
    FORM_12 = "daftar pilihan '{name}' tidak ada di lembar choices.{hint}"
    FORM_13 = "kode pilihan '{name}' dipakai dua kali dalam daftar '{list}'"
    FORM_14 = "'{type}' tidak punya pasangan"
    FORM_15 = "acuan '${{{name}}}' tidak menunjuk item mana pun.{hint}"
    FORM_16 = "{reason}"
    FORM_17 = "kode '{code}' tidak ada dalam daftar pilihan '{list}'.{hint}"
    FORM_18 = "perhitungan berputar: {cycle}"
    FORM_19 = "nilai '{value}' keliru; {right}"
    FORM_20 = "pembaca XLSForm menolak: {reason}"
    FORM_21 = "acuan '${{{name}}}' menunjuk pertanyaan yang baru ditanyakan sesudahnya"
    FORM_22 = "alias dan jangkar YAML (& dan *) tidak dipakai di sini; tulis nilainya langsung"
    FORM_23 = "susunan bertingkat terlalu dalam"
    FORM_24 = "tidak ada pertanyaan yang dapat ditanyakan"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a form file: `line` counts from 1; 0 is the whole file."""

    line: int = 0
    sheet: str = ""
    column: str = ""
    item: str = ""


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend, and where. `line` counts from 1 in the file; 0 is the whole file."""

    code: Code
    message: str
    line: int = 0
    sheet: str = ""
    column: str = ""
    item: str = ""

    def sentence(self, file: str) -> str:
        """Return the fault as staff read it."""
        where = [f"{file} baris {self.line}" if self.line else file]
        where += [f"item '{self.item}'"] if self.item else []
        where += [f"kolom '{self.column}'"] if self.column else []
        return f"{self.code.name}: {', '.join(where)}: {self.message}"


class FormFaults(ValueError):
    """A form that cannot be used, with every fault found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.line, fault.column)))
        super().__init__("; ".join(fault.sentence("form") for fault in self.faults))


def fault(code: Code, place: Place = NOWHERE, /, **facts: object) -> Fault:
    """Return the fault with its sentence filled in from `facts` and the place's column."""
    message = code.value.format(**{"column": place.column, "sheet": place.sheet, **facts})
    return Fault(code, message, place.line, place.sheet, place.column, place.item)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` Maksudnya 'selected'?` for the nearest known word, or nothing."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" Maksudnya '{near[0]}'?" if near else ""
