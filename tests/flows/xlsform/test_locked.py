"""The official tracer questionnaire cannot be broken: what is locked, and what an office may do."""

from pathlib import Path

import pytest

from flows import library
from flows.xlsform import Code, check_form, load, publish
from flows.xlsform.locked import core_of
from tests.bot.commands import run

TRACER = library.source("tracer").decode()
FULL_TIME = "Bekerja (full time/part time)"
F8_CHAT = "    chat::label: Apa kesibukan utama Kakak sekarang?\n"
OWN = "  - {type: text, name: jurusan, label: Jurusan?}\n"
F14 = """\
    label: Seberapa erat hubungan antara bidang studi dengan pekerjaan anda?
    chat::label: "Seberapa erat hubungan ${kerja} Kakak dengan bidang studi dulu?"
    relevant: ${f8} = '1' or ${f8} = '3'
"""
FIRST = """\
    - name: "1"
      label: Biaya Sendiri
      chat::aliases: >-
        sendiri; biaya sendiri; orang tua; keluarga; myself; my own money; own money; family;
        parents; self funded
      "label::English (en)": Own funds
"""
SECOND = """\
    - name: "2"
      label: Beasiswa
      chat::aliases: beasiswa; lpdp; scholarship; grant
      "label::English (en)": Scholarship
"""


def changed(*pairs: tuple[str, str]) -> bytes:
    """Return the tracer with texts replaced; each must be there exactly once."""
    text = TRACER
    for old, new in pairs:
        assert text.count(old) == 1, (text.count(old), old)
        text = text.replace(old, new)
    return text.encode()


def line_of(part: str, source: bytes) -> int:
    text = source.decode()
    return text[: text.index(part)].count("\n") + 1


# code, changes, what stands on the line that is named, column, item
BROKEN = {
    "a core that is not there": (
        Code.FORM_60, [("chat::core: dikti_2024", "chat::core: dikti_2042")],
        "chat::core:", "chat::core", "",
    ),
    "an item renamed": (
        Code.FORM_61, [("    name: f303\n", "    name: f303x\n")], "chat::core:", "chat::core", "",
    ),
    "a number made a text": (
        Code.FORM_62, [("  - type: integer\n    name: f505\n", "  - type: text\n    name: f505\n"),
                       ("    chat::read: money\n", "")],
        "type: text\n    name: f505", "type", "f505",
    ),
    "money made a plain number": (
        Code.FORM_62, [("    chat::read: money\n", "")], "type: integer\n    name: f505",
        "chat::read", "f505",
    ),
    "months made ranges": (
        Code.FORM_62,
        [("  - type: integer\n    name: f502\n", "  - type: select_one f5d\n    name: f502\n"),
         (('    constraint: ". >= 0 and . <= 240"\n    constraint_message: Tulis dalam bulan ya, '
          "Kak, misalnya 3. Kalau sudah sebelum lulus, tulis 0.\n"), "")],
        "type: select_one f5d\n    name: f502", "type", "f502",
    ),
    "a place made free text": (
        Code.FORM_62, [("    chat::read: place\n", "")], "type: text\n    name: f5a2",
        "chat::read", "f5a2",
    ),
    "an option's label reworded": (
        Code.FORM_63, [(FULL_TIME, "Bekerja")], "label: Bekerja\n", "label", "1",
    ),
    "an option with another code": (
        Code.FORM_63,
        [('- name: "5"\n      label: Lainnya, t', '- name: "8"\n      label: Lainnya, t')],
        '- name: "8"', "name", "8",
    ),
    "an option more": (
        Code.FORM_63, [("  f18a:\n", "  f18a:\n    - {name: \"3\", label: LPDP}\n")],
        '- {name: "3", label: LPDP}', "label", "3",
    ),
    "options in another order": (
        Code.FORM_63,
        [(FIRST, ""), (SECOND, SECOND + FIRST)],
        "type: select_one f18a", "type", "f18a",
    ),
    "an option that is never taken": (
        Code.FORM_63, [(F8_CHAT, "    constraint: . != '2'\n")],
        "type: select_one f8", "type", "f8",
    ),
    "options shuffled": (
        Code.FORM_63, [(F8_CHAT, "    parameters: randomize=true\n")],
        "type: select_one f8", "type", "f8",
    ),
    "the official wording changed": (
        Code.FORM_64,
        [("label: Apa tingkat tempat kerja Anda?", "label: Apa tingkat kantor Anda?")],
        "label: Apa tingkat kantor Anda?", "label", "f5d",
    ),
    "asked of fewer": (
        Code.FORM_65, [(F14, F14.replace(" or ${f8} = '3'", ""))],
        "relevant: ${f8} = '1'\n    required: \"yes\"\n    \"label::English (en)\": How closely",
        "relevant", "f14",
    ),
    "asked of more": (
        Code.FORM_65, [("    relevant: ${f1201} = '7'\n", "")], "type: text\n    name: f1202",
        "relevant", "f1202",
    ),
    "left out by the setting where it is not optional": (
        Code.FORM_65, [(F14, F14.replace("= '3'\n", "= '3' and ${lewati_opsional} != 'ya'\n"))],
        "relevant: ${f8} = '1' or ${f8} = '3' and ${lewati_opsional} != 'ya'", "relevant", "f14",
    ),
    "hidden behind a question of the office": (
        Code.FORM_65,
        [("  - type: select_one f301\n    name: f301\n", (f"{OWN}"
          "  - type: select_one f301\n    name: f301\n    relevant: ${jurusan} != 'x'\n"))],
        "relevant: ${jurusan} != 'x'", "relevant", "f301",
    ),
    "no longer required": (
        Code.FORM_66, [(F14 + '    required: "yes"\n', F14)],
        "type: select_one f14", "required", "f14",
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("code", "changes", "there", "column", "item"), BROKEN.values(), ids=BROKEN
)
def test_a_change_of_the_core_is_told_where_it_stands(
    code: Code, changes: list[tuple[str, str]], there: str, column: str, item: str
) -> None:
    source = changed(*changes)
    found = [one for one in check_form(source) if one.code is code]
    assert found, [one.sentence("uji") for one in check_form(source)]
    one = found[0]
    assert (one.line, one.column, one.item) == (line_of(there, source), column, item)


ALLOWED = {
    "its own words in the chat": [("Apa kesibukan utama Kakak sekarang?", "Kakak sibuk apa?")],
    "another help text": [("hint: Misalnya “S2 Teknik Mesin”.", "hint: Misalnya “S2”.")],
    "more aliases": [("beasiswa; lpdp", "beasiswa; lpdp; bpi")],
    "questions of its own": [
        ("  # studi lanjut\n", OWN),
    ],
    "its own words in English": [("What are you mainly doing now?", "What keeps you busy?")],
    "the same condition in other words": [
        (F14, F14.replace("${f8} = '1' or ${f8} = '3'", "selected('1 3', ${f8})")),
        ("  - type: select_one f15\n", ("  - type: calculate\n    name: berkarya\n    calculation: "
         "if(${f8} = '1' or ${f8} = '3', 'ya', 'tidak')\n  - type: select_one f15\n")),
        (('    chat::label: "Tingkat pendidikan apa yang paling pas untuk ${kerja} Kakak '
         'sekarang?"\n    hint: Dibandingkan dengan pendidikan yang Kakak selesaikan.\n'
         "    relevant: ${f8} = '1' or ${f8} = '3'\n"), "    relevant: ${berkarya} = 'ya'\n"),
    ],
    "the optional blocks left out": [("default: tidak", "default: ya")],
    "another name": [("form_id: tracer", "form_id: tracer_poltek")],
}  # fmt: skip


@pytest.mark.parametrize("changes", ALLOWED.values(), ids=ALLOWED)
def test_an_office_may_add_and_reword(changes: list[tuple[str, str]]) -> None:
    found = check_form(changed(*changes))
    assert [one.sentence("uji") for one in found if not one.is_warning] == []


def test_what_an_office_adds_need_not_be_said_in_english() -> None:
    (told,) = check_form(changed(("  # studi lanjut\n", OWN)))
    assert (told.code, told.item, told.is_warning) == (Code.FORM_31, "jurusan", True)


def test_without_the_claim_nothing_is_locked() -> None:
    source = changed(("  chat::core: dikti_2024\n", ""), (FULL_TIME, "Bekerja"))
    assert check_form(source) == ()


@pytest.mark.parametrize("name", ["tracer", "tracer_2021"])
def test_the_built_in_tracers_hold_their_core(name: str) -> None:
    form = load(publish(library.source(name)))
    core = core_of(form.core)
    assert set(core.items) <= {item.name for item in form.items}
    assert check_form(library.source(name)) == ()


def test_the_two_instruments_differ_only_in_how_the_waiting_time_is_asked() -> None:
    older, newer = core_of("dikti_2021"), core_of("dikti_2024")
    assert set(older.items) - set(newer.items) == {"f504", "f506"}
    same = {name for name in newer.items if older.items[name] == newer.items[name]}
    assert set(newer.items) - same == {"f502"}


def test_lacak_form_check_names_file_line_and_code(tmp_path: Path) -> None:
    source = changed((FULL_TIME, "Bekerja"))
    (tmp_path / "kita.yaml").write_bytes(source)
    done = run(tmp_path, "form", "check", "kita.yaml")
    assert done.returncode == 1
    line = line_of("label: Bekerja\n", source)
    assert f"FORM_63: kita.yaml baris {line}" in done.stdout
