"""A reply and a label written alike: "<1jt" and "Kurang dari 1 juta", "S-1" and "S1"."""

import re

from flows.answers.normal import fold

_COMPARED = (
    (re.compile(r"<=|≤"), " paling banyak "),
    (re.compile(r">=|≥"), " paling sedikit "),
    (re.compile(r"<|\b(?:di ?bawah|kurang)(?: dari)?(?= ?(?:rp ?)?\d)"), " kurang dari "),
    (re.compile(r">|\b(?:di ?atas|lebih)(?: dari)?(?= ?(?:rp ?)?\d)"), " lebih dari "),
)
_PLACES = re.compile(r"[\d ,]+")
_SIGN_OR_DIGIT = re.compile(r"[\d<>≤≥]")
_UNITS = (
    (re.compile(r"(?<=\d) ?(?:juta|jta|jt)\b"), " juta"),
    (re.compile(r"(?<=\d) ?(?:ribu|rbu|rb|k)\b"), " ribu"),
    (re.compile(r"(?<=\d)(?=(?:bulan|bln|tahun|thn|th|hari|minggu|jam|orang|org)\b)"), " "),
    (re.compile(r"(?<=\d )(?:bln)\b"), "bulan"),
    (re.compile(r"(?<=\d )(?:thn|th)\b"), "tahun"),
)
_TWICE = re.compile(r"(?<=\d) (juta|ribu|bulan|tahun) ?- ?(?=\d+ \1\b)")
_UNTIL = re.compile(r"(?<=\d)((?: (?:juta|ribu|bulan|tahun))?) ?(?:sampai|hingga|s/d|sd|-) ?(?=\d)")
_LEVEL = re.compile(r"(?<![^\W_])([^\W\d_])[-. ](\d)(?![^\W_])")
_DEGREE = re.compile(r"(?i)\b(?:([ds])[- ]?|(diploma|strata)[- ]?)(iv|i{2,3})\b")
_DEGREE_BY_NUMBER = re.compile(r"\b(diploma|strata) ?-?([1-4])\b")
_NOT_HAVING = re.compile(r"\b(tidak|belum) (?:punya|memiliki|miliki)\b")
_ROMAN = {"ii": "2", "iii": "3", "iv": "4"}
_AND = re.compile(r"(?<=[^\W\d_])\s*[&+]\s*(?=[^\W\d_])")
_BOTH = re.compile(r"\b2[- ]?2 ?nya\b")


def as_typed(text: str) -> str:
    """The folded text with "<" in words, amounts in whole words and "S-1" as one word."""
    if _PLACES.fullmatch(text):
        return fold(text)
    folded = fold(_DEGREE.sub(_in_short, text)).replace("tidak sedang ", "tidak ")
    if _SIGN_OR_DIGIT.search(folded):
        folded = _with_amounts(folded)
    return _AND.sub(" dan ", _NOT_HAVING.sub(r"\1 ada", folded)).replace(" and ", " dan ")


def _with_amounts(folded: str) -> str:
    folded = _BOTH.sub("dua duanya", folded)
    for unit, said in _UNITS:
        folded = unit.sub(said, folded)
    folded = _TWICE.sub(" - ", _UNTIL.sub(r"\1 - ", folded))
    for sign, said in _COMPARED:
        folded = sign.sub(said, folded)
    return _LEVEL.sub(r"\1\2", _DEGREE_BY_NUMBER.sub(_in_short, folded))


def _in_short(degree: re.Match[str]) -> str:
    """ "Diploma 3" and "D-III" are "d3"."""
    level = degree[degree.lastindex or 0].casefold()
    return degree[0][0] + _ROMAN.get(level, level)
