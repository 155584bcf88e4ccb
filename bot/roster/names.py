"""Names as their owners would write them: ALL CAPS made gentle, degrees left alone."""

import re

from bot.roster.cells import BROKEN_FORMULA, Cell, Read, excel_error, is_empty, text

LONGEST = 150
_FRONT = {"dr": "Dr", "drs": "Drs", "dra": "Dra", "drg": "drg", "ir": "Ir", "h": "H", "hj": "Hj",
          "prof": "Prof", "kh": "KH", "st": "St", "muh": "Muh", "moh": "Moh",
          "abd": "Abd"}  # fmt: skip
_ROMAN = re.compile(r"(?:ii|iii|iv|vi{0,3}|ix)")
_SMALL = {"bin", "binti", "van", "der", "al"}


def read_name(cell: Cell) -> Read[str]:
    """Return a person's name; one that is no name is a fault, an empty one nothing."""
    if is_empty(cell):
        return Read()
    if excel_error(cell):
        return Read(fault=BROKEN_FORMULA)
    said = text(cell)
    if said[0] in "=+@<{":
        return Read(fault="ini rumus, bukan nama; ketik ulang namanya")
    if not any(c.isalpha() for c in said) or isinstance(cell, bool):
        return Read(fault="nama tidak terbaca; tulis nama orangnya")
    if re.search(r"\d{6,}", said):
        return Read(fault="ada nomor panjang di dalam nama; pindahkan ke kolomnya")
    if len(said) > LONGEST:
        return Read(fault=f"nama lebih dari {LONGEST} huruf; periksa apakah sel ini tergabung")
    return Read(tidy(said))


def tidy(said: str) -> str:
    """Return the name in title case when it was all capitals or all small; degrees stay."""
    name, comma, degrees = said.strip(" ,").partition(",")
    if name.isupper() or name.islower():
        name = " ".join(_word(word, n) for n, word in enumerate(name.split()))
    return f"{name.strip()}{comma}{degrees}".strip(" ,")


def _word(word: str, place: int) -> str:
    low = word.lower()
    bare = low.strip(".")
    if place and low in _SMALL:
        return low
    if place and _ROMAN.fullmatch(low):
        return word.upper()
    if low.endswith(".") and bare in _FRONT:
        return _FRONT[bare] + "."
    if "." in bare:  # initials: "a.a." "s.pd"
        return ".".join(part.capitalize() for part in low.split("."))
    return "-".join(part[:1].upper() + part[1:] for part in low.split("-"))
