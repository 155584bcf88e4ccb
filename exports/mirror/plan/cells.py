"""Cells: what a value becomes in one, and when one holds it already."""

import math
import re
from datetime import datetime

from exports.mirror.plan.table import XLSX, Limits, Unknown, Value

CLIPPED = "… (selengkapnya di Lacak)"


def fitted(value: Value, limits: Limits = XLSX) -> Value:
    """Return a value as a cell can hold it and gives it back; blank text is None.

    Control characters and what XML cannot carry are dropped, line ends are `\\n`, text that is
    too long ends in a remark, a whole number a spreadsheet would round becomes text.
    """
    if isinstance(value, str):
        return _clipped(_UNFIT.sub("", _LINE_END.sub("\n", value)), limits.text) or None
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        return value if abs(value) < 10**15 else str(value)
    if value is None or math.isnan(value) or math.isinf(value):
        return None
    return float(f"{value:.15g}")  # what spreadsheet programs keep


def same(ours: Value, theirs: object) -> bool:
    """Whether a cell holds a value, type included: text "7" is not the number 7."""
    if ours is None or isinstance(ours, str):
        return ours == theirs or (ours is None and theirs == "")
    if isinstance(theirs, bool) or not isinstance(theirs, int | float):
        return False
    return ours == theirs or math.isclose(ours, theirs, rel_tol=1e-12)


def serial(moment: datetime) -> float:
    """Return a local moment, to the minute, as spreadsheets count time: days since 1899-12-30."""
    span = moment.replace(second=0, microsecond=0, tzinfo=None) - _FIRST_DAY
    return span.days + span.seconds / 86_400


def text_of(cell: object) -> str:
    """Return what a cell says, without blanks around it; nothing when it is no text."""
    return cell.strip() if isinstance(cell, str) else ""


def is_foreign(cell: object) -> bool:
    """Whether people put something here that is not text."""
    return is_filled(cell) and not isinstance(cell, str)


def is_filled(cell: object) -> bool:
    """Whether something is known to be in a cell."""
    return cell is not None and cell != "" and cell is not Unknown.UNREAD


_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 -- a spreadsheet's days have no zone
_LINE_END = re.compile(r"\r\n?")
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def _clipped(text: str, limit: int) -> str:
    if len(text) * 2 <= limit or _units(text) <= limit:
        return text
    room = limit - _units(CLIPPED)
    while _units(text) > room:
        text = text[: len(text) - max(1, (_units(text) - room) // 2)]
    return text + CLIPPED


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
