"""Skip logic in Indonesian: it says what the form does, or shows it as it is written."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import expressions
from flows.expressions import Compiled
from flows.expressions.standpoint import Standpoint
from flows.reading.conditions import all_in_words
from flows.reading.wording import Names, in_words
from flows.xlsform import load, publish

CODES = {"a": "Bekerja", "b": "Wirausaha", "c": "Magang", "d": "Belum"}
NAMES = Names(
    {"status": "pertanyaan 1", "umur": "pertanyaan 2", "g/alat": "pertanyaan 3"},
    {"status": CODES, "g/alat": {"1": "Palu", "2": "Gergaji"}},
    frozenset({"status"}),
)
PATHS = {"status": "status", "umur": "umur", "alat": "g/alat"}


def compiled(source: str) -> Compiled:
    return expressions.compile(source, resolve=PATHS.__getitem__, here=Standpoint(("g",)))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("${status} = 'a'", "pertanyaan 1 dijawab “Bekerja”"),
        (
            "${status} = 'a' or ${status} = 'b' or 'c' = ${status}",
            "pertanyaan 1 dijawab “Bekerja”, “Wirausaha” atau “Magang”",
        ),
        (
            "${status} != 'a' and ${status} != 'b'",
            "pertanyaan 1 tidak dijawab “Bekerja” maupun “Wirausaha”",
        ),
        (
            "(${status} = 'a' or ${umur} > 3) and ${alat} = '1'",
            (
                "(pertanyaan 1 dijawab “Bekerja”, atau pertanyaan 2 lebih dari 3), "
                "dan pertanyaan 3 dijawab “Palu”"
            ),
        ),
        (
            "selected(${alat}, '1') and selected(${alat}, '2')",
            "pertanyaan 3 memuat “Palu” dan “Gergaji”",
        ),
        (
            "not(selected(${alat}, '1')) and ${umur} >= 17 and ${umur} < 60",
            (
                "pertanyaan 3 tidak memuat “Palu”, "
                "dan pertanyaan 2 paling sedikit 17 dan kurang dari 60"
            ),
        ),
        ("${umur} != ''", "pertanyaan 2 diisi"),
        (". >= 0 and . <= 1000000", "jawabannya paling sedikit 0 dan paling banyak 1.000.000"),
        ("0 < .", "jawabannya lebih dari 0"),
        (". <= today()", "jawabannya paling lambat hari ini"),
        (". > '2020-01-05'", "jawabannya sesudah 5 Januari 2020"),
        ("regex(., '^[0-9]{16}$')", "jawabannya berpola ^[0-9]{16}$"),
        ("count-selected(.) <= 3", "banyaknya pilihan paling banyak 3"),
        ("coalesce(${umur}, 0) * 12 > 1.5", "pertanyaan 2 (0 bila kosong) × 12 lebih dari 1,5"),
        ("true()", "selalu"),
        (
            "not(position(..) = 1 and ${umur} != '')",
            "nomor ulangannya tidak sama dengan 1, atau pertanyaan 2 tidak diisi",
        ),
    ],
)
def test_a_condition_is_said_in_words(source: str, words: str) -> None:
    assert in_words(compiled(source), NAMES) == words


def test_a_blank_is_neither_more_nor_less() -> None:
    """`not(age > 17)` holds for a blank age, `age <= 17` does not: they are not said alike."""
    said = in_words(compiled("not(${status} = 'a' or ${umur} > 17)"), NAMES)
    assert said == "pertanyaan 1 tidak dijawab “Bekerja”, dan pertanyaan 2 tidak lebih dari 17"


@pytest.mark.parametrize(
    "source", ["if(${status} = 'a', 1, 0) = 1", "round(${umur}) > 3", "${umur} = 1 = 1"]
)
def test_what_has_no_plain_sentence_is_shown_as_written(source: str) -> None:
    assert in_words(compiled(source), NAMES) == source


CHOOSING = st.lists(st.sampled_from("abcd"), min_size=1, max_size=3, unique=True)


@st.composite
def conditions(draw: st.DrawFn) -> str:
    sign, word = draw(st.sampled_from([("=", "or"), ("!=", "and")]))
    source = f" {word} ".join(f"${{status}} {sign} '{code}'" for code in draw(CHOOSING))
    return f"not({source})" if draw(st.booleans()) else source


@given(st.lists(conditions(), min_size=1, max_size=3))
def test_conditions_that_must_all_hold_are_said_as_the_answers_they_leave(
    sources: list[str],
) -> None:
    rules = [compiled(source) for source in sources]
    said = all_in_words(rules, NAMES)
    labels = {label: code for code, label in CODES.items()}
    named = {labels[label] for label in re.findall("“(.+?)”", said)}
    leaves = {code for code in CODES if all(holds(rule, code) for rule in rules)}
    if " dijawab " not in said.replace(" tidak dijawab ", ""):
        assert leaves == CODES.keys() - named
    elif leaves:
        assert leaves == named
    else:  # it is never asked, and every condition that says so is there
        assert said.count("pertanyaan 1") == len(set(sources))


def holds(rule: Compiled, code: str) -> bool:
    class Answers:
        dot = ""

        def value(self, _path: str) -> str:
            return code

    return rule.truth(Answers())  # type: ignore[arg-type]


def test_an_item_in_a_group_says_what_group_and_item_ask_together() -> None:
    form = load(publish(FORM.encode()))
    (ask,) = [item for item in form.items if item.path == "g/apa"]
    names = Names({"status": "pertanyaan 1"}, {"status": {"a": "A", "b": "B", "c": "C"}}, SINGLE)
    assert all_in_words(ask.relevant, names) == "pertanyaan 1 dijawab “A” atau “C”"


SINGLE = frozenset({"status"})
FORM = """
settings: {form_id: coba, version: "1", form_title: Coba, chat::purpose: Mencoba.}
survey:
  - {type: select_one s, name: status, label: Status?}
  - {type: begin group, name: g, label: G,
     relevant: "${status} = 'a' or ${status} = 'b' or ${status} = 'c'"}
  - {type: text, name: apa, label: Apa?, relevant: "${status} != 'b'"}
  - {type: end group}
choices:
  s: [{name: a, label: A}, {name: b, label: B}, {name: c, label: C}, {name: d, label: D}]
"""
