"""The life of a form on the command line, as staff type it."""

import json
import re
import signal
import subprocess
from pathlib import Path

import httpx
import openpyxl
import pytest

from flows import library
from flows.xlsform import publish
from tests.bot.commands import ENV, LACAK, run

SOURCE = library.source("kebekerjaan").decode()
NEXT = SOURCE.replace('"2026112401"', '"2026120101"')


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with a form of its own; `sari` writes, `rina` and `budi` may approve."""
    (tmp_path / "kuesioner.yaml").write_text(NEXT, "utf-8")
    for name, role in (("adi", "admin"), ("sari", "operator"), ("rina", "supervisor")):
        who = {"LACAK_STAFF": "adi"}
        assert run(tmp_path, "staff", "add", name, role, **who).returncode == 0
    return tmp_path


def done(folder: Path, *words: str, by: str = "sari") -> str:
    """Run a command that must work; return what it printed."""
    found = run(folder, "--as", by, *words)
    assert found.returncode == 0, (words, found.stderr)
    return found.stdout


def refused(folder: Path, *words: str, by: str = "sari") -> str:
    """Run a command that must not work; return why."""
    found = run(folder, "--as", by, *words)
    assert found.returncode == 1, (words, found.stdout)
    assert "Traceback" not in found.stderr
    return found.stderr


def test_from_a_draft_to_a_published_version(office: Path) -> None:
    assert "paling lambat" in done(office, "form", "draft", "kuesioner.yaml")
    assert "Ajukan dulu" not in refused(office, "form", "publish", "1")
    said = done(office, "form", "submit", "kuesioner.yaml")
    assert re.search(
        r"Berikan tautan ini hanya kepada rina; .*\nhttp://127.0.0.1:8000/e/\S{30,}", said
    )
    assert "masih menunggu evaluasi" in refused(office, "form", "publish", "1")

    read = done(office, "form", "review", "1", "--chat")
    assert "ditanyakan bila pertanyaan 1 dijawab “Bekerja” atau “Bekerja dan wirausaha”" in read
    assert "=== Apa kesibukan Kakak sekarang? → Wirausaha" in read
    comment = ("--comment", "kota=Tambah provinsi.", "--note", "Hampir.")
    assert "perlu supervisor" in refused(office, "form", "review", "1", *comment, "--return")
    said = done(office, "form", "review", "1", *comment, "--return", by="rina")
    assert said == "Dikembalikan dengan 2 catatan.\n"
    assert "dikembalikan; perbaiki" in refused(office, "form", "publish", "1")

    changed = NEXT.replace("Di kota atau kabupaten mana?", "Di kota, kabupaten, dan provinsi mana?")
    (office / "kuesioner.yaml").write_text(changed, "utf-8")
    done(office, "form", "submit", "kuesioner.yaml")
    assert "penyusun" in refused(office, "form", "approve", "1", "--name", "sari", by="rina")
    signed = ("--name", "Rina Permata", "--title", "Kaprodi")
    assert "Disetujui Rina Permata (Kaprodi)" in done(
        office, "form", "approve", "1", *signed, by="rina"
    )
    artefact = publish(changed.encode())
    assert done(office, "form", "publish", "kuesioner.yaml") == (
        f"kebekerjaan versi 2026120101 terbit ({artefact.sha256[:12]}).\n"
    )
    assert "sudah terbit" in refused(office, "form", "publish", "1")

    shown = done(office, "form", "show", "kebekerjaan")
    for words in (
        "disusun, sari", "dikembalikan, rina", "disetujui, rina", "terbit, sari",
        "penempatan/kota: Tambah provinsi.", "pyxform 4.5.0, mesin 2",
        "disetujui oleh Rina Permata, Kaprodi (sebagai rina, lewat perintah)",
    ):  # fmt: skip
        assert words in shown
    assert done(office, "form", "diff", "1.1", "1.2") == (
        "~ 7. penempatan/kota: kata-katanya: “Di kota atau kabupaten mana?” → "
        "“Di kota, kabupaten, dan provinsi mana?”\n"
    )
    done(office, "form", "print", "1", "--out", "setuju.pdf")
    assert (office / "setuju.pdf").read_bytes().startswith(b"%PDF-")


def test_where_forms_stand_is_there_for_scripts(office: Path) -> None:
    done(office, "form", "submit", "kuesioner.yaml")
    listed = json.loads(done(office, "form", "list", "--json"))
    assert [one["status"] for one in listed["drafts"]] == ["submitted"]
    assert (listed["drafts"][0]["late"], listed["published"]) == (False, [])
    assert re.search(
        r"^draf 1\tkebekerjaan\tmenunggu evaluasi \(sari", done(office, "form", "list")
    )
    done(office, "form", "approve", "1", by="rina")
    shown = json.loads(done(office, "form", "show", "1", "--json"))
    assert [one["status"] for one in shown["steps"]] == ["draft", "submitted", "approved"]
    assert shown["rounds"][0]["sha256"] == publish(NEXT.encode()).sha256
    assert shown["rounds"][0]["decision"]["title"] == "supervisor"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("form", "publish", "kuesioner.yaml"), "belum disetujui. Ajukan dulu"),
        (("form", "publish", "7"), "draf '7' tidak ada"),
        (("form", "show", "tracer"), "draf 'tracer' tidak ada"),
        (("form", "review", "7"), "draf '7' tidak ada"),
        (("form", "approve", "1"), "peran operator tidak boleh"),
        (("form", "submit", "tiada.yaml"), "tiada.yaml"),
        (("form", "submit", "kuesioner.yaml", "--to", "adi"), "adi bukan supervisor"),
        (("form", "diff", "kebekerjaan", "tiada.yaml"), "tiada.yaml"),
        (("form", "diff", "kebekerjaan", "7.1"), "draf '7' tidak ada"),
        (("form", "export", "kebekerjaan", "--out", "kuesioner.yaml"), "sudah ada"),
        (("form", "import", "kuesioner.yaml", "--out", "x.yaml"), "bukan buku kerja"),
        (("form", "print", "kebekerjaan", "--out", "x.pdf"), "belum punya persetujuan"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_what_cannot_be_is_said_with_what_would_work(
    office: Path, words: tuple[str, ...], said: str
) -> None:
    assert said in refused(office, *words)


def test_a_form_without_a_purpose_is_not_handed_in(office: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "survey"
    for row in (("type", "name", "label"), ("text", "a", "Apa?")):
        sheet.append(row)
    book.save(office / "singkat.xlsx")
    assert "untuk apa jawabannya" in refused(office, "form", "submit", "singkat.xlsx")


def test_a_comment_on_an_unknown_item_stores_nothing(office: Path) -> None:
    done(office, "form", "submit", "kuesioner.yaml")
    words = ("form", "review", "1", "--return", "--comment")
    assert "butir 'provinsi' tidak ada" in refused(office, *words, "provinsi=x", by="rina")
    assert "tulis seperti nama_butir=" in refused(office, *words, "kota", by="rina")
    assert "tambahkan --return" in refused(office, "form", "review", "1", "--note", "x", by="rina")
    assert "menunggu evaluasi" in done(office, "form", "show", "1")


def test_there_and_back_through_excel_nothing_is_lost(office: Path) -> None:
    done(office, "form", "export", "kuesioner.yaml", "--out", "kuesioner.xlsx")
    assert "baik, 14 pertanyaan" in done(office, "form", "check", "kuesioner.xlsx")
    said = done(office, "form", "import", "kuesioner.xlsx", "--out", "kembali.yaml")
    assert "Ajukan: lacak form submit kembali.yaml" in said
    assert done(office, "form", "diff", "kuesioner.yaml", "kembali.yaml") == (
        "Tidak ada yang berubah.\n"
    )
    made = publish((office / "kembali.yaml").read_bytes())
    assert made.sha256 == publish(NEXT.encode()).sha256
    assert "disusun (sari" in done(office, "form", "list")


def test_a_workbook_with_faults_is_imported_whole_and_its_faults_are_located(office: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "survey"
    sheet.append(("type", "name", "label", "relevant"))
    sheet.append(("select_one ya", "a", "Mau?", ""))
    sheet.append(("text", "b", "Apa?", "selectd(${a}, 'ya')"))
    choices = book.create_sheet("choices")
    for row in (("list_name", "name", "label"), ("ya", "ya", "Ya"), ("ya", "tidak", "Tidak")):
        choices.append(row)
    book.create_sheet("catatan saya").append(("jangan hilang",))
    book.save(office / "kerja.xlsx")
    found = run(office, "--as", "sari", "form", "import", "kerja.xlsx")
    assert found.returncode == 0
    assert "kerja.xlsx lembar survey baris 3" in found.stderr
    assert "Maksudnya 'selected'" in found.stderr
    assert "lembar 'catatan saya' tidak ikut" in found.stderr
    assert "perlu dibereskan di situ; lihat: lacak form check kerja.yaml" in found.stderr
    written = (office / "kerja.yaml").read_text("utf-8")
    assert "form_id: kerja" in written
    assert "selectd(${a}, 'ya')" in written
    assert "kerja.yaml sudah ada" in refused(office, "form", "import", "kerja.xlsx")


def test_an_import_needs_no_office(tmp_path: Path) -> None:
    run(tmp_path, "form", "export", "kebekerjaan", "--out", "k.xlsx", SECRET_KEY="")
    found = run(tmp_path, "form", "import", "k.xlsx", SECRET_KEY="")
    assert (found.returncode, (tmp_path / "k.yaml").exists()) == (0, True)
    assert "Hari penyusunan belum dihitung" in found.stderr
    assert not (tmp_path / "data").exists()


def test_a_form_can_be_tried_before_anybody_is_asked(office: Path) -> None:
    process = subprocess.Popen(
        [LACAK, "form", "try", "kuesioner.yaml", "--no-browser"], cwd=office, env=ENV, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        address = process.stdout.readline().removeprefix("READY ").strip()
        link = process.stdout.readline().split()[-1]
        assert link.startswith(f"{address}/coba/")
        assert "Apakah Kakak bersedia menjawab?" in httpx.get(link, timeout=30).text
        assert httpx.get(f"{address}/coba/lain", timeout=30).status_code == 404
        before = sorted((office / "data").iterdir())
    finally:
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=20)
    assert "Traceback" not in err
    assert process.returncode == 0
    assert sorted((office / "data").iterdir()) == before
