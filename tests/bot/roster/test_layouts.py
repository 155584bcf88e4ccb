"""Files as they come: three real layouts, saved mappings, encodings, and what is no file."""

import io
import zipfile
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest

from bot.demo.people import HEADER
from bot.roster import Roster
from bot.roster import read as reading
from bot.roster.mapping import EXAMPLE, WrongMapping, read_mapping
from tests.bot.roster.files import CAMPUS, SECOND, SIAPKERJA, csv_bytes, good, read, xlsx

ENDED = date(2026, 8, 21)


def one(roster: Roster) -> tuple[object, ...]:
    assert roster.faults == []
    (found,) = roster.participants
    who, batch = found.person, found.batch
    return who.name, who.nik, found.nim, found.phones, batch.name, batch.prodi, batch.ended_on


def test_siapkerjas_own_download() -> None:
    row = {**dict.fromkeys(HEADER), **SIAPKERJA}
    letterhead = [["BPVP KENDARI"], ["Daftar peserta pelatihan"], []]
    found = one(read(xlsx([row], above=letterhead)))
    assert found == (
        "Sari Wulandari", "7471994505010019", "", ("6281200000101",), "Menjahit 2026 angkatan 1",
        "Garmen Apparel", ENDED,
    )  # fmt: skip


def test_the_second_source_of_siapkerja_names_its_batch_itself() -> None:
    row = {
        "Nama Peserta": "SARI WULANDARI", "NIK": "7471994505010019", "Status Kelulusan": "Lulus",
        "Nama Lembaga": "BPVP Kendari", "Judul Program Pelatihan": "Menjahit Pakaian Dasar",
        "Tanggal Mulai Pelatihan": "2026-07-20", "Tanggal Selesai Pelatihan": "2026-08-21",
        "Metode Pelatihan": "Luring", "Jenis Pelatihan": "PBK",
        "Status Selesai Pelatihan": "Selesai",
        "Kejuruan": "Garmen Apparel", "Provinsi": "Sulawesi Tenggara", "Kab./Kota": "Kendari",
    }  # fmt: skip
    found = one(read(xlsx([row])))
    assert found == (
        "Sari Wulandari", "7471994505010019", "", (), "Menjahit Pakaian Dasar 21 Agustus 2026",
        "Garmen Apparel", ENDED,
    )  # fmt: skip
    del row["NIK"]
    faults = read(xlsx([row])).faults
    assert [(fault.row, fault.column) for fault in faults] == [(1, "NIK")]
    assert "Tanggal Lahir" in faults[0].message


SPELLINGS = {
    "as the registrar writes": CAMPUS,
    "short": {
        "NIM": "061.20.0017", "NAMA": "BUDI SANTOSO, S.T.", "PRODI": "Teknik Mesin",
        "TANGGAL YUDISIUM": ENDED, "HP": 81200000102, "E-mail": "budi@contoh.id",
    },
    "long": {
        "No": 1, "Nomor Induk Mahasiswa": "061.20.0017", "Nama Lengkap *": "Budi Santoso, S.T.",
        "Nama Program Studi": "Teknik Mesin", "Tgl. Kelulusan\n(dd/mm/yyyy)": "21/08/2026",
        "Nomor HP/WA": "+62 812-0000-0102", "Alamat Email": "budi@contoh.id",
    },
    "NPM": {
        "NPM": "061.20.0017", "Nama Mahasiswa": "Budi Santoso, S.T.",
        "Program Studi": "Teknik Mesin", "Tanggal Lulus": 46255,
        "No. WhatsApp": "'081200000102", "Surel": "budi@contoh.id",
        "Angkatan": 2020,
    },
}  # fmt: skip


@pytest.mark.parametrize("row", SPELLINGS.values(), ids=list(SPELLINGS))
def test_a_campus_list_however_it_spells_its_headers(row: dict[str, object]) -> None:
    found = one(read(xlsx([row])))
    assert found == (
        "Budi Santoso, S.T.", "", "061.20.0017", ("6281200000102",),
        "Yudisium Teknik Mesin 21 Agustus 2026", "Teknik Mesin", ENDED,
    )  # fmt: skip


MAPPED = {
    "Nama Lengkap": "Budi Santoso", "No. Induk": "17", "Telp Seluler": "081200000102",
    "Telp Rumah": "085700000103", "Lulus Tanggal": "21-8-26",
}  # fmt: skip


def test_any_other_layout_by_a_mapping() -> None:
    layout = read_mapping((EXAMPLE + "\n").encode(), "wisuda")
    found = one(read(xlsx([MAPPED], above=[["judul"]]), layout))
    assert found == (
        "Budi Santoso", "", "17", ("6281200000102",), "Yudisium Teknik Mesin 21 Agustus 2026",
        "Teknik Mesin", ENDED,
    )  # fmt: skip
    two = EXAMPLE.replace("  Lulus", "  Telp Rumah: hp\n  Lulus").encode()
    assert one(read(xlsx([MAPPED]), read_mapping(two, "x")))[3] == (
        "6281200000102", "6285700000103",
    )  # fmt: skip


def test_an_unknown_layout_says_what_was_seen_and_what_would_work() -> None:
    (fault,) = read(xlsx([MAPPED])).faults
    assert "Telp Seluler" in fault.message
    assert "lacak people mapping save" in fault.message


WRONG_MAPPINGS = {
    "no YAML": ("kolom: [", "tidak terbaca sebagai YAML (baris"),
    "no columns": ("jenis: ppg", "harus punya 'kolom'"),
    "an unknown field": ("kolom: {A: telepon}", "'telepon' tidak dikenal"),
    "an unknown kind": ("jenis: kursus\nkolom: {A: nama}", "'kursus' tidak dikenal"),
    "an unknown key": ("kolam: 1\nkolom: {A: nama}", "'kolam' tidak dikenal"),
    "nobody": ("kolom: {A: nama, B: prodi, C: selesai}", "supaya orangnya dikenali"),
    "no end": ("kolom: {A: nama, B: nim, C: prodi}", "'selesai'"),
    "one NIM for all": ("kolom: {A: nama}\ntetap: {nim: 1}", "tidak boleh sama untuk semua"),
    "nested": ("kolom: {A: {B: nama}}", "harus berupa pasangan"),
    "aliases": ("a: &a [x]\nkolom: {A: *a}", "alias"),
    "binary": ("\udcff", "tidak terbaca"),
}


@pytest.mark.parametrize(("content", "said"), WRONG_MAPPINGS.values(), ids=list(WRONG_MAPPINGS))
def test_a_wrong_mapping_names_its_faults(content: str, said: str) -> None:
    with pytest.raises(WrongMapping) as error:
        read_mapping(content.encode("utf-8", "surrogateescape"), "x")
    assert said in str(error.value)


CSVS: dict[str, Callable[[], bytes]] = {
    "comma": lambda: csv_bytes([SIAPKERJA]),
    "semicolon": lambda: csv_bytes([SIAPKERJA], delimiter=";"),
    "tab": lambda: csv_bytes([SIAPKERJA], delimiter="\t"),
    "with a mark": lambda: csv_bytes([SIAPKERJA], encoding="utf-8-sig"),
    "Windows": lambda: csv_bytes([{**SIAPKERJA, "Nama": "René Wulandari"}], encoding="cp1252"),
    "UTF-16": lambda: csv_bytes([SIAPKERJA], delimiter="\t", encoding="utf-16"),
    "sep line": lambda: b"sep=;\r\n" + csv_bytes([SIAPKERJA], delimiter=";"),
    "old Mac lines": lambda: csv_bytes([SIAPKERJA]).replace(b"\r\n", b"\r"),
}


@pytest.mark.parametrize("make", CSVS.values(), ids=list(CSVS))
def test_csv_as_programs_write_it(make: Callable[[], bytes]) -> None:
    found = one(read(make()))
    assert found[0] in ("Sari Wulandari", "René Wulandari")
    assert found[1:4] == ("7471994505010019", "", ("6281200000101",))


def test_rows_are_counted_as_the_spreadsheet_does() -> None:
    wrong = {**SIAPKERJA, "NIK": "12"}
    above = [["Daftar"], []]
    (fault,) = read(xlsx([SIAPKERJA, wrong], above=above)).faults
    assert (fault.row, fault.column, fault.value) == (5, "NIK", "12")
    gap = b"\r\n\r\n" + csv_bytes([{**wrong, "Email": "a@b.id\r\nc@d.id"}, {**wrong, "NIK": "13"}])
    assert [one.row for one in read(gap).faults] == [4, 5]


def test_what_stands_around_the_people_is_passed_over() -> None:
    numbering = {title: n for n, title in enumerate(SIAPKERJA, 1)}
    header = {title: title for title in SIAPKERJA}
    footer = {**dict.fromkeys(SIAPKERJA), "Catatan": "Kepala Balai, Ibu Rina"}
    first = {**SIAPKERJA, "Catatan": None}
    roster = read(xlsx([first, numbering, header, {**SECOND, "Catatan": ""}, footer]))
    assert (roster.rows, roster.faults, len(roster.participants)) == (2, [], 2)


def test_the_sheet_with_people_is_found() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx([SIAPKERJA])))
    help_page = book.create_sheet("Petunjuk", 0)
    help_page.append(["Isi lembar Data"])
    out = io.BytesIO()
    book.save(out)
    assert one(read(out.getvalue()))[0] == "Sari Wulandari"


def test_a_workbook_that_lies_about_its_size_is_read_whole() -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(xlsx([SIAPKERJA, SECOND]))) as old,
        zipfile.ZipFile(out, "w") as new,
    ):
        for name in old.namelist():
            page = old.read(name)
            if name.endswith("sheet1.xml"):
                page = page.replace(b'ref="A1:L3"', b'ref="A1"')
            new.writestr(name, page)
    assert len(read(out.getvalue()).participants) == 2


@pytest.mark.parametrize(
    ("missing", "columns"),
    [("Kejuruan", ["Kejuruan"]), ("Tanggal Selesai Pelatihan", ["Tanggal Selesai Pelatihan"]),
     ("Nama", ["Nama"])],
)  # fmt: skip
def test_a_missing_column_is_named(missing: str, columns: list[str]) -> None:
    row = {title: value for title, value in SIAPKERJA.items() if title != missing}
    faults = read(xlsx([row])).faults
    assert [fault.column for fault in faults] == columns
    assert "tidak ada di baris judul" in faults[0].message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "kosong"), (b"\0\0", "kosong"), (b"not a workbook", "tidak terbaca"),
        (b"PK\x03\x04broken", "tidak terbaca"), (b"\xd0\xcf\x11\xe0old", "Simpan Sebagai .xlsx"),
        (b"<html><table>", "Simpan Sebagai .xlsx"), (b"\x89PNG\0\0", "tidak terbaca"),
        (b"x" * (reading.MAX_BYTES + 1), "20 MB"), (b'a,"b\n' + b"x" * 200_000, "tidak terbaca"),
        (xlsx([SIAPKERJA])[:900], "tidak terbaca"),
    ],
    ids=["empty", "zeros", "words", "half a zip", "old Excel", "HTML", "a picture", "too big",
         "an open quote", "cut off"],
)  # fmt: skip
def test_what_is_no_file_of_people_gives_a_sentence(content: bytes, said: str) -> None:
    (fault,) = read(content).faults
    assert said in fault.message
    assert fault.row == 0


def test_a_workbook_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    data = xlsx([SIAPKERJA, SECOND])
    monkeypatch.setattr(reading, "MAX_UNZIPPED", 1000)
    assert "terlalu besar" in read(data).faults[0].message
    monkeypatch.undo()
    monkeypatch.setattr(reading, "MAX_ROWS", 2)
    assert "lebih dari 2 baris" in read(data).faults[0].message


def test_an_empty_table_is_no_success() -> None:
    data = xlsx([dict.fromkeys(SIAPKERJA)])
    assert "tidak ada seorang pun" in read(data).faults[0].message


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Menjahit 2026 angkatan 1", "Menjahit 2026 angkatan 1"),
        ("Angkatan II", "Menjahit Pakaian Dasar 2026 angkatan ii"),
        (3, "Menjahit Pakaian Dasar 2026 angkatan 3"),
        ("Batch 2 2026", "Menjahit Pakaian Dasar batch 2 2026"),
        ("", "Menjahit Pakaian Dasar 21 Agustus 2026"),
    ],
)  # fmt: skip
def test_a_bare_batch_number_gets_its_programme(given: object, name: str) -> None:
    (found,) = good([{**SIAPKERJA, "Angkatan": given}]).participants
    assert found.batch.name == name


@pytest.mark.parametrize(
    ("change", "column", "said"),
    [
        ({"Nama": None}, "Nama", "wajib"), ({"Kejuruan": "-"}, "Kejuruan", "wajib"),
        ({"Tanggal Selesai Pelatihan": ""}, "Tanggal Selesai Pelatihan", "wajib"),
        ({"Tanggal Mulai Pelatihan": "1/9/2026"}, "Tanggal Selesai Pelatihan", "sebelum mulai"),
        ({"Tanggal Lahir": "5/5/2026"}, "Tanggal Lahir", "2026"),
        ({"Tanggal Selesai Pelatihan": "21/08/2062", "Angkatan": "x y"},
         "Tanggal Selesai Pelatihan", "masih jauh"),
        ({"NIK": "", "Tanggal Lahir": ""}, "NIK", "supaya orangnya dikenali"),
        ({"Jenis Kelamin": "?"}, "Jenis Kelamin", "L atau P"),
        ({"Email": "sari"}, "Email", "email"), ({"Kejuruan": "#REF!"}, "Kejuruan", "rumus"),
        ({"Judul Program Pelatihan": "x" * 300}, "Judul Program Pelatihan", "huruf"),
    ],
)  # fmt: skip
def test_a_row_names_its_fault(change: dict[str, object], column: str, said: str) -> None:
    (fault,) = read(xlsx([{**SIAPKERJA, **change}])).faults
    assert (fault.row, fault.column) == (2, column)
    assert said in fault.message


def test_all_faults_of_a_row_are_named_at_once() -> None:
    wrong = {**SIAPKERJA, "Nama": "", "NIK": "12", "No HP": "12", "Tanggal Lahir": "31/02/2001"}
    columns = [fault.column for fault in read(xlsx([wrong])).faults]
    assert columns == ["Nama", "NIK", "Tanggal Lahir", "No HP"]


def test_an_odd_nik_is_mentioned_and_taken() -> None:
    odd = {**SIAPKERJA, "NIK": "7471997599010019"}
    other = {**SECOND, "Tanggal Lahir": "13/03/1999"}
    roster = good([odd, other])
    assert [change.row for change in roster.changes] == [2, 2, 3]
    assert len(roster.participants) == 2
