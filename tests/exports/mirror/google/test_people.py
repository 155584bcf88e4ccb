"""People sort, insert, rename, copy and delete, also between our reading and our writing."""

import random
from collections.abc import Callable

import pytest

from exports.mirror.plan import ID, RETIRED, WITHHELD, Column
from tests.exports.mirror.google.office import COLUMNS, Office
from tests.fakes.sheets import people
from tests.fakes.sheets.book import Cell, Formula, Line

WRITE = "batchUpdate"


@pytest.fixture
def full(office: Office) -> Office:
    """A sheet with nine people, each with a note beside them; requests are counted from here."""
    for number in range(1, 10):
        office.answers.add(number, tempat=f"PT {10 - number}")
    office.flush_all()
    for number in range(1, 10):
        note(office, number, f"catatan {number}")
    office.google.calls.clear()
    return office


def note(office: Office, number: int, text: str) -> None:
    people.put(office.tab, office.row(number), COLUMNS.index(Column("", "Catatan")) + 2, text)


def notes(office: Office) -> dict[int, str]:
    """Return what stands beside each person, in whatever column."""
    found = {}
    for number in office.answers.rows:
        cells = office.tab.lines[office.row(number)].cells
        texts = [c.value for c in cells if str(c.value).startswith("catatan")]
        found[number] = ", ".join(map(str, texts))
    return found


def as_written(office: Office) -> dict[int, str]:
    return {number: f"catatan {number}" for number in office.answers.rows if number < 10}


def requests(office: Office) -> tuple[int, int]:
    return office.google.count(writes=False), office.google.count(writes=True)


def sort_by_place(office: Office) -> None:
    """Sort by the answers, which turns everybody round."""
    column = office.place("tempat")
    tab = office.tab
    lines = sorted(tab.lines[2:], key=lambda line: str(line.cells[column].value))
    dims = [line.dim for line in tab.lines[2:]]
    tab.lines[2:] = [Line(dim, a.cells) for dim, a in zip(dims, lines, strict=True)]


def test_a_changed_response_costs_one_read_and_one_write(full: Office) -> None:
    full.answers.add(3, tempat="PT Baru")
    full.answers.add(11)
    assert full.flush().done.left == 0
    assert requests(full) == (1, 1)
    assert full.faults() == []


def test_nothing_new_costs_one_read(full: Office) -> None:
    full.flush()
    assert requests(full) == (1, 0)


def test_only_what_changed_is_sent(full: Office) -> None:
    full.answers.add(3, tempat="PT Baru")
    full.flush()
    assert max(call.size for call in full.google.calls) < 4_000


@pytest.mark.parametrize(
    "act",
    [
        sort_by_place,
        lambda office: people.filter_rows(random.Random(1), office.tab),
        lambda office: office.tab.insert_columns(4, 2),
        lambda office: people.rename_tab(random.Random(1), office.tab),
        lambda office: people.put(office.tab, 1, office.place("gaji"), "Upah"),
        lambda office: office.tab.insert_rows(5, 1),
        lambda office: people.move_row(random.Random(2), office.tab),
        lambda office: people.move_column(random.Random(5), office.tab),
    ],
    ids=["sort", "filter", "insert columns", "rename tab", "rename header", "insert row",
         "move row", "move column"],
)  # fmt: skip
def test_people_may_arrange_the_sheet_as_they_like(
    full: Office, act: Callable[[Office], None]
) -> None:
    act(full)
    before = [line.cells for line in full.tab.lines]
    full.flush_all()
    assert [line.cells for line in full.tab.lines] == before
    full.answers.add(2, tempat="PT Lain")
    full.answers.add(12)
    full.flush_all()
    assert full.faults() == []
    assert notes(full) == {**as_written(full), 12: ""}


def test_a_deleted_row_comes_back_and_is_counted(full: Office) -> None:
    del full.tab.lines[full.row(4)]
    done = full.flush().done
    assert (done.inserted, done.restored) == (1, 1)
    assert full.faults() == []


def test_a_copied_row_goes_and_its_note_stays(full: Office) -> None:
    row = full.row(4)
    full.tab.insert_rows(row, 1)
    full.tab.lines[row] = Line(full.tab.lines[row].dim, full.tab.lines[row + 1].cells)
    full.flush_all()
    assert full.faults() == []
    assert notes(full) == as_written(full)


def test_an_erased_person_leaves_the_sheet_and_nobody_else_does(full: Office) -> None:
    del full.answers.rows[4]
    full.flush_all()
    assert full.faults() == []
    assert notes(full) == as_written(full)
    assert "catatan 4" not in [c.value for line in full.tab.lines for c in line.cells]
    assert 4 not in full.noted()


def test_everybody_may_be_erased(full: Office) -> None:
    full.answers.rows.clear()
    full.flush_all()
    assert full.faults() == []
    full.answers.add(20)
    full.flush_all()
    assert full.faults() == []


def test_rows_are_deleted_under_a_lock_that_does_not_stay(full: Office) -> None:
    del full.answers.rows[4]
    locked: list[bool] = []

    def watch(_call: object) -> None:
        try:
            people.must_be_open(full.tab)
            locked.append(False)
        except people.Locked:
            locked.append(True)

    full.google.before = watch
    full.flush()
    assert locked == [False, False, False, True, True]  # keys, all, lock, all again, write
    people.must_be_open(full.tab)


def test_a_sort_between_reading_and_writing_moves_no_note(full: Office) -> None:
    for number in (2, 3, 4):
        full.answers.add(number, tempat="PT Baru")
    with full.meanwhile(WRITE, lambda: sort_by_place(full)):
        full.flush()
    assert notes(full) == as_written(full)
    assert full.faults() != []
    noted = full.noted()
    assert any(noted.get(n) is None or noted[n].revision != full.answers.rows[n][0] for n in noted)
    full.flush_all()
    assert full.faults() == []
    assert notes(full) == as_written(full)


@pytest.mark.parametrize("at", [0, 3, 5, 7])
def test_a_column_inserted_between_reading_and_writing_stops_the_batch(
    full: Office, at: int
) -> None:
    def insert() -> None:
        full.tab.insert_columns(at, 1)
        for number in (2, 3, 4):
            people.put(full.tab, full.row(number), at, "catatan sisipan")

    full.answers.add(3, tempat="PT Baru")
    with full.meanwhile(WRITE, insert):
        full.flush()
    inserted = [full.tab.cell(full.row(number), at).value for number in (2, 3, 4)]
    assert inserted == ["catatan sisipan"] * 3
    full.flush_all()
    assert full.faults() == []


def test_a_row_added_at_the_bottom_meanwhile_stays_its_writers(full: Office) -> None:
    tab = full.tab
    del tab.lines[full.row(9) + 1 :]

    def add() -> None:
        tab.insert_rows(len(tab.lines), 1)
        people.put(tab, len(tab.lines) - 1, 5, "catatan lepas")

    full.answers.add(30)
    with full.meanwhile(WRITE, add):
        full.flush()
    full.flush_all()
    (row,) = (line for line in tab.lines if line.cells[5].value == "catatan lepas")
    assert row.cells[full.place(ID)].value is None
    assert full.faults() == []


def test_two_of_our_columns_swapped_between_reading_and_writing_are_seen(full: Office) -> None:
    """Neither end of a run moved, so the batch passes; the codes it leaves give it away."""

    def swap() -> None:
        tab = full.tab
        a, b = full.place("_nama"), full.place("_keadaan")
        tab.columns[a], tab.columns[b] = tab.columns[b], tab.columns[a]
        for number, line in enumerate(tab.lines):
            cells = list(line.cells)
            cells[a], cells[b] = cells[b], cells[a]
            tab.lines[number] = Line(line.dim, tuple(cells))

    full.answers.add(3, tempat="PT Baru", _keadaan="sebagian")
    with full.meanwhile(WRITE, swap):
        full.flush()
    assert full.sheet().thorough
    full.flush_all()
    assert full.faults() == []


def test_a_column_that_was_cut_and_pasted_is_written_where_its_code_is(full: Office) -> None:
    tab = full.tab
    old = full.place("tempat")
    tab.insert_columns(len(tab.columns), 1)
    for number, line in enumerate(tab.lines):
        cells = list(line.cells)
        cells[-1], cells[old] = cells[old], Cell()
        tab.lines[number] = Line(line.dim, tuple(cells))
    full.answers.add(3, tempat="PT Baru")
    full.flush_all()
    assert full.faults() == []
    full.google.calls.clear()
    full.answers.add(3, tempat="PT Lagi")
    full.flush()
    assert requests(full) == (1, 1)


def test_a_typed_over_answer_is_put_right_at_night(full: Office) -> None:
    people.put(full.tab, full.row(3), full.place("tempat"), "diketik orang")
    full.flush()
    assert full.faults() != []
    done = full.flush(thorough=True).done
    assert (done.updated, done.restored) == (1, 0)
    assert full.faults() == []
    assert full.sheet().verified_at == full.clock()


def test_a_formula_that_gives_our_answer_is_no_answer(full: Office) -> None:
    people.put(full.tab, full.row(3), full.place("tempat"), Formula(('="PT 7"',)))
    full.flush(thorough=True)
    assert full.cell(3, "tempat") == "PT 7"


def test_a_new_question_adds_a_column_at_the_right_of_everybodys(full: Office) -> None:
    full.tab.insert_columns(len(full.tab.columns), 1)
    people.put(full.tab, 5, len(full.tab.columns) - 1, "catatan tanpa judul")
    full.answers.columns = (*COLUMNS, Column("kota", "Kota mana?"))
    full.answers.add(3, kota="Kendari")
    full.flush_all()
    assert full.faults() == []
    assert full.place("kota") == len(full.tab.columns) - 1
    assert full.tab.cell(5, len(full.tab.columns) - 2).value == "catatan tanpa judul"


def test_a_retired_question_keeps_its_column_and_is_marked(full: Office) -> None:
    full.answers.columns = COLUMNS[:-1]
    for number in list(full.answers.rows):
        full.answers.add(number)
    full.flush_all()
    at = full.place("tempat")
    assert full.tab.cell(1, at).value == f"Apa nama tempatnya?{RETIRED}"
    assert full.tab.cell(full.row(3), at).value == "PT 7"


def test_law_10_a_withheld_column_is_emptied(full: Office) -> None:
    full.answers.columns = COLUMNS[:-1]
    full.answers.withheld = frozenset({"tempat"})
    full.flush_all()
    at = full.place("tempat")
    assert str(full.tab.cell(1, at).value).endswith(WITHHELD)
    assert {full.tab.cell(full.row(n), at).value for n in full.answers.rows} == {None}


def test_a_deleted_column_comes_back_with_every_answer(full: Office) -> None:
    for number in range(10, 900):
        full.answers.add(number, tempat=f"PT {number}")
    full.flush_all()
    full.tab.delete_columns(full.place("tempat"), 1)
    full.book.sweep()
    full.flush_all()
    assert full.faults() == []
    assert notes(full) == {**as_written(full), **dict.fromkeys(range(10, 900), "")}


def test_a_header_sorted_in_among_the_rows_is_put_back(full: Office) -> None:
    tab = full.tab
    tab.lines[0], tab.lines[1], tab.lines[4] = tab.lines[4], tab.lines[0], tab.lines[1]
    full.flush_all()
    assert full.faults() == []
    assert (full.tab.cell(0, full.place(ID)).value, full.tab.lines[0].dim.hidden) == (ID, True)
    assert notes(full) == as_written(full)
