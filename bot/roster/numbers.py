"""NIK and NIM: identities made of signs, never numbers to count with."""

import re
from datetime import date

from bot.roster.cells import (
    BROKEN_FORMULA,
    LOST_DIGITS,
    Cell,
    Read,
    digits_of,
    excel_error,
    is_empty,
    text,
)
from flows.answers.nik import is_sample, is_usual

NIK_RIGHT = "NIK harus 16 angka; jadikan kolomnya Teks agar Excel tidak mengubahnya"


def read_nik(cell: Cell) -> Read[str]:
    """Return a NIK's 16 digits.

    Its region is never judged: codes of districts that were divided stay valid
    (domain/locale_id.yaml). Excel keeps 15 digits, so a NIK kept as a number is only whole
    when another program wrote it.
    """
    if is_empty(cell):
        return Read()
    if excel_error(cell):
        return Read(fault=BROKEN_FORMULA)
    if isinstance(cell, bool):
        return Read(fault=NIK_RIGHT)
    if isinstance(cell, float) and cell >= 1e15:
        return Read(fault=LOST_DIGITS)
    if isinstance(cell, int) and 1e15 <= cell < 1e16 and cell % 10 == 0:
        return Read(fault=LOST_DIGITS)
    said = Read(text(cell)) if isinstance(cell, int) else digits_of(cell)
    if said.value is None:
        return said
    bare = re.sub(r"^NIK\b|[\s.\-:'_/]", "", said.value, flags=re.IGNORECASE)
    bare = "".join(str(int(c)) if c.isdecimal() else c for c in bare)
    if not re.fullmatch(r"[0-9]{16}", bare):
        return Read(fault=NIK_RIGHT)
    if is_sample(bare):
        return Read(fault="ini NIK contoh, bukan NIK orang; kosongkan atau isi yang benar")
    return Read(bare, remark=_odd(bare))


def disagrees(nik: str, born: date) -> bool:
    """Whether a NIK carries another birth date (40 is added to a woman's day)."""
    day = int(nik[6:8]) % 40
    return (day, int(nik[8:10]), int(nik[10:12])) != (born.day, born.month, born.year % 100)


def read_nim(cell: Cell) -> Read[str]:
    """Return a student number as its campus writes it: letters, dots, leading zeros and all."""
    if is_empty(cell):
        return Read()
    if excel_error(cell):
        return Read(fault=BROKEN_FORMULA)
    if isinstance(cell, bool):
        return Read(fault="NIM tidak terbaca; ketik sebagai Teks")
    if isinstance(cell, float):
        is_whole = cell.is_integer() and 0 < cell < 1e15
        return Read(str(int(cell))) if is_whole else Read(fault=LOST_DIGITS)
    bare = re.sub(r"\s+", "", text(cell)).upper()
    if re.fullmatch(r"\d+(?:[.,]\d+)?E\+\d+", bare):
        return Read(fault=LOST_DIGITS)
    if not any(c.isdigit() for c in bare) or len(bare) > 40 or bare[0] in "=+@":
        return Read(fault="NIM tidak terbaca; ketik sebagai Teks, misalnya 061.20.1234")
    return Read(bare)


def _odd(nik: str) -> str:
    return "" if is_usual(nik) else "susunan NIK ini tidak biasa; periksa sekali lagi"
