"""The engine's promises: laws 5, 6, 7 and 9 of the design."""

import copy
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.effects import Ask, Finish, Save, StopAll
from flows.events import Event, Replied, Started, Tapped, from_json, to_json
from flows.model import Form
from flows.phrases import phrases
from flows.prompts import prompt
from flows.state import State, Status
from flows.step import ACCEPTS, EventNotAllowed, Turn, start, step
from flows.xlsform import check_form, load, publish
from tests.talking import interview

NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
ONE_OF_EACH: list[Event] = [Started(NOW), Replied(NOW, "halo"), Tapped(NOW, 1, 0, 0)]


def begun(form: Form, *texts: str, consented: bool = True) -> Turn:
    turn = step(form, start(form), Started(NOW, given={"nama": "Sari"}, consented=consented))
    for text in texts:
        turn = step(form, turn.state, Replied(NOW, text))
    return turn


def saved(turn: Turn) -> dict[str, object]:
    return {effect.path: effect.value for effect in turn.effects if isinstance(effect, Save)}


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("event", ONE_OF_EACH, ids=lambda event: type(event).__name__)
def test_an_event_that_a_status_does_not_accept_changes_nothing(
    form: Form, status: Status, event: Event
) -> None:
    if isinstance(event, ACCEPTS[status]):
        return
    state = replace(begun(form).state, status=status)
    before = copy.deepcopy(state)

    with pytest.raises(EventNotAllowed):
        step(form, state, event)

    assert state == before


def test_law_5_a_state_never_continues_in_another_form_version(form: Form) -> None:
    other = replace(form, version="2027010101")
    with pytest.raises(ValueError, match="cannot continue"):
        step(other, begun(form).state, Replied(NOW, "1"))


def test_no_answer_is_kept_before_consent(form: Form) -> None:
    turn = begun(form, "saya kerja di PT Contoh", consented=False)
    assert turn.state.status is Status.CONSENTING
    assert turn.state.answers == {}


@pytest.mark.parametrize("word", ["tidak", "gak mau kak", "2", "tdk", "ogah", "jangan"])
def test_one_word_refuses(form: Form, word: str) -> None:
    assert begun(form, word, consented=False).state.status is Status.DECLINED


@pytest.mark.parametrize("word", ["BERHENTI", "stop", "Stop kak!!", "tolong jangan WA lagi"])
def test_law_6_a_wish_to_stop_stops(form: Form, word: str) -> None:
    turn = begun(form, word)
    assert turn.state.status is Status.STOPPED
    assert any(isinstance(effect, StopAll) for effect in turn.effects)


@pytest.mark.parametrize(
    "text", ["halo", "1", "kerja", "ya", "lanjutkan saja nanti", "saya berhenti kerja"]
)
def test_law_6_no_other_message_undoes_a_stop(form: Form, text: str) -> None:
    stopped = begun(form, "BERHENTI").state
    turn = step(form, stopped, Replied(NOW, text))
    assert turn == Turn(stopped)


def test_law_6_a_tap_does_not_undo_a_stop(form: Form) -> None:
    stopped = begun(form, "BERHENTI").state
    assert step(form, stopped, Tapped(NOW, 1, 2, 0)) == Turn(stopped)


def test_law_6_mulai_goes_on_where_it_stopped(form: Form) -> None:
    turn = begun(form, "kerja", "tolong jangan WA lagi", "MULAI")
    assert turn.state.status is Status.ASKING
    assert turn.state.at == "penempatan/tempat"


def test_law_6_a_stop_word_at_an_open_question_is_asked_about(form: Form) -> None:
    turn = begun(form, "kerja", "berhenti")
    assert turn.state.status is Status.ASKING
    assert turn.state.doubt is not None
    assert "penempatan/tempat" not in turn.state.answers


def test_law_6_a_sentence_with_the_word_is_an_answer(form: Form) -> None:
    turn = begun(form, "1", "PT Contoh", "agustus 2026", "operator, tapi mau berhenti")
    assert saved(turn) == {"penempatan/jabatan": "operator, tapi mau berhenti"}


@pytest.mark.parametrize("text", ["2jt500", "3000", "2,5", "3-4 juta", "80rb/hari", "UMR"])
def test_law_7_money_that_can_be_read_in_two_ways_is_never_stored_silently(
    form: Form, text: str
) -> None:
    at_money = begun(form, "1", "PT Contoh", "agustus 2026", "kasir", "1", "Kendari", "1").state
    assert at_money.at == "penempatan/penghasilan"
    assert saved(step(form, at_money, Replied(NOW, text))) == {}


def test_law_7_a_confirmed_value_is_kept_and_a_denied_one_is_not(form: Form) -> None:
    at_money = begun(form, "1", "PT Contoh", "agustus 2026", "kasir", "1", "Kendari", "1").state
    asked = step(form, at_money, Replied(NOW, "2jt500")).state
    assert saved(step(form, asked, Replied(NOW, "ya"))) == {"penempatan/penghasilan": 2_500_000}
    assert saved(step(form, asked, Replied(NOW, "bukan"))) == {}
    assert saved(step(form, asked, Replied(NOW, "3 juta"))) == {"penempatan/penghasilan": 3_000_000}


def test_a_tap_answers_its_own_question(form: Form) -> None:
    state = begun(form).state
    index = form.by_path["status"].index
    assert saved(step(form, state, Tapped(NOW, state.asked, index, 0))) == {"status": "bekerja"}


def test_a_second_tap_of_the_same_button_is_nothing_new(form: Form) -> None:
    state = begun(form).state
    tap = Tapped(NOW, state.asked, form.by_path["status"].index, 0)
    after = step(form, state, tap).state
    assert step(form, after, tap) == Turn(after)


def test_a_late_tap_answers_no_other_question(form: Form) -> None:
    state = begun(form, "1", "PT Contoh").state
    late = Tapped(NOW, 1, form.by_path["status"].index, 3)
    turn = step(form, state, late)
    assert saved(turn) == {}
    assert turn.state.answers == state.answers
    assert isinstance(turn.effects[-1], Ask)


@pytest.mark.parametrize("tap", [(1, 999, 0), (1, -7, 0), (0, 2, 99), (2, 2, -1), (9, 2, -5)])
def test_a_forged_tap_stores_nothing(form: Form, tap: tuple[int, int, int]) -> None:
    assert saved(step(form, begun(form).state, Tapped(NOW, *tap))) == {}


def test_an_answer_that_changes_a_later_question_has_it_asked_again(form: Form) -> None:
    turn = begun(form, "wirausaha", "Toko Sari", "kembali", "kembali", "bekerja")
    assert turn.state.at == "penempatan/tempat"
    assert "penempatan/tempat" not in turn.state.answers


def test_law_9_two_hundred_random_interviews_are_pure_and_survive_json(form: Form) -> None:
    words = phrases()
    ends = set()
    for seed in range(200):
        events, turns = interview(form, seed, NOW)
        state = start(form)
        for event, turn in zip(events, turns, strict=True):
            before = state.to_json()
            again = step(form, state, from_json(to_json(event)))
            assert state.to_json() == before
            assert again.effects == turn.effects
            assert again.state == turn.state
            prompt(again.effects, words)
            state = State.from_json(again.state.to_json())
            assert state == again.state
        ends.add(state.status)
    assert Status.FINISHED in ends


def test_no_end_is_out_of_reach(form: Form) -> None:
    finishes = 0
    for seed in range(60):
        _events, turns = interview(form, seed, NOW)
        finishes += any(isinstance(e, Finish) for turn in turns for e in turn.effects)
    assert finishes > 30


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=200), seed=st.integers(0, 30), cut=st.integers(1, 30))
def test_no_text_breaks_any_question(text: str, seed: int, cut: int) -> None:
    _events, turns = interview(FORM, seed, NOW)
    state = turns[min(cut, len(turns) - 1)].state
    if state.status is Status.FINISHED:
        return
    turn = step(FORM, state, Replied(NOW, text))
    assert State.from_json(turn.state.to_json()) == turn.state
    prompt(turn.effects, phrases())


def test_going_back_and_on_changes_no_answer(form: Form) -> None:
    state = begun(form, "1", "PT Contoh", "agustus 2026").state
    back = step(form, state, Replied(NOW, "kembali")).state
    forth = step(form, back, Replied(NOW, "lanjut")).state
    assert (forth.at, forth.answers, forth.trail) == (state.at, state.answers, state.trail)


def test_a_year_is_taken_when_no_month_comes(form: Form) -> None:
    turn = begun(form, "1", "PT Contoh", "2025", "2025")
    assert saved(turn) == {"penempatan/sejak": {"value": "2025", "precision": "year"}}


def _library_form() -> Form:
    from flows import library  # noqa: PLC0415

    return load(publish(library.source("kebekerjaan")))


FORM = _library_form()


def test_a_condition_may_not_look_ahead_through_a_calculation() -> None:
    source = b"""
settings: {form_id: a, version: "1", form_title: A, chat::purpose: b}
survey:
  - {type: calculate, name: nanti, calculation: "${dua} + 1"}
  - {type: calculate, name: lagi, calculation: "${nanti} + 1"}
  - {type: integer, name: satu, label: Satu?, relevant: "${lagi} > 1"}
  - {type: integer, name: dua, label: Dua?}
"""
    assert [(fault.code.name, fault.line) for fault in check_form(source)] == [("FORM_21", 6)]
