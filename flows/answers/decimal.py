"""A number that may have a fraction: "3,75", "3.75", "tiga koma tujuh lima", "1.500,5"."""

import re

from flows.answers import integer
from flows.answers.normal import NEGATIONS, fold, split
from flows.answers.numerals import in_digits
from flows.answers.reading import Asked, Reading, confirm, reask, sure

_NUMBER = re.compile(r"\d+(?:[.,']\d+)*")
_SPOKEN_FRACTION = re.compile(r"(\d+) ?(?:,|koma|titik) ?((?:\d )+\d)(?!\d)")
_HALF = re.compile(r"(?<!\d)(?:setengah|,5)\b")
_FRACTION = re.compile(r"(\d+)[.,](\d+)")
_GROUPED = re.compile(r"(\d{1,3}(?:([.,'])\d{3})+)(?:(?!\2)[.,](\d+))?")
_LONGEST = 15


def read(text: str, asked: Asked) -> Reading:
    folded = integer.plainly(text)
    if integer.NEGATIVE.search(folded):
        return reask("number_negative")
    figures = _HALF.sub("0,5", in_digits(folded))
    figures = _SPOKEN_FRACTION.sub(lambda run: f"{run[1]},{run[2].replace(' ', '')}", figures)
    numbers = _NUMBER.findall(figures)
    if not numbers:
        return integer.without_number(split(fold(text)))
    rest = [word for word in split(_NUMBER.sub(" ", figures)) if word not in integer.NEUTRAL]
    signs = set(re.sub(r"[\w\s.,'()!]", "", _NUMBER.sub(" ", figures)))
    if len(numbers) > 1:
        return reask("number_range" if "-" in signs or "sampai" in rest else "number_two")
    if signs & set("<>+≤≥") or not integer.BOUNDS.isdisjoint(rest):
        return reask("number_bound")
    return _value(numbers[0], rest + ["?"] * ("?" in text), asked)


def _value(number: str, rest: list[str], asked: Asked) -> Reading:
    read_as = _read(number)
    if read_as is None or not NEGATIONS.isdisjoint(rest):
        return reask("decimal_not_understood")
    value, is_clear = read_as
    own = integer.own_units(asked)
    if asked.unit and not own.issuperset(rest) and integer.UNITS.intersection(rest) - own:
        return reask("number_unit", unit=asked.unit)
    if is_clear and own.issuperset(rest):
        return sure(value)
    return confirm(value, "number_meant", value=f"{value:.15g}".replace(".", ","))


def _read(number: str) -> tuple[float, bool] | None:
    """The number, and whether it can be read in one way only ("1.500" cannot)."""
    if len(number) > _LONGEST or "'" in number:
        return None
    if number.isdecimal():
        return float(number), len(number) == 1 or number[0] != "0"
    grouped = _GROUPED.fullmatch(number)
    if grouped and number[0] != "0":
        whole = grouped[1].replace(grouped[2], "")
        is_clear = len(grouped[1]) - len(whole) > 1 or grouped[3] is not None
        if not is_clear and grouped[2] == ",":
            return float(number.replace(",", ".")), False
        return float(f"{whole}.{grouped[3] or 0}"), is_clear
    fraction = _FRACTION.fullmatch(number)
    return (float(f"{fraction[1]}.{fraction[2]}"), True) if fraction else None
