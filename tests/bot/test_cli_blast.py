"""Blasts, templates and staff on the command line, as staff type them."""

import json
from pathlib import Path

import pytest

from tests.bot.commands import run, stock

COHORT = "Menjahit Pakaian Dasar 2026 angkatan 1"
SID = "HX" + "a" * 32


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return stock(tmp_path)


def send(office: Path, typed: str) -> tuple[int, str]:
    words = ("blast", "send", "kebekerjaan", "--cohort", COHORT, "--channel", "whatsapp")
    done = run(office, *words, typed=typed)
    return done.returncode, done.stdout + done.stderr


def test_a_preview_shows_the_count_and_three_messages(office: Path) -> None:
    words = ("blast", "preview", "kebekerjaan", "--cohort", COHORT, "--channel", "whatsapp")
    done = run(office, *words)
    assert done.returncode == 0
    assert "Akan dikirimi: 20 orang" in done.stdout
    assert done.stdout.count("Balas YA untuk mulai") == 3
    assert "Belum ada siaran" in run(office, "blast", "list").stdout


@pytest.mark.parametrize("typed", ["", "ya\n", "19\n", "\n"])
def test_nothing_is_sent_unless_the_count_is_typed_back(office: Path, typed: str) -> None:
    code, said = send(office, typed)
    assert (code, "Tidak dikirim" in said) == (1, True)
    assert "Belum ada siaran" in run(office, "blast", "list").stdout


def test_a_blast_is_sent_once_steered_and_accounted_for(office: Path) -> None:
    code, said = send(office, "20\n")
    assert (code, "Siaran 1 ditulis" in said) == (0, True)
    again, _said = send(office, "0\n")
    assert again == 0
    report = json.loads(run(office, "blast", "status", "1", "--json").stdout)
    fixed = {"blast", "wave", "form", "audience", "owed", "sent", "delivered", "read", "answered",
             "finished", "failed", "unknown", "not_sent"}  # fmt: skip
    assert fixed <= set(report)
    assert (report["audience"], report["owed"], report["sent"]) == (20, 20, 0)

    assert run(office, "blast", "pause", "1").returncode == 0
    assert run(office, "blast", "pause", "1").returncode == 1
    assert run(office, "blast", "resume", "1").returncode == 0
    assert run(office, "blast", "stop", "1").returncode == 0
    assert "sudah dihentikan" in run(office, "blast", "resume", "1").stderr
    wave = json.loads(run(office, "wave", "show", "1", "--json").stdout)
    assert wave["blasts"][0]["canceled"] == 20
    assert "dibatalkan" in run(office, "wave", "show", "1").stdout
    assert run(office, "wave", "list").stdout.startswith("1\tkebekerjaan\t")


@pytest.mark.parametrize(
    "words", [("blast", "status", "9"), ("blast", "stop", "9"), ("wave", "show", "9")], ids=" ".join
)
def test_what_is_not_there_is_said_kindly(office: Path, words: tuple[str, ...]) -> None:
    done = run(office, *words)
    assert (done.returncode, "tidak ada" in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr


def test_news_is_sent_by_its_number_once_and_says_its_law(office: Path) -> None:
    body = "Halo Kak {{1}}: {{2}}. Balas BERHENTI bila tidak ingin kabar lagi."
    names = ("--variables", "nama,isi", "--text", body)
    assert run(office, "template", "add", "lowongan", "--sid", SID, *names).returncode == 0
    words = (
        "blast",
        "send",
        "--template",
        "lowongan",
        "--cohort",
        COHORT,
        "--channel",
        "whatsapp",
        "--basis",
        "persetujuan",
        "--text",
        "PT Contoh mencari penjahit",
    )
    assert "Tidak dikirim" in run(office, *words, typed="19\n").stderr
    assert "Siaran 1 ditulis" in run(office, *words, typed="20\n").stdout
    assert "yang baru ditambahkan" in run(office, *words, typed="0\n").stdout
    status = run(office, "blast", "status", "1").stdout
    assert "kabar lowongan, dasar hukum: persetujuan" in status


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--template", "lowongan", "kebekerjaan"), "sebutkan satu"),
        ((), "sebutkan satu"),
        (("kebekerjaan", "--text", "Halo"), "tambahkan --template"),
        (("--template", "lowongan", "--period", "2026-C3"), "--period hanya untuk kuesioner"),
        (("--template", "lowongan", "--text", "Halo"), "dasar hukumnya"),
    ],
    ids=lambda one: str(one)[:20],
)
def test_a_survey_and_news_are_not_mixed_up(
    office: Path, words: tuple[str, ...], said: str
) -> None:
    done = run(office, "blast", "send", "--cohort", COHORT, *words, "--yes")
    assert (done.returncode, said in done.stderr) == (1, True)


def test_a_template_is_checked_and_listed(office: Path) -> None:
    done = run(office, "template", "add", "kebekerjaan", "--sid", "HX1", "--variables", "nama")
    assert (done.returncode, "HX diikuti 32" in done.stderr) == (1, True)
    done = run(office, "template", "add", "kebekerjaan", "--sid", SID, "--variables", "nama,gaji")
    assert (done.returncode, "gaji tidak dikenal" in done.stderr) == (1, True)
    done = run(office, "template", "add", "kebekerjaan", "--sid", SID, "--variables", "nama,kantor")
    assert done.returncode == 0
    assert run(office, "template", "list").stdout == f"kebekerjaan\t{SID}\tnama,kantor\tapproved\n"


def test_staff_act_by_role_and_name_and_are_audited(office: Path) -> None:
    assert run(office, "staff", "add", "budi", "operator").returncode == 1
    assert run(office, "staff", "add", "rina", "admin").returncode == 0
    assert run(office, "--as", "rina", "staff", "add", "sari", "coordinator").returncode == 0
    assert run(office, "--as", "rina", "staff", "link", "sari", "0812-0000-0999").returncode == 0
    words = ("--as", "sari", "blast", "stop", "1")
    assert "peran coordinator tidak boleh" in run(office, *words).stderr
    assert "bukan petugas" in run(office, "--as", "orang lain", "staff", "add", "x", "admin").stderr
    assert run(office, "staff", "role", "sari", "operator").returncode == 0
    assert "harus ada seorang admin" in run(office, "staff", "revoke", "rina").stderr
    assert run(office, "staff", "revoke", "sari").returncode == 0
    assert run(office, "staff", "list").stdout == "rina\tadmin\t-\t0 tautan\n"
    assert "tidak dikenal" in run(office, "staff", "role", "rina", "raja").stderr


def test_the_copy_is_made_by_hand_too(office: Path) -> None:
    cohort = ("--cohort", COHORT)
    run(office, "blast", "send", "kebekerjaan", *cohort, "--channel", "whatsapp", "--yes")
    done = run(office, "mirror", "sync")
    assert done.returncode == 0, done.stderr
    assert "Garmen Apparel.xlsx: 20 baru" in done.stdout
    assert (office / "data" / "salinan" / "Garmen Apparel.xlsx").exists()
