"""Law 8: whatever people do to the sheet, one plan makes it hold what the database holds."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.mirror.plan import (
    CLIPPED,
    ID,
    RETIRED,
    REV,
    WITHHELD,
    Broken,
    Column,
    DeleteRows,
    Desired,
    InsertRows,
    LayoutBroken,
    Limits,
    Row,
    SheetFull,
    Unknown,
    UpdateRow,
    fitted,
    plan,
    same,
)
from tests.exports.mirror.sheets import (
    EDITS,
    SMALL,
    Cells,
    applied,
    code_row,
    held,
    insert_column,
    move_column,
    rename_label,
    sort_rows,
    tables,
    wanted,
)

KEEPING = (sort_rows, insert_column, move_column, rename_label)
"""Edits after which every row still has its notes beside it."""


def people(*names: str, **more: Any) -> Desired:
    """A table of one column, ids in order."""
    rows = tuple(Row(f"kawan-{i}", "1-x", {"nama": name}) for i, name in enumerate(names, 1))
    columns = (Column("nama", "Nama"), Column("", "Catatan"))
    return Desired("kawan", "Kawan", columns, rows, **more)


def made(desired: Desired) -> Cells:
    return applied([], plan(desired, []))


def converged(desired: Desired, seen: Cells) -> Cells:
    return applied(seen, plan(desired, seen))


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_law_8_any_edited_sheet_holds_the_table_after_one_plan(data: st.DataObject) -> None:
    grid = applied([], plan(data.draw(tables()), [], limits=SMALL))
    for edit in data.draw(st.lists(st.sampled_from(EDITS), max_size=6)):
        edit(data.draw, grid)
    desired = data.draw(tables())
    try:
        after = applied(grid, plan(desired, grid, limits=SMALL))
    except LayoutBroken:
        assert REV not in code_row(grid)  # and no key nor code that is still known stands there
        return
    assert held(after, desired) == wanted(desired, SMALL)
    again = plan(desired, after, limits=SMALL)
    assert again.operations == ()


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_notes_stay_with_their_row_and_rows_in_their_order(data: st.DataObject) -> None:
    grid = applied([], plan(data.draw(tables()), [], limits=SMALL))
    for number, row in enumerate(grid):
        row.append(f"catatan {row[0]}" if number > 1 else None)
    for edit in data.draw(st.lists(st.sampled_from(KEEPING), max_size=5)):
        edit(data.draw, grid)
    before = notes(grid)
    desired = data.draw(tables())
    after = applied(grid, plan(desired, grid, limits=SMALL))
    ids = {row.id for row in desired.rows}
    stayed = [one for one in before if one[0] in ids]
    assert [one for one in notes(after) if one[0] in {key for key, _ in stayed}] == stayed


def notes(grid: Cells) -> list[tuple[str, str]]:
    at = code_row(grid).index(ID)
    return [
        (row[at], cell)
        for row in grid
        for cell in row
        if isinstance(cell, str) and cell.startswith("catatan kawan-")
    ]


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_note_is_lost_but_with_a_person_who_was_erased(data: st.DataObject) -> None:
    desired = data.draw(tables(("gaji", "kota")))
    grid = applied([], plan(desired, [], limits=SMALL))
    for number, row in enumerate(grid[2:]):
        row[3] = f"catatan {number}"
    for _ in range(data.draw(st.integers(0, 3))):
        if len(grid) > 2:
            row = list(data.draw(st.sampled_from(grid[2:])))
            row[3] = data.draw(st.sampled_from([row[3], "catatan lain", None]))
            row[0] = data.draw(st.sampled_from([row[0], row[0], "salah", None]))
            grid.insert(data.draw(st.integers(2, len(grid))), row)
    before = {row[3] for row in grid if row[3]}
    after = applied(grid, plan(desired, grid, limits=SMALL))
    assert {row[3] for row in after if row[3]} == before
    assert held(after, desired) == wanted(desired, SMALL)


def test_a_new_sheet_has_codes_labels_and_everyone() -> None:
    assert made(people("Sari", "Budi")) == [
        [ID, REV, "nama", None],
        ["kawan", None, "Nama", "Catatan"],
        ["kawan-1", "1-x", "Sari", None],
        ["kawan-2", "1-x", "Budi", None],
    ]


def test_an_untouched_sheet_needs_nothing() -> None:
    assert not plan(people("Sari", "Budi"), made(people("Sari", "Budi")))


def test_only_the_cells_that_differ_are_written() -> None:
    grid = made(people("Sari", "Budi"))
    grid[3][2] = "diketik"
    (only,) = plan(people("Sari", "Budi"), grid).operations
    assert isinstance(only, UpdateRow)
    assert (only.at, only.changed, only.line) == (3, (2,), {0: "kawan-2", 1: "1-x", 2: "Budi"})


def test_an_old_revision_is_written_anew_where_cells_were_not_read() -> None:
    grid: Cells = [[c, r, Unknown.UNREAD, Unknown.UNREAD] for c, r, *_ in made(people("S", "B"))]
    grid[0][2:], grid[1][2:] = ["nama", None], ["Nama", "Catatan"]
    grid[3][1] = "0-x"
    (only,) = plan(people("S", "B"), grid).operations
    assert isinstance(only, UpdateRow)
    assert (only.at, only.changed) == (3, (1, 2))


def test_copies_are_left_alone_until_notes_were_read() -> None:
    grid = made(people("Sari"))
    grid.append([*grid[2][:3], Unknown.UNREAD])
    grid[2][3] = Unknown.UNREAD
    found = plan(people("Sari"), grid)
    assert (found.operations, found.look_closer) == ((), True)


def test_the_copy_with_notes_is_the_one_kept() -> None:
    grid = made(people("Sari"))
    grid.append([*grid[2][:3], "sudah ditelepon"])
    assert converged(people("Sari"), grid)[2:] == [["kawan-1", "1-x", "Sari", "sudah ditelepon"]]


def test_a_copy_with_notes_of_its_own_becomes_peoples_row() -> None:
    grid = made(people("Sari"))
    grid.append([*grid[2][:3], "pindah kota"])
    grid[2][3] = "sudah ditelepon"
    assert converged(people("Sari"), grid)[2:] == [
        ["kawan-1", "1-x", "Sari", "sudah ditelepon"],
        [None, None, None, "pindah kota"],
    ]


def test_an_erased_person_leaves_the_sheet_with_all_notes() -> None:
    grid = made(people("Sari", "Budi"))
    grid[3][3] = "tentang Budi"
    assert converged(people("Sari"), grid)[2:] == [["kawan-1", "1-x", "Sari", None]]


def test_peoples_own_rows_stay_where_they_are_and_new_rows_go_above_a_footer() -> None:
    grid = made(people("Sari"))
    grid += [[None] * 4, [None, None, "Jumlah", Unknown.FORMULA]]
    after = converged(people("Sari", "Budi"), grid)
    assert [row[2] for row in after[2:]] == ["Sari", "Budi", None, "Jumlah"]


def test_a_renamed_label_stays_and_a_blank_one_is_filled() -> None:
    grid = made(people("Sari"))
    grid[1][2] = "Nama lengkap"
    assert not plan(people("Sari"), grid)
    grid[1][2] = None
    assert converged(people("Sari"), grid)[1][2] == "Nama"


def test_a_retired_column_stays_marked_and_returns_unmarked() -> None:
    grid = made(people("Sari"))
    without = Desired("kawan", "Kawan", (Column("kota", "Kota"),), people("Sari").rows)
    retired = converged(without, grid)
    assert (retired[1][2], retired[2][2]) == (f"Nama{RETIRED}", "Sari")
    assert retired[0][4] == "kota"
    assert not plan(without, retired)
    assert converged(people("Sari"), retired)[1][2] == "Nama"


def test_law_10_a_withheld_column_is_emptied() -> None:
    grid = made(people("Sari"))
    bare = Desired("kawan", "Kawan", (), people("Sari").rows, frozenset({"nama"}))
    after = converged(bare, grid)
    assert (after[1][2], after[2][2]) == (f"Nama{WITHHELD}", None)


def test_a_new_question_comes_at_the_right_of_peoples_columns() -> None:
    grid = made(people("Sari"))
    for row, cell in zip(grid, [None, "Punya saya", "x"], strict=True):
        row.append(cell)
    more = Desired("kawan", "Kawan", (Column("nama", "Nama"), Column("kota", "Kota")),
                   (Row("kawan-1", "2-x", {"nama": "Sari", "kota": "Kendari"}),))  # fmt: skip
    assert [row[4:] for row in converged(more, grid)] == [
        [None, "kota"], ["Punya saya", "Kota"], ["x", "Kendari"],
    ]  # fmt: skip


def test_a_column_that_lost_only_its_code_gets_it_back() -> None:
    grid = made(people("Sari", "Budi"))
    grid[0][2] = None
    assert converged(people("Sari", "Budi"), grid) == made(people("Sari", "Budi"))


def test_a_column_of_peoples_own_with_our_label_is_not_taken() -> None:
    grid = made(people("Sari"))
    grid[0][2], grid[2][2] = None, "isi sendiri"
    after = converged(people("Sari"), grid)
    assert (after[2][2], after[0][4], after[2][4]) == ("isi sendiri", "nama", "Sari")


def test_a_header_sorted_in_among_the_rows_is_put_back_on_top() -> None:
    grid = made(people("Sari", "Budi"))
    grid[1][2:] = ["Nama lengkap", "Catatan kami"]
    mixed = [grid[2], grid[1], grid[3], grid[0]]
    assert converged(people("Sari", "Budi"), mixed) == grid


@pytest.mark.parametrize(
    ("lost", "what"),
    [
        pytest.param(lambda grid: grid.pop(0), Broken.CODE_ROW_GONE, id="code row"),
        pytest.param(
            lambda grid: [row.pop(0) for row in grid], Broken.ID_COLUMN_GONE, id="id column"
        ),
    ],
)
def test_nothing_is_written_where_the_keys_are_gone(lost: Any, what: Broken) -> None:
    grid = made(people("Sari"))
    lost(grid)
    with pytest.raises(LayoutBroken) as error:
        plan(people("Sari"), grid)
    assert error.value.what is what


def test_a_sheet_of_somebody_elses_is_not_written_to() -> None:
    with pytest.raises(LayoutBroken):
        plan(people("Sari"), [["Anggaran", 2026]])


def test_a_table_that_does_not_fit_is_refused() -> None:
    with pytest.raises(SheetFull):
        plan(people("a", "b", "c"), [], limits=Limits(text=99, rows=4, columns=9, cells=99))


def test_batches_end_where_one_plan_would() -> None:
    desired = people(*"abcdefg")
    grid: Cells = made(people("a", "x", "c"))
    lefts = []
    while step := plan(desired, grid, at_most=2):
        lefts.append(step.left)
        grid = applied(grid, step)
    assert lefts == [3, 1, 0]
    assert held(grid, desired) == held(made(desired), desired)


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "=1+1"), ("a\r\nb\rc", "a\nb\nc"), ("\x00a\x0bb", "ab"), ("\ud800x", "x"),
        ("", None), (True, "True"), (3271234567890123, "3271234567890123"), (5, 5),
        (float("nan"), None), (2.5, 2.5),
    ],
)  # fmt: skip
def test_a_value_is_what_a_cell_gives_back(value: Any, cell: Any) -> None:
    assert fitted(value) == cell
    assert type(fitted(value)) is type(cell)


@pytest.mark.parametrize(
    ("ours", "theirs", "is_same"),
    [
        (1, True, False), (0, False, False), ("7", 7, False), (7, "7", False), (7, 7.0, True),
        (None, "", True), (None, 0, False), (0.1, 0.1 + 1e-15, True), ("a", "a ", False),
    ],
)  # fmt: skip
def test_a_cell_is_right_only_in_value_and_type(ours: Any, theirs: object, is_same: bool) -> None:
    assert same(ours, theirs) is is_same


def test_long_text_says_that_it_goes_on() -> None:
    long = fitted("😀" * 40_000)
    assert isinstance(long, str)
    assert long.endswith(CLIPPED)
    assert 32_700 < len(long.encode("utf-16-le")) // 2 <= 32_767


@pytest.mark.parametrize("ids", [("kawan-1", "kawan-1"), ("lain-1",)], ids=["twice", "foreign"])
def test_a_table_with_wrong_ids_is_refused(ids: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="kawan"):
        Desired("kawan", "Kawan", (), tuple(Row(one, 1, {}) for one in ids))


def test_rows_are_deleted_in_runs_from_the_bottom_up() -> None:
    grid = made(people(*"abcdef"))
    keep = Desired("kawan", "Kawan", people("a").columns, (people(*"abcdef").rows[2],))
    runs = [o for o in plan(keep, grid).operations if isinstance(o, DeleteRows)]
    assert [(run.at, run.count) for run in runs] == [(5, 3), (2, 2)]


def test_five_thousand_rows_are_planned_in_about_a_second() -> None:
    codes = [f"q{i}" for i in range(40)]
    rows = tuple(
        Row(f"kawan-{n}", f"{n}-x", {code: f"jawaban {n} {code}" for code in codes})
        for n in range(5_000)
    )
    desired = Desired("kawan", "Kawan", tuple(Column(c, c) for c in codes), rows)
    first = plan(desired, [])
    assert isinstance(first.operations[1], InsertRows)
    grid = applied([], first)
    grid[2:] = reversed(grid[2:])
    began = time.process_time()
    assert not plan(desired, grid)
    assert time.process_time() - began < 3  # 0.4 s on the machine this was written on
