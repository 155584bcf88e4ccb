"""`lacak mirror` as staff type it, against the stand-in for Google Sheets."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from bot.demo import people
from tests.bot.commands import run
from tests.conftest import NOW
from tests.fakes.sheets import FakeSheets, auth
from tests.fakes.sheets.book import Book

COHORT = "Menjahit Pakaian Dasar 2026 angkatan 1"
PRODI = "Garmen Apparel"
Command = Callable[..., CompletedProcess[str]]


@pytest.fixture
def google() -> Iterator[FakeSheets]:
    with FakeSheets(clock=lambda: datetime.now(UTC)) as fake:
        yield fake
        assert fake.violations == []


@pytest.fixture
def lacak(tmp_path: Path, google: FakeSheets) -> Command:
    """An office with a service account and one blast; commands run in its folder."""
    key = google.write_account(tmp_path / "kunci.json")
    env = {"GOOGLE_SERVICE_ACCOUNT_FILE": str(key), "SHEETS_BASE_URL": google.base_url}
    people.workbook(tmp_path / "peserta.xlsx", today=NOW.date())
    send = ("blast", "send", "kebekerjaan", "--cohort", COHORT, "--channel", "whatsapp", "--yes")
    for words in (("form", "publish", "kebekerjaan"), ("people", "import", "peserta.xlsx"), send):
        assert run(tmp_path, *words).returncode == 0
    return lambda *words: run(tmp_path, "mirror", *words, **env)


def address(book: Book) -> str:
    return f"https://docs.google.com/spreadsheets/d/{book.id}/edit#gid=0"


def test_a_sheet_is_linked_filled_checked_and_let_go(lacak: Command, google: FakeSheets) -> None:
    book = google.add("Tracer Garmen")
    done = lacak("link", "garmen apparel", address(book))
    assert (done.returncode, done.stderr) == (0, "")
    assert "Garmen Apparel tertaut ke 'Tracer Garmen'" in done.stdout

    done = lacak("sync")
    assert "Garmen Apparel.xlsx: 20 baru" in done.stdout
    assert "Garmen Apparel (kebekerjaan), Google: 20 baru, 0 diubah, 0 dihapus" in done.stdout

    book.tabs[0].put(4, 2, [book.tabs[0].cell(5, 2)])  # somebody types another's name over one
    done = lacak("verify", PRODI)
    assert "Google: 0 baru, 1 diubah, 0 dihapus" in done.stdout

    report = json.loads(lacak("status", "--json").stdout)
    (link,) = report["links"]
    (sheet,) = link.pop("sheets")
    assert (report["account"], report["missing"]) == (auth.EMAIL, "")
    assert link == {
        "prodi": PRODI, "spreadsheet": book.id, "title": "Tracer Garmen", "personal": False,
        "codes": False, "url": f"https://docs.google.com/spreadsheets/d/{book.id}/edit",
    }  # fmt: skip
    assert sheet["verified_at"]
    assert {key: sheet[key] for key in ("form", "state", "trouble", "advice", "waiting")} == {
        "form": "kebekerjaan", "state": "active", "trouble": "", "advice": "", "waiting": 0,
    }  # fmt: skip
    assert (sheet["responses"], sheet["copied"]) == (20, 20)
    assert "berjalan, 20 dari 20 tersalin" in lacak("status").stdout

    assert lacak("unlink", PRODI).returncode == 0
    assert json.loads(lacak("status", "--json").stdout)["links"] == []


def test_what_is_missing_is_said_and_nothing_is_linked(lacak: Command, google: FakeSheets) -> None:
    book = google.add("Tracer", role="")
    done = lacak("link", PRODI, address(book))
    assert done.returncode == 1
    assert auth.EMAIL in done.stderr
    google.shared[book.id] = "reader"
    assert "hanya untuk dilihat" in lacak("link", PRODI, address(book)).stderr
    assert "bilah alamat" in lacak("link", PRODI, "berkas saya").stderr
    assert "Maksudnya 'Garmen Apparel'" in lacak("link", "Garmen", address(book)).stderr
    assert "Belum ada spreadsheet" in lacak("status").stdout


def test_trouble_is_shown_with_what_to_do_and_fails_the_command(
    lacak: Command, google: FakeSheets
) -> None:
    book = google.add("Tracer")
    lacak("link", "kantor", address(book))
    google.shared[book.id] = ""
    done = lacak("sync", "kantor")
    assert done.returncode == 1
    assert f"Bagikan lagi spreadsheet ini ke {auth.EMAIL} sebagai Editor." in done.stdout
    assert "tertahan, 0 dari 20 tersalin" in lacak("status").stdout


def test_a_damaged_sheet_is_built_anew(lacak: Command, google: FakeSheets) -> None:
    book = google.add("Tracer")
    lacak("link", PRODI, address(book))
    lacak("sync", PRODI)
    book.tabs[0].delete_columns(0, 2)
    assert "Riwayat versi" in lacak("sync", PRODI).stdout
    done = lacak("rebuild", PRODI)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Google: 20 baru" in done.stdout
    titles = [tab.title for tab in book.tabs]
    assert sum(title.endswith("(lama)") for title in titles) == 2


def test_without_an_account_staff_read_what_to_set(tmp_path: Path) -> None:
    assert "GOOGLE_SERVICE_ACCOUNT_FILE kosong" in run(tmp_path, "mirror", "status").stdout
    done = run(tmp_path, "mirror", "link", "kantor", "x" * 44)
    assert (done.returncode, "GOOGLE_SERVICE_ACCOUNT_FILE" in done.stderr) == (1, True)
    assert run(tmp_path, "mirror", "verify").returncode == 0
