"""Every sentence the engine can say is written, and every sentence written is said.

What is said is read from the source: a misspelt key or a missing fact would otherwise meet its
first respondent before its first test.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

import pytest

from flows import asking, library, overview
from flows.matrix import SKIP
from flows.phrases import origin, phrases, written
from flows.transcript import OFFICE
from flows.xlsform import load, publish

ROOT = Path(__file__).parents[2]
SPEAKERS = (
    "bot/turn.py", "bot/receive.py", "bot/joining.py", "bot/service.py",
    "bot/channels/telegram_buttons.py", "bot/rights/hearing.py", "bot/rights/erasure.py",
    "flows/phrases/__init__.py",
    "bot/channels/whatsapp_buttons.py", "bot/web/attach.py",
)  # fmt: skip
SOURCES = [
    *ROOT.glob("flows/*.py"),
    *ROOT.glob("flows/answers/*.py"),
    *(ROOT / name for name in SPEAKERS),
]
SENTENCES = phrases().sentences

OFFICE_FACTS = frozenset({*OFFICE, "nama"})
"""What `Started.facts` brings, and with it every `Say(…, state.facts)`."""

FACTS_IN = {
    "facts": OFFICE_FACTS, "given": frozenset({"nama"}), "_facts": OFFICE_FACTS | {"batas"},
}  # fmt: skip
"""What a mapping held in an attribute of this name is sure to hold."""

OWN_WORDS = {"note"}
"""Said with the words of the form's author."""


@dataclass(frozen=True)
class Said:
    """A key in the source and the facts that go with it."""

    key: str
    facts: frozenset[str]
    where: str


def said_in(path: Path) -> Iterator[Said]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.keyword) and path.is_relative_to(ROOT / "bot"):
            continue  # a reason there is why something was stored
        for keys, facts in _said_by(node):
            for key in _texts(keys):
                yield Said(key, facts, f"{path.relative_to(ROOT)}:{keys.lineno}")


def _said_by(node: ast.AST) -> Iterator[tuple[ast.expr, frozenset[str]]]:
    match node:
        case ast.Call(ast.Name("Say"), [key, *facts]):
            yield key, frozenset().union(*map(_facts, facts))
        case ast.Call(ast.Name("reask"), [key], named):
            yield key, frozenset(str(one.arg) for one in named) - {"options"}
        case ast.Call(ast.Name("confirm"), [_, key], named):
            yield key, frozenset(str(one.arg) for one in named)
        case ast.Call(ast.Name("_stop" | "StopAll"), [*_, key]):
            yield key, frozenset()
        case ast.Call(ast.Attribute(_, "_say"), [key]):
            yield key, frozenset()
        # said with the office's facts by `Reception._refuses`, and by `_strangers`
        case ast.Call(ast.Name("CannotJoin"), [key]) | ast.Assign([ast.Name("phrase")], key):
            yield key, OFFICE_FACTS
        case ast.Call(ast.Attribute(_, "say"), [key, facts]):
            yield key, _facts(facts)
        # a reason on its way to `confirm(value, reason, value=…)`
        case ast.keyword("reason", key) | ast.Assign([ast.Name("reason")], key):
            yield key, frozenset({"value"})
        # a reason on its way to `reask(reason)`
        case ast.FunctionDef("stance" | "excuse" | "_not_yet_said"):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Return) and inner.value:
                    yield inner.value, frozenset()


def _texts(node: ast.expr) -> Iterator[str]:
    """The texts an expression may have as its value; a condition's own are not among them."""
    match node:
        case ast.Constant(str(text)) if text:
            yield text
        case ast.IfExp(_, body, orelse):
            yield from _texts(body)
            yield from _texts(orelse)
        case ast.BoolOp(_, values):
            for value in values:
                yield from _texts(value)


def _facts(node: ast.expr) -> frozenset[str]:
    match node:
        case ast.Dict(keys, values):
            spread = (_facts(v) for k, v in zip(keys, values, strict=True) if k is None)
            named = frozenset(str(ast.literal_eval(key)) for key in keys if key)
            return named.union(*spread)
        case ast.Attribute(_, name) | ast.Call(ast.Attribute(_, name)):
            return FACTS_IN.get(name, frozenset())
    return frozenset()


ALL_SAID = [said for path in SOURCES for said in said_in(path)]


def test_the_scan_sees_what_is_said() -> None:
    keys = {said.key for said in ALL_SAID}
    assert keys >= {
        "consent", "stopped", "skip_hint", "nothing_open", "choice_not_understood",
        "yesno_no_meant", "yesno_undecided", "money_none", "date_year_missing", "dont_know",
    }  # fmt: skip
    assert len(keys) > 50


def test_every_key_that_is_said_is_written() -> None:
    missing = {said.key: said.where for said in ALL_SAID if said.key not in SENTENCES}
    assert {key: where for key, where in missing.items() if key not in OWN_WORDS} == {}


def test_every_sentence_written_is_said() -> None:
    assert SENTENCES.keys() - {said.key for said in ALL_SAID} == set()


def test_every_fact_in_a_sentence_is_brought_by_all_who_say_it() -> None:
    lacking = [
        (said.where, said.key, fact)
        for said in ALL_SAID
        if said.key in SENTENCES
        for fact in facts_in(SENTENCES[said.key]) - said.facts
    ]
    assert lacking == []


def test_every_sentence_is_there_in_english_with_the_same_facts() -> None:
    english = written("en")["sentences"]
    assert english.keys() == SENTENCES.keys()
    assert [k for k in SENTENCES if facts_in(english[k]) != facts_in(SENTENCES[k])] == []
    assert [key for key, text in english.items() if not 0 < len(text.strip()) <= 1_024] == []
    assert [key for key, text in english.items() if "Kak" in text.split()] == []


def test_every_button_of_the_bots_own_is_there_in_english() -> None:
    labels = phrases("en").labels
    options = (
        *asking.CONSENT_OPTIONS, *asking.STOP_OPTIONS, *asking.YES_NO_OPTIONS, SKIP,
        *overview.CHANGE_OPTIONS, *overview.STILL_OPTIONS, *overview.SEND_OPTIONS,
    )  # fmt: skip
    own = {*(one.label for one in options), overview.OTHERS, overview.NEVER_MIND}
    assert own - labels.keys() == set()


def test_facts_of_our_own_are_said_in_english_and_peoples_words_as_they_are() -> None:
    say = phrases("en").say
    assert "August 2026." in say("so_far", {"value": "Agustus 2026"})
    assert "Mei Lestari." in say("so_far", {"value": "Mei Lestari"})
    assert "skipped" in say("so_far", {"value": "dilewati"})
    assert "… sent" in say("summary", {"answers": "• If there is a letter, please sen… terkirim"})
    assert "around March 2024." in say("so_far", {"value": "sekitar Maret 2024"})
    assert "sekitar Pasar Baru." in say("so_far", {"value": "sekitar Pasar Baru"})
    assert "1 May 2024 at 08:30." in say("so_far", {"value": "1 Mei 2024 pukul 08.30"})
    assert "Rp3,500,000 a month" in say("money_meant", {"value": "Rp3.500.000"})
    assert "How many months?" in say("number_unit", {"unit": "bulan"})
    assert "3.5" in say("range_said", {"min": "0", "max": "3,5"})
    consent = say("consent", origin("Ibu Rina", phrases()))
    assert "from Ibu Rina." in consent
    assert "Kontak" not in consent


@pytest.mark.parametrize("key", SENTENCES)
def test_a_sentence_fits_a_message(key: str) -> None:
    assert 0 < len(SENTENCES[key].strip()) <= 1_024


def test_the_notice_of_a_built_in_form_fits_a_message_with_its_purpose() -> None:
    for name in library.names():
        purpose = "".join(load(publish(library.source(name))).purpose.parts)
        facts = {**OFFICE, "nama": "Siti Nurhaliza", "tujuan": purpose}
        assert len(phrases().say("consent", facts)) <= 1_024


@pytest.mark.parametrize("key", SENTENCES)
def test_a_sentence_with_its_facts_has_no_braces_left(key: str) -> None:
    said = phrases().say(key, dict.fromkeys(facts_in(SENTENCES[key]), "x"))
    assert not set("{}") & set(said)


def facts_in(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}
