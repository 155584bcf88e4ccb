"""Every form that runs keeps the engine's promises (law 9), whoever answers it."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import library
from flows.asking import answered
from flows.effects import Finish
from flows.events import Replied, from_json, to_json
from flows.model import Form
from flows.phrases import phrases
from flows.prompts import prompt
from flows.rehearsal import checked_step, converse, rehearse
from flows.state import State, Status
from flows.step import Turn, start, step
from flows.view import View
from flows.xlsform import load, publish
from tests.flows.talks import NOW, made

ALL_KINDS = made("""
    survey:
      - {type: start, name: mulai}
      - {type: hidden, name: nama}
      - {type: select_one s, name: pilih, label: Pilih?, required: "yes"}
      - {type: select_multiple s or_other, name: banyak, label: Apa saja?}
      - {type: rank s, name: urut, label: Urutkan?}
      - {type: range, name: skala, label: Skala?, parameters: start=1 end=5}
      - {type: begin group, name: g, relevant: "${pilih} != 'c'"}
      - {type: decimal, name: berat, label: "Berat ${nama}?", constraint: . > 0}
      - {type: time, name: jam, label: Jam?}
      - {type: dateTime, name: kapan, label: Kapan?}
      - {type: end group}
      - {type: begin repeat, name: anak, label: Anak}
      - {type: text, name: nama_anak, label: Nama?, required: "yes"}
      - {type: select_one t, name: sub, label: Sub?, choice_filter: "di = ${pilih}"}
      - {type: begin repeat, name: main, repeat_count: "string-length(${nama_anak}) mod 3"}
      - {type: integer, name: nilai, label: "Nilai ${nama_anak}?", default: position(..)}
      - {type: end repeat}
      - {type: end repeat}
      - {type: note, name: n, label: "${jumlah} ${sekali}"}
      - {type: calculate, name: jumlah, calculation: "sum(${nilai}) + count(${anak})"}
      - {type: calculate, name: sekali, calculation: once(uuid())}
      - {type: acknowledge, name: ok, label: Setuju?}
      - {type: geopoint, name: di, label: Di mana?}
      - {type: image, name: foto, label: Foto?}
      - {type: date, name: tgl, label: Tanggal?, relevant: "${jumlah} > 0", chat::confirm: "yes"}
      - {type: text, name: akhir, label: "Pesan ${pilih}?", chat::skip_word: tidak ada}
    choices:
      s: [{name: a, label: Apel}, {name: b, label: Belimbing}, {name: c, label: Ceri}]
      t:
        - {name: a1, label: Malang, di: a}
        - {name: a2, label: Manalagi, di: a}
        - {name: b1, label: Dewi, di: b}
""")  # fmt: skip
FORMS = {
    "every kind": ALL_KINDS,
    **{name: load(publish(library.source(name))) for name in library.names()},
}
SEEDS = range(25)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_law_9_every_step_is_pure_and_survives_json(form: Form) -> None:
    ends = [rehearse(form, random.Random(seed), phrases()).state.status for seed in SEEDS]
    assert ends.count(Status.FINISHED) > len(ends) * 0.8


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_law_9_a_conversation_replayed_from_its_events_ends_the_same(form: Form) -> None:
    for seed in SEEDS:
        turns = list(converse(form, random.Random(seed)))
        state = start(form)
        for event, _turn in turns:
            state = step(form, state, from_json(to_json(event))).state
        assert state == turns[-1][1].state


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_no_end_is_out_of_reach(form: Form) -> None:
    ends = 0
    for seed in SEEDS:
        effects = [one for _, turn in converse(form, random.Random(seed)) for one in turn.effects]
        ends += any(isinstance(one, Finish) for one in effects)
    assert ends > len(SEEDS) * 0.8


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_going_back_and_forward_is_a_no_op(form: Form) -> None:
    tried = 0
    for seed in SEEDS:
        for event, turn in converse(form, random.Random(seed)):
            state = turn.state
            if state.status is not Status.ASKING or state.at in state.answers or state.doubt:
                continue
            back = step(form, state, Replied(event.at, "kembali")).state
            if back.at == state.at:
                continue
            forth = step(form, back, Replied(event.at, "lanjut")).state
            assert (forth.at, forth.answers, forth.trail) == (state.at, state.answers, state.trail)
            assert forth.kept == state.kept
            tried += 1
    assert tried > len(SEEDS)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_what_stands_is_asked_for_and_part_of_the_state(form: Form) -> None:
    for seed in SEEDS:
        for event, turn in converse(form, random.Random(seed)):
            stands = answered(form, turn.state, View(form, turn.state, event.at))
            assert stands.items() <= dict(turn.state.answers).items()
            assert all(form.by_path[path].is_answered for path in stands)


def test_the_same_dice_hold_the_same_conversation() -> None:
    once, twice = (rehearse(ALL_KINDS, random.Random(7), phrases()) for _ in range(2))
    assert once.as_data() == twice.as_data()
    assert once.as_data() != rehearse(ALL_KINDS, random.Random(8), phrases()).as_data()


def test_a_state_of_later_times_is_read_as_far_as_it_is_known() -> None:
    state = State.from_json('{"f":"a@1#b","s":"asking","at":"x","zz":1}')
    assert (state.at, state.status) == ("x", Status.ASKING)


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=120), seed=st.integers(0, 20), cut=st.integers(0, 60))
def test_no_text_breaks_any_kind_of_question(text: str, seed: int, cut: int) -> None:
    turns = TALKS.get(seed) or TALKS.setdefault(
        seed, [turn for _, turn in converse(ALL_KINDS, random.Random(seed))]
    )
    state = turns[min(cut, len(turns) - 1)].state
    if state.status is Status.FINISHED:
        return
    turn = checked_step(ALL_KINDS, state, Replied(NOW, text))
    prompt(turn.effects, phrases())


TALKS: dict[int, list[Turn]] = {}
