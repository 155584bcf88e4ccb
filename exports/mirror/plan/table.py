"""What a sheet must hold, and what one can hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum

Value = str | int | float | None
Grid = Sequence[Sequence[object]]
"""Rows of cells as read back, ragged or not. A cell may be any object; what is not text, number,
None or `Unknown` is somebody's date, truth value or error, and never equals a cell of ours."""

ID = "_id"
REV = "_rev"
RETIRED = " (tidak dipakai)"
WITHHELD = " (tidak disalin)"


class Unknown(Enum):
    """A cell whose value is not known."""

    UNREAD = "unread"
    FORMULA = "formula"


class Kind(StrEnum):
    """How a column's values are shown. A moment is a number, as `cells.serial` makes it."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    MOMENT = "moment"


class SheetFull(Exception):
    """The table does not fit the sheet's limits."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a sheet can hold. `text` is in UTF-16 units a cell."""

    text: int
    rows: int
    columns: int
    cells: int


# https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
XLSX = Limits(text=32_767, rows=1_048_576, columns=16_384, cells=2**34)


@dataclass(frozen=True, slots=True)
class Column:
    """A column we fill. Without a code it is people's own, offered when the sheet is made.

    `choices` is all that may stand in it, in order, where that is known.
    """

    code: str
    label: str
    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One response. `rev` changes whenever a cell does; `cells` is by column code."""

    id: str
    rev: str | int
    cells: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Desired:
    """What a sheet must hold. Columns in `withheld` are emptied where they still stand.

    Raises:
        ValueError: two columns have one code, two rows one id, or an id does not begin with
            `name` and a hyphen.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    withheld: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        codes = [ID, REV, *(column.code for column in self.columns if column.code)]
        ids = [row.id for row in self.rows]
        if len(set(codes)) < len(codes) or len(set(ids)) < len(ids):
            raise ValueError(f"{self.name}: a column code or row id stands twice")
        if not all(one.startswith(f"{self.name}-") for one in ids):
            raise ValueError(f"{self.name}: every row id must begin with '{self.name}-'")

    @property
    def ours(self) -> tuple[Column, ...]:
        """The columns we fill."""
        return tuple(column for column in self.columns if column.code)
