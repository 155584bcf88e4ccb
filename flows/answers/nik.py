"""A NIK, the 16 digits of an identity card: region, birth date, serial (domain/locale_id.yaml).

The region is never judged: a NIK stays valid when districts are divided. What cannot be, such
as a 13th month, is confirmed, not refused: the card in hand is right.
"""

import re
from datetime import date

from flows.answers.normal import excuse, fold, split
from flows.answers.phones import plain_digits
from flows.answers.reading import Asked, Reading, confirm, reask, sure

LENGTH = 16
SAMPLES = frozenset({"1234567890123456", "0123456789012345", "9876543210987654"})
_YOUNGEST, _OLDEST = 12, 95  # years; nobody younger or older is asked
_RUN = re.compile(r"\d(?:[\d .\-_/:'–]*\d)?")
_FAMILY_CARD = re.compile(r"\b(?:no|nomor|nmr)\W*kk\b|\bkk\W*\d|kartu keluarga", re.IGNORECASE)
_LETTERS_INSIDE = re.compile(r"\d[oil]+\d|\d[oil]+$", re.IGNORECASE)


def read(text: str, asked: Asked) -> Reading:
    numbers = [] if _FAMILY_CARD.search(text) else digit_runs(text, least=10)
    if len(numbers) != 1:
        reason = "nik_two" if numbers else "nik_not_understood"
        return reask(excuse(split(fold(text))) or reason)
    (nik,) = numbers
    if len(nik) != LENGTH:
        if _LETTERS_INSIDE.search(text):
            return reask("nik_not_understood")
        return reask("nik_length", digits=str(len(nik)))
    if is_sample(nik):
        return reask("nik_sample")
    is_certain = is_usual(nik, asked.today) and "?" not in text
    return sure(nik) if is_certain else confirm(nik, "nik_unusual")


def digit_runs(text: str, *, least: int) -> list[str]:
    """The different numbers in a text, of `least` digits or more, without what groups them."""
    runs = (re.sub(r"\D", "", run) for run in _RUN.findall(plain_digits(text)))
    return list(dict.fromkeys(run for run in runs if len(run) >= least))


def is_sample(nik: str) -> bool:
    """Whether it is a form's example and nobody's number."""
    return nik in SAMPLES or len(set(nik)) == 1


def is_usual(nik: str, today: date | None = None) -> bool:
    """Whether a NIK has a serial and a birth date that exists, of someone neither child nor 100.

    A woman's day has 40 added.
    """
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    day -= 40 if day > 40 else 0
    years = [2000 + year, 1900 + year]
    if today:
        years = [one for one in years if _YOUNGEST <= today.year - one <= _OLDEST]
    return nik[12:] != "0000" and any(_exists(one, month, day) for one in years)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
