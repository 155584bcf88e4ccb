"""The commands of rights as staff run them, in their own process."""

import json
from pathlib import Path

import openpyxl

from bot.demo import people
from tests.bot.commands import ENV, run
from tests.conftest import NOW

NEW = {"SECRET_KEY": "the next key for command line tests", "SECRET_KEY_OLD": ENV["SECRET_KEY"]}
ONLY_NEW = {"SECRET_KEY": NEW["SECRET_KEY"]}


def office(folder: Path) -> None:
    people.workbook(folder / "peserta.xlsx", today=NOW.date())
    assert run(folder, "form", "publish", "kebekerjaan").returncode == 0
    assert run(folder, "people", "import", "peserta.xlsx").returncode == 0


def test_a_key_is_replaced_and_imports_wait_for_it(tmp_path: Path) -> None:
    office(tmp_path)
    assert "SECRET_KEY_OLD kosong" in run(tmp_path, "key", "rotate").stderr
    before = run(tmp_path, "people", "show", "1", "--nik").stdout
    refused = run(tmp_path, "people", "import", "peserta.xlsx", **NEW)
    assert (refused.returncode, "lacak key rotate" in refused.stderr) == (1, True)
    assert "0% dari" in run(tmp_path, "doctor", **NEW).stdout
    done = run(tmp_path, "key", "rotate", **NEW)
    assert done.returncode == 0, done.stderr
    assert "Selesai. Buat cadangan baru" in done.stdout
    assert "penggantian kunci: selesai" in run(tmp_path, "doctor", **NEW).stdout
    left = run(tmp_path, "key", "status", "--json", **ONLY_NEW)
    assert json.loads(left.stdout)["left"] == 0
    assert run(tmp_path, "people", "show", "1", "--nik", **ONLY_NEW).stdout == before
    again = run(tmp_path, "people", "import", "peserta.xlsx", "--json", **ONLY_NEW)
    assert json.loads(again.stdout)["unchanged"] == 300
    assert run(tmp_path, "people", "show", "1").returncode == 1, "the old key opens nothing"


def test_a_request_is_opened_exported_erased_and_not_imported_again(tmp_path: Path) -> None:
    office(tmp_path)
    assert run(tmp_path, "privacy", "open", "1", "erase", "--text", "surat 12/XI").returncode == 0
    (one,) = json.loads(run(tmp_path, "privacy", "list", "--json").stdout)
    assert (one["person"], one["kind"], one["is_late"]) == (1, "erase", False)
    assert run(tmp_path, "privacy", "export", "1", "--out", "data.xlsx").returncode == 0
    assert "Data diri" in openpyxl.load_workbook(tmp_path / "data.xlsx").sheetnames
    called_off = run(tmp_path, "privacy", "erase", "1", typed="2\n")
    assert "Dibatalkan; tidak ada yang dihapus." in called_off.stdout
    assert run(tmp_path, "privacy", "erase", "1", typed="1\n").returncode == 0
    assert "tidak ada" in run(tmp_path, "people", "show", "1").stderr
    again = json.loads(run(tmp_path, "people", "import", "peserta.xlsx", "--json").stdout)
    assert (again["new"], again["unchanged"], again["erased"]) == (0, 299, 1)
    refused = run(tmp_path, "privacy", "close", "1")
    assert (refused.returncode, "sudah ditutup" in refused.stderr) == (1, True)


def test_an_incident_is_a_table_and_a_notice(tmp_path: Path) -> None:
    office(tmp_path)
    span = ("--since", "2020-01-01", "--until", "2099-01-01")
    done = run(tmp_path, "incident", "affected", *span, "--format", "csv", "--out", "bocor.csv")
    assert done.stdout.startswith("300 orang terdampak ditulis ke bocor.csv")
    assert (tmp_path / "bocor.csv").read_text("utf-8-sig").count("\n") == 301
    assert "Pasal 46" in (tmp_path / "bocor-pemberitahuan.txt").read_text("utf-8")
    wrong = run(tmp_path, "incident", "affected", "--since", "2026-02-01", "--until", "2026-01-01")
    assert (wrong.returncode, "sebelum" in wrong.stderr) == (1, True)
