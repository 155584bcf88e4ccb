"""Ranges, and where rows went."""

from collections.abc import Mapping

from openpyxl.utils import get_column_letter, range_boundaries

from exports.mirror.plan import XLSX


class Moved:
    """Where rows went. Below all that was there, everything moves by the same amount."""

    def __init__(self, moved: Mapping[int, int], height: int, after: int) -> None:
        self.moved = moved
        self.height = height
        self.shift = after - height
        self.kept = sorted(moved)

    def __call__(self, row: int) -> int | None:
        return row + self.shift if row > self.height else self.moved.get(row)

    def span(self, top: int, bottom: int) -> tuple[int, int] | None:
        """Return where the rows of a span that are left reach; None when none is left."""
        first = next((r for r in range(top, min(bottom, self.height) + 1) if r in self.moved), None)
        if first is None:
            over = max(top, self.height + 1)
            return (over + self.shift, bottom + self.shift) if bottom > self.height else None
        last = next((r for r in range(bottom, first, -1) if self(r) is not None), first)
        return self.moved[first], min(self(last) or 0, XLSX.rows)

    def ref(self, ref: str) -> str | None:
        """Return a range or several (`A1:B2 C3`) after the move; None when none is left."""
        spans = []
        for one in ref.split():
            left, top, right, bottom = range_boundaries(one)
            if top is None or bottom is None:
                spans.append(one)
            elif (rows := self.span(top, bottom)) is not None:
                spans.append(range_of(left or 1, rows[0], right or XLSX.columns, rows[1]))
        return " ".join(spans) or None


def bounds(ref: str) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of a range, to the sheet's edge where it is open."""
    left, top, right, bottom = range_boundaries(ref)
    return left or 1, top or 1, right or XLSX.columns, bottom or XLSX.rows


def range_of(left: int, top: int, right: int, bottom: int) -> str:
    return f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
