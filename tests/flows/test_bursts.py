"""Words that came too early amend the answer before, and never answer what nobody had seen."""

import random

import pytest

from flows.events import Replied, Tapped
from flows.model import Form
from flows.state import Status
from flows.step import EventNotAllowed, step
from tests.flows.talks import NOW, Talk, made
from tests.talking import interview

ROWS = """
    survey:
      - {type: select_one kerja, name: status, label: Kerja apa?, required: "yes"}
      - {type: text, name: tempat, label: "Di mana ${status}?", required: "yes"}
      - {type: integer, name: gaji, label: Berapa?, chat::read: money}
      - {type: image, name: foto, label: Boleh fotonya?}
      - {type: date, name: sejak, label: Sejak kapan?, appearance: month-year}
    choices:
      kerja: [{name: a, label: Karyawan}, {name: b, label: Usaha}, {name: c, label: Magang}]
"""
EARLY = ("PT Contoh", "2", "eh 3", "ya", "tidak", "3 juta", "lewati", "lanjut", "agustus 2026",
         "makasih kak", "Kendari", "bukan", "")  # fmt: skip


class Burst(Talk):
    def soon(self, *texts: str, media: tuple[str, ...] = (), shown: bool = False) -> "Burst":
        for text in texts:
            self.happen(Replied(NOW, text, media, early=True, shown=shown))
        return self


@pytest.fixture(scope="module")
def rows() -> Form:
    return made(ROWS)


@pytest.mark.parametrize(
    ("first", "then", "value"),
    [
        ("1", "eh 2", "b"),
        ("karyawan", "di toko", "a"),
        ("1", "makasih kak", "a"),
        ("usaha", "maksudnya magang", "c"),
        ("1", "lanjut", "a"),
    ],
)
def test_a_choice_is_corrected_or_stands(rows: Form, first: str, then: str, value: str) -> None:
    talk = Burst(rows).say(first)
    asked = talk.state.asked
    assert isinstance(talk, Burst)
    talk.soon(then)
    assert (talk.answers, talk.at) == ({"status": value}, "tempat")
    assert (talk.state.asked == asked) is (value == {"1": "a", "karyawan": "a"}.get(first, ""))


def test_law_7_a_clear_answer_is_not_replaced_by_another_unasked(rows: Form) -> None:
    talk = Burst(rows)
    talk.say("1")
    talk.soon("2")
    assert talk.answers == {"status": "a"}
    assert "Jawaban Kakak: Usaha. Sudah benar?" in talk.shown
    talk.say("ya")
    assert (talk.answers, talk.at) == ({"status": "b"}, "tempat")


def test_a_quick_answer_to_a_question_that_was_there_is_one(rows: Form) -> None:
    talk = Burst(rows)
    talk.say("1", "PT Contoh")
    talk.soon("3 juta", shown=True)
    assert (talk.answers["tempat"], talk.answers["gaji"]) == ("PT Contoh", 3_000_000)
    talk.soon("lewati", shown=True)
    assert (talk.answers["foto"], talk.at) == (None, "sejak")


def test_quick_words_that_may_be_about_either_are_asked_about(rows: Form) -> None:
    talk = Burst(rows)
    talk.say("karyawan")
    talk.soon("sudah dua bulan", shown=True)
    assert (talk.answers, talk.at) == ({"status": "a"}, "tempat")
    assert "Jawaban Kakak: sudah dua bulan. Sudah benar?" in talk.shown
    talk.soon("bukan", shown=True)
    assert (talk.answers, "Di mana Karyawan?" in talk.shown) == ({"status": "a"}, True)
    talk.say("PT")
    talk.soon("Contoh", shown=True)
    assert (talk.answers["tempat"], talk.at) == ("PT Contoh", "gaji")


def test_a_name_behind_a_number_is_the_answer_to_what_was_there(rows: Form) -> None:
    talk = Burst(rows)
    talk.say("1")
    talk.soon("makasih kak", "PT Contoh", shown=True)
    assert (talk.answers, talk.at) == ({"status": "a", "tempat": "PT Contoh"}, "gaji")


def test_an_answer_in_parts_is_one(rows: Form) -> None:
    talk = Burst(rows)
    talk.say("1", "PT")
    talk.soon("Maju", "Jaya")
    assert (talk.answers["tempat"], talk.at, talk.effects[1:]) == ("PT Maju Jaya", "gaji", ())
    talk.say("2,5")
    talk.soon("juta")
    assert (talk.answers["gaji"], talk.at) == (2_500_000, "foto")
    talk.send("satu")
    talk.soon("", media=("dua",))
    talk.soon("ini fotonya")
    assert (talk.answers["foto"], talk.at) == (["satu", "dua"], "sejak")
    talk.say("agustus 2026")
    talk.soon("eh juli 2026")
    assert talk.answers["sejak"] == {"value": "2026-07", "precision": "month"}
    assert (talk.state.status, talk.effects[1:]) == (Status.FINISHED, ())


def test_a_stop_is_heard_however_early(rows: Form) -> None:
    talk = Burst(rows)
    talk.say("1", "PT Contoh")
    assert talk.soon("tolong jangan WA lagi").state.status is Status.STOPPED


def test_what_came_after_the_end_and_is_no_answer_is_not_taken(rows: Form) -> None:
    talk = Burst(rows)
    talk.say("1", "PT Contoh", "lewati", "lewati", "agustus 2026")
    with pytest.raises(EventNotAllowed):
        talk.say("makasih")


@pytest.mark.parametrize("seed", range(40))
def test_early_words_never_answer_a_question_nobody_had_seen(form: Form, seed: int) -> None:
    dice = random.Random(seed)
    events, turns = interview(form, seed, NOW)
    for event, turn in zip(events, turns, strict=True):
        state = turn.state
        if state.status is not Status.ASKING or not state.at or not state.heard:
            continue
        if state.at == state.heard[0] or state.at in state.answers:
            continue
        assert isinstance(event, Replied | Tapped) or not state.heard[0]
        after = step(form, state, Replied(event.at, dice.choice(EARLY), early=True)).state
        assert after.status is Status.ASKING
        assert state.at not in after.answers
