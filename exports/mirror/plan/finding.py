"""Where things of ours are on a sheet, whatever people did to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from exports.mirror.plan.cells import is_filled, text_of
from exports.mirror.plan.table import ID, REV, Desired, Grid


class Broken(StrEnum):
    """What is gone from a sheet that cannot be repaired without guessing."""

    CODE_ROW_GONE = "code_row_gone"
    ID_COLUMN_GONE = "id_column_gone"


class LayoutBroken(Exception):
    """The sheet has content, but the keys to it are gone; nothing may be written to it."""

    def __init__(self, what: Broken) -> None:
        super().__init__(what)
        self.what = what


class Sheet:
    """The grid that was seen, made rectangular."""

    def __init__(self, seen: Grid) -> None:
        self.width = max((len(row) for row in seen), default=0)
        self.rows = [
            row if len(row) == self.width else [*row, *[None] * (self.width - len(row))]
            for row in seen
        ]

    @property
    def is_blank(self) -> bool:
        return all(cell is None or cell == "" for row in self.rows for cell in row)

    def cell(self, row: int, column: int) -> object:
        return self.rows[row][column] if column < self.width else None


@dataclass(slots=True)
class Finding:
    """Where things of ours were found. `responses` is id → rows, `erased` ours but unwanted."""

    codes: int
    place: dict[str, int] = field(default_factory=dict)
    copied_codes: list[int] = field(default_factory=list)
    copied_columns: list[int] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    responses: dict[str, list[int]] = field(default_factory=dict)
    erased: list[int] = field(default_factory=list)
    strays: list[int] = field(default_factory=list)

    @property
    def keyed(self) -> Iterable[int]:
        """Every row known by its key, the code row aside."""
        yield from self.copied_codes
        yield from self.labels
        yield from self.erased
        for rows in self.responses.values():
            yield from rows


def find(desired: Desired, sheet: Sheet) -> Finding:
    """Return where the table is on a sheet.

    Raises:
        LayoutBroken: the code row or the `_id` column is gone.
    """
    finding = Finding(_code_row(desired, sheet))
    for position, cell in enumerate(sheet.rows[finding.codes]):
        code = text_of(cell)
        if code and code in finding.place:
            finding.copied_columns.append(position)
        elif code:
            finding.place[code] = position
    wanted = {row.id for row in desired.rows}
    for number, row in enumerate(sheet.rows):
        if number == finding.codes:
            continue
        key = text_of(row[finding.place[ID]])
        if key in wanted:
            finding.responses.setdefault(key, []).append(number)
        elif key == desired.name:
            finding.labels.append(number)
        elif key.startswith(f"{desired.name}-"):
            finding.erased.append(number)
        elif key == ID:
            finding.copied_codes.append(number)
        elif REV in finding.place and is_filled(row[finding.place[REV]]):
            finding.strays.append(number)
    if not finding.labels:
        finding.labels.extend(_label_row_without_key(desired, sheet, finding))
    top = min((finding.codes, *finding.keyed))
    finding.strays = [row for row in finding.strays if row > top and row not in finding.labels]
    return finding


def _code_row(desired: Desired, sheet: Sheet) -> int:
    """Return the row with `_id` over our keys and most of our codes, but no key of ours itself.

    Raises:
        LayoutBroken: there is none.
    """
    codes = {REV, *(column.code for column in desired.ours)}
    known = [len(codes.intersection(c for c in r if isinstance(c, str))) for r in sheet.rows]
    ranks = {}
    for number, row in enumerate(sheet.rows):
        if ID in row and not any(_is_key(cell, desired) for cell in row):
            at = row.index(ID)
            is_over_keys = any(_is_key(other[at], desired) for other in sheet.rows)
            ranks[number] = (is_over_keys, known[number], -number)
    best = max(ranks, key=ranks.__getitem__, default=None)
    if best is not None and any(ranks[best][:2]):
        return best
    gone = Broken.ID_COLUMN_GONE if max(known) > 1 else Broken.CODE_ROW_GONE
    raise LayoutBroken(gone)


def _is_key(cell: object, desired: Desired) -> bool:
    key = text_of(cell)
    return key == desired.name or key.startswith(f"{desired.name}-")


def _label_row_without_key(desired: Desired, sheet: Sheet, finding: Finding) -> list[int]:
    """Return the row under the codes if it reads like our labels though its key is gone."""
    below = finding.codes + 1
    if below >= len(sheet.rows) or below in finding.keyed:
        return []
    placed = [(c.label, finding.place[c.code]) for c in desired.ours if c.code in finding.place]
    return [below] if any(sheet.rows[below][at] == label for label, at in placed) else []
