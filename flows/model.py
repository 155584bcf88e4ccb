"""What a questionnaire is once compiled: items in order, their choices and their rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flows.expressions import Compiled


class Kind(StrEnum):
    """What an item does, after XLSForm's question types."""

    TEXT = "text"
    INTEGER = "integer"
    DATE = "date"
    SELECT_ONE = "select_one"
    SELECT_MULTIPLE = "select_multiple"
    NOTE = "note"
    CALCULATE = "calculate"
    HIDDEN = "hidden"


ASKED = frozenset(
    {Kind.TEXT, Kind.INTEGER, Kind.DATE, Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.NOTE}
)
"""Kinds that reach the respondent; the others are known or worked out."""


@dataclass(frozen=True, slots=True)
class Template:
    """Text with references: even parts are literal, odd parts are paths."""

    parts: tuple[str, ...] = ("",)

    def __bool__(self) -> bool:
        return self.parts != ("",)


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that may be picked. `short` fits a button; empty means the label does."""

    code: str
    label: str
    aliases: tuple[str, ...] = ()
    short: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the questionnaire.

    `relevant` holds the item's own condition and those of its groups; all must be true.
    `reads` names the reader in `flows.answers` that understands what people type.
    `precision` is the coarsest date that answers: day, month or year.
    """

    path: str
    index: int
    kind: Kind
    label: Template = Template()
    hint: Template = Template()
    reads: str = "text"
    choices: tuple[Choice, ...] = ()
    list_name: str = ""
    relevant: tuple[Compiled, ...] = ()
    required: bool = False
    constraint: Compiled | None = None
    constraint_message: Template = Template()
    calculation: Compiled | None = None
    precision: str = "day"
    reask: int = 3
    pii: bool = False

    @property
    def is_asked(self) -> bool:
        """Whether a respondent sees this item."""
        return self.kind in ASKED


@dataclass(frozen=True, slots=True)
class Form:
    """One published, immutable version of a questionnaire."""

    form_id: str
    version: str
    sha256: str
    title: str
    language: str
    purpose: Template
    closing: Template
    items: tuple[Item, ...]
    by_path: Mapping[str, Item]
    asked: tuple[Item, ...]
    place: Mapping[str, int]  # of each asked item among those asked

    @property
    def key(self) -> str:
        """What an interview is pinned to: `kebekerjaan@2026112101#9f3c1a0b22d1`."""
        return f"{self.form_id}@{self.version}#{self.sha256[:12]}"
