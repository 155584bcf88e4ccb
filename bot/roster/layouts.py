"""Which column is what: layouts known by their headers, and those an office wrote down.

SIAPkerja's headers and the second source's are from domain/kebekerjaan_kemnaker.yaml; the
campus ones are what registrars call their columns. An alias earlier in a list wins.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.roster.cells import Cell, text


class Field(StrEnum):
    """What a column may hold; the values are the words of a mapping file."""

    NAME = "nama"
    NIK = "nik"
    NIM = "nim"
    INSTITUTION = "perguruan_tinggi"
    PHONE = "hp"
    EMAIL = "email"
    GENDER = "jenis_kelamin"
    BORN = "tanggal_lahir"
    ZONE = "zona"
    PRODI = "prodi"
    PROGRAMME = "program"
    COHORT = "angkatan"
    STARTED = "mulai"
    ENDED = "selesai"
    OUTCOME = "hasil"
    GIVEN_BY = "pemberi_kontak"


PEOPLE: Mapping[Field, str] = {
    Field.NAME: "nama|nama lengkap|nama peserta|nama mahasiswa|nama alumni|nama lulusan|"
    "nama lengkap mahasiswa|nama lengkap peserta|nama siswa|nama mhs|nama guru",
    Field.NIK: "nik|no nik|nomor nik|no ktp|nomor ktp|nik ktp|no induk kependudukan|"
    "nomor induk kependudukan|nik peserta",
    Field.PHONE: "no hp|nomor hp|hp|no hp wa|nomor hp wa|no wa|nomor wa|no whatsapp|"
    "nomor whatsapp|whatsapp|wa|no handphone|nomor handphone|handphone|no hp whatsapp|"
    "nomor hp whatsapp|no telepon|nomor telepon|no telp|no tlp|telepon|telp|no telepon hp|"
    "no telp hp|no hp aktif|nomor hp aktif|no ponsel|nomor ponsel|ponsel|kontak|nomor kontak|"
    "no hp 1|no hp 2|no hp lain|no wa aktif|nomor wa aktif|phone|no telpon|nomor telpon",
    Field.EMAIL: "email|e mail|alamat email|surel|email aktif|alamat e mail|email pribadi",
    Field.GENDER: "jenis kelamin|l p|jk|gender|kelamin|p l",
    Field.BORN: "tanggal lahir|tgl lahir|tgl tanggal lahir|tanggal lahir dd mm yyyy",
    Field.ZONE: "zona waktu|zona",
    Field.GIVEN_BY: "pemberi kontak|kontak dari|sumber kontak|kontak diberikan oleh|diberikan oleh",
}
SIAPKERJA: Mapping[Field, str] = {
    **PEOPLE,
    Field.PROGRAMME: "judul program pelatihan|judul pelatihan|program pelatihan|nama pelatihan",
    Field.PRODI: "kejuruan|nama kejuruan|bidang kejuruan",
    Field.COHORT: "angkatan|nama angkatan|batch|angkatan pelatihan",
    Field.STARTED: "tanggal mulai pelatihan|tgl mulai pelatihan|tanggal mulai|tgl mulai",
    Field.ENDED: "tanggal selesai pelatihan|tgl selesai pelatihan|tanggal selesai|tgl selesai|"
    "tanggal berakhir pelatihan",
    Field.OUTCOME: "status kelulusan|kelulusan|status selesai pelatihan",
}
CAMPUS: Mapping[Field, str] = {
    **PEOPLE,
    Field.NIM: "nim|no nim|nomor induk mahasiswa|no induk mahasiswa|npm|nrp|nomor mahasiswa|"
    "no mahasiswa|nim mahasiswa|nomor pokok mahasiswa|no bp|stambuk|nim npm",
    Field.INSTITUTION: "perguruan tinggi|nama perguruan tinggi|nama pt|kode pt|universitas|"
    "asal perguruan tinggi|institusi|kampus",
    Field.PRODI: "prodi|program studi|nama prodi|nama program studi|jurusan prodi|prog studi|"
    "jurusan|program studi prodi",
    Field.COHORT: "periode yudisium|nama yudisium|gelombang yudisium|periode wisuda|yudisium ke",
    Field.ENDED: "tanggal yudisium|tgl yudisium|yudisium|tanggal lulus|tgl lulus|"
    "tanggal kelulusan|tgl kelulusan|tanggal ijazah|tgl ijazah|tanggal wisuda|tgl wisuda",
    Field.OUTCOME: "predikat|predikat kelulusan|predikat yudisium|yudisium predikat",
}
HEADER_WITHIN = 25
"""Rows in which the header is looked for: offices put titles and letterheads above it."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A kind of file: aliases of each field, what no row may lack, what cohorts it makes."""

    name: str
    kind: str
    aliases: Mapping[Field, Sequence[str]]
    needed: tuple[Field, ...]
    marks: frozenset[Field]
    fixed: Mapping[Field, str] = field(default_factory=dict)
    sheet: str = ""
    said: Mapping[Field, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Columns:
    """A layout found in a header: field → column numbers, best alias first."""

    layout: Layout
    header_row: int
    titles: Sequence[str]
    of: Mapping[Field, Sequence[int]]
    missing: tuple[Field, ...]
    doubled: tuple[str, ...]

    def title(self, one: Field) -> str:
        """Return what the file itself calls a field's column."""
        return self.titles[self.of[one][0]] if one in self.of else name_of(self.layout, one)


def _layout(
    name: str, kind: str, aliases: Mapping[Field, str], *, marks: str, needed: str
) -> Layout:
    lists = {one: tuple(words.split("|")) for one, words in aliases.items()}
    fields = tuple(Field(word) for word in needed.split())
    return Layout(name, kind, lists, fields, frozenset(Field(word) for word in marks.split()))


LAYOUTS = (
    _layout("SIAPkerja", "pelatihan", SIAPKERJA,
            marks="program prodi angkatan mulai selesai hasil",
            needed="nama program prodi selesai"),
    _layout("kampus", "yudisium", CAMPUS,
            marks="nim prodi angkatan selesai hasil perguruan_tinggi",
            needed="nama nim prodi selesai"),
)  # fmt: skip
IDENTITY = (Field.NIK, Field.NIM, Field.BORN)
"""One of these must be known of everyone: a name alone is nobody (law 11)."""


def find_columns(rows: Sequence[Sequence[Cell]], layout: Layout | None = None) -> Columns | None:
    """Return where the header is and what it says, or None when no layout knows it.

    A layout is recognised by three of its marks, or by any header it names completely.
    """
    best: tuple[int, Columns] | None = None
    for number, row in enumerate(rows[:HEADER_WITHIN]):
        titles = [text(cell) for cell in row]
        for one in (layout,) if layout else LAYOUTS:
            columns = _match(one, number, titles)
            marks = len(one.marks & columns.of.keys())
            known = layout or not columns.missing or (marks >= 3 and Field.NAME in columns.of)
            if columns.of and (known or marks >= 4):
                score = len(columns.of) * 10 + marks - 100 * (len(columns.missing) > 2)
                if best is None or score > best[0]:
                    best = (score, columns)
    return best[1] if best else None


def normal(title: str) -> str:
    """Return a header without case, signs and line breaks: "No. HP/WA *" is "no hp wa"."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    bare = re.sub(r"\([^)]*\)", " ", folded)
    return " ".join(re.sub(r"[\W_]+", " ", bare).split()) or folded.strip()


def name_of(layout: Layout, one: Field) -> str:
    """Return a field's usual header in a layout, for a fault about its absence."""
    usual = {
        Field.NAME: "Nama", Field.NIK: "NIK", Field.NIM: "NIM", Field.PHONE: "No HP",
        Field.BORN: "Tanggal Lahir",
    }  # fmt: skip
    if one in usual:
        return usual[one]
    return layout.said.get(one) or (layout.aliases.get(one) or (one.value,))[0].title()


def _match(layout: Layout, number: int, titles: list[str]) -> Columns:
    places: dict[str, list[int]] = {}
    for column, title in enumerate(titles):
        if title:
            places.setdefault(normal(title), []).append(column)
    of = {
        one: [column for alias in aliases for column in places.get(alias, ())]
        for one, aliases in layout.aliases.items()
    }
    of = {one: columns for one, columns in of.items() if columns}
    missing = [one for one in layout.needed if one not in of and one not in layout.fixed]
    if not any(one in of or one in missing for one in IDENTITY):
        missing.append(Field.NIK)
    doubled = [
        titles[columns[0]]
        for one, columns in of.items()
        if one is not Field.PHONE and len(places[normal(titles[columns[0]])]) > 1
    ]
    return Columns(layout, number, titles, of, tuple(missing), tuple(doubled))
