"""A tab as it was read: by its keys alone, or cell by cell.

Cells are read typed (`userEnteredValue`), so text that looks like a formula is told from a
formula, and with them the tab's title, its size and whether we locked it: all in one request.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exports.mirror.plan import ID, REV, Unknown

FIELDS = (
    "sheets(properties(sheetId,title,gridProperties(rowCount,columnCount)),"
    "protectedRanges(protectedRangeId),"
    "data(startRow,startColumn,rowData(values(userEnteredValue))))"
)
HEADER = 2
"""The hidden row of codes and the row of labels."""

Filter = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """A tab. `grid` is as wide as the tab, so that new columns go beyond everybody's cells."""

    tab: int
    title: str
    rows: int
    columns: int
    protections: frozenset[int]
    grid: Sequence[Sequence[object]]

    @property
    def codes(self) -> Mapping[str, int]:
        """Column code → position, by the first row; of copies the leftmost."""
        first = self.grid[0] if self.grid else ()
        placed = {str(cell): at for at, cell in reversed(list(enumerate(first))) if cell}
        return dict(sorted(placed.items(), key=lambda one: one[1]))

    @property
    def is_blank(self) -> bool:
        """Whether nothing was seen to be in it."""
        return all(cell in (None, "") for row in self.grid for cell in row)


def whole(tab: int) -> list[Filter]:
    """Return what selects every cell of a tab."""
    return [{"gridRange": {"sheetId": tab}}]


def head(tab: int) -> Filter:
    """Return what selects the header of a tab."""
    return {"gridRange": {"sheetId": tab, "startRowIndex": 0, "endRowIndex": HEADER}}


def keys(tab: int, positions: Iterable[int]) -> list[Filter]:
    """Return what selects the header, and these columns under it."""
    columns = (
        {
            "sheetId": tab,
            "startRowIndex": HEADER,
            "startColumnIndex": at,
            "endColumnIndex": at + 1,
        }
        for at in sorted(set(positions))
    )
    return [head(tab), *({"gridRange": one} for one in columns)]


def has_keys_at(seen: Seen, place: Mapping[str, int]) -> bool:
    """Whether the keys stand where they were looked for."""
    codes = seen.codes
    return all(codes.get(key) == place.get(key) for key in (ID, REV))


def whole_tab(answer: Mapping[str, Any], tab: int) -> Seen | None:
    """Return a tab whose every cell was asked for, or None when it is not in the answer."""
    return _seen(answer, tab, unread=None)


def key_columns(answer: Mapping[str, Any], tab: int) -> Seen | None:
    """Return a tab of which the header and some columns were asked for."""
    return _seen(answer, tab, unread=Unknown.UNREAD)


def _seen(answer: Mapping[str, Any], tab: int, *, unread: object) -> Seen | None:
    sheets = [one for one in answer.get("sheets", ()) if _id(one) == tab]
    if not sheets:
        return None
    properties = sheets[0]["properties"]
    size = properties["gridProperties"]
    blocks = [block for one in sheets for block in one.get("data", ())]
    width = size["columnCount"]
    last = max((_end(block) for block in blocks), default=0)
    grid: list[list[object]] = [[None] * width for _ in range(min(HEADER, last))]
    grid += [[unread] * width for _ in range(last - len(grid))]
    for block in blocks:
        _fill(grid, block, width if unread is None else 1)
    return Seen(
        tab,
        properties["title"],
        size["rowCount"],
        width,
        frozenset(one["protectedRangeId"] for one in sheets[0].get("protectedRanges", ())),
        grid,
    )


def _fill(grid: list[list[object]], block: Mapping[str, Any], span: int) -> None:
    top, left = block.get("startRow", 0), block.get("startColumn", 0)
    if top >= HEADER:
        for row in grid[top:]:
            row[left : left + span] = [None] * len(row[left : left + span])
    shown = block.get("rowData", ())[: len(grid) - top]  # below is only what looks of cells
    for number, row in enumerate(shown, top):
        for at, cell in enumerate(row.get("values", ()), left):
            grid[number][at] = value_of(cell)


def _end(block: Mapping[str, Any]) -> int:
    """Return the row after the last of a block that holds something."""
    end: int = block.get("startRow", 0)
    for number, row in enumerate(block.get("rowData", ()), end):
        if any(cell.get("userEnteredValue") for cell in row.get("values", ())):
            end = number + 1
    return end


def value_of(cell: Mapping[str, Any]) -> object:
    """Return what stands in a cell, as the plan reads it."""
    entered = cell.get("userEnteredValue") or {}
    if "stringValue" in entered:
        return entered["stringValue"]
    if "numberValue" in entered:
        return entered["numberValue"]
    if "boolValue" in entered:
        return entered["boolValue"]
    if "formulaValue" in entered:
        return Unknown.FORMULA
    return ("error", str(entered)) if entered else None


def texts(answer: Mapping[str, Any], tab: int) -> Iterator[tuple[int, int, object]]:
    """Yield row, column and value of every cell an answer tells of a tab."""
    for one in answer.get("sheets", ()):
        for block in one.get("data", ()) if _id(one) == tab else ():
            top, left = block.get("startRow", 0), block.get("startColumn", 0)
            for number, row in enumerate(block.get("rowData", ()), top):
                for at, cell in enumerate(row.get("values", ()), left):
                    yield number, at, value_of(cell)


def _id(sheet: Mapping[str, Any]) -> int:
    found: int = sheet["properties"].get("sheetId", 0)  # Google leaves a 0 out
    return found
