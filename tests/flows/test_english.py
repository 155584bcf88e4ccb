"""Indonesian and English are both whole, and nobody is lost between them."""

from functools import cache

import pytest

from flows import library
from flows.events import Replied, Started
from flows.model import Form, Template
from flows.phrases import phrases
from flows.prompts import prompt
from flows.step import start, step
from flows.transcript import OFFICE
from flows.xlsform import Examined, examine, load
from tests.flows.talks import NOW, Talk, made

EN = "English (en)"
TEXTS = ("label", "asks", "hint", "guidance", "constraint_message", "required_message")
SAID = ("purpose", "closing", "still")
MOST_SHORT = 24  # characters of a row of WhatsApp's list


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
def test_a_short_english_label_fits_where_the_indonesian_one_does(name: str) -> None:
    form = built_in(name)
    english = form.spoken(EN)
    long = [
        (item.path, theirs.short or theirs.label)
        for item in form.asked
        if item.kind == "select_one" and not item.matrix
        for ours, theirs in zip(item.choices, english.by_path[item.path].choices, strict=True)
        if len(ours.short or ours.label) <= MOST_SHORT < len(theirs.short or theirs.label)
    ]
    assert long == []


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
