"""Every way we know a spreadsheet to damage a cell, and what becomes of it."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from bot.roster.cells import masked, shown
from bot.roster.dates import read_date
from bot.roster.details import read_email, read_gender, read_zone
from bot.roster.names import read_name
from bot.roster.numbers import read_nik, read_nim
from bot.roster.phone import read_phone, read_phones
from tests.bot.roster.files import SIAPKERJA, TODAY, read, xlsx

SARI = "6281200000101"

PHONES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "hyphens": ("0812-0000-0101", (SARI,)),
    "spaces": ("0812 0000 0101", (SARI,)),
    "dots": ("0812.0000.0101", (SARI,)),
    "slashes inside": ("0812/0000/0101", (SARI,)),
    "country code": ("+62 812 0000 0101", (SARI,)),
    "no plus": ("6281200000101", (SARI,)),
    "lost zero": ("81200000101", (SARI,)),
    "lost zero as a number": (81200000101, (SARI,)),
    "an exact float": (81200000101.0, (SARI,)),
    "a float as text": ("81200000101.0", (SARI,)),
    "thousands' points": ("81.200.000.101", (SARI,)),
    "whole scientific text": ("8.1200000101E+10", (SARI,)),
    "apostrophe": ("'081200000101", (SARI,)),
    "curly apostrophe": ("’081200000101", (SARI,)),
    "double zero": ("+62 0812 0000 0101", (SARI,)),
    "double country code": ("62 62 81200000101", (SARI,)),
    "00 for plus": ("0062 812 0000 0101", (SARI,)),
    "label": ("WA: 0812 0000 0101", (SARI,)),
    "label and note": ("No. HP/WA 081200000101 (aktif)", (SARI,)),
    "WhatsApp address": ("6281200000101@s.whatsapp.net", (SARI,)),
    "WhatsApp link": ("https://wa.me/6281200000101?text=halo", (SARI,)),
    "full-width digits": ("０８１２０００００１０１", (SARI,)),
    "no-break spaces": ("0812\u00a00000\u00a00101", (SARI,)),
    "invisible signs": ("\u202a081200000101\u202c\u200b", (SARI,)),
    "two with a slash": ("081200000101 / 085700000102", (SARI, "6285700000102")),
    "two with 'atau'": ("081200000101 atau 085700000102", (SARI, "6285700000102")),
    "two with a line break": ("081200000101\n085700000102", (SARI, "6285700000102")),
    "two with a space": ("081200000101 085700000102", (SARI, "6285700000102")),
    "two grown together": ("081212345678085712345678", ("6281212345678", "6285712345678")),
    "the same twice": ("081200000101, +6281200000101", (SARI,)),
    "a landline beside": ("081200000101; 0401-312345", (SARI,)),
    "Malaysia": ("+60 12-345 6789", ("60123456789",)),
    "Singapore": ("+65 9123 4567", ("6591234567",)),
    "Japan": ("+81 90-1234-5678", ("819012345678",)),
    "a dash for nothing": ("-", ()),
    "a zero for nothing": (0, ()),
    "words for nothing": ("Tidak ada", ()),
}  # fmt: skip


@pytest.mark.parametrize(("cell", "numbers"), PHONES.values(), ids=list(PHONES))
def test_a_phone_is_repaired(cell: Any, numbers: tuple[str, ...]) -> None:
    assert (read_phones(cell).numbers, read_phones(cell).fault) == (numbers, "")
    for number in numbers:
        assert read_phone(f"+{number}") == number


REFUSED = {
    "scientific text": ("8.12346E+11", "membuang"),
    "scientific text with comma": ("8,12346E+11", "membuang"),
    "a float that lost digits": (8.12346e11, "membuang"),
    "a whole number that lost digits": (812346000000, "membuang"),
    "not a number": (float("nan"), "membuang"),
    "a fraction": (812000.5, "membuang"),
    "a subtraction": (-1200000101, "negatif"),
    "a truth value": (True, "BENAR/SALAH"),
    "a broken formula": ("#N/A", "rumus"),
    "a landline": ("(0401) 312345", "telepon rumah"),
    "a landline abroad": ("+44 20 7946 0958", "telepon rumah"),
    "free of charge": ("0800 1 401 000", "080"),
    "too short": ("0812345", "kurang"),
    "too long": ("0812000001012345", "lebih"),
    "the letter O": ("O81200000101", "huruf"),
    "a letter inside": ("0812OOOO0101", "huruf"),
    "an unknown country": ("+999 1234 5678", "negara"),
    "words": ("lihat lampiran", "tidak terbaca"),
    "an address": ("Jl. Mawar No. 12", "tidak terbaca"),
    "fifty digits": ("0" + "81" * 25, "panjang"),
    "a date": (datetime(2026, 8, 21), "tidak terbaca"),  # noqa: DTZ001 -- as Excel keeps it
}


@pytest.mark.parametrize(("cell", "word"), REFUSED.values(), ids=list(REFUSED))
def test_a_phone_that_cannot_be_told_says_why(cell: Any, word: str) -> None:
    phones = read_phones(cell)
    assert phones.numbers == ()
    assert word in phones.fault


DAY = date(2026, 8, 21)
DATES: dict[str, tuple[Any, date | None]] = {
    "a date": (DAY, DAY),
    "a moment": (datetime(2026, 8, 21, 13, 5), DAY),  # noqa: DTZ001 -- as Excel keeps it
    "Excel's day count": (46255, DAY),
    "day count with a fraction": (46255.75, DAY),
    "day count as text": ("46255", DAY),
    "slashes": ("21/08/2026", DAY),
    "short": ("21-8-26", DAY),
    "dots": ("21.08.2026", DAY),
    "in words": ("21 Agustus 2026", DAY),
    "abbreviated": ("21-Agu-26", DAY),
    "English": ("21-Aug-2026", DAY),
    "American words": ("August 21, 2026", DAY),
    "ISO": ("2026-08-21", DAY),
    "ISO with time": ("2026-08-21T00:00:00", DAY),
    "with time": ("21/08/2026 00:00:00", DAY),
    "place before": ("Kendari, 21 Agustus 2026", DAY),
    "weekday before": ("Jumat, 21 Agustus 2026", DAY),
    "eight digits": (20260821, DAY),
    "eight digits, day first": ("21082026", DAY),
    "a dash": ("-", None),
}
NO_DATES = {
    "not on the calendar": ("31/02/2026", "kalender"),
    "month first": ("08/21/2026", "bulan dulu"),
    "a year": (2026, "tahun saja"),
    "a year as text": ("2026", "lengkap"),
    "a month": ("Agustus 2026", "lengkap"),
    "a time": (time(0, 0), "tidak terbaca"),
    "a span": (timedelta(days=3), "tidak terbaca"),
    "the year 1900": (datetime(1900, 1, 1), "1900"),  # noqa: DTZ001 -- as Excel keeps it
    "the year 20266": ("21/08/20266", "tidak terbaca"),
    "an error": ("#VALUE!", "rumus"),
    "words": ("belum lulus", "tidak terbaca"),
    "hashes": ("########", "tidak terbaca"),
    "a huge number": (1e300, "tidak terbaca"),
}  # fmt: skip


@pytest.mark.parametrize(("cell", "day"), DATES.values(), ids=list(DATES))
def test_a_date_is_read(cell: Any, day: date | None) -> None:
    assert (read_date(cell, today=TODAY).value, read_date(cell).fault) == (day, "")


@pytest.mark.parametrize(("cell", "word"), NO_DATES.values(), ids=list(NO_DATES))
def test_a_date_that_cannot_be_told_says_why(cell: Any, word: str) -> None:
    read = read_date(cell, today=TODAY)
    assert read.value is None
    assert word in read.fault


@pytest.mark.parametrize(("typed", "year"), [("1-5-01", 2001), ("1-5-99", 1999), ("1-5-36", 2036)])
def test_two_digits_of_a_year_are_the_nearest_that_make_sense(typed: str, year: int) -> None:
    found = read_date(typed, today=TODAY).value
    assert found is not None
    assert found.year == year


NIK = "7471994505010019"


@pytest.mark.parametrize(
    ("cell", "nik", "word"),
    [
        (NIK, NIK, ""), (f"'{NIK}", NIK, ""), ("7471 9945 0501 0019", NIK, ""), (int(NIK), NIK, ""),
        (f"NIK: {NIK}", NIK, ""), ("9999994505010019", "9999994505010019", ""),
        (float(NIK), None, "membuang"), (7471994505010010, None, "membuang"),
        ("7.47199E+15", None, "membuang"), ("747199450501001", None, "16 angka"),
        ("74719945050100I9", None, "16 angka"), ("0" * 16, None, "contoh"), ("", None, ""),
        ("#REF!", None, "rumus"),
    ],
    ids=["text", "apostrophe", "spaces", "a whole number", "label", "an unknown region", "a float",
         "a number Excel rounded", "scientific", "15 digits", "a letter", "zeros", "empty",
         "error"],
)  # fmt: skip
def test_a_nik_keeps_all_its_digits_or_is_refused(cell: Any, nik: str | None, word: str) -> None:
    read = read_nik(cell)
    assert read.value == nik
    assert word in read.fault
    assert bool(read.fault) == bool(word)


@pytest.mark.parametrize(
    ("cell", "nim", "word"),
    [
        ("061.20.0017", "061.20.0017", ""), (" h1a 021 005 ", "H1A021005", ""),
        (6120017, "6120017", ""),
        (6120017.0, "6120017", ""), ("2.0211E+11", None, "membuang"), (2e15, None, "membuang"),
        ("belum ada", None, ""), ("=A1", None, "tidak terbaca"), ("abc", None, "tidak terbaca"),
    ],
    ids=["dots", "letters and spaces", "number", "float", "scientific", "too long for Excel",
         "none yet", "formula", "no digit"],
)  # fmt: skip
def test_a_nim_is_text(cell: Any, nim: str | None, word: str) -> None:
    read = read_nim(cell)
    assert (read.value, bool(read.fault)) == (nim, bool(word))
    assert word in read.fault


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("SITI NURHALIZA", "Siti Nurhaliza"), ("siti nurhaliza", "Siti Nurhaliza"),
        ("Siti  Nurhaliza ", "Siti Nurhaliza"), ("MA'RUF AMIN", "Ma'ruf Amin"),
        ("BUDI SANTOSO, S.T., M.Kom", "Budi Santoso, S.T., M.Kom"),
        ("DRS. H. AHMAD", "Drs. H. Ahmad"),
        ("SITI BINTI AMAT", "Siti binti Amat"), ("A.A. GEDE RAI", "A.A. Gede Rai"),
        ("AGUS II", "Agus II"), ("McDonald Sitompul", "McDonald Sitompul"),
        ("NUR-AINI", "Nur-Aini"), ("Si\u200bti", "Siti"),
    ],
)  # fmt: skip
def test_a_name_is_tidied_gently(typed: str, name: str) -> None:
    assert read_name(typed).value == name
    assert read_name(name).value == name


@pytest.mark.parametrize(
    "cell", ["12345", "=CONCAT(A1)", "#NAME?", "...!", "x" * 200, True, "Ani 081200000101"]
)
def test_what_is_no_name_is_refused(cell: Any) -> None:
    assert read_name(cell).fault


@pytest.mark.parametrize(
    ("cell", "email"),
    [
        ("Sari@Contoh.ID", "sari@contoh.id"), ("mailto:sari@contoh.id", "sari@contoh.id"),
        ("sari @contoh.id", "sari@contoh.id"), ("sari@contoh.id / a@b.id", "sari@contoh.id"),
        ("Sari <sari@contoh.id>", "sari@contoh.id"), ("sari@contoh", None),
        ("sari.contoh.id", None),
    ],
)  # fmt: skip
def test_an_email_is_found_or_refused(cell: str, email: str | None) -> None:
    assert read_email(cell).value == email
    assert bool(read_email(cell).fault) == (email is None)


def test_small_facts() -> None:
    assert [read_gender(cell).value for cell in ("Laki - Laki", "wanita", "L")] == ["L", "P", "L"]
    assert read_gender("?!").fault
    assert [read_zone(cell).value for cell in ("wita", "Asia/Jayapura")] == [
        "Asia/Makassar", "Asia/Jayapura",
    ]  # fmt: skip
    assert read_zone("../etc/passwd").fault


def test_law_10_a_fault_shows_no_whole_number() -> None:
    assert masked("6281200000101") == "6281…01"
    assert shown("Ani 0812-0000-0101 NIK 7471994505010019") == "Ani 0812…01 NIK 7471…19"
    rows = [{**SIAPKERJA, "NIK": NIK + "5", "No HP": "O81200000101", "Nama": f"Ani {NIK}",
             "Tanggal Lahir": NIK, "Email": "081200000101"}]  # fmt: skip
    faults = read(xlsx(rows)).faults
    assert len(faults) == 5
    assert not any("0000010" in fault.value or "45050" in fault.value for fault in faults)
