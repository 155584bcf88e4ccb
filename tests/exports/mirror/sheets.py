"""A sheet as a plain grid: operations applied to it, people at work on it, what it must hold."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

from exports.mirror.plan import (
    ID,
    REV,
    AddColumns,
    Column,
    Create,
    DeleteRows,
    Desired,
    InsertHeader,
    InsertRows,
    Kind,
    Limits,
    Plan,
    Row,
    SetCell,
    Unknown,
    UpdateRow,
    fitted,
)

Cells = list[list[Any]]


T = TypeVar("T")


class Draw(Protocol):
    """What `st.data()` draws with."""

    def __call__(self, strategy: st.SearchStrategy[T], /) -> T: ...


SMALL = Limits(text=60, rows=500, columns=60, cells=30_000)
CODES = ("_nama", "gaji", "kota", "pesan", "bidang")
TEXTS = st.one_of(
    st.sampled_from(["=1+1", "+62812", "@SUM(A1)", "-5", "007", "\ttab", "kawan-3", "_id", "_rev",
                     "#N/A", "TRUE", "2026-08", "_x0041_", " tepi ", "", "kawan"]),
    st.text(max_size=80),
)  # fmt: skip
VALUES = st.one_of(
    st.none(), TEXTS, st.integers(-(10**17), 10**17), st.floats(allow_nan=True, width=32)
)
MOMENTS = st.one_of(st.none(), TEXTS, st.integers(33_000 * 8, 70_000 * 8).map(lambda n: n / 8))
"""What a column of moments may hold: three hours are exact in days, so no rounding is compared."""

ANYTHING = st.one_of(
    VALUES, st.booleans(), st.just(Unknown.FORMULA), st.just(("d", "2026-01-01"))
)  # fmt: skip


@st.composite
def tables(draw: st.DrawFn, codes: tuple[str, ...] | None = None) -> Desired:
    """A table of a few responses; ids overlap between draws, so people come and go."""
    chosen = codes or tuple(draw(st.lists(st.sampled_from(CODES), min_size=1, unique=True)))
    columns = [Column(code, f"Label {code}", draw(st.sampled_from(Kind))) for code in chosen]
    numbers = draw(st.lists(st.integers(1, 9), max_size=7, unique=True))
    values = {c.code: MOMENTS if c.kind is Kind.MOMENT else VALUES for c in columns}
    rows = tuple(
        Row(f"kawan-{n}", f"{draw(st.integers(0, 3))}-x", {c: draw(values[c]) for c in chosen})
        for n in numbers
    )
    hidden = draw(st.sets(st.sampled_from(CODES), max_size=1)) - set(chosen)
    columns.insert(1, Column("", "Catatan"))
    return Desired("kawan", "Kawan", tuple(columns), rows, frozenset(hidden))


def applied(seen: Cells, made: Plan) -> Cells:  # noqa: C901 -- one case an operation
    """Return the grid after a plan, each operation carried out in order on its own."""
    grid = [list(row) for row in seen]

    def put(row: int, column: int, value: Any) -> None:
        while len(grid) <= row:
            grid.append([])
        grid[row].extend([None] * (column + 1 - len(grid[row])))
        grid[row][column] = value

    def line_of(cells: Mapping[int, Any]) -> list[Any]:
        return [cells.get(at) for at in range(max(cells, default=-1) + 1)]

    for operation in made.operations:
        match operation:
            case Create(_, codes, labels):
                grid[0:0] = [list(codes), list(labels)]
            case AddColumns():
                pass
            case SetCell(row, column, value):
                put(row, column, value)
            case UpdateRow(at, line, changed):
                for column in changed:
                    put(at, column, line.get(column))
            case InsertHeader(at, line, _):
                grid.insert(at, line_of(line))
            case InsertRows(at, lines):
                grid[at:at] = [line_of(line) for line in lines]
            case DeleteRows(at, count):
                assert at + count <= len(grid)
                del grid[at : at + count]
    width = max((len(row) for row in grid), default=0)
    return [[*row, *[None] * (width - len(row))] for row in grid]


def held(grid: Cells, desired: Desired) -> dict[str, list[tuple[Any, ...]]]:
    """Return id → our cells of every row that carries it, by the code row alone."""
    codes = code_row(grid)
    place = [codes.index(code) for code in (ID, REV, *(c.code for c in desired.ours))]
    rows: dict[str, list[tuple[Any, ...]]] = {}
    for row in grid:
        key = row[place[0]]
        if isinstance(key, str) and key.startswith(f"{desired.name}-"):
            rows.setdefault(key, []).append(
                tuple(None if row[at] == "" else row[at] for at in place)
            )
    return rows


def wanted(desired: Desired, limits: Limits) -> dict[str, list[tuple[Any, ...]]]:
    """Return what `held` must be."""
    return {
        row.id: [(row.id, row.rev, *(fitted(row.cells.get(c.code), limits) for c in desired.ours))]
        for row in desired.rows
    }


def code_row(grid: Cells) -> list[Any]:
    """Return the row that has `_id` and most other codes."""
    known = {REV, *CODES, "nama"}
    return max(filter(is_codes, grid), key=lambda row: sum(c in known for c in row))


def is_codes(row: list[Any]) -> bool:
    """Whether this is a code row, or a copy of it."""
    return ID in row and not any(str(cell).startswith("kawan") for cell in row)


def sort_rows(draw: Draw, grid: Cells) -> None:
    column = draw(st.integers(0, len(grid[0]) - 1))
    grid[2:] = sorted(grid[2:], key=lambda row: repr(row[column]))


def sort_header_too(draw: Draw, grid: Cells) -> None:
    grid[:] = draw(st.permutations(grid))


def delete_row(draw: Draw, grid: Cells) -> None:
    at = draw(st.integers(0, len(grid) - 1))
    if not is_codes(grid[at]):
        del grid[at]


def duplicate_row(draw: Draw, grid: Cells) -> None:
    row = grid[draw(st.integers(0, len(grid) - 1))]
    grid.insert(draw(st.integers(1, len(grid))), list(row))


def insert_row(draw: Draw, grid: Cells) -> None:
    cells = [
        None if code in (ID, REV) else draw(st.none() | st.just(f"punya {len(grid)}"))
        for code in code_row(grid)
    ]
    grid.insert(draw(st.integers(0, len(grid))), cells)


def insert_column(draw: Draw, grid: Cells) -> None:
    at = draw(st.integers(0, len(grid[0])))
    codes = code_row(grid)
    for number, row in enumerate(grid):
        note = draw(st.none() | st.just(f"isi {number}/{len(row)}"))
        row.insert(at, None if row is codes else note)


def move_column(draw: Draw, grid: Cells) -> None:
    at, to = draw(st.tuples(*[st.integers(0, len(grid[0]) - 1)] * 2))
    for row in grid:
        row.insert(to, row.pop(at))


def copy_column(draw: Draw, grid: Cells) -> None:
    at, to = draw(st.tuples(*[st.integers(0, len(grid[0]) - 1)] * 2))
    for row in grid:
        row.insert(to, row[at])


def delete_column(draw: Draw, grid: Cells) -> None:
    at = draw(st.integers(0, len(grid[0]) - 1))
    if code_row(grid)[at] not in (ID, REV):
        for row in grid:
            del row[at]


def delete_revisions(_draw: Draw, grid: Cells) -> None:
    codes = code_row(grid)
    if REV in codes and any(code in codes for code in CODES):
        at = codes.index(REV)
        for row in grid:
            del row[at]


def lose_code(draw: Draw, grid: Cells) -> None:
    codes = code_row(grid)
    at = draw(st.integers(0, len(codes) - 1))
    if codes[at] not in (ID, REV):
        codes[at] = None


def rename_label(draw: Draw, grid: Cells) -> None:
    row = min(1, len(grid) - 1)
    at = draw(st.integers(0, len(grid[0]) - 1))
    if not is_codes(grid[row]):
        grid[row][at] = draw(st.sampled_from(["Nama lain", "", None, "Label gaji", 7, True]))


def type_over(draw: Draw, grid: Cells) -> None:
    row, at = draw(st.integers(0, len(grid) - 1)), draw(st.integers(0, len(grid[0]) - 1))
    if not is_codes(grid[row]):
        grid[row][at] = draw(ANYTHING)


EDITS: tuple[Callable[[Draw, Cells], None], ...] = (
    sort_rows, sort_header_too, delete_row, duplicate_row, insert_row, insert_column, move_column,
    copy_column, delete_column, delete_revisions, lose_code, rename_label, type_over,
)  # fmt: skip
