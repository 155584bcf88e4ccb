"""Law 9: no clock, no dice. And no text, however odd, makes a reading fail."""

import json
from collections.abc import Callable
from datetime import date, datetime, time
from time import process_time
from typing import Any

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.answers import READERS, Outcome, Reading, read
from flows.answers.email import ADDRESS
from flows.answers.menu import menu_of
from flows.regions import regions
from tests.flows.answers.corpus import CHOICES, STATUS, TODAY, corpus

WORDS = st.sampled_from(sorted({word for line in corpus() for word in line.typed.split()}))
ODD = st.sampled_from(
    (
        "\u200f",
        "\u202e",
        "\u200b",
        "\u0301",
        "٣",
        "३",
        "３",
        "1️⃣",
        "👨‍👩‍👧",
        "🇮🇩",
        "ß",
        "İ",
        "ﬁ",
        "½",
        "Ⅳ",
        "㎞",
    )
)
TYPED = st.one_of(
    st.text(),
    st.text("0123456789.,-/ +'rpjtbk%"),
    st.lists(WORDS, max_size=6).map(" ".join),
    st.lists(st.one_of(WORDS, ODD, st.text(max_size=3)), max_size=6).map("".join),
)
KINDS = st.sampled_from(sorted(READERS))
QUESTIONS = st.sampled_from(["", "Apakah Anda sudah bekerja?", "Apakah Anda setuju?"])
UNITS = st.sampled_from(["", "bulan", "orang", "%"])
CHOSEN = [line for line in corpus() if line.kind == "choice" and line.choices == "status"]
DATE_LIKE = st.tuples(st.integers(0, 40), st.integers(0, 14), st.integers(1900, 2100))


def read_all_known(kind: str, typed: str, question: str = "", unit: str = "") -> Reading:
    return read(kind, typed, choices=STATUS, today=TODAY, question=question, unit=unit)


@given(KINDS, TYPED, QUESTIONS, UNITS)
def test_every_text_is_read_and_read_alike_twice(
    kind: str, typed: str, question: str, unit: str
) -> None:
    reading = read_all_known(kind, typed, question, unit)
    assert reading == read_all_known(kind, typed, question, unit)
    assert json.loads(json.dumps(reading.value)) == reading.value


@pytest.mark.parametrize("kind", sorted(READERS))
def test_no_text_takes_long_to_read(kind: str) -> None:
    longest = 0.0
    for bit in (
        "1 eh ",
        "01 ",
        "</",
        "jangan kirim ",
        "bukan tapi ",
        "., ",
        "ß0",
        "dua ribu ",
        "@a.",
    ):
        began = process_time()
        read_all_known(kind, (bit * 500)[:500])
        longest = max(longest, process_time() - began)
    read_all_known(kind, "👨‍👩‍👧\u202e" * 2000)
    assert longest < 0.5  # seconds; 0.03 by itself


@given(KINDS, TYPED)
def test_only_a_sure_reading_gives_no_reason(kind: str, typed: str) -> None:
    reading = read_all_known(kind, typed)
    assert (reading.outcome is Outcome.SURE) == (reading.reason == "")
    assert (reading.outcome is Outcome.REASK) == (reading.value is None)


@given(KINDS, TYPED)
def test_a_reading_needs_neither_choices_nor_today(kind: str, typed: str) -> None:
    read(kind, typed)


@given(st.integers(100_000, 100_000_000))
def test_an_amount_written_out_in_full_is_itself(rupiah: int) -> None:
    grouped = f"{rupiah:,}"
    for typed in (str(rupiah), grouped.replace(",", "."), f"Rp {grouped.replace(',', '.')},-"):
        assert read("money", typed) == Reading(Outcome.SURE, rupiah), typed


@given(st.integers(10, 99_999))
def test_an_amount_in_thousands_is_itself(thousands: int) -> None:
    for typed in (f"{thousands}rb", f"{thousands} ribu", f"Rp{thousands}k/bln"):
        assert read("money", typed).value == thousands * 1000, typed


@given(st.integers(1, 99), st.integers(1, 999))
def test_millions_and_thousands_add_up(millions: int, thousands: int) -> None:
    reading = read("money", f"{millions} juta {thousands} ribu")
    assert reading == Reading(Outcome.SURE, millions * 1_000_000 + thousands * 1000)


@given(DATE_LIKE)
def test_a_full_date_is_its_own_day_or_asked_again(parts: tuple[int, int, int]) -> None:
    day, month, year = parts
    reading = read("date", f"{day}/{month}/{year}", today=TODAY)
    if reading.outcome is Outcome.SURE:
        assert reading.value == {"value": str(date(year, month, day)), "precision": "day"}


@given(st.integers(1, 200))
def test_a_number_is_itself(number: int) -> None:
    assert read("integer", str(number)).value == number


@given(st.integers(0, 999))
def test_a_position_is_that_choice_or_out_of_range(position: int) -> None:
    reading = read_all_known("choice", str(position))
    if 1 <= position <= len(STATUS):
        assert reading.value == STATUS[position - 1].code
    else:
        assert reading.reason == "choice_out_of_range"


@given(
    st.sampled_from(["belum ", "tidak ", "blm ", "ga ", "bukan ", "udah ga ", "tdk lagi "]), TYPED
)
def test_a_negation_is_never_the_positive_choice(negation: str, typed: str) -> None:
    choices = [{"code": "kerja", "label": "Kerja"}, {"code": "usaha", "label": "Usaha"}]
    assert read("choice", f"{negation}kerja", choices=choices).outcome is Outcome.REASK
    reading = read("choice", f"{negation}{typed} usaha", choices=choices)
    assert reading.outcome is not Outcome.SURE


DOUBTS = (
    *("dulu {}", "mau {}", "pengen {}", "kalau nanti {}", "suami saya {}", "Budi {}", "pacarku {}"),
    *("siapa yang {}", "mantan {}", "gagal {}", "hampir {}", "bukan {}", "{}?", "{} gak", "{} ❌"),
    *("{} tapi itu dulu", "{} katanya", "{} tahun depan", "{} suami", "{} kemarin", "{} gsgal"),
)
NAMES = sorted({name for one in STATUS for name in (one.code, one.label, *one.aliases)})


@pytest.mark.parametrize("doubt", DOUBTS)
def test_a_choice_known_by_its_label_is_never_taken_with_a_doubt(doubt: str) -> None:
    choices = CHOICES["f8"]
    taken = [
        said
        for said in map(doubt.format, menu_of(choices).exact)
        if read("choice", said, choices=choices).outcome is Outcome.SURE
    ]
    assert taken == []


@pytest.mark.parametrize("doubt", DOUBTS)
def test_a_choice_with_a_doubt_beside_it_is_never_taken(doubt: str) -> None:
    taken = [
        said
        for said in map(doubt.format, NAMES)
        if read_all_known("choice", said).outcome is Outcome.SURE
    ]
    assert taken == []


AMOUNT_DOUBTS = (
    *("dulu {}", "gaji suami {}", "bukan {}", "kurang dari {}", "omzet {}", "utang {}", "{}?"),
    *("{} per hari", "{} setahun", "{} ringgit", "{} yen", "{} ke atas", "{} atau 9 juta"),
)


@given(st.sampled_from(AMOUNT_DOUBTS), st.integers(10, 99))
def test_an_amount_with_a_doubt_beside_it_is_never_taken(doubt: str, tens: int) -> None:
    for amount in (f"{tens}0rb", f"{tens / 10} juta", f"Rp {tens}0.000", f"{tens} juta"):
        assert read("money", doubt.format(amount)).outcome is not Outcome.SURE


CODES = {one.code for one in STATUS}
PLACES = {(one.name, one.code) for one in regions()}
LENGTH_OF = {"day": 10, "month": 7, "year": 4}
VALID: dict[str, Callable[[Any], bool]] = {
    "choice": CODES.__contains__,
    "multi": lambda codes: bool(codes) and CODES.issuperset(codes),
    "yesno": lambda said: isinstance(said, bool),
    "integer": lambda number: type(number) is int and number >= 0,
    "money": lambda amount: type(amount) is int and amount >= 0,
    "decimal": lambda number: type(number) is float and number >= 0,
    "date": lambda day: (
        bool(date.fromisoformat((day["value"] + "-01-01")[:10]))
        and len(day["value"]) == LENGTH_OF[day["precision"]]
    ),
    "time": lambda clock: len(clock) == 5 and isinstance(time.fromisoformat(clock), time),
    "datetime": lambda moment: bool(datetime.fromisoformat(moment)),
    "phone": lambda phone: phonenumbers.is_valid_number(phonenumbers.parse(phone)),
    "email": lambda address: bool(ADDRESS.fullmatch(address)),
    "nik": lambda nik: nik.isascii() and nik.isdecimal() and len(nik) == 16,
    "npwp": lambda npwp: npwp.isascii() and npwp.isdecimal() and len(npwp) in (15, 16),
    "place": lambda place: (
        place["kode_kemendagri"] is None or (place["kabkota"], place["kode_kemendagri"]) in PLACES
    ),
}
"""Whether a value is one that its kind may have."""


@given(KINDS, TYPED, QUESTIONS)
def test_a_sure_value_is_one_its_kind_may_have(kind: str, typed: str, question: str) -> None:
    reading = read_all_known(kind, typed, question)
    if reading.outcome is Outcome.SURE:
        assert VALID.get(kind, bool)(reading.value), reading


def test_choices_may_come_as_mappings() -> None:
    mappings = [
        {"code": one.code, "label": one.label, "aliases": list(one.aliases)} for one in STATUS
    ]
    differs = [
        line.id for line in CHOSEN if read("choice", line.typed, choices=mappings) != line.reading()
    ]
    assert differs == []
