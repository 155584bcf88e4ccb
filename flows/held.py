"""A value of an expression as the answer it would be: what a default fills in."""

import math
from datetime import UTC, date
from typing import Any

from flows.expressions import Value
from flows.expressions.moments import read_clock, read_moment
from flows.model import MEDIA, Item, Kind

_NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.RANGE})
_LISTS = frozenset({Kind.SELECT_MULTIPLE, Kind.RANK})
_ANY_DAY = date(2000, 1, 1)
_EXACT = 2.0**53
"""Whole numbers below this are held exactly by whatever reads an answer later."""


def held_as(item: Item, value: Value) -> Any:
    """Return the value as an answer to the item is stored; None when it is no answer to it."""
    text = str(value).strip()
    if not text or isinstance(value, bool) or item.kind in MEDIA:
        return None
    if item.kind in _NUMBERS:
        return _number(item, text)
    if item.kind is Kind.DATE:
        moment = read_moment(text, UTC)
        return moment and {"value": moment.date().isoformat(), "precision": "day"}
    if item.kind is Kind.DATETIME:
        moment = read_moment(text, UTC)
        return moment and moment.isoformat(timespec="minutes")[:16]
    if item.kind is Kind.TIME:
        return text[:5] if read_clock(text, _ANY_DAY, UTC) else None
    if item.choices:
        return _codes(item, text)
    return text


def _number(item: Item, text: str) -> int | float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    if number.is_integer() and abs(number) < _EXACT:
        return int(number)
    return None if item.kind is Kind.INTEGER else number


def _codes(item: Item, text: str) -> str | list[str] | None:
    known = {choice.code for choice in item.choices}
    codes = text.split() if item.kind in _LISTS else [text]
    if not known.issuperset(codes):
        return None
    return codes if item.kind in _LISTS else text
