"""Looking back: nothing is changed silently, nothing is sent that was not meant (law 7)."""

from textwrap import dedent

import pytest

from flows.effects import Finish
from flows.events import Replied, Tapped
from flows.model import Form
from flows.overview import WHOLE
from flows.state import Status
from flows.step import EventNotAllowed
from flows.xlsform import check_form
from tests.flows.talks import NOW, Talk, made
from tests.flows.xlsform.forms import SETTINGS

ROWS = """
    survey:
      - {type: select_one kerja, name: status, label: Kerja apa?, required: "yes"}
      - {type: integer, name: umur, label: Berapa umurnya?, constraint: . > 16}
      - {type: select_one kerja, name: dulu, label: Dulu kerja apa?, constraint: . != 'b'}
      - {type: text, name: pesan, label: Ada pesan?}
    choices:
      kerja: [{name: a, label: Karyawan}, {name: b, label: Usaha}, {name: c, label: Magang}]
"""
REPEATED = """
    survey:
      - {type: begin repeat, name: anak, label: Anak}
      - {type: select_one jk, name: jenis, label: Laki-laki atau perempuan?}
      - {type: end repeat}
      - {type: text, name: pesan, label: Ada pesan?}
    choices:
      jk: [{name: l, label: Laki-laki}, {name: p, label: Perempuan}]
"""


def settings(summary: str) -> str:
    return SETTINGS.replace("}", f", chat::summary: {summary}}}")


@pytest.fixture
def asked_to_send() -> Form:
    return made(ROWS, settings("ask"))


def late(talk: Talk, path: str, option: int, asked: int = 1) -> Talk:
    return talk.happen(Tapped(NOW, asked, talk.form.by_path[path].index, option))


def test_law_7_a_late_tap_changes_nothing_by_itself() -> None:
    talk = Talk(made(ROWS)).say("1")
    before = talk.answers
    late(talk, "status", 1)
    assert (talk.answers, talk.said) == (before, ["change_meant"])
    assert "“Kerja apa?” dari Karyawan menjadi Usaha" in talk.shown


def test_a_late_tap_and_a_yes_change_that_answer_and_ask_the_open_question_again() -> None:
    talk = late(Talk(made(ROWS)).say("1"), "status", 1).say("iya")
    assert (talk.saved, talk.at) == ({"status": "b"}, "umur")


def test_an_answer_to_the_open_question_is_still_one_while_a_change_is_asked_about() -> None:
    talk = late(Talk(made(ROWS)).say("1"), "status", 1).say("25")
    assert (talk.saved, talk.answers["status"], talk.at) == ({"umur": 25}, "a", "dulu")


def test_a_change_that_is_not_acceptable_is_refused() -> None:
    talk = late(Talk(made(ROWS)).say("1", "25", "3"), "dulu", 1).say("ya")
    assert (talk.saved, talk.answers["dulu"], talk.said) == ({}, "c", ["unchanged"])


@pytest.mark.parametrize("option", [0, 1])
def test_two_taps_on_a_doubts_button_count_once(option: int) -> None:
    talk = late(Talk(made(ROWS)).say("1"), "status", 1)
    tap = Tapped(NOW, talk.state.asked, WHOLE, option)
    after = talk.happen(tap).state
    assert talk.happen(tap).state == after
    assert talk.effects == ()


def test_a_doubts_button_is_never_an_answer_once_its_question_is_over() -> None:
    talk = late(Talk(made(ROWS)).say("1"), "status", 1)
    stale = Tapped(NOW, talk.state.asked, WHOLE, 0)
    talk.say("tidak", "25", "3").happen(stale)
    assert (talk.saved, talk.said) == ({}, ["late_tap"])


def test_a_late_tap_knows_which_repetition_it_was_about() -> None:
    talk = Talk(made(REPEATED)).tap(0).tap(0).tap(0).tap(1).tap(1)
    assert talk.answers["anak[1]/jenis"] == "l"
    late(talk, "anak[1]/jenis", 1).say("ya")
    assert talk.saved == {"anak[1]/jenis": "p"}


def test_before_sending_the_answers_are_shown_and_one_may_be_changed(asked_to_send: Form) -> None:
    talk = Talk(asked_to_send).say("1", "25", "3", "lewati")
    assert talk.state.status is Status.ASKING
    assert "• Berapa umurnya: 25" in talk.shown
    assert talk.options == ["Kirim", "Ubah"]
    talk.say("ubah umurnya", "26")
    assert talk.saved == {"umur": 26}
    talk.say("apa ya")
    assert talk.options == ["Kirim", "Ubah"]
    talk.say("kirim")
    assert (talk.state.status, talk.effects[-1]) == (Status.FINISHED, Finish())
    assert talk.answers["umur"] == 26


@pytest.mark.parametrize("word", ["kembali", "nanti", "bantuan", "data saya", "lewati", "lanjut"])
def test_every_word_is_heard_where_nothing_is_open(asked_to_send: Form, word: str) -> None:
    talk = Talk(asked_to_send).say("1", "25", "3", "lewati", word)
    assert talk.effects
    ends = Status.FINISHED if word == "lanjut" else Status.ASKING
    assert talk.state.status is ends


def test_what_is_over_is_changed_by_asking_only() -> None:
    talk = Talk(made(ROWS)).say("1", "25", "3", "lewati")
    assert talk.state.status is Status.FINISHED
    with pytest.raises(EventNotAllowed):
        talk.happen(Replied(NOW, "makasih"))
    talk.say("ubah", "tidak jadi")
    assert (talk.state.status, talk.said[0]) == (Status.FINISHED, "unchanged")


def test_how_answers_are_shown_at_the_end_is_for_the_author() -> None:
    silent = Talk(made(ROWS, settings("'no'"))).say("1", "25", "3", "halo")
    assert silent.said == ["closing"]
    assert Talk(made(ROWS)).say("1", "25", "3", "halo").said == ["closing", "summary"]
    assert Talk(made(ROWS)).say("1", "25", "3", "lewati").said == ["closing"]
    faults = check_form((settings("ya") + dedent(ROWS)).encode())
    assert ["ask, tell, no" in fault.message for fault in faults] == [True]
