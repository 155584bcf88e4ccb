"""The smaller facts of a row: e-mail, gender, zone, plain words."""

import re
from zoneinfo import ZoneInfo

from bot.roster.cells import BROKEN_FORMULA, Cell, Read, excel_error, is_empty, text
from flows.answers.email import ADDRESS

ZONES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}
LONGEST = 200
_GENDERS = {
    "L": "l lk laki laki-laki laki2 lelaki pria cowok male m man",
    "P": "p pr perempuan wanita cewek female f woman w",
}
_GENDER_OF = {word: code for code, words in _GENDERS.items() for word in words.split()}


def read_email(cell: Cell) -> Read[str]:
    """Return the first address of a cell."""
    if is_empty(cell):
        return Read()
    if excel_error(cell):
        return Read(fault=BROKEN_FORMULA)
    said = text(cell)[:LONGEST].removeprefix("mailto:").casefold()
    for part in (said.replace(" ", ""), *re.split(r"[\s,;/<>|()]+", said)):
        if ADDRESS.fullmatch(part.strip(".")):
            return Read(part.strip("."))
    return Read(fault="alamat email tidak terbaca; tulis seperti nama@contoh.id, atau kosongkan")


def read_gender(cell: Cell) -> Read[str]:
    """Return L or P."""
    if is_empty(cell):
        return Read()
    code = _GENDER_OF.get(re.sub(r"\s*-\s*|(?<=laki) (?=laki)", "-", text(cell).casefold()))
    return Read(code) if code else Read(fault="jenis kelamin tidak terbaca; tulis L atau P")


def read_zone(cell: Cell) -> Read[str]:
    """Return a time zone's name for WIB, WITA, WIT or an IANA name."""
    if is_empty(cell):
        return Read()
    said = text(cell)
    if said.upper() in ZONES:
        return Read(ZONES[said.upper()])
    try:
        return Read(ZoneInfo(said).key)
    except (ValueError, OSError, KeyError):
        return Read(fault="zona waktu tidak dikenal; tulis WIB, WITA, atau WIT")


def read_words(cell: Cell) -> Read[str]:
    """Return plain words, such as a programme's name."""
    if is_empty(cell):
        return Read()
    if excel_error(cell):
        return Read(fault=BROKEN_FORMULA)
    said = text(cell)
    if len(said) > LONGEST:
        return Read(fault=f"lebih dari {LONGEST} huruf; periksa apakah sel ini tergabung")
    return Read(said)


def masked_email(email: str) -> str:
    """Return an address its owner knows again: `s…i@contoh.id`."""
    name, _at, host = email.partition("@")
    return f"{name[:1]}…{name[-1:]}@{host}" if host else email[:1] + "…"
