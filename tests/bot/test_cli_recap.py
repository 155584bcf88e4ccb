"""`lacak recap`, as staff type it: everyone accounted for, coordinators on their own side."""

from pathlib import Path

import pytest

from tests.bot.commands import run, stock
from tests.bot.test_cli import audited

SEWING = "Menjahit Pakaian Dasar 2026 angkatan 1"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return stock(tmp_path)


def test_a_recap_is_printed_for_a_cohort_and_for_a_prodi(office: Path) -> None:
    before = run(office, "recap", "--cohort", SEWING)
    assert (before.returncode, "• 20 belum diundang" in before.stdout) == (0, True)
    words = ("blast", "send", "kebekerjaan", "--cohort", SEWING, "--channel", "whatsapp", "--yes")
    assert run(office, *words).returncode == 0

    done = run(office, "recap", "--cohort", SEWING, "--form", "kebekerjaan")
    assert done.returncode == 0, done.stderr
    assert f"Angkatan {SEWING}\nPeriode " in done.stdout
    assert "Sasaran: 20 orang\nDiundang: 20\nTerjangkau: 0\n" in done.stdout
    assert "• 20 menunggu dikirim" in done.stdout
    assert "gross: 0,0 % (0 dari 20 sasaran)" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 60
    assert "Prodi Garmen Apparel" in run(office, "recap", "--prodi", "Garmen Apparel").stdout
    assert [action for action, _detail in audited(office)].count("recap") == 3


def test_a_coordinator_sees_their_own_prodi_only(office: Path) -> None:
    assert run(office, "staff", "add", "rina", "admin").returncode == 0
    again = ("staff", "add", "sari", "coordinator", "--prodi", "Garmen Apparel")
    assert run(office, *again).returncode == 0
    own = run(office, "--as", "sari", "recap")
    assert (own.returncode, "Prodi Garmen Apparel" in own.stdout) == (0, True)
    other = next(
        line.split("\t")[0]
        for line in run(office, "people", "cohorts").stdout.splitlines()
        if "Garmen Apparel" not in line
    )
    done = run(office, "--as", "sari", "recap", "--cohort", other)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"angkatan '{other}' tidak ada" in done.stderr
    assert "bukan petugas" in run(office, "--as", "orang lain", "recap", "--cohort", other).stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "sebutkan --cohort atau --prodi"),
        (["--cohort", "x"], "angkatan 'x' tidak ada"),
        (["--form", "tracer", "--cohort", SEWING], "kuesioner 'tracer' belum terbit"),
    ],
    ids=["nothing", "no such cohort", "no such form"],
)
def test_a_wrong_word_says_what_would_work(office: Path, words: list[str], said: str) -> None:
    done = run(office, "recap", *words)
    assert (done.returncode, said in done.stderr) == (1, True)
    assert "Traceback" not in done.stderr
