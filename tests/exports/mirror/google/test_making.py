"""A sheet is made in one request, ready to be read; one that has the table is taken over."""

from pathlib import Path
from typing import Any

import pytest

from exports.mirror.plan import Column
from exports.mirror.workbook import flush as flush_workbook
from exports.mirror.workbook.pages import read_grid
from tests.exports.mirror.google.office import COLUMNS, FORM, Office
from tests.exports.mirror.test_workbook import FORMULAS, NOW, opened, people
from tests.fakes.sheets import formulas
from tests.fakes.sheets.book import EMPTY, MOST_CHARACTERS, Cell, Formula, Line, Tab
from tests.fakes.sheets.faults import HangUp


def test_a_sheet_is_made_with_everyone_in_one_write(office: Office) -> None:
    office.answers.add(1, tempat="PT Contoh")
    office.answers.add(2, gaji=3_000_000)
    assert office.flush().done.inserted == 2
    assert office.google.count(writes=True) == 1
    assert office.faults() == []
    office.flush_all()


def test_a_new_sheet_is_laid_out_to_be_read(office: Office) -> None:
    office.answers.add(1, _terakhir=46347.5, gaji=3_000_000)
    office.flush()
    tab = office.tab
    assert [tab.frozen_rows, tab.frozen_columns] == [2, 3]
    assert [line.dim.hidden for line in tab.lines[:3]] == [True, False, False]
    assert [dim.hidden for dim in tab.columns[:4]] == [True, True, False, False]
    labels = [cell.value for cell in tab.lines[1].cells]
    assert labels == [FORM, None, *(column.label for column in COLUMNS)]
    assert tab.cell(1, 2).format["textFormat"] == {"bold": True}
    assert tab.filter == {"range": {"sheetId": tab.id, "startRowIndex": 1, "startColumnIndex": 0}}
    kinds = [tab.cell(2, office.place(c)).format["numberFormat"]["type"]
             for c in ("tempat", "gaji", "_terakhir")]  # fmt: skip
    assert kinds == ["TEXT", "NUMBER", "DATE_TIME"]
    assert (office.book.locale, office.book.zone) == ("in_ID", "Asia/Makassar")


def test_keys_warn_who_edits_them_and_forbid_nobody_to_sort(office: Office) -> None:
    office.flush()
    areas = [one["range"] for one in office.tab.protected]
    assert all(one["warningOnly"] for one in office.tab.protected)
    assert areas == [
        {"sheetId": 0, "startRowIndex": 0, "endRowIndex": 1},
        {"sheetId": 0, "startColumnIndex": 0, "endColumnIndex": 2},
    ]


def test_a_new_sheet_takes_no_more_room_than_it_needs(office: Office) -> None:
    office.answers.add(1)
    office.flush()
    assert (len(office.tab.lines), len(office.tab.columns)) == (4, 8)


def test_the_recap_counts_what_is_there_by_formulas_that_follow_their_columns(
    office: Office,
) -> None:
    for number, how_far in enumerate(["selesai", "selesai", "belum", "tidak terjangkau"]):
        office.answers.add(number, _keadaan=how_far)
    office.flush()
    recap = office.book.tabs[1]
    assert recap.title == "Rekap"
    assert counts(office, recap) == {
        "Semua responden": 4, "belum": 1, "sebagian": 0, "selesai": 2, "tidak terjangkau": 1,
    }  # fmt: skip
    (chart,) = recap.charts
    assert "Keadaan" in chart["spec"]["altText"]
    office.tab.insert_columns(0, 1)
    office.tab.title = "Data alumni '26"
    office.answers.add(9, _keadaan="belum")
    office.flush()
    assert counts(office, recap)["belum"] == 2


def counts(office: Office, recap: Tab) -> dict[str, object]:
    """Return what the recap's formulas of the first two columns give."""
    found: dict[str, object] = {}
    for line in recap.lines:
        label, number = line.cells[0].value, line.cells[1].value
        if isinstance(label, str) and isinstance(number, Formula):
            found[label] = formulas.worked_out(office.book, number)
    return found


def test_choices_with_signs_are_counted_as_they_are(office: Office) -> None:
    odd = ("< 3 bulan", '"lain"', "3*", "~", "=1", "?")
    office.answers.columns = (*COLUMNS, Column("lama", "Berapa lama?", choices=odd))
    for number, choice in enumerate([*odd, odd[0], "3x"]):
        office.answers.add(number, lama=choice)
    office.flush()
    found = counts(office, office.book.tabs[1])
    assert [found[choice] for choice in odd] == [2, 1, 1, 1, 1, 1]


def test_formula_looking_answers_arrive_as_text(office: Office) -> None:
    for number, text in enumerate(FORMULAS):
        office.answers.add(number, tempat=text, _nama=text)
    office.flush_all()
    assert [office.cell(n, "tempat") for n in range(len(FORMULAS))] == FORMULAS
    assert office.faults() == []


def test_text_longer_than_a_cell_says_that_it_goes_on(office: Office) -> None:
    office.answers.add(1, tempat="panjang " * 10_000)
    office.flush_all()
    text = office.cell(1, "tempat")
    assert len(text) < MOST_CHARACTERS
    assert text.endswith("… (selengkapnya di Lacak)")


def test_a_file_with_other_tabs_keeps_them_and_its_settings(office: Office) -> None:
    office.book.tabs[0].put(4, 4, [Cell("anggaran")])
    office.book.tabs[0].title = "Survei Kebekerjaan"
    office.answers.add(1)
    office.flush_all()
    assert [tab.title for tab in office.book.tabs] == [
        "Survei Kebekerjaan (2)", "Survei Kebekerjaan", "Rekap",
    ]  # fmt: skip
    assert office.book.tabs[1].cell(4, 4).value == "anggaran"
    assert office.book.locale == "en_US"


def test_many_responses_go_in_batches_and_none_twice(office: Office) -> None:
    for number in range(1_000):
        office.answers.add(number, tempat=f"PT {number}")
    lefts = []
    while (done := office.flush()).done.left:
        lefts.append(done.done.left)
    assert lefts == [600, 200]
    assert office.google.count(writes=True) == 3
    assert office.faults() == []


def test_a_batch_is_never_larger_than_google_recommends(office: Office) -> None:
    for number in range(120):
        office.answers.add(number, tempat="x" * 30_000)
    while office.flush().done.left:
        pass
    writes = [call.size for call in office.google.calls if call.is_write]
    assert max(writes) < 2_000_000
    assert office.faults() == []


def test_a_deleted_tab_is_made_anew_in_the_same_file(office: Office) -> None:
    office.answers.add(1)
    office.flush()
    office.book.tabs.append(Tab.blank(77, "Punya saya"))
    office.book.tabs.remove(office.tab)
    office.book.sweep()
    office.answers.add(2)
    office.flush_all()
    assert office.faults() == []
    titles = [tab.title for tab in office.book.tabs]
    assert titles == ["Survei Kebekerjaan", "Rekap (lama)", "Punya saya", "Rekap"]


def test_an_emptied_tab_is_filled_again(office: Office) -> None:
    office.answers.add(1)
    office.flush()
    tab = office.tab
    for number, line in enumerate(tab.lines):
        tab.lines[number] = Line(line.dim, (EMPTY,) * len(line.cells))
    office.flush_all()
    assert office.faults() == []


@pytest.fixture
def workbook(tmp_path: Path, office: Office) -> tuple[Path, list[list[Any]]]:
    """A local workbook with a coordinator's note, and its cells."""
    path = tmp_path / "Garmen.xlsx"
    office.answers.add(1, tempat="=1+1")
    office.answers.add(2, gaji=5)
    desired = office.answers.wanted().desired
    flush_workbook(path, desired, now=NOW)
    book, page = opened(path, desired.title)
    page["F4"] = "sudah ditelepon"
    book.save(path)
    return path, read_grid(opened(path, desired.title)[1])


def test_a_workbook_that_was_uploaded_goes_on_with_its_notes(
    office: Office, workbook: tuple[Path, list[list[Any]]]
) -> None:
    _, grid = workbook
    tab = Tab.blank(0, "Survei Kebekerjaan", len(grid), len(grid[0]))
    for number, row in enumerate(grid):
        tab.put(number, 0, [Cell(value) for value in row])
    office.book.tabs = [Tab.blank(5, "Lembar1"), tab]
    office.answers.add(1, tempat="=1+2")
    office.flush_all()
    assert office.sheet().tab == 0
    assert office.faults() == []
    assert office.tab.cell(office.row(2), 5).value == "sudah ditelepon"


def test_a_sheet_that_was_downloaded_goes_on_as_a_workbook(
    office: Office, workbook: tuple[Path, list[list[Any]]]
) -> None:
    path, _ = workbook
    office.flush()
    office.tab.put(office.row(1), 5, [Cell("pindah kota")])
    book, page = opened(path, "Survei Kebekerjaan")
    page.delete_rows(1, page.max_row)
    for row, line in enumerate(office.tab.lines, 1):
        for column, cell in enumerate(line.cells, 1):
            page.cell(row, column).value = cell.value
            page.cell(row, column).data_type = "s" if isinstance(cell.value, str) else "n"
    book.save(path)
    office.answers.add(3)
    done = flush_workbook(path, office.answers.wanted().desired, now=NOW)
    assert (done.inserted, done.updated, done.deleted) == (1, 0, 0)
    assert read_grid(opened(path, "Survei Kebekerjaan")[1])[2][5] == "pindah kota"


def test_a_table_is_found_by_its_mark_when_the_answer_to_its_making_was_lost(
    office: Office,
) -> None:
    office.answers.add(1)
    office.google.faults = iter([None, None, HangUp(applied=True)])
    assert office.flush().trouble == "later"
    office.clock.forward(minutes=1)
    office.flush_all()
    assert [tab.title for tab in office.book.tabs] == ["Survei Kebekerjaan", "Rekap"]
    assert office.faults() == []


def test_the_tables_of_people_are_not_ours(office: Office) -> None:
    table = people("Ani")
    assert table.name != FORM
    tab = Tab.blank(0, "Kawan", 5, 5)
    tab.put(0, 0, [Cell("_id"), Cell("_rev"), Cell("nama")])
    tab.put(1, 0, [Cell(table.name), Cell(None), Cell("Nama")])
    office.book.tabs = [tab]
    office.flush()
    assert office.sheet().tab != 0
