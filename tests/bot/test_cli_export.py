"""`lacak export` as staff type it: what is written, beside what, and who is noted to have it."""

import csv
import sqlite3
from pathlib import Path

import openpyxl
import pytest

from tests.bot.commands import run, stock

COHORT = "Menjahit Pakaian Dasar 2026 angkatan 1"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with 300 people and one blast of twenty."""
    folder = tmp_path_factory.mktemp("kantor")
    stock(folder)
    send = ("blast", "send", "kebekerjaan", "--cohort", COHORT, "--channel", "whatsapp", "--yes")
    assert run(folder, *send).returncode == 0
    return folder


def table(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def audited(office: Path) -> list[tuple[str, str, str]]:
    with sqlite3.connect(office / "data" / "lacak.db") as db:
        rows = list(db.execute("SELECT actor, action, detail FROM audit ORDER BY id"))
    db.close()
    return rows


def test_responses_come_with_a_codebook(office: Path) -> None:
    done = run(office, "export", "responses", "--format", "csv", "--codes")
    assert (done.returncode, done.stdout) == (0, "20 tanggapan ditulis ke kebekerjaan.csv\n")
    assert "kebekerjaan-kamus.csv" in done.stderr
    meant = {row["kolom"] for row in table(office / "kebekerjaan-kamus.csv")}
    assert set(table(office / "kebekerjaan.csv")[0]) == meant
    assert run(office, "export", "responses").returncode == 0
    book = openpyxl.load_workbook(office / "kebekerjaan.xlsx")
    assert book.sheetnames == ["Tanggapan", "Kamus"]


def test_responses_in_long_form_for_excel(office: Path) -> None:
    words = ("export", "responses", "--long", "--format", "csv-excel", "--out", "panjang.csv")
    done = run(office, *words)
    assert (done.returncode, done.stdout) == (0, "20 jawaban ditulis ke panjang.csv\n")
    rows = table(office / "panjang.csv", ";")
    assert [row["keadaan"] for row in rows] == ["belum"] * 20


def test_people_are_written_and_their_nik_only_when_asked_for(office: Path) -> None:
    done = run(office, "export", "people", "--format", "csv")
    assert (done.returncode, done.stdout) == (0, "300 orang ditulis ke orang.csv\n")
    rows = table(office / "orang.csv")
    assert len(rows) == 300
    assert "nik" not in rows[0]
    assert all(row["whatsapp"].startswith("62") for row in rows if row["whatsapp"])
    done = run(office, "export", "people", "--format", "csv", "--nik", "--out", "nik.csv")
    assert all(len(row["nik"]) == 16 for row in table(office / "nik.csv"))
    assert audited(office)[-1] == ("rina", "export people", "300 rows, long False, nik True")


def test_deliveries_account_for_everybody_of_a_wave(office: Path) -> None:
    done = run(office, "export", "deliveries", "--format", "csv")
    assert (done.returncode, done.stdout) == (0, "20 kiriman ditulis ke kiriman.csv\n")
    assert {row["keadaan"] for row in table(office / "kiriman.csv")} == {"menunggu"}
    assert (office / "kiriman-kamus.csv").exists()


def test_what_cannot_be_written_is_said_and_nothing_is_left(office: Path) -> None:
    done = run(office, "export", "responses", "--form", "tracer")
    assert (done.returncode, "lacak form list" in done.stderr) == (1, True)
    done = run(office, "export", "responses", "--layout", "siapkerja", "--long")
    assert (done.returncode, "--layout" in done.stderr) == (1, True)
    (office / "berkas").write_text("")
    done = run(office, "export", "people", "--out", "berkas/orang.xlsx")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
