"""Whatever the bytes, checking a form ends soon, with faults in the file or a form that loads."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows import library
from flows.xlsform import Fault, FormFaults, load, publish
from flows.xlsform.faults import MAX_FAULTS
from tests.flows.xlsform.forms import form, lines_in, survey

SOURCE = library.source("kebekerjaan")
TYPED = st.text(st.one_of(st.sampled_from("{}[]&*!|>%@`'\":,#?-$ \t\n\0"), st.characters()))
SOON_S = 5.0


def faults_of(source: bytes) -> tuple[Fault, ...]:
    """The faults, after seeing that they are told properly; a form without any must load."""
    try:
        artefact = publish(source)
    except FormFaults as error:
        faults = error.faults
    else:
        load(artefact)
        return ()
    lines = [fault.line for fault in faults]
    assert lines == sorted(lines)
    assert 0 <= lines[0] <= lines[-1] <= lines_in(source)
    return faults


@given(st.binary())
def test_any_bytes_are_refused_or_published(source: bytes) -> None:
    faults_of(source)


@given(TYPED)
def test_any_text_is_refused_or_published(text: str) -> None:
    faults_of(text.encode("utf-8", "surrogatepass"))


@st.composite
def with_lines_changed(draw: st.DrawFn) -> bytes:
    """The questionnaire after a slip or two with whole lines."""
    lines = SOURCE.splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 3))):
        here, there = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        match draw(st.sampled_from(["delete", "duplicate", "swap", "move"])):
            case "delete":
                del lines[here]
            case "duplicate":
                lines.insert(there, lines[here])
            case "swap":
                lines[here], lines[there] = lines[there], lines[here]
            case "move":
                lines.insert(there, lines.pop(here))
    return b"".join(lines)


@st.composite
def with_letters_changed(draw: st.DrawFn) -> bytes:
    """The questionnaire after a few slips of the keyboard."""
    text = SOURCE.decode()
    for _ in range(draw(st.integers(1, 4))):
        at, cut = draw(st.integers(0, len(text))), draw(st.integers(0, 3))
        text = text[:at] + draw(TYPED.map(lambda typed: typed[:3])) + text[at + cut :]
    return text.encode("utf-8", "surrogatepass")


@given(with_lines_changed())
@settings(deadline=None)
def test_a_form_with_lines_astray_is_refused_or_published(source: bytes) -> None:
    faults_of(source)


@given(with_letters_changed())
@settings(deadline=None)
def test_a_form_with_letters_astray_is_refused_or_published(source: bytes) -> None:
    faults_of(source)


CELLS = {
    "type": ["text", "integer", "date", "note", "calculate", "hidden", "select_one s",
             "select_multiple s", "begin group", "end group", "select_one s or_other"],
    "name": ["a", "b", "c", "meta", "A", "no hp", ""],
    "label": ["A", "${a}", "${zz}", "${", "", "0"],
    "relevant": ["${a} = 'x'", "${b} > 1", "${a}", "1 =", "selected(${a}, 'y')"],
    "constraint": [". > 1", "${c} = .", "regex(., '[')"],
    "calculation": ["${a} + 1", "${b}", "once(random())", "today()"],
    "required": ["yes", "maybe"],
    "appearance": ["year", "w1"],
    "chat::read": ["money", "choice"],
    "chat::reask": ["2", "banyak"],
    "chat::pii": ["yes", "1"],
    "default": ["1"],
}  # fmt: skip
ROWS = st.lists(
    st.fixed_dictionaries(
        {}, optional={column: st.sampled_from(texts) for column, texts in CELLS.items()}
    ),
    max_size=6,
)


@given(ROWS)
@settings(deadline=None)
def test_any_rows_are_refused_or_published(rows: list[dict[str, str]]) -> None:
    written = [", ".join(f'{column}: "{text}"' for column, text in row.items()) for row in rows]
    faults_of(survey(*written) + b"choices: {s: [{name: x, label: X}]}\n")


def text(name: str, *more: str) -> str:
    return ", ".join((f"type: text, name: {name}, label: A", *more))


def calculate(name: str, calculation: str) -> str:
    return f"type: calculate, name: {name}, calculation: '{calculation}'"


HOSTILE = {
    "10,000 groups in groups": survey(*(f"type: begin group, name: g{n}" for n in range(10_000))),
    "5,000 items": survey(*(text(f"a{n}") for n in range(5_000))),
    "a chain of 3,000": survey(
        text("c0"), *(calculate(f"c{n}", f"${{c{n - 1}}} + 1") for n in range(1, 3_000))
    ),
    "a chain of 3,000, last first": survey(
        *(calculate(f"c{n}", f"${{c{n + 1}}} + 1") for n in range(3_000)), text("c3000")
    ),
    "a cycle of 3,000": survey(
        text("a"), *(calculate(f"c{n}", f"${{c{(n + 1) % 3_000}}} + 1") for n in range(3_000))
    ),
    "2,500 unknown references": survey(
        *(text(f"a{n}", f"hint: '${{b{n}}}'") for n in range(2_500))
    ),
    "unknown references in every expression": survey(
        *(text(f"a{n}") for n in range(2_000)),
        *(calculate(f"c{n}", "+".join(f"${{b{m}}}" for m in range(900))) for n in range(90)),
    ),
    "9,000 unknown lists": form(
        "survey:\n"
        + "".join(f"  - {{type: select_one u{n}, name: a{n}, label: A}}\n" for n in range(9_000))
        + "choices:\n"
        + "".join(f"  s{n}: [{{name: x, label: X}}]\n" for n in range(9_000))
    ),
    "5,000 questions of 20,000 choices": form(
        "survey:\n"
        + "".join(f"  - {{type: select_one s, name: a{n}, label: A}}\n" for n in range(5_000))
        + "choices: {s: ["
        + ", ".join(f"{{name: x{n}, label: X}}" for n in range(20_000))
        + "]}\n"
    ),
    "300,000 empty rows": form("survey: [" + "{}," * 300_000 + "]"),
    "190,000 times one key": form("x: 1\n" * 190_000),
    "90,000 columns": survey(", ".join(f"a{n:x}: " for n in range(90_000))),
    "40,000 open references": survey(text("a", f"hint: '{'${' * 40_000}'")),
    "an open reference full of spaces": survey(text("a", f"hint: '${{{' ' * 900_000}x'")),
    "a name of 400,000 letters for a group of 5,000": survey(
        f"type: begin group, name: {'g' * 400_000}", *(text("a") for _ in range(5_000))
    ),
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_form_is_dealt_with_soon(source: bytes) -> None:
    began = time.process_time()
    faults = faults_of(source)
    assert time.process_time() - began < SOON_S
    assert len(faults) <= 2 * MAX_FAULTS
