"""Rows that expressions look things up in: a list of choices, or a file beside the form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts by column. A row without a column reads blank there."""

    name: str
    columns: frozenset[str]
    rows: tuple[Mapping[str, str], ...]
    _found: dict[str, dict[str, list[int]]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def places(self, column: str, text: str) -> Sequence[int]:
        """Return the places of the rows that hold `text` in `column`, without reading them all."""
        index = self._found.get(column)
        if index is None:
            index = {}
            for place, row in enumerate(self.rows):
                index.setdefault(row.get(column, ""), []).append(place)
            self._found[column] = index
        return index.get(text, ())
