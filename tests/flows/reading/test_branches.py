"""The conversations a supervisor reads: every way through a form, each once."""

import pytest

from flows.model import Form
from flows.phrases import phrases
from flows.reading.branches import Branches, branches
from flows.reading.outline import outline
from flows.xlsform import load, publish

FACTS = {"nama": "Sari", "kantor": "BPVP Kendari", "simpan": "5 tahun", "kontak": ""}
HEAD = 'settings: {form_id: coba, version: "1", form_title: Coba, chat::purpose: Mencoba.}\n'


def read(form: Form) -> Branches:
    return branches(form, phrases(), facts=FACTS)


def made(survey: str, choices: str = "") -> Form:
    return load(publish(f"{HEAD}survey:\n{survey}\nchoices: {{{choices}}}".encode()))


def turns(found: Branches) -> list[tuple[str, ...]]:
    return [one.turn.labels if one.turn else () for one in found.found]


def test_each_way_through_the_form_is_one_conversation(form: Form) -> None:
    found = read(form)
    assert turns(found) == [
        ("Bekerja",), ("Wirausaha",), ("Bekerja dan wirausaha",), ("Magang/OJT",),
        ("Melanjutkan pendidikan/pelatihan",),
        ("Belum bekerja, sedang mencari", "Belum bekerja, belum mencari"),
    ]  # fmt: skip
    assert (found.unreached, found.more) == ((), False)
    assert all(one.finished for one in found.found)


def test_together_the_conversations_ask_every_question(form: Form) -> None:
    asked = {path for one in read(form).found for path in one.asked}
    assert asked == {one.path for one in outline(form) if one.number}


def test_a_conversation_reads_as_the_respondent_has_it(form: Form) -> None:
    first = read(form).found[0]
    assert first.said[0].text.startswith("Halo Kak Sari! Kami dari BPVP Kendari.")
    assert first.said[1].text == "Bersedia"
    asked = next(one for one in first.said if "kesibukan" in one.text)
    assert asked.options[:2] == ("Bekerja", "Wirausaha")
    assert ("me", "warung makan") in [(one.who, one.text) for one in first.said]
    assert first.said[-1].text.startswith("Selesai!")


def test_the_same_form_gives_the_same_conversations(form: Form) -> None:
    assert read(form) == read(form)


@pytest.mark.parametrize(
    ("question", "condition"),
    [
        ("{type: integer, name: umur, label: Umur?}", "${umur} < 17"),
        ("{type: integer, name: umur, label: Umur?}", "${umur} = 4321"),
        ("{type: select_multiple alat, name: umur, label: Alat?}", "selected(${umur}, 'b')"),
        ("{type: text, name: umur, label: Umur?}", "${umur} = ''"),
    ],
)
def test_what_hangs_on_any_kind_of_answer_is_come_to(question: str, condition: str) -> None:
    form = made(
        f'  - {question}\n  - {{type: text, name: x, label: X?, relevant: "{condition}"}}\n'
        "  - {type: text, name: y, label: Y?}",
        "alat: [{name: a, label: A}, {name: b, label: B}]",
    )
    found = read(form)
    assert found.unreached == ()
    assert {"x" in one.asked for one in found.found} == {True, False}


def test_what_hangs_on_a_calculation_is_come_to() -> None:
    form = made(
        "  - {type: select_one s, name: a, label: A?, required: 'yes'}\n"
        "  - {type: calculate, name: c, calculation: \"if(${a} = '2', 1, 0)\"}\n"
        "  - {type: text, name: x, label: X?, relevant: '${c} = 1'}",
        "s: [{name: '1', label: Satu}, {name: '2', label: Dua}]",
    )
    assert turns(read(form)) == [("Satu",), ("Dua",)]


def test_what_nobody_can_come_to_is_named() -> None:
    form = made(
        "  - {type: integer, name: a, label: A?, required: 'yes', constraint: '. < 5'}\n"
        "  - {type: text, name: x, label: X?, relevant: '${a} > 7'}"
    )
    assert read(form).unreached == ("x",)


def test_a_question_no_sample_answers_ends_the_conversation_and_nothing_else() -> None:
    form = made(
        "  - {type: text, name: a, label: A?, required: 'yes', "
        "constraint: \"regex(., '^ZZ-[0-9]{7}$')\"}\n"
        "  - {type: text, name: b, label: B?}"
    )
    found = read(form)
    assert [one.finished for one in found.found] == [False]
    assert found.unreached == ("b",)


def test_a_form_of_many_ways_stays_bounded() -> None:
    yes_no = "yn: [{name: '1', label: Satu}, {name: '2', label: Dua}]"
    rows = "\n".join(
        f"  - {{type: select_one yn, name: q{n}, label: 'Q{n}?', required: 'yes'}}\n"
        f"  - {{type: text, name: t{n}, label: 'T{n}?', relevant: \"${{q{n}}} = '2'\"}}"
        for n in range(40)
    )
    found = read(made(rows, yes_no))
    assert len(found.found) <= 36
    assert found.unreached == ()
