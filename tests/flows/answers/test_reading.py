"""The interface others rely on, and what a corpus line cannot say."""

import ast
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import flows.answers
from flows.answers import READERS, Outcome, Reading, read

SOURCES = sorted(Path(flows.answers.__file__).parent.glob("*.py"))
YES_NO = [{"code": "1", "label": "Ya"}, {"code": "0", "label": "Tidak"}]
AGREEMENT = [
    {"code": str(n), "label": label}
    for n, label in enumerate(
        ("Sangat tidak setuju", "Tidak setuju", "Setuju", "Sangat setuju"), start=1
    )
]


def test_an_unknown_kind_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="telepati"):
        read("telepati", "halo")


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_today_is_the_only_clock(source: Path) -> None:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {function.attr for function in called if isinstance(function, ast.Attribute)}
    assert names.isdisjoint({"today", "now", "utcnow", "monotonic", "fromtimestamp"})


@pytest.mark.parametrize("typed", ["kemarin", "mei", "2 bulan lalu", "17 agustus", "tahun lalu"])
def test_without_today_what_leans_on_it_is_asked_again(typed: str) -> None:
    assert read("date", typed).outcome is Outcome.REASK


@pytest.mark.parametrize(
    ("today", "typed", "value"),
    [
        (date(2026, 1, 15), "bulan lalu", "2025-12"),
        (date(2026, 1, 1), "kemarin", "2025-12-31"),
        (date(2024, 3, 1), "kemarin", "2024-02-29"),
        (date(2026, 3, 31), "1 bulan lalu", "2026-02"),
        (date(2026, 2, 10), "14 bulan lalu", "2024-12"),
    ],
)
def test_relative_dates_cross_months_and_years(today: date, typed: str, value: str) -> None:
    assert read("date", typed, today=today).value["value"] == value


@pytest.mark.parametrize(
    ("typed", "code"),
    [("ya", "1"), ("iya kak", "1"), ("tidak", "0"), ("ga", "0"), ("1", "1"), ("2", "0")],
)
def test_a_polar_choice_is_read_like_any_other(typed: str, code: str) -> None:
    assert read("choice", typed, choices=YES_NO) == Reading(Outcome.SURE, code)


@pytest.mark.parametrize("typed", ["gapapa", "ya tidak", "tidak tahu", "belum"])
def test_a_polar_choice_is_not_taken_from_a_doubtful_text(typed: str) -> None:
    assert read("choice", typed, choices=YES_NO).outcome is not Outcome.SURE


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("setuju", "3"),
        ("tidak setuju", "2"),
        ("ga setuju", "2"),
        ("sangat tidak setuju", "1"),
        ("sgt setuju", "4"),
        ("kurang setuju", None),
        ("agak setuju", None),
        ("setuju banget", None),
        ("tidak terlalu setuju", None),
    ],
)
def test_degrees_are_not_blurred(typed: str, code: str | None) -> None:
    reading = read("choice", typed, choices=AGREEMENT)
    assert (reading.value if reading.outcome is Outcome.SURE else None) == code


def test_a_label_that_is_a_number_is_not_mistaken_for_a_position() -> None:
    choices = [{"code": f"s{n}", "label": str(n)} for n in (5, 4, 3, 2, 1)]
    assert read("choice", "5", choices=choices).options == ("s5", "s1")
    assert read("choice", "3", choices=choices).value == "s3"


def test_codes_come_back_as_they_were_given() -> None:
    choices = [{"code": 1, "label": "Bekerja"}, {"code": 2, "label": "Kuliah", "aliases": "studi"}]
    assert read("choice", "studi", choices=choices).value == 2
    assert read("multi", "kerja dan kuliah", choices=choices).value == [1, 2]


def test_another_number_in_a_name_is_no_slip_of_the_thumb() -> None:
    choices = [{"code": "a", "label": "Semester 1"}, {"code": "b", "label": "Semester 2"}]
    assert read("choice", "smester 2", choices=choices).value == "b"
    assert read("choice", "semester 3", choices=choices).outcome is Outcome.REASK


def test_a_long_text_is_kept_whole_up_to_the_limit() -> None:
    assert read("text", "a" * 4000).value == "a" * 4000
    assert read("text", "a" * 4001).reason == "text_too_long"


@pytest.mark.parametrize("kind", sorted(set(READERS) - {"text"}))
def test_a_story_is_no_answer_and_is_not_searched_for_one(kind: str) -> None:
    reading = read(kind, "1 " * 300, choices=YES_NO)
    assert reading.value == "none" or reading.reason == "too_long"


def test_importing_the_readers_is_light() -> None:
    script = "import sys, flows.answers; sys.exit('rapidfuzz' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True)
