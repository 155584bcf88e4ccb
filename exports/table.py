"""A table to be written to a file: its header, and rows made as they are read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """A header and its rows. `title` names its sheet in a workbook."""

    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    title: str = "Tanggapan"
