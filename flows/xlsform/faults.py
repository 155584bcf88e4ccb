"""What can be wrong with a form file, in sentences staff can act on.

A code keeps its meaning for ever; a retired one is never used again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice

MAX_FAULTS = 1_000
"""Where looking for more stops: nobody mends so many at once."""

CROWD = 1_000
"""How many known words are searched for the one that was meant."""

LONGEST = 80
"""Characters of a name or word that are looked at."""

REPEATED = 300
"""Characters of the author's own text that a sentence repeats."""


class Code(StrEnum):
    """Each kind of fault; the value is its sentence, with {facts}."""

    FORM_01 = "berkas tidak terbaca sebagai YAML: {reason}"
    FORM_02 = "berkas terlalu besar ({size} bita); batasnya {limit} bita"
    FORM_03 = "lembar '{sheet}' tidak ada atau keliru; {right}"
    FORM_04 = "kolom '{column}' tidak dikenal.{hint}"
    FORM_05 = "kolom '{column}' belum didukung dalam percakapan; hapus dulu kolom itu"
    FORM_06 = "kunci '{column}' ditulis dua kali; hapus salah satunya"
    FORM_07 = "jenis pertanyaan '{type}' tidak dikenal.{hint}"
    FORM_08 = "jenis pertanyaan '{type}' tidak dapat ditanyakan lewat percakapan; {right}"
    FORM_09 = "kolom '{column}' wajib diisi"
    FORM_10 = "nama '{name}' sudah dipakai di baris {line}; pakai nama lain"
    FORM_11 = "nama '{name}' keliru; pakai huruf, angka dan garis bawah, diawali huruf"
    FORM_12 = "daftar pilihan '{name}' tidak ada di lembar choices atau masih kosong.{hint}"
    FORM_13 = "kode pilihan '{name}' dipakai dua kali dalam daftar '{list}'; pakai kode lain"
    FORM_14 = "'{type}' tidak punya pasangan; tiap begin {what} ditutup satu end {what}"
    FORM_15 = "acuan '${{{name}}}' tidak menunjuk item mana pun.{hint}"
    FORM_16 = "{reason}"
    FORM_17 = "kode '{code}' tidak ada dalam daftar pilihan '{list}'.{hint}"
    FORM_18 = "perhitungan berputar: {cycle}; putuskan salah satunya"
    FORM_19 = "nilai '{value}' keliru; {right}"
    FORM_20 = "pembaca XLSForm menolak: {reason}"
    FORM_21 = "acuan '${{{name}}}' menunjuk pertanyaan sesudahnya; pindahkan ke sebelum baris ini"
    FORM_22 = "alias dan jangkar YAML (& dan *) tidak dipakai di sini; tulis nilainya langsung"
    FORM_23 = "susunan bertingkat lebih dari {limit} tingkat; kurangi tingkatnya"
    FORM_24 = "tidak ada yang dapat ditanyakan; tulis paling sedikit satu pertanyaan"
    FORM_25 = "buku kerja tidak terbaca; {reason}"
    FORM_26 = "lembar '{sheet}' lebih dari {limit} baris; bagi menjadi beberapa kuesioner"
    FORM_27 = "berkas '{name}' tidak dapat dipakai: {reason}"
    FORM_28 = "kelompok berulang di dalam kelompok berulang paling banyak 2 tingkat"
    FORM_29 = "isian awal '{value}' bukan jawaban untuk {type}; {right}"
    FORM_30 = "kolom '{column}' tidak berarti pada {type}; hapus, atau ganti jenisnya"
    FORM_31 = "terjemahan '{language}' belum ada; isi kolom '{column}'"
    FORM_32 = "'{text}' ada {length} huruf; {right}"
    FORM_33 = "item ini tidak akan pernah ditanyakan: {reason}"
    FORM_34 = "pola '{text}' harus cocok dengan seluruh jawaban; tulis '^{inside}$' supaya jelas"
    FORM_35 = "tampilan '{shows}' tidak muat: {reason}"
    FORM_36 = "kolom '{column}' tidak dikenal dan tidak dipakai"
    FORM_37 = "gambar atau suara di pertanyaan belum dikirim dalam percakapan; cukup kata-katanya"
    FORM_38 = "kolom '{column}' kosong, jadi dipakai '{value}'; lebih baik diisi"
    FORM_39 = "syarat yang memakai {name}() dapat berubah di tengah wawancara; simpan dengan once()"
    FORM_40 = "hitungan antarkelompok berulang bersusun lebih dari {limit} tingkat; kurangi"
    FORM_42 = "ini dihitung, jadi diberitahukan dan tidak ditanyakan"
    FORM_43 = "'{type}' tidak dicatat dalam percakapan, jadi kosong; {right}"
    FORM_45 = (
        "rumus di lembar ini seluruhnya {length} huruf; batasnya {limit}, jadi bagi kuesionernya"
    )
    FORM_46 = "kuesioner ini punya {count} bahasa; paling banyak {limit}"
    FORM_44 = "lembar '{name}' tidak dibaca.{hint}"
    FORM_50 = "kelompok ini tidak dapat ditanyakan dalam satu pesan: {reason}"
    FORM_60 = "kuesioner resmi '{name}' tidak dikenal.{hint}"
    FORM_61 = "butir inti '{name}' tidak ada; salin lagi dari kuesioner bawaan"
    FORM_62 = "butir inti '{name}' terkunci; jenisnya harus {right}"
    FORM_63 = "pilihan butir inti '{name}' terkunci; harus persis: {right}"
    FORM_64 = (
        "kata-kata resmi butir inti '{name}' terkunci; ubah chat::label saja. Aslinya: {right}"
    )
    FORM_65 = "syarat tampil butir inti '{name}' terkunci: bila {case}, ia harus {right}"
    FORM_66 = "butir inti '{name}' wajib dijawab; tulis required: yes"
    FORM_41 = "pilihan di daftar '{list}' lebih dari {limit}; bagi dengan choice_filter"


WARNINGS = frozenset(
    (
        Code.FORM_36, Code.FORM_37, Code.FORM_38, Code.FORM_39,
        Code.FORM_42, Code.FORM_43, Code.FORM_44,
    )
)  # fmt: skip
"""Said, so that an author can decide; they refuse nothing."""


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
    """One thing to mend, and where.

    `line` counts from 1, as an editor does in a text and a spreadsheet in a sheet; 0 is the
    whole file. A warning does not keep a form from being published.
    """

    code: Code
    message: str
    line: int = 0
    sheet: str = ""
    column: str = ""
    item: str = ""
    is_warning: bool = False

    def sentence(self, file: str, *, is_workbook: bool = False) -> str:
        """Return the fault as staff read it."""
        sheet = f"{file} lembar {self.sheet}" if is_workbook and self.sheet else file
        where = [f"{sheet} baris {self.line}" if self.line else sheet]
        where += [f"item '{self.item}'"] if self.item else []
        where += [f"kolom '{self.column}'"] if self.column else []
        said = f"{self.code.name}: {', '.join(where)}: {self.message}"
        return f"{said} (peringatan)" if self.is_warning else said


class FormFaults(ValueError):
    """A form that cannot be used, with every fault found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.line, fault.column)))
        super().__init__("; ".join(fault.sentence("form") for fault in self.faults))


def fault(code: Code, place: Place = NOWHERE, /, **facts: object) -> Fault:
    """Return the fault with its sentence filled in from `facts` and the place's column."""
    facts = {"column": place.column, "sheet": place.sheet, **facts}
    message = code.value.format(**{name: _shorten(fact) for name, fact in facts.items()})
    return Fault(code, message, place.line, place.sheet, place.column, place.item, code in WARNINGS)


def warning(found: Fault) -> Fault:
    """Return the fault as a warning."""
    return replace(found, is_warning=True)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ` Maksudnya 'selected'?` for the nearest known word, or nothing."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 -- only when something is wrong

    near = process.extractOne(word[:LONGEST], few(known), scorer=fuzz.ratio, score_cutoff=60)
    return f" Maksudnya '{near[0]}'?" if near else ""


def few(known: Iterable[str]) -> list[str]:
    """Return as many known words as can be searched again and again."""
    return [word for word in islice(known, CROWD) if len(word) <= LONGEST]


def _shorten(fact: object) -> object:
    return f"{fact[:REPEATED]}…" if isinstance(fact, str) and len(fact) > REPEATED else fact
