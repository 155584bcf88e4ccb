"""One kind of value read as another: XPath 1.0, plus ODK's dates as days."""

import math
import re
from collections.abc import Callable
from datetime import tzinfo
from decimal import Decimal

from flows.expressions.moments import day_part, days, looks_dated
from flows.expressions.scope import Value

_NUMBER = re.compile(r"\s*-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*", re.ASCII)
_EXACT = 2**53  # above this a float no longer holds every whole number


def text_of(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else _float_text(value)


def number_of(value: Value, zone: tzinfo) -> float:
    """NaN for blank and for what is neither a number, nor a date, nor a time of day."""
    if isinstance(value, str):
        if looks_dated(value):
            return days(value, zone)
        return float(value) if _NUMBER.fullmatch(value) else day_part(value, zone)
    try:
        return float(value)
    except OverflowError:  # an int too long for a float
        return math.inf if value > 0 else -math.inf


def truth_of(value: Value) -> bool:
    if isinstance(value, float) and math.isnan(value):
        return False
    return bool(value)


def is_blank(value: Value) -> bool:
    return value == "" or (isinstance(value, float) and math.isnan(value))


def whole(value: Value) -> Value:
    """A number without a fraction as an int, so that 5 is stored and shown as 5."""
    if type(value) is float and value.is_integer() and abs(value) < _EXACT:
        return int(value)
    return value


def held(value: Value) -> Value:
    """`value` as a field holds it: a whole number as int, what is not a number as blank."""
    return "" if is_blank(value) else whole(value)


def equal(left: Value, right: Value, zone: tzinfo) -> bool:
    """XPath's `=`: as truths if either is one, else as texts if both are, else as numbers."""
    if isinstance(left, bool) or isinstance(right, bool):
        return truth_of(left) == truth_of(right)
    if isinstance(left, str) and isinstance(right, str):
        return left == right or _same_moment(left, right, zone)
    return number_of(left, zone) == number_of(right, zone)


def less(left: Value, right: Value, zone: tzinfo) -> bool:
    return number_of(left, zone) < number_of(right, zone)


def less_or_equal(left: Value, right: Value, zone: tzinfo) -> bool:
    return number_of(left, zone) <= number_of(right, zone)


COMPARISONS: dict[str, Callable[[Value, Value, tzinfo], bool]] = {
    "=": equal,
    "!=": lambda left, right, zone: not equal(left, right, zone),
    "<": less,
    "<=": less_or_equal,
    ">": lambda left, right, zone: less(right, left, zone),
    ">=": lambda left, right, zone: less_or_equal(right, left, zone),
}


def _same_moment(left: str, right: str, zone: tzinfo) -> bool:
    """A date and the date-time of its midnight are one moment in two spellings."""
    if not (looks_dated(left) and looks_dated(right)):
        return False
    return days(left, zone) == days(right, zone)


def _float_text(value: float) -> str:
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    shortest = repr(whole(value))
    return format(Decimal(shortest), "f") if "e" in shortest else shortest
