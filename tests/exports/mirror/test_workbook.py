"""The local workbook: whole or as it was, people's work untouched, text always text."""

import os
import tempfile
import time
import zipfile
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.comments import Comment
from openpyxl.formatting.rule import Rule
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table as ExcelTable

from exports.mirror import workbook
from exports.mirror.plan import REV, XLSX, Column, Desired, Kind, Row, Unknown, serial
from exports.mirror.workbook import Flushed, NotCopied, Trouble, files, flush
from exports.mirror.workbook.pages import read_grid
from tests.exports.mirror.sheets import EDITS, Cells, code_row, held, tables, wanted

NOW = datetime(2026, 11, 21, 10, 0)  # noqa: DTZ001 -- local by contract
FORMULAS = ["=1+1", "+62812", "-5", "@SUM(A1)", "\ttab", '=HYPERLINK("x")', "#N/A", "007", "1e5",
            "_x0041_", " tepi ", "TRUE", "http://a.b", "'=1", "2026-01-01"]  # fmt: skip


def people(*names: str, first: int = 1) -> Desired:
    rows = tuple(
        Row(f"kawan-{n}", f"1-{name}", {"nama": name, "gaji": 1000 * n})
        for n, name in enumerate(names, first)
    )
    columns = (Column("nama", "Nama"), Column("gaji", "Gaji", Kind.MONEY), Column("", "Catatan"))
    return Desired("kawan", "Kawan", columns, rows)


def without(desired: Desired, *numbers: int) -> Desired:
    gone = {f"kawan-{n}" for n in numbers}
    rows = tuple(row for row in desired.rows if row.id not in gone)
    return Desired(desired.name, desired.title, desired.columns, rows)


def opened(path: Path, tab: str = "Kawan") -> tuple[Any, Any]:
    book = openpyxl.load_workbook(path, rich_text=True)
    return book, book[tab]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A workbook that holds Ani, Budi and Cici."""
    path = tmp_path / "Garmen.xlsx"
    flush(path, people("Ani", "Budi", "Cici"), now=NOW)
    return path


def rewrite(page: Any, grid: Cells) -> None:
    """Put a whole grid in a tab, as a person's spreadsheet program would save it."""
    page.delete_rows(1, page.max_row)
    for row, cells in enumerate(grid, 1):
        for column, value in enumerate(cells, 1):
            if value is Unknown.FORMULA:
                page.cell(row, column).value = "=1+1"
            elif isinstance(value, tuple):
                page.cell(row, column).value = datetime(2026, 1, 1)  # noqa: DTZ001 -- a cell's
            elif value is not None:
                cell = page.cell(row, column)
                cell.value = value
                cell.data_type = "s" if isinstance(value, str) else cell.data_type


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_law_8_any_edited_workbook_holds_the_table_after_one_flush(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        flush(path, data.draw(tables()), now=NOW)
        book, page = opened(path)
        grid = read_grid(page)
        for edit in data.draw(st.lists(st.sampled_from(EDITS), min_size=1, max_size=4)):
            edit(data.draw, grid)
        grid = [[plain(cell) for cell in row] for row in grid]
        rewrite(page, grid)
        book.save(path)
        desired = data.draw(tables())
        try:
            flush(path, desired, now=NOW)
        except NotCopied:
            assert REV not in code_row(grid)
            return
        assert held(read_grid(opened(path)[1]), desired) == wanted(desired, XLSX)
        assert not flush(path, desired, now=NOW).written


def plain(cell: Any) -> Any:
    """Return what somebody could type into a spreadsheet program."""
    if isinstance(cell, float) and (cell != cell or abs(cell) == float("inf")):  # noqa: PLR0124
        return None
    if isinstance(cell, str):
        return "".join(c for c in cell if c.isprintable() or c in "\t\n")
    return cell


def test_text_arrives_as_text_and_numbers_as_numbers(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    flush(path, people(*FORMULAS), now=NOW)
    book, page = opened(path)
    cells = [page.cell(row, 3) for row in range(3, 3 + len(FORMULAS))]
    assert read_grid(page)[2][2:4] == ["=1+1", 1000]
    assert [row[2] for row in read_grid(page)[2:]] == FORMULAS
    assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}
    assert [cell.hyperlink for cell in cells] == [None] * len(FORMULAS)
    assert (page.cell(3, 4).data_type, page.cell(3, 4).number_format) == ("n", "#,##0")
    book.save(path)
    assert not flush(path, people(*FORMULAS), now=NOW).written


def test_a_new_workbook_is_laid_out_to_be_read(path: Path) -> None:
    _, page = opened(path)
    assert [cell.value for cell in page[2]] == ["kawan", None, "Nama", "Gaji", "Catatan"]
    assert page.row_dimensions[1].hidden
    assert page.column_dimensions["A"].hidden
    assert page.column_dimensions["B"].hidden
    assert not page.column_dimensions["C"].hidden
    assert (page.freeze_panes, page.auto_filter.ref) == ("D3", "A2:E5")
    assert page["C2"].font.bold


def test_a_moment_is_a_date_to_people_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    when = serial(datetime(2026, 11, 21, 10, 7, 31))  # noqa: DTZ001 -- a cell's
    columns = (Column("kapan", "Kapan", Kind.MOMENT),)
    table = Desired("kawan", "Kawan", columns, (Row("kawan-1", "1", {"kapan": when}),))
    flush(path, table, now=NOW)
    _, page = opened(path)
    assert page["C3"].value == datetime(2026, 11, 21, 10, 7)  # noqa: DTZ001 -- a cell's
    assert page["C3"].number_format == "yyyy-mm-dd hh:mm"
    assert not flush(path, table, now=NOW).written


def test_an_unchanged_workbook_is_not_written(path: Path) -> None:
    before = path.read_bytes()
    assert flush(path, people("Ani", "Budi", "Cici"), now=NOW) == Flushed(workbook.stamp(path))
    assert path.read_bytes() == before


def test_what_people_made_is_kept(path: Path) -> None:
    book, page = opened(path)
    page["E4"] = "sudah ditelepon"
    page["E4"].comment = Comment("tanya lagi", "Rina")
    page["F2"], page["F4"] = "Tautan", "situs"
    page["F4"].hyperlink = "http://contoh.ac.id/"
    page["G4"] = CellRichText("a", TextBlock(InlineFont(b=True), "tebal"))
    page.column_dimensions["E"].width = 41
    page.row_dimensions[4].height = 33
    page.title = "Data alumni"
    page.freeze_panes = None
    page.auto_filter.ref = None
    page.column_dimensions["A"].hidden = False
    book.create_sheet("Rekap", 0)["A1"] = "=COUNTA('Data alumni'!C3:C99)"
    book.save(path)
    done = flush(path, people("Ani", "Budi S", "Cici", "Dedi"), now=NOW)
    assert (done.inserted, done.updated, done.deleted) == (1, 1, 0)
    book, page = opened(path, "Data alumni")
    assert book.sheetnames == ["Rekap", "Data alumni"]
    assert [page["C4"].value, page["E4"].value] == ["Budi S", "sudah ditelepon"]
    assert page["E4"].comment.text == "tanya lagi"
    assert page["F4"].hyperlink.target == "http://contoh.ac.id/"
    assert isinstance(page["G4"].value, CellRichText)
    assert page.column_dimensions["E"].width == 41
    assert page.row_dimensions[4].height == 33
    assert (page.freeze_panes, page.auto_filter.ref) == (None, None)
    assert not page.column_dimensions["A"].hidden
    assert page["C6"].value == "Dedi"


def test_what_is_bound_to_a_row_moves_with_it(path: Path) -> None:
    book, page = opened(path)
    page["E5"] = "catatan Cici"
    page["E5"].comment = Comment("tanya lagi", "Rina")
    page["F5"] = "situs"
    page["F5"].hyperlink = "http://contoh.ac.id/"
    page["G5"] = '=C5&" "&D$5&COUNTA($C$3:$C$5)'
    page["C8"], page["D8"] = "Jumlah", "=SUM(D3:D5)"
    page.merge_cells("E8:F8")
    page.row_dimensions[5].height = 33
    validation = DataValidation(type="list", formula1='"ya,tidak"')
    validation.add("E3:E50")
    page.add_data_validation(validation)
    page.conditional_formatting.add("D5:D8", Rule("expression", formula=["$D5<1"]))
    other = book.create_sheet("Rekap")
    other["A1"], other["A2"] = "=Kawan!D5+Kawan!D4", "=COUNTA(Kawan!C:C)+D5"
    book.save(path)
    flush(path, without(people("Ani", "Budi", "Cici", "Dedi", "Euis"), 2), now=NOW)
    book, page = opened(path)
    assert [page.cell(row, 3).value for row in range(3, 11)] == [
        "Ani", "Cici", "Dedi", "Euis", None, None, "Jumlah", None,
    ]  # fmt: skip
    assert page["E4"].value == "catatan Cici"
    assert page["E4"].comment.text == "tanya lagi"
    assert page["F4"].hyperlink.ref == "F4"
    assert page["G4"].value == '=C4&" "&D$4&COUNTA($C$3:$C$4)'
    assert page["D9"].value == "=SUM(D3:D4)"
    assert [str(one) for one in page.merged_cells.ranges] == ["E9:F9"]
    assert page.row_dimensions[4].height == 33
    assert str(page.data_validations.dataValidation[0].sqref) == "E3:E51"
    assert [str(one.sqref) for one in page.conditional_formatting] == ["D4:D9"]
    assert book["Rekap"]["A1"].value == "=Kawan!D4+Kawan!#REF!"
    assert book["Rekap"]["A2"].value == "=COUNTA(Kawan!C:C)+D5"


def test_a_table_people_made_of_ours_takes_new_rows_in(path: Path) -> None:
    book, page = opened(path)
    page.auto_filter.ref = None
    for cell in page[2]:
        cell.value = cell.value or "Revisi"
    page.add_table(ExcelTable(displayName="Alumni", ref="A2:E5"))
    book.save(path)
    flush(path, people("Ani", "Budi", "Cici", "Dedi"), now=NOW)
    _, page = opened(path)
    assert page.tables["Alumni"].ref == "A2:E6"
    names = [column.name for column in page.tables["Alumni"].tableColumns]
    assert names[2:] == ["Nama", "Gaji", "Catatan"]


def test_merged_cells_over_ours_are_parted(path: Path) -> None:
    book, page = opened(path)
    page.merge_cells("C4:D4")
    book.save(path)
    flush(path, people("Ani", "Budi", "Cici"), now=NOW)
    assert read_grid(opened(path)[1])[3][2:4] == ["Budi", 2000]


def test_columns_that_share_their_width_part_where_one_is_ours(path: Path) -> None:
    book, page = opened(path)
    page.column_dimensions.group("F", "Z", hidden=False)
    page.column_dimensions["F"].width = 30
    book.save(path)
    table = people("Ani", "Budi", "Cici")
    flush(path, Desired("kawan", "Kawan", (*table.columns, Column("kota", "Kota")), table.rows),
          now=NOW)  # fmt: skip
    _, page = opened(path)
    spans = sorted((d.min, d.max) for d in page.column_dimensions.values())
    assert all(left[1] < right[0] for left, right in pairwise(spans))
    assert page["F2"].value == "Kota"
    assert page["F2"].font.bold


def test_another_form_gets_a_tab_of_its_own(path: Path) -> None:
    flush(path, Desired("tracer", "Tracer: 2026", (Column("nama", "Nama"),), ()), now=NOW)
    assert openpyxl.load_workbook(path).sheetnames == ["Kawan", "Tracer  2026"]
    assert not flush(path, people("Ani", "Budi", "Cici"), now=NOW).written


def test_a_tab_people_copied_is_named_and_left_alone(path: Path) -> None:
    book, page = opened(path)
    book.copy_worksheet(page).title = "Arsip"
    book.save(path)
    done = flush(path, people("Ani", "Budi"), now=NOW)
    assert (done.deleted, done.copies) == (1, ("Arsip",))
    assert opened(path, "Arsip")[1]["C5"].value == "Cici"


def test_a_tab_that_was_deleted_is_made_anew_beside_the_others(path: Path) -> None:
    book, page = opened(path)
    book.create_sheet("Punya saya")
    book.remove(page)
    book.save(path)
    assert flush(path, people("Ani"), now=NOW).inserted == 1
    assert openpyxl.load_workbook(path).sheetnames == ["Punya saya", "Kawan"]


@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_a_crash_while_writing_leaves_the_old_file(
    path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = path.read_bytes()

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    owner = Path if step == "replace" else os
    with monkeypatch.context() as patch:
        patch.setattr(owner, step, crash)
        with pytest.raises(KeyboardInterrupt):
            flush(path, people("Ani"), now=NOW)
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_draft_left_by_a_killed_process_does_no_harm(path: Path) -> None:
    path.with_name(f".{path.name}.tmp").write_bytes(b"half a file")
    flush(path, people("Ani"), now=NOW)
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_file_saved_meanwhile_is_read_again_so_no_note_is_lost(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = files._save
    saved: list[bool] = []

    def somebody_saves_first(book: Any, file: Any) -> None:
        if not saved:
            saved.append(True)
            theirs, page = opened(path)
            page["E3"] = "baru saja ditulis"
            theirs.save(path)
        save(book, file)

    monkeypatch.setattr(files, "_save", somebody_saves_first)
    flush(path, people("Ani R", "Budi", "Cici"), now=NOW)
    assert read_grid(opened(path)[1])[2][2:5] == ["Ani R", 1000, "baru saja ditulis"]


def test_a_file_that_is_always_being_saved_waits(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = files._save

    def save_and_touch(book: Any, file: Any) -> None:
        path.write_bytes(path.read_bytes())
        save(book, file)

    monkeypatch.setattr(files, "_save", save_and_touch)
    with pytest.raises(NotCopied) as refused:
        flush(path, people("Ani R"), now=NOW)
    assert refused.value.trouble is Trouble.CHANGING


@pytest.mark.parametrize("lock", ["~$Garmen.xlsx", ".~lock.Garmen.xlsx#"])
def test_an_open_file_waits_until_it_is_closed_or_the_lock_is_old(path: Path, lock: str) -> None:
    path.with_name(lock).touch()
    now = datetime.now().astimezone()
    with pytest.raises(NotCopied) as refused:
        flush(path, people("Ani"), now=now)
    assert refused.value.trouble is Trouble.OPEN
    assert flush(path, people("Ani"), now=now + timedelta(days=1)).deleted == 2


@pytest.mark.parametrize("damage", [b"", b"bukan berkas Excel", None], ids=["empty", "text", "cut"])
def test_a_damaged_file_is_kept_aside_and_a_new_one_made(path: Path, damage: bytes | None) -> None:
    left = path.read_bytes()[:-900] if damage is None else damage
    path.write_bytes(left)
    done = flush(path, people("Ani"), now=NOW)
    assert done.kept_aside == path.with_name("Garmen (rusak 2026-11-21 10.00).xlsx")
    assert done.kept_aside.read_bytes() == left
    assert read_grid(opened(path)[1])[2][2] == "Ani"
    path.write_bytes(b"lagi")
    again = flush(path, people("Ani"), now=NOW).kept_aside
    assert again == path.with_name("Garmen (rusak 2026-11-21 10.00) 0.xlsx")


def no_workbook(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("isi.txt", "halo")


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sheet.xml", b"0" * 2_000_000)


def layout(path: Path) -> None:
    book, page = opened(path)
    page.delete_rows(1)
    book.save(path)


@pytest.mark.parametrize(
    ("spoil", "trouble"),
    [
        (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0sandi"), Trouble.ENCRYPTED),
        (no_workbook, Trouble.UNREADABLE),
        (bomb, Trouble.TOO_BIG),
        (layout, Trouble.BROKEN_LAYOUT),
    ],
    ids=["password", "another zip", "bomb", "layout"],
)
def test_what_cannot_be_repaired_stays_as_it_is_and_has_a_name(
    path: Path, spoil: Any, trouble: Trouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_UNZIPPED", 1_000_000)
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(NotCopied) as refused:
        flush(path, people("Ani"), now=NOW)
    assert refused.value.trouble is trouble
    assert path.read_bytes() == before
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_folder_that_cannot_be_written_has_a_name(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotCopied) as refused:
        flush(path, people("Ani"), now=NOW)
    assert (refused.value.trouble, refused.value.detail) == (
        Trouble.NOT_WRITTEN, "No space left on device",
    )  # fmt: skip


def test_a_file_with_parts_a_rewrite_loses_is_kept_aside_first(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/media/image1.png", b"gambar")
    before = path.read_bytes()
    assert flush(path, people("Ani", "Budi", "Cici"), now=NOW).kept_aside is None
    aside = flush(path, people("Ani"), now=NOW).kept_aside
    assert aside == path.with_name("Garmen (sebelum salinan 2026-11-21 10.00).xlsx")
    assert aside.read_bytes() == before
    assert flush(path, people("Ani", "Budi"), now=NOW).kept_aside is None


def test_every_trouble_comes_with_advice() -> None:
    assert set(workbook.ADVICE) == set(Trouble)


def test_five_thousand_rows_are_flushed_in_seconds(tmp_path: Path) -> None:
    rows = tuple(
        Row(f"kawan-{n}", "1", {f"q{i}": f"jawaban {n}" for i in range(20)}) for n in range(5_000)
    )
    desired = Desired("kawan", "Kawan", tuple(Column(f"q{i}", f"Q{i}") for i in range(20)), rows)
    began = time.process_time()
    flush(tmp_path / "a.xlsx", desired, now=NOW)
    assert not flush(tmp_path / "a.xlsx", desired, now=NOW).written
    assert time.process_time() - began < 60
