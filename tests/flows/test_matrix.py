"""Questions put together: which are, what a reply to them leads to, and what is never stored."""

import random
from datetime import UTC, datetime
from functools import cache

import pytest

from bench.messages import BRANCHES, built_in, taken_apart, walk
from flows import library
from flows.asking import answered
from flows.effects import Ask, Save
from flows.events import Replied, Started, Tapped
from flows.model import Form
from flows.phrases import phrases
from flows.rehearsal import rehearse
from flows.state import State, Status
from flows.step import Turn, start, step
from flows.view import View
from flows.xlsform import load, publish
from tests.flows.xlsform.forms import form as written

AT = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
TABLE = """
    survey:
      - {type: begin group, name: nilai, label: Bagaimana?, appearance: table-list}
      - {type: select_one s, name: a, label: Etika, required: "yes"}
      - {type: select_one s, name: b, label: Bahasa Inggris, required: "yes"}
      - {type: select_one s, name: c, label: Komunikasi, required: "yes"}
      - {type: end group}
      - {type: text, name: akhir, label: Akhirnya?}
    choices:
      s: [{name: "1", label: Kurang}, {name: "2", label: Cukup}, {name: "3", label: Baik}]
"""


@cache
def made(sheets: str) -> Form:
    return load(publish(written(sheets)))


def begun(form: Form) -> Turn:
    return step(form, start(form), Started(AT, consented=True))


def told(form: Form, *replies: str) -> Turn:
    turn = begun(form)
    for reply in replies:
        turn = step(form, State.from_json(turn.state.to_json()), Replied(AT, reply))
    return turn


def saved(turn: Turn) -> dict[str, object]:
    return {one.path.rpartition("/")[2]: one.value for one in turn.effects if isinstance(one, Save)}


def asked(turn: Turn) -> Ask:
    return next(one for one in turn.effects if isinstance(one, Ask))


def test_rows_of_a_table_are_one_question() -> None:
    ask = asked(begun(made(TABLE)))
    assert (ask.text, ask.rows) == ("Bagaimana?", ("Etika", "Bahasa Inggris", "Komunikasi"))
    assert ask.scale == ("Kurang", "Cukup", "Baik")
    assert ask.options == ()


def test_one_reply_answers_all_and_the_next_question_follows() -> None:
    turn = told(made(TABLE), "3 2 1")
    assert saved(turn) == {"a": "3", "b": "2", "c": "1"}
    assert turn.state.at == "akhir"


def test_law_7_only_what_is_certain_is_stored_and_only_the_rest_is_asked_again() -> None:
    form = made(TABLE)
    turn = told(form, "3 9 1")
    assert saved(turn) == {"a": "3", "c": "1"}
    ask = asked(turn)
    assert (ask.text, ask.rows) == ("Bagaimana?\nBahasa Inggris", ())
    assert [option.label for option in ask.options] == ["Kurang", "Cukup", "Baik"]
    assert saved(step(form, turn.state, Replied(AT, "2"))) == {"b": "2"}


@pytest.mark.parametrize("reply", ["3 2", "3 2 1 1", "entah ya", "bagus semua", "2 2 dua lima"])
def test_law_7_a_reply_in_doubt_stores_nothing(reply: str) -> None:
    turn = told(made(TABLE), reply)
    assert saved(turn) == {}
    assert turn.state.answers == {}
    assert asked(turn).rows


def test_one_number_is_confirmed_before_it_counts_for_every_row() -> None:
    form = made(TABLE)
    turn = told(form, "2")
    assert saved(turn) == {}
    assert saved(step(form, turn.state, Replied(AT, "ya"))) == {"a": "2", "b": "2", "c": "2"}
    agreed = step(form, turn.state, Tapped(AT, turn.state.asked, form.by_path["nilai/a"].index, 0))
    assert saved(agreed) == {"a": "2", "b": "2", "c": "2"}
    refused = step(form, turn.state, Replied(AT, "bukan"))
    assert (saved(refused), asked(refused).rows[0]) == ({}, "Etika")


@pytest.mark.parametrize("reply", ["satu-satu", "SATU-SATU", "satu per satu ya", "satu satu saja"])
def test_who_would_rather_answers_one_by_one(reply: str) -> None:
    turn = told(made(TABLE), reply)
    assert asked(turn).text == "Bagaimana?\nEtika"
    assert asked(told(made(TABLE), reply, "baik")).text == "Bagaimana?\nBahasa Inggris"


def test_after_three_replies_that_say_nothing_they_are_asked_one_by_one() -> None:
    assert asked(told(made(TABLE), "apa", "hmm")).rows
    assert asked(told(made(TABLE), "apa", "hmm", "eh")).text == "Bagaimana?\nEtika"


def test_going_back_brings_back_the_table_and_one_row_may_be_changed() -> None:
    form = made(TABLE)
    turn = told(form, "3 2 1", "kembali")
    assert asked(turn).rows == ("Etika", "Bahasa Inggris", "Komunikasi")
    turn = step(form, turn.state, Replied(AT, "b 3"))
    assert saved(turn) == {"b": "3"}
    assert (turn.state.at, turn.state.answers["nilai/c"]) == ("akhir", "1")
    assert told(form, "3 2 1", "kembali", "lanjut").state.at == "akhir"


def test_a_table_that_is_required_cannot_be_skipped_and_another_can() -> None:
    assert saved(told(made(TABLE), "lewati")) == {}
    free = made(TABLE.replace(', required: "yes"', ""))
    assert [option.index for option in asked(begun(free)).options] == [-1]
    assert saved(told(free, "lewati")) == {"a": None, "b": None, "c": None}
    turn = begun(free)
    index = free.by_path["nilai/a"].index
    tapped = step(free, turn.state, Tapped(AT, turn.state.asked, index, -1))
    assert saved(tapped) == {"a": None, "b": None, "c": None}
    assert saved(told(free, "3 - 1")) == {"a": "3", "b": None, "c": "1"}
    assert saved(told(made(TABLE), "3 - 1")) == {"a": "3", "c": "1"}


def test_a_late_tap_on_a_row_cannot_answer_another() -> None:
    form = made(TABLE)
    turn = told(form, "3 2 1")
    late = step(form, turn.state, Tapped(AT, 2, form.by_path["nilai/a"].index, 1))
    assert (saved(late), late.state.answers["nilai/a"]) == ({}, "3")


def test_an_author_may_have_them_asked_apart() -> None:
    apart = TABLE.replace("appearance: table-list", 'appearance: table-list, chat::together: "no"')
    assert asked(begun(made(apart))).rows == ()


NUMBERS = """
    survey:
      - {type: begin group, name: n, label: "Berapa orang…", chat::together: "yes"}
      - {type: integer, name: daftar, label: yang mendaftar, required: "yes"}
      - {type: integer, name: terima, label: yang diterima, constraint: ". <= ${daftar}",
         constraint_message: Terlalu banyak., required: "yes"}
      - {type: end group}
      - {type: text, name: akhir, label: Akhirnya?}
"""


def test_numbers_may_be_put_together_and_lean_on_one_another() -> None:
    form = made(NUMBERS)
    assert saved(told(form, "12 3")) == {"daftar": 12, "terima": 3}
    turn = told(form, "3 12")
    assert saved(turn) == {}
    assert asked(turn).rows == ("yang mendaftar", "yang diterima")


REPEATED = """
    survey:
      - {type: integer, name: banyak, label: Berapa?, required: "yes"}
      - {type: begin repeat, name: orang, label: Orang, repeat_count: "${banyak}"}
      - {type: text, name: nama, label: Namanya?, required: "yes"}
      - {type: begin group, name: nilai, label: "Bagaimana ${nama}?", appearance: table-list}
      - {type: select_one s, name: a, label: Etika, required: "yes"}
      - {type: select_one s, name: b, label: Komunikasi, required: "yes"}
      - {type: end group}
      - {type: end repeat}
    choices:
      s: [{name: "1", label: Kurang}, {name: "2", label: Baik}]
"""


def test_a_table_in_a_repeat_is_put_once_for_each() -> None:
    form = made(REPEATED)
    turn = told(form, "2", "Sari", "1 2", "Budi")
    assert asked(turn).text == "Bagaimana Budi?"
    turn = told(form, "2", "Sari", "1 2", "Budi", "2 2")
    assert turn.state.status is Status.FINISHED
    stands = answered(form, turn.state, View(form, turn.state, AT))
    assert stands["orang[1]/nilai/b"] == "2"
    assert stands["orang[2]/nilai/a"] == "2"
    turn = told(form, "2", "Sari", "satu-satu", "kurang", "baik", "Budi")
    assert asked(turn).rows, "one by one holds for the one repetition"


@pytest.mark.parametrize("name", library.names())
@pytest.mark.parametrize("seed", range(12))
def test_anybody_comes_to_the_end_of_a_built_in_form(name: str, seed: int) -> None:
    form = built_in(name)
    played = rehearse(form, random.Random(seed), phrases())
    assert played.state.status in (Status.FINISHED, Status.STOPPED)
    apart = rehearse(taken_apart(form), random.Random(seed), phrases())
    assert apart.state.status in (Status.FINISHED, Status.STOPPED)


def test_a_tracer_takes_half_the_messages_of_one_question_each() -> None:
    for one in (way for way in BRANCHES if way.form == "tracer"):
        ours, questions = walk(built_in("tracer"), one)
        apart, the_same = walk(taken_apart(built_in("tracer")), one)
        assert the_same == questions
        assert ours <= 0.52 * apart
