"""Numbers as Indonesians write them: "dua belas", "2.500.000", "1,5", "2jt500"."""

import re
from typing import NamedTuple

from flows.answers.spelling import vocabulary

THOUSAND, MILLION, BILLION = 10**3, 10**6, 10**9
SCALES = {
    **dict.fromkeys(vocabulary("ribu rb rbu rebu ribuan rban rbuan k"), THOUSAND),
    **dict.fromkeys(vocabulary("juta jt jta jeti jutaan jtan jutan jtaan"), MILLION),
    **dict.fromkeys(vocabulary("miliar milyar miliard milyard m miliaran"), BILLION),
}
_ONES = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
_DIGIT = {word: n for n, word in enumerate(_ONES)} | {"se": 1}
DIGIT_OF = {word: str(n) for n, word in enumerate(_ONES)} | {"kosong": "0", "zero": "0"}
"""Digits as they are read aloud one by one."""
_NUMERAL = re.compile(
    rf"({'|'.join(_ONES)}|(?<!\d)\d(?= ?(?:ratus|puluh|belas))|se(?=ratus|puluh|belas))"
    r" ?(ratus|puluh|belas)?"
)
_NUMERALS = re.compile(
    rf"(?<![^\W\d_]){_NUMERAL.pattern}(?: ?{_NUMERAL.pattern})*"
    r"(?: |(?![^\W\d_])|(?=juta|ribu|jt|rb))"
)
_ONE_OF = re.compile(r"\bse(?=(?:ribu|juta|miliar|milyar)(?:an)?\b)")
_HALF_MORE = re.compile(r"\b(\d+) setengah\b")
_HALF_AFTER = re.compile(r"\b(\d+) (juta|jt|miliar) setengah\b")
_HALF = re.compile(r"\bsetengah (?=juta|jt|miliar|milyar)")
_COMMA = re.compile(r"(?<=\d) koma (?=\d)")
_SPACED = re.compile(r"(?<![\d.,])(\d{1,3}(?: \d{3}){2,})(?![\d.,])")
_GROUPED = re.compile(r"(\d{1,3}(?:([.,'])\d{3})(?:\2\d{3})*)(?:(?!\2)[.,](\d{1,2}))?")
_PLAIN = re.compile(r"(\d+)(?:[.,](\d{1,2}))?")
_LONGEST = 15


class Literal(NamedTuple):
    """A number as typed. Not `clear`: "1.500" is 1500 here and one and a half elsewhere."""

    whole: int
    fraction: str = ""
    clear: bool = True

    def times(self, scale: int) -> int:
        unit: int = 10 ** len(self.fraction)
        return self.whole * scale + int(self.fraction or 0) * scale // unit


def _in_digits(run: re.Match[str]) -> str:
    """Numerals that do not add up ("dua tiga") stay apart, as the two numbers they are."""
    numbers, room = [0], 1000
    for word, scale in _NUMERAL.findall(run[0]):
        digit = _DIGIT.get(word, int(word) if word.isdecimal() else 0)
        size, least = {"ratus": (100, 100), "puluh": (10, 10), "belas": (10, 1)}.get(scale, (1, 1))
        value = 10 + digit if scale == "belas" else digit * size
        if size >= room:
            numbers.append(0)
        numbers[-1] += value
        room = least
    return " ".join(map(str, numbers)) + (" " if run[0].endswith(" ") else "")


def in_digits(folded: str) -> str:
    """The text with its number words below a thousand as digits, and halves as ",5"."""
    text = _NUMERALS.sub(_in_digits, _ONE_OF.sub("satu ", folded))
    if "setengah" in text:
        text = _HALF_MORE.sub(r"\1,5", _HALF_AFTER.sub(r"\1,5 \2", text))
        text = _HALF.sub("0,5 ", text)
    text = _COMMA.sub(",", text)
    return _SPACED.sub(lambda run: run[0].replace(" ", "."), text)


def read_literal(digits: str) -> Literal | None:
    """None when the dots and commas make no number ("2.50.000"), or it is an identifier."""
    if len(digits) > _LONGEST + 8 or (digits[0] == "0" and digits[1:2].isdecimal()):
        return None
    if grouped := _GROUPED.fullmatch(digits):
        whole = grouped[1].replace(grouped[2], "")
        clear = len(grouped[1]) - len(whole) > 1
        return Literal(int(whole), (grouped[3] or "").rstrip("0"), clear)
    if plain := _PLAIN.fullmatch(digits):
        if len(plain[1]) > _LONGEST:
            return None
        return Literal(int(plain[1]), (plain[2] or "").rstrip("0"))
    return None
