"""Indonesian and English are both whole, and nobody is lost between them."""

import re
from functools import cache
from pathlib import Path

import pytest

from bot.channels.whatsapp_buttons import content_of
from flows import asking, consenting, library, overview
from flows.answers import Outcome, read
from flows.answers.reading import Reading
from flows.doubts import picked_among
from flows.events import Replied, Started
from flows.model import Form, Item, Template
from flows.phrases import phrases
from flows.prompts import Button, Prompt, prompt
from flows.step import start, step
from flows.transcript import OFFICE
from flows.xlsform import Examined, examine, load
from tests.flows.talks import NOW, Talk, made

EN = "English (en)"
TEXTS = ("label", "asks", "hint", "guidance", "constraint_message", "required_message")
SAID = ("purpose", "closing", "still")


@cache
def examined(name: str) -> Examined:
    return examine(library.source(name))


@cache
def built_in(name: str) -> Form:
    artefact = examined(name).artefact
    assert artefact is not None
    return load(artefact)


def pairs(form: Form) -> list[tuple[str, Template, Template]]:
    """Each text of a form in Indonesian and in English."""
    english = form.spoken(EN)
    found = [(name, getattr(form, name), getattr(english, name)) for name in SAID]
    for one in form.asked:
        other = english.by_path[one.path]
        found += [(one.path, getattr(one, name), getattr(other, name)) for name in TEXTS]
    for path, matrix in form.matrices.items():
        other_matrix = english.matrices[path]
        found += [(path, matrix.asks, other_matrix.asks), (path, matrix.hint, other_matrix.hint)]
    return [one for one in found if one[1] or one[2]]


@pytest.mark.parametrize("name", library.names())
def test_a_built_in_form_is_whole_in_both_languages(name: str) -> None:
    form = built_in(name)
    assert form.languages == ("Indonesia (id)", EN)
    assert examined(name).faults == ()
    missing = [path for path, own, english in pairs(form) if bool(own) != bool(english)]
    assert missing == []
    own_words = {"".join(english.parts) for _path, _own, english in pairs(form)}
    assert [text for text in own_words if {"Kak", "Kakak", "Kakak."} & set(text.split())] == []


@pytest.mark.parametrize("name", library.names())
def test_words_worked_out_in_one_language_are_not_said_in_the_other(name: str) -> None:
    form = built_in(name)
    mixed = [
        (path, reference)
        for path, *texts in pairs(form)
        for text, is_english in zip(texts, (False, True), strict=True)
        for reference in text.parts[1::2]
        if reference.endswith("_en") is not is_english and _says_words(form, reference)
    ]
    assert mixed == []


def _says_words(form: Form, path: str) -> bool:
    """Whether a calculation puts words of its own into a text, not only what was answered."""
    item = form.by_path[path]
    if item.calculation is None:
        return False
    source = item.calculation.source
    return any(len(part.strip()) > 1 for part in source.split("'")[1::2])


@pytest.mark.parametrize("name", library.names())
def test_english_choices_have_buttons_where_the_indonesian_ones_do(name: str) -> None:
    form = built_in(name)
    english = form.spoken(EN)
    asked = [one for one in form.asked if one.kind == "select_one"]
    long = [one.path for one in asked if _fits(one) and not _fits(english.by_path[one.path])]
    assert long == []


def _fits(item: Item) -> bool:
    buttons = (Button(one.label, f"1.2.{at}") for at, one in enumerate(item.options))
    return content_of(Prompt("?", tuple(buttons)), phrases()) is not None


TALKS = sorted((Path(__file__).parents[1] / "transcripts").glob("*-english.txt"))
INDONESIAN = re.compile(
    r"\b(?:kak|kakak|kami|balas|tulis|yang|sudah|belum|untuk|dengan|bulan|tahun|atau|dan|maaf"
    r"|dilewati|terkirim|sekitar|pukul|jawaban|misalnya|maret|mei|juni|juli|agustus|oktober)\b",
    re.IGNORECASE,
)


def test_nothing_indonesian_is_left_in_an_english_talk() -> None:
    assert len(TALKS) == len(library.names()) - 1  # kebekerjaan speaks both by turns
    for path in TALKS:
        said = path.read_text("utf-8").partition("\nuser: ")[2]
        ours = re.sub(r"(?m)^\w+: .*$", lambda line: line[0][4:] * (line[0][:4] == "bot:"), said)
        ours = ours.replace("Bahasa Indonesia? Balas BAHASA.", "")
        assert INDONESIAN.findall(ours) == [], path.stem


CHOSEN = {
    "f8": {
        "I work full time": "1", "I'm working at a bank": "1", "I have my own business": "3",
        "still studying": "4", "I'm looking for a job": "5", "haven't found a job": "5",
        "I am not looking for a job": "2", "I can't work yet": "2",
    },
    "f14": {"sangat erat": "1", "very closely": "1", "not very closely": "4", "not related": "5"},
    "f301": {"after I graduated": "2", "I did not look for work": "3"},
}  # fmt: skip
UNSURE = {
    "f8": (
        "not working", "no longer working", "I don't work", "I stopped working", "I lost my job",
        "I was working until last month", "my husband is working", "I want to work", "not yet",
        "I don't have a job", "I am not employed", "about to start working next month",
    ),
    "f14": ("not closely", "it is not close at all"),
}  # fmt: skip


def chosen(name: str, typed: str) -> Reading:
    item = built_in("tracer").spoken(EN).by_path[name]
    return read(item.reads, typed, choices=item.choices, question="".join(item.label.parts))


def test_english_words_choose_and_what_they_deny_is_asked_about() -> None:
    for name, told in CHOSEN.items():
        assert {typed: chosen(name, typed).value for typed in told} == told
    for name, vague in UNSURE.items():
        assert [typed for typed in vague if chosen(name, typed).outcome is Outcome.SURE] == []


@pytest.mark.parametrize(
    ("kind", "unit", "told"),
    [
        ("yesno", "", {"yes please": True, "I do": True, "no thank you": False, "I don't": False,
                       "I don't think so": "confirm", "not sure": "yesno_undecided"}),
        ("money", "", {"3.5 million": 3_500_000, "I earn about 4 million a month": 4_000_000,
                       "between 4 and 5 million": "confirm", "50 million a year": "money_per_month",
                       "no income yet": "confirm", "I'd rather not say": "refused"}),
        ("integer", "bulan", {"three": 3, "about 20": 20, "two months": 2, "a year": "number_unit",
                              "less than a month": "number_bound", "none": "confirm",
                              "I don't know": "dont_know"}),
        ("date", "", {"in March 2024": "2024-03", "March 5, 2024": "2024-03-05",
                      "two years ago": "2024", "last month": "2026-10", "since 2022": "2022",
                      "early 2024": "confirm", "before 2020": "date_not_understood",
                      "I can't remember": "dont_know"}),
        ("date_ahead", "", {"next month": "2026-12", "tomorrow": "2026-11-22"}),
        ("command", "", {"go back": "kembali", "skip this question": "lewati", "not now": "nanti",
                         "I don't understand": "bantuan", "don't contact me": "berhenti",
                         "this is not me": "salah_orang", "my data": "data_saya",
                         "I stopped working": "none", "next month": "none"}),
    ],
)  # fmt: skip
def test_english_answers_are_read_or_asked_about(
    kind: str, unit: str, told: dict[str, object]
) -> None:
    """What is expected is the value where it is sure, "confirm", or why it is asked again."""
    assert {
        typed: _outcome(read(kind, typed, today=NOW.date(), unit=unit)) for typed in told
    } == told


def _outcome(reading: Reading) -> object:
    if reading.outcome is not Outcome.SURE:
        return reading.reason if reading.outcome is Outcome.REASK else "confirm"
    return reading.value["value"] if isinstance(reading.value, dict) else reading.value


@pytest.mark.parametrize(
    ("typed", "agreed"),
    [("yes please", True), ("I agree", True), ("go ahead", True), ("no thank you", False),
     ("I don't agree", False), ("I do not want to", False)],
)  # fmt: skip
def test_consent_is_heard_in_english(typed: str, agreed: bool) -> None:
    assert consenting.refuses(typed) is not agreed
    assert ("Thank you!" in opened(built_in("tracer"), "english", typed)) is agreed


def opened(form: Form, *texts: str) -> str:
    """What the last of the first messages says, after these replies to the notice."""
    facts = {**OFFICE, "nama": "Sari"}
    turn = step(form, start(form), Started(NOW, given={"nama": "Sari"}, facts=facts))
    for text in texts:
        turn = step(form, turn.state, Replied(NOW, text))
    shown = prompt(turn.effects, phrases("en" if turn.state.language else "id"))
    return shown.text if shown else ""


def test_the_notice_says_how_to_switch_where_there_is_something_to_switch_to() -> None:
    assert "\n\nEnglish? Reply ENGLISH.\n\n" in opened(built_in("tracer"))
    assert "\n\nBahasa Indonesia? Balas BAHASA.\n\n" in opened(built_in("tracer"), "English")
    own = made("survey: [{type: text, name: a, label: A?}]")
    assert "ENGLISH" not in opened(own)


def test_a_language_that_is_taught_is_an_answer_and_a_language_asked_for_is_spoken() -> None:
    form = made("""
        survey:
          - {type: text, name: a, label: Mengajar apa?, "label::English (en)": What do you teach?}
          - {type: text, name: b, label: Lagi?, "label::English (en)": More?}
    """)
    assert Talk(form).say("Bahasa Inggris").saved == {"a": "Bahasa Inggris"}
    assert Talk(form).say("English").asks.text == "What do you teach?"
    assert Talk(form).say("english", "bahasa indonesia").saved == {"a": "bahasa indonesia"}
    assert Talk(form).say("english", "BAHASA").asks.text == "Mengajar apa?"


def test_a_language_spoken_before_is_spoken_where_a_form_has_it_by_another_name_or_not() -> None:
    other = """
        survey:
          - {type: text, name: a, label: Nama?, "label::Inggris (en)": Name?}
    """
    assert Talk(made(other), language=EN).asks.text == "Name?"
    assert Talk(made(other), language="en").state.language == "Inggris (en)"
    own = Talk(made("survey: [{type: text, name: a, label: Nama?}]"), language=EN)
    assert (own.asks.text, own.state.language) == ("Nama?", "en")


def test_the_bots_own_buttons_are_heard_as_they_are_shown_in_english() -> None:
    labels = phrases("en").labels
    for options in (
        asking.STOP_OPTIONS, asking.YES_NO_OPTIONS, overview.CHANGE_OPTIONS, overview.STILL_OPTIONS,
        overview.SEND_OPTIONS,
    ):  # fmt: skip
        picked = [picked_among(options, labels[one.label]) for one in options]
        assert picked == [one.index for one in options]
