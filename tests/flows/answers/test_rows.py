"""Several rows answered in one reply: sure where it is certain, asked back where it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.answers import Outcome
from flows.answers.rows import read_rows
from flows.model import Choice

SCALE = [
    Choice(str(code), label)
    for code, label in enumerate(
        ("Sangat Rendah", "Rendah", "Cukup", "Tinggi", "Sangat Tinggi"), start=1
    )
]
SKILLS = (
    "Etika", "Keahlian berdasarkan bidang ilmu", "Bahasa Inggris",
    "Penggunaan Teknologi Informasi", "Komunikasi", "Kerja sama tim", "Pengembangan Diri",
)  # fmt: skip
APPLIED = ("perusahaan yang dilamar", "yang merespons", "yang mengundang wawancara")
ONE_BY_ONE = "4354234"


def said(text: str) -> str:
    """Return what is certain of the seven rows, "-" where nothing is."""
    reading = read_rows(text, SKILLS, SCALE)
    assert reading.outcome is Outcome.SURE, reading
    return "".join(reading.value.get(row, "-") for row in range(len(SKILLS)))


@pytest.mark.parametrize(
    "text",
    [
        "4 3 5 4 2 3 4", "4354234", "4,3,5,4,2,3,4", "4-3-5-4-2-3-4", "4.3.5.4.2.3.4",
        "4 3 5 4 2 3 4 kak 🙏", "4\n3\n5\n4\n2\n3\n4", "4️⃣3️⃣5️⃣4️⃣2️⃣3️⃣4️⃣", "saya jawab 4 3 5 4 2 3 4 ya",
        "empat tiga lima empat dua tiga empat", "1. 4 2. 3 3. 5 4. 4 5. 2 6. 3 7. 4",
        "a4 b3 c5 d4 e2 f3 g4", "a. 4\nb. 3\nc. 5\nd. 4\ne. 2\nf. 3\ng. 4",
        "A=4, B=3, C=5, D=4, E=2, F=3, G=4",
        "tinggi, cukup, sangat tinggi, tinggi, rendah, cukup, tinggi",
    ],
)  # fmt: skip
def test_every_row_is_read_however_the_seven_are_typed(text: str) -> None:
    assert said(text) == ONE_BY_ONE


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("semua 4", "4444444"), ("4 semua kak", "4444444"), ("tinggi semua", "4444444"),
        ("sama semua, 4", "4444444"), ("semua 4 kecuali c 2", "4424444"),
        ("semua tinggi selain bahasa inggris cukup", "4434444"),
        ("semua 4 kecuali c 2, f 5", "4424454"),
    ],
)  # fmt: skip
def test_one_value_may_be_said_of_all_rows_and_others_apart(text: str, rows: str) -> None:
    assert said(text) == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("c 2", "--2----"), ("a=4, b=3", "43-----"), ("etika 4, inggris 3, ti 5", "4-35---"),
        ("etika: tinggi\nkomunikasi: cukup", "4---3--"), ("kerjasama tim 5", "-----5-"),
        ("4 3 6 4 2 3 4", "43-4234"), ("4 3 0 4 2 3 4", "43-4234"), ("a4 b3 a5", "-3-----"),
        ("tinggi, cukup, lumayan, tinggi, rendah, cukup, tinggi", "43-4234"),
    ],
)  # fmt: skip
def test_rows_that_are_not_certain_are_left_for_asking_again(text: str, rows: str) -> None:
    assert said(text) == rows


def test_a_dash_leaves_its_row_out() -> None:
    reading = read_rows("4 4 - 4 4 4 9", SKILLS, SCALE)
    assert reading.value == {0: "4", 1: "4", 2: None, 3: "4", 4: "4", 5: "4"}


@pytest.mark.parametrize("text", ["4", "4 kak", "rata-rata 4"])
def test_a_single_number_is_confirmed_before_it_counts_for_all(text: str) -> None:
    reading = read_rows(text, SKILLS, SCALE)
    assert (reading.outcome, reading.reason) == (Outcome.CONFIRM, "rows_all_meant")
    assert set(reading.value.values()) == {"4"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("4 3 5 4 2 3", "rows_count"), ("4 3 5 4 2 3 4 5", "rows_count"),
        ("43542345", "rows_count"),
        ("9", "rows_count"), ("a 4, eh 3", "rows_not_understood"), ("bagus", "rows_not_understood"),
        ("semua bagus", "rows_not_understood"), ("semua 4 kecuali yang itu", "rows_not_understood"),
        ("z 4", "rows_not_understood"), ("", "rows_not_understood"), ("gak tau", "dont_know"),
        ("rahasia", "refused"),
    ],
)  # fmt: skip
def test_law_7_what_may_be_meant_otherwise_is_asked_again(text: str, reason: str) -> None:
    reading = read_rows(text, SKILLS, SCALE)
    assert (reading.outcome, reading.reason, reading.value) == (Outcome.REASK, reason, None)


@pytest.mark.parametrize(
    "text",
    ["10 4 2", "10, 4, 2", "10,4,2", "10/4/2", "a 10 b 4 c 2", "sepuluh, empat, dua",
     "dilamar 10, merespons 4, wawancara 2"],
)  # fmt: skip
def test_rows_of_numbers_are_read_alike(text: str) -> None:
    reading = read_rows(text, APPLIED)
    assert (reading.outcome, reading.value) == (Outcome.SURE, {0: 10, 1: 4, 2: 2})


@pytest.mark.parametrize("text", ["1.500 3", "2,5 3", "10-15 4 2", "10 4", "1.500 3 2", "2,5 3 1"])
def test_law_7_numbers_that_may_be_one_are_not_taken_apart(text: str) -> None:
    reading = read_rows(text, APPLIED)
    assert (reading.outcome, reading.reason) == (Outcome.REASK, "rows_count")


def test_having_none_at_all_is_confirmed_as_noughts() -> None:
    reading = read_rows("belum pernah", APPLIED)
    assert (reading.outcome, reading.value) == (Outcome.CONFIRM, {0: 0, 1: 0, 2: 0})


@given(st.text(st.sampled_from("0123456789 abcgz,.:\n-=semua kecualitinggi"), max_size=60))
def test_no_text_makes_it_raise_or_invent_a_value(text: str) -> None:
    reading = read_rows(text, SKILLS, SCALE)
    codes = {choice.code for choice in SCALE}
    values = reading.value or {}
    assert set(values.values()) <= codes | {None}
    assert set(values) <= set(range(len(SKILLS)))
    assert bool(values) is (reading.outcome is not Outcome.REASK)
