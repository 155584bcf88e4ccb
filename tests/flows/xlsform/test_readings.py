"""The author's rows and what pyxform made of them are one questionnaire."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import library
from flows.model import Choice
from flows.xlsform import load, publish
from flows.xlsform.definition import Definition, Questionnaire, from_pyxform, from_sheets
from flows.xlsform.read import read_yaml
from tests.flows.xlsform.forms import form

STRAIGHT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"'})
"""pyxform straightens typographic quotes in every sheet …"""

SPACES = re.compile(" +")
"""… and makes one space of several in the survey and the choices. It changes nothing else."""

FORMS = {
    **{name: library.source(name) for name in library.names()},
    "groups in groups": form("""
        survey:
          - {type: text, name: a, label: A}
          - {type: begin group, name: g, label: G, relevant: "${a} != ''"}
          - {type: begin_group, name: h, relevant: "${a} != 'x'"}
          - {type: integer, name: b, label: B, relevant: "${a} != 'y'"}
          - {type: end_group}
          - {type: date, name: c, label: C, appearance: month-year}
          - {type: end group}
          - {type: note, name: n, label: "Terima kasih, ${a}."}
    """),
    "choices with aliases": form("""
        survey:
          - {type: select_one yt, name: a, label: A, appearance: minimal}
          - {type: select_multiple s, name: b, label: B, appearance: quick numbers}
        choices:
          s:
            - {name: "0", label: Nol, chat::aliases: "kosong;  tidak ada ;;", chat::short: "0"}
            - {name: "1", label: “Satu”}
          yt: [{name: ya, label: Ya}, {name: tidak, label: Tidak}]
          unused: [{name: x, label: X}]
    """),
    "every column": form("""
        survey:
          - {type: hidden, name: nama, chat::pii: "yes"}
          - type: integer
            name: gaji
            label: "Gaji  ${nama}?"
            hint: |
              Misalnya “2,5 juta”.

              Boleh kira-kira.
            required: "no"
            relevant: ${nama} != ''
            constraint: . >= 0 and . < 1000000000
            constraint_message: Itu ‘terlalu’ banyak, ${nama}.
            chat::read: money
            chat::reask: "2"
            chat::pii: "yes"
          - {type: calculate, name: setahun, calculation: "${gaji} * 12"}
    """),
    "settings": b"""
        settings:
          form_id: uji
          version: 2026-01-01
          form_title: Uji  \xe2\x80\x9ccoba\xe2\x80\x9d
          default_language: Indonesia (id)
          chat::purpose: Untuk ${a}.
          chat::closing: Selesai  ya.
        survey: [{type: text, name: a, label: A}]
    """,
    "a column that comes late": form(
        "survey:\n"
        + "".join(f"  - {{type: text, name: a{n}, label: A}}\n" for n in range(120))
        + "  - {type: text, name: z, label: Z, hint: Baru di sini}\n"
    ),
}


@pytest.mark.parametrize("source", FORMS.values(), ids=FORMS)
def test_both_readings_give_the_same_questionnaire(source: bytes) -> None:
    assert from_pyxform(publish(source).content["survey"]) == as_published(written(source))


@pytest.mark.parametrize("source", FORMS.values(), ids=FORMS)
def test_a_published_form_names_what_its_author_named(source: bytes) -> None:
    made = load(publish(source))
    assert list(made.by_path) == [one.path for one in written(source).definitions]
    assert made.language == written(source).settings.cells.get("default_language", "")


texts = st.text(
    st.one_of(
        st.sampled_from("‘’“” '\"-&<>{}[]#:;|%\n\t0é😀"),
        st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"]),
    ),
    min_size=1,
).filter(lambda text: text.strip() and "$" not in text)


@given(texts, texts, texts)
@settings(max_examples=60, deadline=None)
def test_whatever_is_written_both_readings_agree(label: str, alias: str, purpose: str) -> None:
    source = form("""
        survey: [{type: select_one s, name: a, label: LABEL, hint: LABEL}]
        choices: {s: [{name: x, label: LABEL, chat::aliases: ALIAS}]}
    """).replace(b"Uji coba.", quoted(purpose))
    source = source.replace(b"LABEL", quoted(label)).replace(b"ALIAS", quoted(alias))
    assert from_pyxform(publish(source).content["survey"]) == as_published(written(source))


def quoted(text: str) -> bytes:
    """Any text as YAML in double quotes."""
    escaped = (f"\\U{ord(letter):08X}" for letter in text)
    return f'"{"".join(escaped)}"'.encode()


def written(source: bytes) -> Questionnaire:
    return from_sheets(read_yaml(source))


def as_published(read: Questionnaire) -> Questionnaire:
    """The author's questionnaire with pyxform's two changes, and no other."""
    settings = {column: text.translate(STRAIGHT) for column, text in read.settings.cells.items()}
    return Questionnaire(
        replace(read.settings, cells=settings),
        tuple(map(_definition, read.definitions)),
        {name: tuple(map(_choice, listed)) for name, listed in read.choices.items()},
    )


def _definition(one: Definition) -> Definition:
    cells = {column: _tidy(text) for column, text in one.cells.items()}
    return replace(one, cells=cells, within=tuple(map(_definition, one.within)))


def _choice(one: Choice) -> Choice:
    aliases = tuple(_tidy(alias) for alias in one.aliases)
    return Choice(one.code, _tidy(one.label), aliases, _tidy(one.short))


def _tidy(text: str) -> str:
    return SPACES.sub(" ", text.translate(STRAIGHT))
