"""A spreadsheet: tabs of cells whose rows and columns keep who they are when they move.

Cells, lines and dimensions are never changed in place, so a copy of the lists is a snapshot: a
batch that fails half-way costs nothing to undo.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tests.fakes.sheets.errors import Refused

MOST_CELLS = 10_000_000
MOST_CHARACTERS = 50_000
MOST_COLUMNS = 18_278
MOST_METADATA = 30_000
_keys = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as text; columns it points at are named by their keys, so they may move."""

    parts: tuple[str | tuple[int, int], ...]


Value = str | float | bool | Formula | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and how it looks; `format` is a CellFormat."""

    value: Value = None
    format: Mapping[str, Any] = field(default_factory=dict)


EMPTY = Cell()


@dataclass(frozen=True, slots=True)
class Dim:
    """One row or column."""

    key: int = field(default_factory=lambda: next(_keys))
    hidden: bool = False
    size: int = 100


@dataclass(frozen=True, slots=True)
class Line:
    """A row and its cells."""

    dim: Dim
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Meta:
    """Developer metadata; `dim` is the key of the row or column it is on, 0 for none."""

    id: int
    key: str
    value: str
    sheet: int | None
    dim: int
    is_row: bool
    visibility: str


@dataclass(slots=True)
class Tab:
    """One sheet. Protected ranges, charts and the filter are kept as they were written."""

    id: int
    title: str
    columns: list[Dim]
    lines: list[Line]
    frozen_rows: int = 0
    frozen_columns: int = 0
    protected: list[dict[str, Any]] = field(default_factory=list)
    charts: list[dict[str, Any]] = field(default_factory=list)
    rules: list[dict[str, Any]] = field(default_factory=list)
    validations: list[dict[str, Any]] = field(default_factory=list)
    filter: dict[str, Any] | None = None

    @classmethod
    def blank(cls, id_: int, title: str, rows: int = 1000, columns: int = 26) -> "Tab":
        """Return an empty sheet; 1000 × 26 is what a new one has."""
        line = (EMPTY,) * columns
        return cls(id_, title, _dims(columns), [Line(dim, line) for dim in _dims(rows)])

    def copy(self) -> "Tab":
        """Return a snapshot."""
        return replace(
            self,
            columns=list(self.columns),
            lines=list(self.lines),
            protected=list(self.protected),
            charts=list(self.charts),
            rules=list(self.rules),
            validations=list(self.validations),
        )

    def cell(self, row: int, column: int) -> Cell:
        """Return one cell."""
        return self.lines[row].cells[column]

    def put(self, row: int, column: int, cells: Sequence[Cell]) -> None:
        """Replace cells of one row from a column on."""
        line = self.lines[row]
        made = (*line.cells[:column], *cells, *line.cells[column + len(cells) :])
        self.lines[row] = replace(line, cells=made)

    def insert_rows(self, at: int, count: int, like: int | None = None) -> None:
        """Insert empty rows that look like row `like`."""
        looks = self.lines[like].cells if like is not None else (EMPTY,) * len(self.columns)
        cells = tuple(replace(cell, value=None) for cell in looks)
        self.lines[at:at] = [Line(dim, cells) for dim in _dims(count)]

    def insert_columns(self, at: int, count: int, like: int | None = None) -> None:
        """Insert empty columns that look like column `like`."""
        self.columns[at:at] = _dims(count)
        for number, line in enumerate(self.lines):
            cell = EMPTY if like is None else replace(line.cells[like], value=None)
            made = (*line.cells[:at], *(cell,) * count, *line.cells[at:])
            self.lines[number] = replace(line, cells=made)

    def delete_columns(self, at: int, count: int) -> None:
        """Delete columns."""
        del self.columns[at : at + count]
        for number, line in enumerate(self.lines):
            made = (*line.cells[:at], *line.cells[at + count :])
            self.lines[number] = replace(line, cells=made)

    def values(self) -> list[list[Value]]:
        """Return every value; formulas as they are."""
        return [[cell.value for cell in line.cells] for line in self.lines]


@dataclass(slots=True)
class Book:
    """One spreadsheet."""

    id: str
    title: str
    tabs: list[Tab]
    locale: str = "en_US"
    zone: str = "America/New_York"
    metadata: dict[int, Meta] = field(default_factory=dict)
    names: dict[str, dict[str, Any]] = field(default_factory=dict)

    def copy(self) -> "Book":
        """Return a snapshot."""
        tabs = [tab.copy() for tab in self.tabs]
        return replace(self, tabs=tabs, metadata=dict(self.metadata), names=dict(self.names))

    def restore(self, snapshot: "Book") -> None:
        """Become what a snapshot holds."""
        for name in ("title", "tabs", "locale", "zone", "metadata", "names"):
            setattr(self, name, getattr(snapshot, name))

    def tab(self, id_: int) -> Tab:
        """Return a sheet by its id.

        Raises:
            Refused: there is none.
        """
        for tab in self.tabs:
            if tab.id == id_:
                return tab
        raise Refused(400, f"No grid with id: {id_}")

    def titled(self, title: str) -> Tab | None:
        """Return a sheet by its title, whatever its case, or None."""
        return next((tab for tab in self.tabs if tab.title.lower() == title.lower()), None)

    def sweep(self) -> None:
        """Forget metadata whose row, column or sheet is gone."""
        keys = {0}
        for tab in self.tabs:
            keys.update(dim.key for dim in tab.columns)
            if any(meta.is_row for meta in self.metadata.values()):
                keys.update(line.dim.key for line in tab.lines)
        sheets = {None, *(tab.id for tab in self.tabs)}
        self.metadata = {
            one.id: one for one in self.metadata.values() if one.dim in keys and one.sheet in sheets
        }

    def must_fit(self) -> None:
        """Refuse more cells than a workbook may have, empty ones counted.

        Raises:
            Refused: it is more.
        """
        if sum(len(tab.columns) * len(tab.lines) for tab in self.tabs) > MOST_CELLS:
            raise Refused(
                400,
                "This action would increase the number of cells in the workbook above the limit "
                f"of {MOST_CELLS} cells.",
            )
        if any(len(tab.columns) > MOST_COLUMNS for tab in self.tabs):
            raise Refused(400, f"A sheet has at most {MOST_COLUMNS} columns.")

    def locate(self, meta: Meta) -> tuple[str, int | None]:
        """Return what metadata is on, and at which position, None where it has none."""
        if meta.sheet is None:
            return "SPREADSHEET", None
        if not meta.dim:
            return "SHEET", None
        tab = self.tab(meta.sheet)
        dims: Iterator[Dim] = iter([line.dim for line in tab.lines] if meta.is_row else tab.columns)
        position = next(n for n, dim in enumerate(dims) if dim.key == meta.dim)
        return ("ROW" if meta.is_row else "COLUMN"), position


def _dims(count: int) -> list[Dim]:
    return [Dim() for _ in range(count)]
