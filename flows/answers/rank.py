"""All of the choices in an order of one's own: "2,1,3", "b a c", "gaji, lokasi, jam kerja"."""

import re

from flows.answers import choice
from flows.answers.menu import menu_of
from flows.answers.normal import fold
from flows.answers.numerals import in_digits
from flows.answers.reading import Asked, Outcome, Reading, reask, sure

_PARTS = re.compile(r"[,;>/\n]+| lalu | kemudian | terus ")


def read(text: str, asked: Asked) -> Reading:
    menu = menu_of(asked.choices)
    codes = _by_position(text, menu.codes) or _by_name(text, asked)
    if codes is None:
        return reask("rank_not_understood", count=str(len(menu.codes)))
    if sorted(codes) != sorted(menu.codes):
        return reask("rank_incomplete", count=str(len(menu.codes)))
    return sure(codes)


def _by_position(text: str, codes: tuple[str, ...]) -> list[str] | None:
    folded = in_digits(fold(text))
    if re.search(r"[a-z]{2}", folded):
        return None
    numbers = [int(number) for number in re.findall(r"\d+", folded)]
    if len(numbers) == 1 and 1 < len(codes) < 10 and len(str(numbers[0])) == len(codes):
        numbers = [int(digit) for digit in str(numbers[0])]  # "213"
    if not numbers:
        letters = re.findall(r"\b[a-z]\b", folded)
        numbers = [ord(letter) - ord("a") + 1 for letter in letters]
    if not numbers or not all(0 < number <= len(codes) for number in numbers):
        return None
    return [codes[number - 1] for number in numbers]


def _by_name(text: str, asked: Asked) -> list[str] | None:
    readings = [choice.read(part, asked) for part in _PARTS.split(text) if part.strip()]
    if not readings or any(reading.outcome is not Outcome.SURE for reading in readings):
        return None
    return [reading.value for reading in readings]
