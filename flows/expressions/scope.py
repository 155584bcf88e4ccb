"""What a compiled expression is called with."""

from datetime import datetime, tzinfo
from typing import Protocol

Value = str | float | bool
"""Text and single choice: str. Multiple choice: codes with spaces. Number: int or float.
Date and time: ISO text. Blank: the empty text."""


class Scope(Protocol):
    """One respondent at one moment.

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

    def label(self, path: str, code: str) -> str:
        """What the respondent reads for `code` of the question at `path`."""
