"""A number that may have a fraction: "3,5", "3.5", "tiga koma lima", "60 kg".

The comma divides in Indonesian and the point in a telephone's number pad; "1.500" may be either
1500 or one and a half, so it is confirmed.
"""

import re

from flows.answers import integer
from flows.answers.normal import FILLERS, NEGATIONS, fold, split, vocabulary
from flows.answers.numerals import in_digits
from flows.answers.reading import Asked, Outcome, Reading, confirm, reask, sure

_FRACTION = re.compile(r"(?<![\d.,])(-?)\s?(\d{1,12})[.,](\d{1,9})(?![\d.,])")
_LIKE_THOUSANDS = re.compile(r"[1-9]\d{0,2}[.]\d{3}")
_BESIDE = FILLERS | vocabulary("sekitar kira saya adalah kg gram cm m km meter persen tahun jam ha")


def read(text: str, asked: Asked) -> Reading:
    folded = in_digits(fold(text)).replace("%", " persen ")
    found = _FRACTION.findall(folded)
    if len(found) > 1:
        return reask("number_two")
    if not found:
        return _whole(text, asked)
    ((sign, whole, fraction),) = found
    rest = split(_FRACTION.sub(" ", folded))
    if any(word.isdecimal() for word in rest):
        return reask("number_two")
    if not NEGATIONS.isdisjoint(rest):
        return reask("number_not_understood")
    value = float(f"{sign}{whole}.{fraction}")
    literal = _FRACTION.search(folded)
    is_grouped = bool(literal and _LIKE_THOUSANDS.fullmatch(literal[0].strip()))
    if is_grouped or not _BESIDE.issuperset(rest):
        return confirm(value, "number_meant", value=_said(value))
    return sure(value)


def _whole(text: str, asked: Asked) -> Reading:
    """Without a fraction it is a whole number, below nought too (a temperature, a longitude)."""
    plain = re.fullmatch(r"\s*-\s?(\d{1,12})\s*", text)
    if plain:
        return sure(-int(plain[1]))
    reading = integer.read(text, asked)
    if reading.outcome is Outcome.REASK and reading.reason == "number_whole":
        return reask("number_not_understood")
    return reading


def _said(value: float) -> str:
    return str(value).replace(".", ",")
