"""What a compiled expression is called with."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Protocol

Value = str | float | bool
"""Text and single choice: str. Multiple choice: codes with spaces. Number: int or float.
Date and time: ISO text. Blank: the empty text."""


class Scope(Protocol):
    """One respondent at one moment, seen from one place of the form.

    `seed` should differ for each interview and field: the same expression with
    the same seed rolls the same `random()` and `uuid()`.
    """

    @property
    def now(self) -> datetime:
        """Aware."""

    @property
    def zone(self) -> tzinfo: ...

    @property
    def seed(self) -> int: ...

    @property
    def dot(self) -> Value:
        """The value of `.`: the answer being judged, or what the field holds so far."""

    def value(self, path: str) -> Value:
        """The answer at `path`, blank when unanswered or not relevant."""

    def values(self, path: str, shared: int) -> Sequence[Value]:
        """The answers at `path` in all its repetitions within our own first `shared` ones."""

    def value_at(self, path: str, places: Sequence[int]) -> Value:
        """The answer at `path` in the repetition with these places, from 1; blank if none."""

    def place(self, depth: int) -> int:
        """Which repetition of the `depth`-th repeat around us we are in, from 1."""

    def column(self, name: str) -> str:
        """What the row being looked at holds in a column."""

    def label(self, path: str, code: str) -> str:
        """What the respondent reads for `code` of the question at `path`."""


class AtRow:
    """A scope looking at one row of a table."""

    __slots__ = ("_around", "row")

    def __init__(self, around: Scope) -> None:
        self._around = around
        self.row: Mapping[str, str] = {}

    @property
    def now(self) -> datetime:
        return self._around.now

    @property
    def zone(self) -> tzinfo:
        return self._around.zone

    @property
    def seed(self) -> int:
        return self._around.seed

    @property
    def dot(self) -> Value:
        return self._around.dot

    def value(self, path: str) -> Value:
        return self._around.value(path)

    def values(self, path: str, shared: int) -> Sequence[Value]:
        return self._around.values(path, shared)

    def value_at(self, path: str, places: Sequence[int]) -> Value:
        return self._around.value_at(path, places)

    def place(self, depth: int) -> int:
        return self._around.place(depth)

    def column(self, name: str) -> str:
        return self.row.get(name, "")

    def label(self, path: str, code: str) -> str:
        return self._around.label(path, code)
