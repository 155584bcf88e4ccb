"""Functions about numbers. What has no answer is NaN, never an exception."""

import math
from collections.abc import Callable
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal

from flows.expressions.functions.signature import Function, gathering, plain

_FARTHEST = 400  # no float has a digit further than this from its decimal point


def round_half_up(value: float, digits: float = 0.0) -> float:
    """Halves go toward +∞, as in XPath and JavaRosa: -1.5 becomes -1.

    Decimal, because 2.15 to one digit is 2.2 for people and 2.1 for floats.
    """
    if math.isnan(digits):
        return math.nan
    if not math.isfinite(value):
        return value
    places = int(min(max(digits, -_FARTHEST), _FARTHEST))
    half = ROUND_HALF_UP if value > 0 else ROUND_HALF_DOWN
    shifted = Decimal(repr(value)).scaleb(places).to_integral_value(half)
    return float(shifted.scaleb(-places))


def _of_finite(function: Callable[[float], float]) -> Callable[[float], float]:
    """`function`, leaving NaN and infinities as they are."""
    return lambda value: float(function(value)) if math.isfinite(value) else value


def _or_nan(function: Callable[..., float]) -> Callable[..., float]:
    """`function`, NaN where mathematics has no answer and ∞ where a float has none."""

    def total(*values: float) -> float:
        try:
            return function(*values)
        except ValueError:
            return math.nan
        except OverflowError:
            return math.inf

    return total


def _exp10(value: float) -> float:
    return math.pow(10.0, value)


def _zero_to_minus_infinity(function: Callable[[float], float]) -> Callable[[float], float]:
    return lambda value: -math.inf if value == 0 else function(value)


def _answered(numbers: tuple[float, ...]) -> list[float]:
    """Those that are numbers: blanks are skipped, not counted as zero or as NaN."""
    return [number for number in numbers if not math.isnan(number)]


def _total(*numbers: float) -> float:
    return float(sum(_answered(numbers)))


def _least(*numbers: float) -> float:
    return min(_answered(numbers), default=math.nan)


def _most(*numbers: float) -> float:
    return max(_answered(numbers), default=math.nan)


FUNCTIONS: dict[str, Function] = {
    "number": plain("number -> number", float),
    "int": plain("number -> number", _of_finite(math.trunc)),
    "round": plain("number number? -> number", round_half_up),
    "floor": plain("number -> number", _of_finite(math.floor)),
    "ceiling": plain("number -> number", _of_finite(math.ceil)),
    "abs": plain("number -> number", abs),
    "sum": gathering("number number* -> number", _total),
    "min": gathering("number number* -> number", _least),
    "max": gathering("number number* -> number", _most),
    "pow": plain("number number -> number", _or_nan(math.pow)),
    "sqrt": plain("number -> number", _or_nan(math.sqrt)),
    "exp": plain("number -> number", _or_nan(math.exp)),
    "exp10": plain("number -> number", _or_nan(_exp10)),
    "log": plain("number -> number", _or_nan(_zero_to_minus_infinity(math.log))),
    "log10": plain("number -> number", _or_nan(_zero_to_minus_infinity(math.log10))),
    "pi": plain("-> number", lambda: math.pi),
    "sin": plain("number -> number", _or_nan(math.sin)),
    "cos": plain("number -> number", _or_nan(math.cos)),
    "tan": plain("number -> number", _or_nan(math.tan)),
    "asin": plain("number -> number", _or_nan(math.asin)),
    "acos": plain("number -> number", _or_nan(math.acos)),
    "atan": plain("number -> number", math.atan),
    "atan2": plain("number number -> number", math.atan2),
}
