"""What can be done to a sheet, and a plan of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from exports.mirror.plan.table import Column, Value


@dataclass(frozen=True, slots=True)
class Create:
    """Lay out a blank sheet: codes in row 0 (hidden, as are the first two columns), labels in 1."""

    columns: tuple[Column, ...]
    codes: tuple[Value, ...]
    labels: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class AddColumns:
    """Make room for columns from position `at` on; their header cells follow as `SetCell`."""

    at: int
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class SetCell:
    """Write one cell; None empties it."""

    row: int
    column: int
    value: Value


@dataclass(frozen=True, slots=True)
class UpdateRow:
    """Write the `changed` positions of one response; `line` has all of ours, to write it whole."""

    at: int
    line: Mapping[int, Value]
    changed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class InsertHeader:
    """Insert a code row (hidden) or a label row before row `at`."""

    at: int
    line: Mapping[int, Value]
    is_codes: bool


@dataclass(frozen=True, slots=True)
class InsertRows:
    """Insert responses before row `at`; `at` is the end of the sheet unless people wrote there."""

    at: int
    lines: tuple[Mapping[int, Value], ...]


@dataclass(frozen=True, slots=True)
class DeleteRows:
    """Delete `count` rows from `at` on."""

    at: int
    count: int


Operation = Create | AddColumns | SetCell | UpdateRow | InsertHeader | InsertRows | DeleteRows
Structural = InsertHeader | InsertRows | DeleteRows


@dataclass(frozen=True, slots=True)
class Plan:
    """Operations in the order to apply them, and what they come to.

    `layout` is column code → position once applied. `left` responses wait for the next plan
    because of `at_most`. `look_closer`: rows with one id were left alone because people's
    columns were not read; read the whole sheet and plan again.
    """

    operations: tuple[Operation, ...]
    layout: Mapping[str, int]
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    left: int = 0
    look_closer: bool = False

    def __bool__(self) -> bool:
        return bool(self.operations)
