"""Questionnaires from Excel and KoboToolbox: what they are called, where they are wrong."""

import io
import random
import time
import zipfile
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from flows.model import Form, Kind
from flows.phrases import phrases
from flows.rehearsal import rehearse
from flows.state import Status
from flows.xlsform import Examined, FormFaults, examine, load, publish
from flows.xlsform.workbook import MAX_BYTES
from tests.flows.xlsform.workbooks import Rows, workbook

HEAD = ("type", "name", "label")
YES_NO = [("list_name", "name", "label"), ("yn", "1", "Ya"), ("yn", 0, "Tidak")]


def form(survey: Rows, choices: Rows = (), settings: Rows = ()) -> Form:
    return load(publish(workbook(survey, choices, settings), name="uji"))


def codes(found: Examined, *, warnings: bool = False) -> list[tuple[str, int, str]]:
    return [
        (fault.code.name, fault.line, fault.column)
        for fault in found.faults
        if fault.is_warning is warnings
    ]


def test_a_workbook_of_kobo_runs_as_it_is() -> None:
    made = form(
        [HEAD, ("text", "nama", "Nama?"), ("select_one yn", "kerja", "Bekerja?")],
        YES_NO,
        [("form_title", "form_id", "version"), ("Uji coba", "uji_coba", 3)],
    )
    assert (made.title, made.form_id, made.version) == ("Uji coba", "uji_coba", "3")
    assert [choice.code for choice in made.by_path["kerja"].choices] == ["1", "0"]


def test_what_its_settings_leave_out_is_guessed_and_said() -> None:
    found = examine(workbook([HEAD, ("text", "a", "A")]), name="Kuesioner alumni")
    assert found.artefact is not None
    assert found.artefact.form_id == "Kuesioner_alumni"
    assert found.artefact.version
    said = codes(found, warnings=True)
    assert said == [("FORM_38", 0, "form_id"), ("FORM_38", 0, "version")]


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Relevance", "relevant"), ("bind:relevant", "relevant"), ("bind::relevant", "relevant"),
        ("RELEVANT", "relevant"), ("calculate", "calculation"), ("requiredMsg", "required_message"),
        ("constraint message", "constraint_message"), ("count", "repeat_count"),
        ("readonly", "read_only"), ("label : English", "label::English"),
        ("label::English (en)", "label::English (en)"),
    ],
)  # fmt: skip
def test_a_column_is_known_by_all_its_names(header: str, column: str) -> None:
    from flows.xlsform.columns import canonical, uses_double_colons  # noqa: PLC0415

    assert canonical(header, "survey", doubled=uses_double_colons([header])) == column


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("string", Kind.TEXT), ("int", Kind.INTEGER), ("photo", Kind.IMAGE), ("gps", Kind.GEOPOINT),
        ("Date Time", Kind.DATETIME), ("select one from yn", Kind.SELECT_ONE),
        ("select all that apply from yn", Kind.SELECT_MULTIPLE), ("trigger", Kind.ACKNOWLEDGE),
        ("barcode", Kind.TEXT), ("imei", Kind.HIDDEN),
    ],
)  # fmt: skip
def test_a_type_is_known_by_all_its_names(written: str, kind: Kind) -> None:
    made = form([HEAD, (written, "a", "A"), ("text", "b", "B")], YES_NO)
    assert made.by_path["a"].kind is kind


def test_a_fault_has_sheet_row_and_column() -> None:
    found = examine(
        workbook(
            [
                (*HEAD, "relevence", "constraint"),
                ("text", "a", "A", "", ""),
                (),
                ("integer", "b", "B", "${a} = 1", ". >"),
            ],
            [("list_name", "name", "label"), ("yn", "ya", "Ya"), ("yn", "ya", "Iya")],
        ),
        name="uji",
    )
    assert codes(found) == [
        ("FORM_13", 3, "name"), ("FORM_16", 4, "constraint"), ("FORM_04", 4, "relevence"),
    ]  # fmt: skip
    sentence = found.faults[-1].sentence("uji.xlsx", is_workbook=True)
    assert sentence.startswith("FORM_04: uji.xlsx lembar survey baris 4, item 'b', kolom")


def test_columns_of_other_programs_are_let_be() -> None:
    found = examine(
        workbook(
            [
                (*HEAD, "media::image", "instance::tag", "catatan petugas lapangan", "rows"),
                ("text", "a", "A", "foto.jpg", "x", "y", 3),
            ]
        ),
        name="uji",
    )
    assert found.artefact is not None
    said = [(code, column) for code, _row, column in codes(found, warnings=True)]
    assert ("FORM_37", "media::image") in said
    assert ("FORM_36", "catatan_petugas_lapangan") in said


def test_what_excel_makes_of_cells_is_text_again() -> None:
    made = form(
        [(*HEAD, "default", "relevant"),
         ("date", "a", "A", datetime(2026, 8, 21), ""),  # noqa: DTZ001 -- as Excel has it
         ("integer", "b", "B", 3.0, True),
         ("text", "c", "C", "", False)],
        settings=[("version",), (2026.0,)],
    )  # fmt: skip
    assert made.version == "2026"
    assert made.by_path["b"].relevant[0].source == "true()"
    assert made.by_path["c"].relevant[0].source == "false()"


def test_what_nobody_would_see_in_a_workbook_is_said() -> None:
    rows = [
        ("type", "name", "label", "label"),
        ("start-geopoint", "di", "", ""),
        ("text", "a", "#REF!", "A"),
        ("note", "n", "", ""),
    ]
    book = load_workbook(io.BytesIO(workbook(rows)))
    book.create_sheet("setting")
    written = io.BytesIO()
    book.save(written)
    found = examine(written.getvalue(), name="uji")
    assert codes(found) == [
        ("FORM_06", 1, "label"), ("FORM_19", 3, "label"), ("FORM_09", 4, "label"),
    ]  # fmt: skip
    said = codes(found, warnings=True)
    assert ("FORM_43", 2, "type") in said
    assert ("FORM_44", 1, "") in said


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "(.xls)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "sandi"),
        ("\ufefftype,name,label\ntext,a,A\n".encode(), ".csv"),
        (b"type;name;label\r\ntext;a;A\r\n", ".csv"),
        (b"| survey | type | name |\n| | text | a |\n", ".md"),
        (b'<?xml version="1.0"?><h:html/>', "XForm"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x05\x06" + b"\0" * 18, "zip"),
    ],
)
def test_a_file_of_another_kind_is_told_what_it_is(source: bytes, said: str) -> None:
    (fault,) = examine(source, name="uji").faults
    assert fault.code.name == "FORM_25"
    assert said in fault.message
    assert ".xlsx" in fault.message


@pytest.mark.parametrize(
    ("csv", "said"),
    [
        (b"", "tidak ada pilihannya"),
        (b"kode,nama\n1,A\n", "kolom 'name' tidak ada; kolomnya kode, nama"),
        (b"name,label\n,A\n", "kosong di baris 2"),
        (b"name,label\na,A\na,B\n", "'a' dipakai dua kali"),
        (b"name,label\na b,A\n", "tanpa spasi"),
    ],
)
def test_a_list_that_cannot_be_chosen_from_is_refused(csv: bytes, said: str) -> None:
    source = workbook([HEAD, ("select_multiple_from_file kota.csv", "a", "A")])
    found = examine(source, name="uji", attached=lambda _name: csv)
    (fault,) = (fault for fault in found.faults if not fault.is_warning)
    assert (fault.code.name, fault.line, fault.column) == ("FORM_27", 2, "type")
    assert said in fault.message


@pytest.mark.parametrize("sheet", ["survey", "choices"])
def test_a_title_above_the_headers_is_pointed_at(sheet: str) -> None:
    above = [("Kuesioner alumni",)]
    survey: Rows = [HEAD, ("select_one yn", "a", "A")]
    source = (
        workbook([*above, *survey], YES_NO)
        if sheet == "survey"
        else workbook(survey, [*above, *YES_NO])
    )
    found = examine(source, name="uji")
    first = next(fault for fault in found.faults if not fault.is_warning)
    assert (first.code.name, first.sheet, first.line) == ("FORM_03", sheet, 1)


def test_tags_of_a_page_are_not_shown_in_a_chat() -> None:
    label = '<span style="color:red">Nama</span>&nbsp;Kakak?<br>Bila usia < 5 &amp; > 3'
    made = form([HEAD, ("text", "a", label)])
    assert made.by_path["a"].label.parts == ("Nama Kakak?\nBila usia < 5 & > 3",)


def test_xpaths_that_lead_to_an_item_are_followed() -> None:
    made = form(
        [(*HEAD, "relevant", "calculation"),
         ("begin group", "g", "G", "", ""),
         ("text", "a", "A", "", ""),
         ("calculate", "c", "", "", "concat(../a, /data/g/a)"),
         ("text", "b", "B", "../a != ''", ""),
         ("end group", "", "", "", ""),
         ("text", "d", "D", "/data/g/a = 'x'", "")],
    )  # fmt: skip
    assert made.by_path["g/b"].relevant[0].references == {"g/a"}
    assert made.by_path["g/c"].calculation is not None
    assert made.by_path["g/c"].calculation.references == {"g/a"}
    assert made.by_path["d"].relevant[0].references == {"g/a"}


def test_a_name_may_stand_in_two_groups_but_not_be_meant_by_one_word() -> None:
    rows: list[tuple[str, ...]] = [
        HEAD, ("begin group", "g", "G"), ("text", "a", "A"), ("end group",),
        ("begin group", "h", "H"), ("text", "a", "A"), ("end group",),
    ]  # fmt: skip
    made = form(rows)
    assert [item.name for item in made.items] == ["g/a", "h/a"]
    found = examine(workbook([*rows, ("note", "n", "Halo ${a}")]), name="uji")
    assert codes(found) == [("FORM_15", 8, "label")]


def test_a_loop_asks_for_each_choice() -> None:
    made = form(
        [HEAD, ("begin loop over s", "l", "L"), ("text", "a", "Kenapa %(label)s?"), ("end loop",)],
        [("list_name", "name", "label"), ("s", "ya", "Ya"), ("s", "tidak", "Tidak")],
    )
    assert [item.path for item in made.items] == ["l/ya/a", "l/tidak/a"]
    assert made.by_path["l/tidak/a"].label.parts == ("Kenapa Tidak?",)


def test_a_repeat_of_somebody_else_finishes() -> None:
    made = form(
        [(*HEAD, "repeat_count"),
         ("integer", "n", "Berapa anak?", ""),
         ("begin repeat", "anak", "Anak", "${n}"),
         ("text", "nama", "Nama?", ""),
         ("end repeat", "", "", "")],
    )  # fmt: skip
    for seed in range(20):
        assert rehearse(made, random.Random(seed), phrases()).state.status is Status.FINISHED


def zipped(*members: tuple[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return written.getvalue()


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><workbook>&b;</workbook>"""
HOSTILE = {
    "nothing but a zip": zipped(("a.txt", b"halo")),
    "far larger inside": zipped(("xl/workbook.xml", b" " * 60_000_000)),
    "too large": b"PK\x03\x04" + b"0" * MAX_BYTES,
    "many members": zipped(*((f"{n}.txt", b"") for n in range(1_001))),
    "entities": zipped(("xl/workbook.xml", BOMB), ("[Content_Types].xml", BOMB)),
    "cut off": workbook([HEAD, ("text", "a", "A")])[:-200],
    "no survey": workbook([], [("list_name", "name", "label"), ("a", "b", "c")],
                          [("form_id",), ("x",)]),
}  # fmt: skip


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_workbook_is_refused(source: bytes) -> None:
    with pytest.raises(FormFaults) as refused:
        publish(source, name="uji")
    assert refused.value.faults


MANY = [("list_name", "name", "label"), *(("k", f"k{n}", f"K{n}") for n in range(100))]
LONG: dict[str, tuple[str, bytes]] = {
    "loops over loops": ("FORM_26", workbook(
        [HEAD, *(row for n in range(30) for row in (
            ("begin loop over k", f"l{n}", "L"),
            *(("text", f"a{m}", "%(label)s") for m in range(90)), ("end loop",)))], MANY)),
    "matrices of matrices": ("FORM_26", workbook(
        [(*HEAD, "kobo--matrix_list"), *(row for n in range(30) for row in (
            ("begin_kobomatrix", f"l{n}", "L", "k"),
            *(("text", f"a{m}", "A") for m in range(90)), ("end_kobomatrix",)))], MANY)),
    "a loop that fills in ever more": ("FORM_02", workbook(
        [HEAD, ("begin loop over k", "l", "L"),
         *(("text", f"a{n}", "%(label)s " * 40) for n in range(90)), ("end loop",)],
        [MANY[0], *(("k", f"k{n}", "K" * 400) for n in range(100))])),
    "a long list that quotes": ("FORM_41", workbook(
        [HEAD, ("text", "a", "A"), ("select_one k", "b", "B")],
        [*MANY, ("k", "k", "Adik ${a}")])),
    "rules without end": ("FORM_45", workbook(
        [(*HEAD, "relevant"), ("text", "a", "A", ""),
         *(("text", f"b{n}", "B", "${a} = 'x' or " * 500 + "1 = 1") for n in range(200))])),
    "all languages": ("FORM_46", workbook(
        [("type", "name", *(f"label::{n}" for n in range(99))), ("text", "a", *"A" * 99)])),
    "one text in every cell": ("FORM_02", workbook([HEAD, *(("text", "a", "x" * 9_000),) * 900])),
    "styles": ("FORM_02", zipped(("xl/styles.xml", b"<xf/>" * 1_000_000))),
}  # fmt: skip


@pytest.mark.parametrize(("code", "source"), LONG.values(), ids=LONG)
def test_what_would_take_too_long_is_refused_soon(code: str, source: bytes) -> None:
    began = time.process_time()
    found = examine(source, name="uji")
    assert time.process_time() - began < 5.0
    assert code in {fault.code.name for fault in found.faults if not fault.is_warning}


WHOLE = workbook(
    [(*HEAD, "relevant"), ("text", "a", "A", ""), ("select_one yn", "b", "B", "${a} != ''")], YES_NO
)


@given(st.data())
@settings(max_examples=80, deadline=None)
def test_a_workbook_with_bytes_astray_is_refused_or_published(data: st.DataObject) -> None:
    torn = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        torn[data.draw(st.integers(4, len(torn) - 1))] = data.draw(st.integers(0, 255))
    found = examine(bytes(torn), name="uji")
    assert found.artefact is not None or found.faults


CELLS = st.sampled_from(
    (
        None, "", "text", "integer", "note", "begin group", "end group", "begin repeat",
        "end repeat", "select_one yn", "select_multiple yn or_other", "rank yn", "geopoint",
        "calculate", "range", "a", "b", "c", "g", "A ${a}", "${b}", "${a} = '1'", "count(${g})",
        "sum(${b})", "../a", ". > 1", "position(..)", "yes", "true", True, 0, 1.5, 10**40,
        float("nan"), "=1+1", "${", "label", "select_one_from_file x.csv", "once(today())",
        "if(${a} = '', 1, 2)", "x" * 100,
    )
)  # fmt: skip
COLUMNS = (
    *HEAD, "relevant", "constraint", "calculation", "required", "default", "repeat_count",
    "choice_filter", "trigger", "label::en", "read_only", "appearance", "parameters",
)  # fmt: skip


@given(st.lists(st.lists(CELLS, min_size=3, max_size=len(COLUMNS)), max_size=8))
@settings(max_examples=50, deadline=None)
def test_any_cells_are_refused_or_run(rows: list[list[object]]) -> None:
    found = examine(workbook([COLUMNS, *rows], YES_NO), name="uji")
    if found.artefact is None:
        assert any(not fault.is_warning for fault in found.faults)
        return
    rehearse(load(found.artefact), random.Random(0), phrases())
