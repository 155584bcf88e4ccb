"""What was said: true shares with their base, and nothing that points at one person."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.recap import FEW, Choices, Quartiles, Recap, Share, Turnout, render_text
from exports.recap.questions import whole_percents
from exports.recap.text import MOST, WIDTH
from flows.model import Form
from flows.state import Status
from flows.xlsform import load, publish
from tests.exports.recap.answering import person, recapped
from tests.flows.xlsform.forms import form as written


def question(found: Recap, label: str) -> Any:
    return next(one for one in found.questions if one.label.startswith(label))


def shares(found: Choices) -> dict[str, tuple[int, int]]:
    return {one.label: (one.people, one.percent) for one in found.shares if one.people}


def finished(form: Form, *answers: dict[str, Any]) -> Recap:
    return recapped(form, [person(form, Status.FINISHED, said) for said in answers])


@pytest.fixture(scope="session")
def small() -> Form:
    return load(publish(written("""
        survey:
          - {type: select_multiple cara, name: cara, label: Lewat apa}
          - {type: integer, name: lama, label: Berapa bulan menunggu}
          - {type: integer, name: gaji, label: Penghasilan, chat::read: money}
          - {type: date, name: tahun, label: Tahun masuk, appearance: year}
          - {type: date, name: lahir, label: Tanggal lahir, "chat::pii": "yes"}
          - {type: text, name: saran, label: Saran}
        choices:
          cara:
            - {name: web, label: Situs web}
            - {name: teman, label: Teman}
            - {name: kampus, label: Kampus}
        """)))  # fmt: skip


def test_shares_name_their_base_and_who_was_asked_and_did_not_answer(form: Form) -> None:
    working = [{"status": "bekerja", "kesesuaian": "sesuai"}] * 3
    working += [{"status": "bekerja", "kesesuaian": "tidak"}] * 2 + [{"status": "wirausaha"}]
    found = finished(form, *working, *[{"status": "mencari", "kendala": "modal"}] * 4)
    status = question(found, "Apa kesibukan")
    assert (status.base, status.unanswered) == (10, 0)
    assert shares(status) == {
        "Bekerja": (5, 50), "Wirausaha": (1, 10), "Belum bekerja, sedang mencari": (4, 40),
    }  # fmt: skip
    fit = question(found, "Sesuaikah")
    assert (fit.base, fit.unanswered) == (5, 1)
    assert shares(fit) == {"Sesuai": (3, 60), "Tidak sesuai": (2, 40)}


def test_a_question_nobody_was_asked_is_left_out(form: Form) -> None:
    found = finished(form, *[{"status": "melanjutkan"}] * 6)
    assert [one.label for one in found.questions] == ["Apa kesibukan Kakak sekarang?"]


def test_an_answer_that_a_later_one_hid_is_not_counted(form: Form) -> None:
    hidden = {"status": "melanjutkan", "kesesuaian": "sesuai"}
    found = finished(form, *[hidden] * 5, *[{"status": "bekerja", "kesesuaian": "tidak"}] * 5)
    assert shares(question(found, "Sesuaikah")) == {"Tidak sesuai": (5, 100)}


def test_who_declined_is_not_counted_and_who_stopped_midway_is(form: Form) -> None:
    people = [person(form, Status.DECLINED, {"status": "bekerja"}) for _ in range(5)]
    people += [person(form, Status.STOPPED, {"status": "mencari"}) for _ in range(5)]
    found = question(recapped(form, people), "Apa kesibukan")
    assert shares(found) == {"Belum bekerja, sedang mencari": (5, 100)}


@pytest.mark.parametrize("number", range(1, 8))
def test_few_answers_are_not_broken_down(form: Form, number: int) -> None:
    job = {
        "status": "bekerja",
        "penghasilan": 2_500_000,
        "sejak": {"value": "2026-08", "precision": "month"},
    }
    found = finished(form, *[job] * number)
    status, income, since = (question(found, x) for x in ("Apa", "Kira-kira", "Sejak"))
    assert (status.base, income.base, since.base) == (number,) * 3
    assert bool(status.shares) == bool(income.median) == bool(since.median) == (number >= FEW)
    text = render_text(found)
    assert (f"Baru {number} orang menjawab." in text) == (number < FEW)
    if number < FEW:
        assert not any(said in text for said in ("█", "Rp", "Agustus", "Bekerja"))


def test_one_question_with_few_answers_is_hidden_among_others(form: Form) -> None:
    job = {"status": "bekerja"}
    found = finished(form, *[job] * 6, *[{**job, "penghasilan": 9_999_000}] * 4)
    assert question(found, "Kira-kira").base == 4
    text = render_text(found)
    assert "Terlalu sedikit untuk dirinci." in text
    assert "9.999" not in text


def test_small_cells_carry_a_warning(form: Form) -> None:
    warning = "Ada angka di bawah 5 orang."
    common = [{"status": "bekerja"}] * 5
    assert warning not in render_text(finished(form, *common))
    assert warning in render_text(finished(form, *common, {"status": "magang"}))


def test_income_is_told_in_quartiles_a_range_by_its_middle(form: Form) -> None:
    amounts: Sequence[Any] = [
        1_000_000, 2_000_000, {"min": 2_000_000, "max": 4_000_000}, 4_000_000, 90_000_000, None,
    ]  # fmt: skip
    found = finished(form, *[{"status": "bekerja", "penghasilan": one} for one in amounts])
    income = question(found, "Kira-kira")
    assert (income.base, income.unanswered) == (5, 1)
    assert (income.low, income.median, income.high) == (
        "Rp2.000.000", "Rp3.000.000", "Rp4.000.000",
    )  # fmt: skip


def test_dates_are_told_by_month_across_the_year(form: Form) -> None:
    days = ["2025-11", "2025-12", "2026-01-31", "2026-02-01", "2026-03"]
    since = [{"status": "bekerja", "sejak": {"value": day}} for day in days]
    found = question(finished(form, *since), "Sejak kapan")
    assert (found.low, found.median, found.high) == (
        "Desember 2025", "Januari 2026", "Februari 2026",
    )  # fmt: skip


def test_numbers_years_and_several_choices(small: Form) -> None:
    people: Sequence[dict[str, Any]] = [
        {"cara": ["web", "teman"], "lama": n, "tahun": {"value": str(2020 + n)}, "gaji": 0,
         "lahir": {"value": "2001-05-05"}, "saran": "x"}
        for n in range(6)
    ]  # fmt: skip
    found = finished(small, *people)
    assert [one.label for one in found.questions] == [
        "Lewat apa", "Berapa bulan menunggu", "Penghasilan", "Tahun masuk",
    ]  # fmt: skip
    ways = question(found, "Lewat apa")
    assert (ways.base, shares(ways)) == (6, {"Situs web": (6, 100), "Teman": (6, 100)})
    months, years = question(found, "Berapa"), question(found, "Tahun")
    assert (months.low, months.median, months.high) == ("1,2", "2,5", "3,8")
    assert (years.low, years.median, years.high) == ("2021", "2022", "2023")
    text = render_text(found)
    assert "Boleh lebih dari satu." in text
    assert "Tidak ada: Kampus" in text


def test_answers_to_an_older_version_count_and_keep_a_code_that_is_gone(small: Form) -> None:
    newer = load(publish(written("""
        survey:
          - {type: select_multiple cara, name: cara, label: Lewat apa saja}
        choices:
          cara:
            - {name: web, label: Internet}
        """)))  # fmt: skip
    people = [person(small, Status.FINISHED, {"cara": ["web", "teman"]}) for _ in range(5)]
    people += [person(newer, Status.FINISHED, {"cara": ["web"]}, pk=2) for _ in range(5)]
    found = question(recapped(small, people, v2=newer), "Lewat apa saja")
    assert (found.base, shares(found)) == (10, {"Internet": (10, 100), "teman": (5, 50)})


def test_a_question_that_was_of_another_kind_was_another_question(small: Form) -> None:
    older = load(publish(written("""
        survey:
          - {type: text, name: cara, label: Ceritakan}
        """)))  # fmt: skip
    people = [person(older, Status.FINISHED, {"cara": "rahasia"}) for _ in range(9)]
    people += [person(small, Status.FINISHED, {"cara": ["web"]}, pk=2) for _ in range(6)]
    found = recapped(older, people, v2=small)
    assert question(found, "Lewat apa").base == 6
    assert "rahasia" not in render_text(found)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=40))
def test_percents_add_up_to_a_hundred_and_are_near_the_truth(counts: list[int]) -> None:
    percents = whole_percents(counts)
    total = sum(counts)
    assert sum(percents) == (100 if total else 0)
    assert all(
        abs(percent - 100 * count / total) < 1
        for percent, count in zip(percents, counts, strict=True)
        if total
    )


def test_a_long_list_shows_its_largest() -> None:
    choices = "".join(f"    - {{name: p{n}, label: Provinsi {n}}}\n" for n in range(38))
    provinces = load(publish(written(
        "survey:\n  - {type: select_one p, name: p, label: Provinsi}\nchoices:\n  p:\n" + choices
    )))  # fmt: skip
    people = [
        person(provinces, Status.FINISHED, {"p": f"p{n}"}) for n in range(38) for _ in range(n)
    ]
    text = render_text(recapped(provinces, people))
    assert text.index("Provinsi 37\n") < text.index("Provinsi 28\n")
    assert "Provinsi 27\n" not in text
    rest = sum(range(28))
    assert f"{38 - MOST} pilihan lain: {rest} orang" in text


@given(st.text(max_size=300), st.lists(st.text(max_size=200), min_size=1, max_size=12))
def test_no_line_is_too_long_for_a_phone(title: str, labels: list[str]) -> None:
    shares = tuple(Share(label, 3, 9) for label in labels)
    amount = Quartiles(title, 9, 1, "Rp1.000.000", "Rp2.000.000", "Rp3.000.000")
    turnout = Turnout(target=10**6, invited=10**6, partly=10**6, unreached={title: 10**6})
    text = render_text(
        Recap(
            title, title, title, date(2026, 9, 21), turnout, (Choices(title, 9, 1, shares), amount)
        )
    )
    assert all(len(line) <= WIDTH for line in text.splitlines())
