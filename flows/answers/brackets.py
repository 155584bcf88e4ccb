"""An amount as the choice it falls in: "4 juta" of "3 - 5 juta", "8 bulan" of "6 - 12 bulan".

Only inside a bracket; on the line between two ("5 juta"), both are asked about. A bare number is
left alone: it may be the number of a choice.
"""

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from flows.answers.alike import as_typed
from flows.answers.labels import Option
from flows.answers.normal import FILLERS, split
from flows.answers.numerals import in_digits, read_literal
from flows.answers.spelling import vocabulary

_SIZE = {"ribu": Fraction(1, 1000), "juta": Fraction(1)}
_SPAN = {
    "hari": Fraction(1, 30),
    "minggu": Fraction(7, 30),
    "bulan": Fraction(1),
    "tahun": Fraction(12),
}
_UNIT = "|".join(_SIZE | _SPAN)
_AMOUNT = re.compile(rf"(?<![\d.,])(\d[\d.,]*)(?: ({_UNIT})\b)?")
_ONE_OF = re.compile(r"\bse(?=(?:juta|bulan|tahun|minggu|hari)\b)")
_LESS = re.compile(r"\b(?:kurang dari|paling banyak|maksimal|di ?bawah)\b")
_MORE = re.compile(r"\b(?:lebih dari|paling sedikit|minimal|di ?atas|ke atas|lebih)\b")
_NEUTRAL = FILLERS | vocabulary(
    "rp rupiah saya sekitar sekitaran kira kira2 kurleb gaji gajinya gajiku penghasilan perbulan"
    " per selama waktu bulan cuma hanya ada sudah dapat dapatnya lamanya baru pas nunggu nya"
)


class Bracket(NamedTuple):
    """From `least` to `most`, in millions or months; a bound that is not there is None."""

    code: str
    least: Fraction | None
    most: Fraction | None
    is_time: bool


class _Said(NamedTuple):
    amounts: list[Fraction]
    is_time: bool
    rest: str


def brackets_of(options: Iterable[Option]) -> tuple[Bracket, ...]:
    """The brackets of a menu that has two or more of them, all of money or all of time."""
    found = [bracket for option in options if (bracket := _bracket(option))]
    is_one_kind = len({bracket.is_time for bracket in found}) == 1
    return tuple(found) if len(found) > 1 and is_one_kind else ()


def _bracket(option: Option) -> Bracket | None:
    label = as_typed(option.label)
    said = _said(label)
    if said is None or len(said.amounts) > 2:
        return None
    if len(said.amounts) == 2:
        least, most = sorted(said.amounts)
        return Bracket(option.code, least, most, said.is_time)
    (amount,) = said.amounts
    if _LESS.search(label):
        return Bracket(option.code, None, amount, said.is_time)
    return Bracket(option.code, amount, None, said.is_time) if _MORE.search(label) else None


def fallen_in(brackets: Iterable[Bracket], text: str) -> frozenset[str]:
    """The codes of the brackets in which the one amount of a text lies, or on the edge of which."""
    said = _said(in_digits(_ONE_OF.sub("1 ", as_typed(text))))
    if said is None or len(said.amounts) != 1 or not _NEUTRAL.issuperset(split(said.rest)):
        return frozenset()
    (amount,) = said.amounts
    return frozenset(
        bracket.code
        for bracket in brackets
        if bracket.is_time is said.is_time
        and (bracket.least is None or bracket.least <= amount)
        and (bracket.most is None or amount <= bracket.most)
    )


def _said(text: str) -> _Said | None:
    """The amounts, the last unit being that of those without one: "3 - 5 juta"."""
    found = list(_AMOUNT.finditer(text))
    if not found or found[-1][2] is None:
        return None
    amounts = []
    for one in found:
        unit = one[2] or found[-1][2]
        literal = read_literal(one[1].rstrip(".,"))
        if literal is None or (unit in _SPAN) != (found[-1][2] in _SPAN):
            return None
        number = literal.whole + Fraction(int(literal.fraction or 0), 10 ** len(literal.fraction))
        amounts.append(number * (_SIZE | _SPAN)[unit])
    return _Said(amounts, found[-1][2] in _SPAN, _AMOUNT.sub(" ", text))
