"""YAML as authors type it: every value is text, and nothing clever is let in."""

import pytest

from flows.xlsform import Code, check_form
from flows.xlsform.read import MAX_BYTES, read_yaml
from tests.flows.xlsform.forms import SETTINGS, form, survey

QUESTION = "survey:\n  - {type: text, name: a, label: A}\n"


@pytest.mark.parametrize(
    "text",
    ["yes", "no", "on", "0", "00", "1_000", "1e3", "0x1F", "12:30", "2020-01-01", "null", "~",
     "3.10", "true", ".inf", "=", "<<"],
)  # fmt: skip
def test_a_value_stays_the_text_that_was_typed(text: str) -> None:
    sheets = read_yaml(f"survey:\n  - name: {text}\nchoices:\n  s:\n    - name: {text}\n".encode())
    assert sheets.survey[0].text("name") == text
    assert sheets.choices["s"][0].text("name") == text


def test_a_tag_changes_nothing() -> None:
    sheets = read_yaml(b"survey:\n  - {name: !!int 3, label: !!python/object:os.system x}\n")
    assert [sheets.survey[0].text(column) for column in ("name", "label")] == ["3", "x"]


def test_zero_is_a_choice_code_like_any_other() -> None:
    source = form("""
        survey:
          - {type: select_one s, name: a, label: A}
          - {type: text, name: b, label: B, relevant: "${a} = '0'"}
        choices: {s: [{name: 0, label: Tidak}, {name: 1, label: Ya}]}
    """)
    assert check_form(source) == ()


def test_unquoted_yes_is_required() -> None:
    assert check_form(survey("type: text, name: a, label: A, required: yes")) == ()


def test_a_long_text_has_the_line_it_begins_on() -> None:
    sheets = read_yaml(b"survey:\n  - name: a\n    label: >-\n      Satu\n      dua\n    hint: H\n")
    row = sheets.survey[0]
    assert (row.text("label"), row.line_of("label"), row.line_of("hint")) == ("Satu dua", 3, 6)
    assert row.line_of("relevant") == row.line == 2


REFUSED = {
    "an anchor": (form("survey: &a []"), [(Code.FORM_22, 2)]),
    "an alias": (form("survey: *a"), [(Code.FORM_22, 2)]),
    "a billion laughs": (
        b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", [(Code.FORM_22, 1)],
    ),
    "a merged row": (
        form("survey:\n  - {type: text, name: a, label: A, <<: {hint: H}}"), [(Code.FORM_03, 3)],
    ),
    "deep nesting": (b"[" * 10_000, [(Code.FORM_23, 1)]),
    "deep nesting of maps": (b"{a: " * 10_000, [(Code.FORM_23, 1)]),
    "deep nesting of blocks": (
        "".join(f"{' ' * n}a:\n" for n in range(1_000)).encode(), [(Code.FORM_23, 9)],
    ),
    "more than a megabyte": (b" " * (MAX_BYTES + 1), [(Code.FORM_02, 0)]),
    "Latin-1": ((SETTINGS + QUESTION).encode() + b"# \xe9\n", [(Code.FORM_01, 4)]),
    "UTF-16": ((SETTINGS + QUESTION).encode("utf-16"), [(Code.FORM_01, 1)]),
    "a tab": (b"settings:\n\tform_id: uji\n", [(Code.FORM_01, 2)]),
    "a NUL": ((SETTINGS + QUESTION).encode() + b"\0", [(Code.FORM_01, 4)]),
    "a written NUL": (survey(r'type: text, name: a, label: "\0"'), [(Code.FORM_01, 3)]),
    "half a surrogate pair": (survey(r'type: text, name: a, label: "\ud800"'), [(Code.FORM_01, 3)]),
    "a code point too far": (
        survey(r'type: text, name: a, label: "\UFFFFFFFF"'), [(Code.FORM_01, 3)],
    ),
    "a version of many digits": (
        b"%YAML 1." + b"1" * 5_000 + b"\n---\na: b\n", [(Code.FORM_01, 1)],
    ),
    "a list that is not closed": (b"survey: [", [(Code.FORM_01, 1)]),
    "a second document": ((SETTINGS + QUESTION + "---\n" + QUESTION).encode(), [(Code.FORM_01, 4)]),
    "choices that are a list": (form(QUESTION + "choices: [x]"), [(Code.FORM_03, 4)]),
    "choices that are nothing": (form(QUESTION + "choices:"), [(Code.FORM_03, 4)]),
    "a list of choices that is a word": (form(QUESTION + "choices: {s: x}"), [(Code.FORM_03, 4)]),
    "a survey that is a map": (
        form("survey: {type: text}"), [(Code.FORM_24, 0), (Code.FORM_03, 2)],
    ),
    "a row that is a word": (form(QUESTION + "  - text"), [(Code.FORM_03, 4), (Code.FORM_09, 4)]),
    "a cell that is a list": (
        survey("type: text, name: a, label: A, hint: [x]"), [(Code.FORM_03, 3)],
    ),
    "a sheet written twice": (form(QUESTION + QUESTION), [(Code.FORM_06, 4)]),
}  # fmt: skip


@pytest.mark.parametrize(("source", "faults"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_form_is_refused_at_its_line(
    source: bytes, faults: list[tuple[Code, int]]
) -> None:
    assert [(fault.code, fault.line) for fault in check_form(source)] == faults


@pytest.mark.parametrize(
    "source",
    [b"", b"\n\n", b"# nanti\n", b"- a\n- b\n", b"halo", b"---\n", b"\xef\xbb\xbf"],
    ids=["nothing", "blank lines", "a comment", "a list", "a word", "a start", "a mark"],
)
def test_what_holds_no_sheets_lacks_them_all(source: bytes) -> None:
    faults = [(fault.line, fault.sheet, fault.column) for fault in check_form(source)]
    needed = ("chat::purpose", "form_id", "form_title", "version")
    assert faults == [
        (0, "survey", ""), (0, "survey", ""), *((0, "settings", column) for column in needed)
    ]  # fmt: skip


def test_a_byte_order_mark_is_no_fault() -> None:
    assert check_form((SETTINGS + QUESTION).encode("utf-8-sig")) == ()
