"""The command line, run as staff run it: in its own process, in an empty folder."""

import csv
import json
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import openpyxl
import pytest

from bot.demo import people
from flows.model import Form
from flows.phrases import phrases
from flows.transcript import play, read_script
from tests.bot.commands import ENV, LACAK, run, stock
from tests.conftest import NOW


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with a published form and imported people."""
    return stock(tmp_path)


@pytest.mark.parametrize(
    "words", [[], ["form"], ["people"], ["export"], ["serve"], ["demo"], ["chat"]], ids=" ".join
)
def test_help_says_what_there_is(tmp_path: Path, words: list[str]) -> None:
    done = run(tmp_path, *words, "--help")
    assert done.returncode == 0
    assert "Usage" in done.stdout


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    code = "import sys, bot.cli; print([m for m in ('fastapi','sqlmodel','pandas','pyxform','sqlalchemy') if m in sys.modules])"  # noqa: E501
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)  # fmt: skip  # noqa: E501
    assert done.stdout.strip() == "[]"


def test_a_chat_in_the_terminal_is_saved_as_a_passing_transcript(
    tmp_path: Path, form: Form
) -> None:
    typed = "ya\nwirausaha\nToko Contoh\nbulan lalu\nkue\nKendari\n1\nrahasia\nlewati\nlewati\n"
    done = run(
        tmp_path, "chat", "kebekerjaan", "--save", "t.txt", "--given", "nama=Budi", typed=typed
    )
    assert done.returncode == 0
    assert "Halo Kak Budi!" in done.stdout
    assert "Selesai!" in done.stdout
    saved = (tmp_path / "t.txt").read_text("utf-8")
    assert saved.endswith("end:  finished\n")
    assert play(form, read_script(saved), phrases()) == saved


def test_a_chat_that_is_left_ends_quietly(tmp_path: Path) -> None:
    done = run(tmp_path, "chat", "kebekerjaan", typed="ya\nkerja\n")
    assert (done.returncode, done.stderr) == (0, "")


def test_an_unknown_questionnaire_is_answered_with_those_there_are(tmp_path: Path) -> None:
    done = run(tmp_path, "chat", "kebekerjan")
    assert done.returncode == 1
    assert "kebekerjaan" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_version_cannot_be_published_again_with_other_words(office: Path) -> None:
    from flows import library  # noqa: PLC0415

    changed = library.source("kebekerjaan").decode().replace("Sebagai apa", "Jadi apa")
    (office / "ubah.yaml").write_text(changed, "utf-8")
    done = run(office, "form", "publish", "ubah.yaml")
    assert done.returncode == 1
    assert "naikkan 'version'" in done.stderr
    assert run(office, "form", "publish", "kebekerjaan").returncode == 0
    assert run(office, "form", "list").stdout.count("kebekerjaan") == 1


def test_importing_a_file_says_what_it_did(tmp_path: Path) -> None:
    people.workbook(tmp_path / "peserta.xlsx", today=NOW.date())
    done = run(tmp_path, "people", "import", "peserta.xlsx", "--json")
    assert json.loads(done.stdout) == {
        "rows": 300, "new": 300, "updated": 0, "unchanged": 0, "faults": [],
    }  # fmt: skip


def test_importing_the_same_file_twice_changes_nothing(office: Path) -> None:
    done = run(office, "people", "import", "peserta.xlsx", "--json")
    assert json.loads(done.stdout)["unchanged"] == 300


def test_a_workbook_with_faults_names_all_of_them_and_stores_nothing(tmp_path: Path) -> None:
    path = tmp_path / "rusak.xlsx"
    people.workbook(path, today=NOW.date())
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    for cell, value in {
        "B2": "12",
        "A3": None,
        "V4": "31/02/2026",
        "C5": "12",
        "B6": sheet["B7"].value,
    }.items():
        sheet[cell] = value
    sheet["R6"] = sheet["R7"].value
    book.save(path)

    done = run(tmp_path, "people", "import", "rusak.xlsx", "--json")

    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert [(one["row"], one["column"]) for one in report["faults"]] == [
        (2, "NIK"), (3, "Nama"), (4, "Tanggal Selesai Pelatihan"), (5, "No HP"), (7, "NIK"),
    ]  # fmt: skip
    assert report["new"] == 0
    assert run(tmp_path, "people", "cohorts").stdout == ""


def audited(office: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(office / "data" / "lacak.db") as db:
        lines = list(db.execute("SELECT action, detail FROM audit ORDER BY id"))
    db.close()
    return lines


def test_a_number_that_changed_is_shown_before_it_replaces(office: Path) -> None:
    book = openpyxl.load_workbook(office / "peserta.xlsx")
    sheet = book.active
    assert sheet is not None
    sheet["C2"], sheet["B3"] = "0857 0000 0103", "12"
    book.save(office / "baru.xlsx")

    refused = json.loads(run(office, "people", "import", "baru.xlsx", "--json").stdout)
    assert (refused["rows"], refused["unchanged"], len(refused["faults"])) == (300, 0, 1)
    good = ("people", "import", "baru.xlsx", "--accept-good")
    shown = run(office, *good)
    assert "6281…00 → 6285…03: belum diganti" in shown.stdout
    assert "299 tetap, 1 kesalahan tidak disimpan" in shown.stdout
    tried = run(office, *good, "--replace", "--dry-run")
    assert "percobaan, belum disimpan" in tried.stdout
    done = run(office, *good, "--replace", "--json")
    report = json.loads(done.stdout)
    assert (done.returncode, report["updated"], report["unchanged"]) == (0, 1, 298)
    assert report["changes"] == [
        {"row": 2, "column": "No HP", "value": "6281…00 → 6285…03", "message": "diganti"}
    ]
    assert run(office, *good, "--replace").stdout.splitlines()[-1].startswith("300 baris: 0 baru")


def test_people_are_listed_shown_and_mended_and_each_look_is_audited(office: Path) -> None:
    cohort = run(office, "people", "cohorts").stdout.splitlines()[0].split("\t")[0]
    listed = json.loads(run(office, "people", "list", "--cohort", cohort, "--json").stdout)
    assert len(listed) == 20
    assert all("…" in one["phone"] and one["cohorts"] == [cohort] for one in listed)
    one = str(listed[0]["id"])

    assert re.search(r"^NIK: 7471…\d\d$", run(office, "people", "show", one).stdout, re.MULTILINE)
    whole = run(office, "people", "show", one, "--nik").stdout
    assert re.search(r"^NIK: \d{16}$", whole, re.MULTILINE)

    words = (
        "people",
        "edit",
        one,
        "--name",
        "SARI BARU",
        "--phone",
        "8570000 0103",
        "--zone",
        "WIT",
    )
    assert "Sari Baru" in run(office, *words, "--dry-run").stdout
    assert "Sari Baru" not in run(office, "people", "show", one).stdout
    assert re.search(r"HP: 6281…\d\d → 6285…03", run(office, *words).stdout)
    shown = run(office, "people", "show", one).stdout
    assert "+6285700000103 (dipakai)" in shown
    assert "Zona waktu: WIT" in shown

    lines = audited(office)
    assert ("people show nik", one) in lines
    assert (f"people edit {one}: name, zone, phone").split(" ", 2)[2] in [d for _a, d in lines]
    assert not any("0103" in detail or "Sari" in detail for _action, detail in lines)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "999"], "tidak ada"), (["edit", "999", "--name", "A"], "tidak ada"),
        (["edit", "1"], "sebutkan yang diperbaiki"), (["edit", "1", "--phone", "12"], "--phone"),
        (["edit", "1", "--zone", "x"], "WITA"), (["list", "--cohort", "x"], "people cohorts"),
        (["merge", "1", "1"], "dua nomor"), (["merge", "1", "2"], "NIK yang berbeda"),
        (["import", "tidak-ada.xlsx"], "tidak-ada.xlsx"),
        (["import", "peserta.xlsx", "--mapping", "x"], "belum ada"),
        (["mapping", "save", "x", "peserta.xlsx"], "tidak terbaca"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_a_wrong_word_about_people_says_what_would_work(
    office: Path, words: list[str], said: str
) -> None:
    done = run(office, "people", *words)
    assert (done.returncode, said in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr


def test_a_saved_mapping_brings_another_layout_in_and_twins_are_merged(tmp_path: Path) -> None:
    columns = "kolom: {Siapa: nama, Induk: nim, Telp: hp, Lulus: selesai}"
    (tmp_path / "w.yaml").write_text(f"jenis: yudisium\n{columns}\ntetap: {{prodi: Mesin}}\n")
    (tmp_path / "w.csv").write_text(
        "Siapa;Induk;Telp;Lulus\nBudi Santoso;017;081200000102;21/08/2026\n"
        "Budi Santosa;018;081200000102;21/08/2026\n"
    )
    assert run(tmp_path, "people", "mapping", "save", "wisuda", "w.yaml").returncode == 0
    assert run(tmp_path, "people", "mapping", "list").stdout.startswith("wisuda\t")
    done = run(tmp_path, "people", "import", "w.csv", "--mapping", "wisuda", "--json")
    assert json.loads(done.stdout)["new"] == 2
    again = run(tmp_path, "people", "import", "w.csv", "--mapping", "w.yaml", "--json")
    assert json.loads(again.stdout)["unchanged"] == 2

    assert "1 alamat" in run(tmp_path, "people", "merge", "2", "1", "--dry-run").stdout
    assert len(run(tmp_path, "people", "list").stdout.splitlines()) == 2
    assert run(tmp_path, "people", "merge", "2", "1").returncode == 0
    assert len(run(tmp_path, "people", "list").stdout.splitlines()) == 1
    assert "sudah digabung ke 1" in run(tmp_path, "people", "show", "2").stderr
    assert [action for action, _detail in audited(tmp_path)].count("people merge") == 1
    third = run(tmp_path, "people", "import", "w.csv", "--mapping", "wisuda", "--json")
    assert json.loads(third.stdout)["new"] == 0


@pytest.mark.parametrize(
    "content", [b"", b"not a workbook", b"PK\x03\x04broken"], ids=["empty", "text", "half a zip"]
)
def test_a_file_that_is_no_workbook_gives_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.xlsx").write_bytes(content)
    done = run(tmp_path, "people", "import", "x.xlsx")
    assert done.returncode == 1
    assert "tidak terbaca" in done.stdout
    assert "Traceback" not in done.stderr


def test_an_invitation_is_a_link_for_each_of_a_cohort(office: Path) -> None:
    cohort = run(office, "people", "cohorts").stdout.splitlines()[0].split("\t")[0]
    done = run(office, "people", "invite", "kebekerjaan", "--cohort", cohort, "--out", "tautan.csv")
    assert done.returncode == 0
    with (office / "tautan.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 20
    assert len({row["tautan"] for row in rows}) == 20
    again = run(office, "people", "invite", "kebekerjaan", "--cohort", cohort)
    assert again.stdout.count("sudah diundang") == 20


def test_inviting_who_or_what_is_not_there_says_what_would_work(office: Path) -> None:
    done = run(office, "people", "invite", "kebekerjaan", "--cohort", "tidak ada")
    assert (done.returncode, "lacak people cohorts" in done.stderr) == (1, True)
    done = run(office, "people", "invite", "tracer", "--cohort", "x")
    assert "lacak form publish tracer" in done.stderr


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_responses_are_exported_and_the_export_is_audited(office: Path, kind: str) -> None:
    cohort = run(office, "people", "cohorts").stdout.splitlines()[0].split("\t")[0]
    run(office, "people", "invite", "kebekerjaan", "--cohort", cohort)
    done = run(office, "export", "responses", "--format", kind, "--out", f"hasil.{kind}")
    assert (done.returncode, done.stdout) == (0, f"20 tanggapan ditulis ke hasil.{kind}\n")
    assert (office / f"hasil.{kind}").stat().st_size > 500
    with sqlite3.connect(office / "data" / "lacak.db") as db:
        lines = list(db.execute("SELECT actor, action FROM audit ORDER BY id"))
    db.close()
    assert lines[-1] == ("rina", "export responses")
    assert {actor for actor, _action in lines} == {"rina"}


def test_an_export_in_another_layout(office: Path) -> None:
    done = run(office, "export", "responses", "--layout", "siapkerja", "--format", "csv", "--nik")
    assert (done.returncode, done.stdout) == (0, "0 tanggapan ditulis ke siapkerja.csv\n")
    done = run(office, "export", "responses", "--layout", "smile")
    assert (done.returncode, "siapkerja" in done.stderr) == (1, True)


def test_commands_refuse_to_store_without_a_key(tmp_path: Path) -> None:
    done = run(tmp_path, "people", "cohorts", SECRET_KEY="")
    assert done.returncode == 1
    assert "SECRET_KEY is empty" in done.stderr


def test_wrong_settings_are_named(tmp_path: Path) -> None:
    done = run(tmp_path, "people", "cohorts", WHATSAPP_RATE_PER_SECOND="cepat")
    assert (done.returncode, "WHATSAPP_RATE_PER_SECOND='cepat'" in done.stderr) == (1, True)


def test_an_office_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = run(tmp_path, "--env", "lain.env", "people", "cohorts")
    assert (done.returncode, "lain.env" in done.stderr) == (1, True)


def test_another_key_is_refused_with_a_sentence(office: Path) -> None:
    cohort = run(office, "people", "cohorts").stdout.splitlines()[0].split("\t")[0]
    run(office, "people", "invite", "kebekerjaan", "--cohort", cohort)
    done = run(office, "serve", "--port", "0", SECRET_KEY="another key")
    assert done.returncode == 1
    assert "not the one this data was stored with" in done.stderr
    done = run(office, "export", "responses", SECRET_KEY="another key")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)


@pytest.mark.parametrize(
    ("words", "env"),
    [
        (["--host", "0.0.0.0"], {"SECRET_KEY": ""}),
        (["--host", "0.0.0.0"], {"SECRET_KEY": "lacak-demo-key-not-for-real-people"}),
        ([], {"SECRET_KEY": "", "PUBLIC_URL": "https://lacak.example.ac.id"}),
    ],
    ids=["no key", "the demo's key", "behind a proxy"],
)
def test_law_10_serve_refuses_an_open_door(
    tmp_path: Path, words: list[str], env: dict[str, str]
) -> None:
    done = run(tmp_path, "serve", "--port", "0", *words, **env)
    assert done.returncode == 1
    assert "SECRET_KEY is empty or the demo's" in done.stderr
    assert not (tmp_path / "data" / "lacak.db").exists()


class Running:
    """A `lacak` process and what it has said so far."""

    def __init__(self, folder: Path, *words: str, env: Mapping[str, str] | None = None) -> None:
        self.output = folder / f"out{time.monotonic_ns()}.txt"
        with self.output.open("w") as out:
            self.process = subprocess.Popen(
                [LACAK, *words], cwd=folder, stdout=out, stderr=subprocess.STDOUT,
                env={**ENV, **(env or {})},
            )  # fmt: skip

    def said(self) -> str:
        return self.output.read_text("utf-8")

    def ready(self) -> str:
        deadline = time.monotonic() + 100
        while time.monotonic() < deadline and self.process.poll() is None:
            found = re.search(r"^READY (http://\S+)$", self.said(), re.MULTILINE)
            if found:
                return found[1]
            time.sleep(0.05)
        raise AssertionError(self.said())

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=60)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[object]:
    running: list[Running] = []

    def begin(*words: str) -> Running:
        running.append(Running(tmp_path, *words))
        return running[-1]

    yield begin
    for one in running:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


def test_serve_refuses_a_channel_that_is_set_up_wrongly(tmp_path: Path) -> None:
    for name, value in (("TELEGRAM_TOKEN", "rahasia"), ("TELEGRAM_WEBHOOK_SECRET", "rahasia!")):
        done = run(tmp_path, "serve", "--port", "0", **{name: value})
        assert done.returncode == 1
        assert f"{name} must be" in done.stderr
        assert "Traceback" not in done.stderr
        assert "rahasia" not in done.stderr


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_serve_says_it_is_ready_and_stops_cleanly(start: object, how: signal.Signals) -> None:
    assert callable(start)
    serve: Running = start("serve", "--port", "0")
    where = serve.ready()
    assert httpx.get(f"{where}/readyz").json()["ok"] is True
    serve.stop(how)
    assert "Traceback" not in serve.said()


def test_a_second_sender_on_the_same_sqlite_file_is_refused(start: object, tmp_path: Path) -> None:
    assert callable(start)
    first: Running = start("serve", "--port", "0")
    where = first.ready()
    second = run(tmp_path, "serve", "--port", "0")
    assert second.returncode == 1
    assert f"Another `lacak serve` at {where} uses this database" in second.stderr
    assert run(tmp_path, "people", "cohorts").returncode == 0


def test_the_demo_runs_twice_and_its_wave_fills(start: object, tmp_path: Path) -> None:
    assert callable(start)
    demo: Running = start("demo", "--port", "0", "--no-browser")
    where = demo.ready()
    page = re.search(rf"{where}/c/\S+", demo.said())
    assert page is not None
    assert "Halo Kak" in httpx.get(page[0]).text
    assert "simulasi" in httpx.get(f"{where}/demo").text

    second = run(tmp_path, "demo", "--port", "0", "--no-browser")
    assert (second.returncode, f"sudah berjalan di {where}" in second.stderr) == (0, True)

    env = ("--env", "demo-data/kantor.env")
    assert run(tmp_path, *env, "people", "cohorts").stdout.count("20 orang") == 15
    done = run(tmp_path, *env, "export", "responses", "--format", "csv")
    assert done.stdout == "300 tanggapan ditulis ke kebekerjaan.csv\n"

    deadline = time.monotonic() + 100
    figures = httpx.get(f"{where}/demo/status").json()
    while figures["status"]["sebagian"] < 3 and time.monotonic() < deadline:
        time.sleep(0.3)
        figures = httpx.get(f"{where}/demo/status").json()
    assert figures["total"] == 300
    assert figures["status"]["sebagian"] >= 3
    assert any(one["simulated"] for one in figures["recent"])
    demo.stop(signal.SIGINT)
    assert "Traceback" not in demo.said()

    again: Running = start("demo", "--port", "0", "--no-browser")
    later = httpx.get(f"{again.ready()}/demo/status").json()
    assert later["total"] == 300
    assert later["status"]["belum"] <= figures["status"]["belum"]
    copies = tmp_path / "demo-data" / "salinan"
    deadline = time.monotonic() + 100
    while len(list(copies.glob("*.xlsx"))) < 7 and time.monotonic() < deadline:
        time.sleep(0.3)
    assert len(list(copies.glob("*.xlsx"))) == 7
    again.stop(signal.SIGTERM)
