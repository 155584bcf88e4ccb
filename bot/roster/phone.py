"""Phone numbers as offices keep them, made into E.164 without its plus: `6281234567890`.

What a number is, `flows.answers.phones` knows; here is what a spreadsheet does to one, and what
staff are told.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta

from bot.roster.cells import BROKEN_FORMULA, Cell, digits_of, excel_error, is_empty
from flows.answers.phones import Found, Trouble, find_numbers, plain_digits

RIGHT = "tulis seperti 081234567890"
FAULTS = {
    Trouble.UNREADABLE: f"nomor HP tidak terbaca; {RIGHT}",
    Trouble.LETTERS: f"ada huruf di tengah nomornya; {RIGHT}",
    Trouble.TOO_MANY_DIGITS: f"terlalu panjang untuk nomor HP; {RIGHT}",
    Trouble.TOO_SHORT: f"nomor HP 10 sampai 13 angka, yang ini kurang ({{digits}}); {RIGHT}",
    Trouble.TOO_LONG: f"nomor HP 10 sampai 13 angka, yang ini lebih ({{digits}}); {RIGHT}",
    Trouble.FREE_OF_CHARGE: f"080… bukan nomor HP; {RIGHT}",
    Trouble.LANDLINE: (
        "ini telepon rumah atau kantor, tidak punya WhatsApp; tulis nomor HP seperti 081234567890"
    ),
    Trouble.UNKNOWN_COUNTRY: (
        f"kode negaranya tidak dikenal; {RIGHT}, atau dengan kode negara: +60123456789"
    ),
    Trouble.INCOMPLETE_ABROAD: (
        f"nomor luar negeri ini tidak lengkap; tulis seperti +60123456789, atau {RIGHT}"
    ),
}


@dataclass(frozen=True, slots=True)
class Phones:
    """The numbers of a cell, the one to use first; or why there is none."""

    numbers: tuple[str, ...] = ()
    fault: str = ""


def read_phones(cell: Cell) -> Phones:
    """Return every number of a cell; an empty cell has none and no fault."""
    if is_empty(cell):
        return Phones()
    if excel_error(cell):
        return Phones(fault=BROKEN_FORMULA)
    if isinstance(cell, date | time | timedelta):
        return Phones(fault=f"Excel mengira ini tanggal, jadi nomornya tidak terbaca; {RIGHT}")
    said = digits_of(plain_digits(cell) if isinstance(cell, str) else cell)
    if said.value is None:
        return Phones(fault=said.fault)
    if said.value.strip("0+ -") == "":
        return Phones()
    found = find_numbers(said.value)
    return Phones(found.numbers, _fault(found))


def read_phone(cell: Cell) -> str:
    """Return the number to use, or nothing when there is none to be had."""
    numbers = read_phones(cell).numbers
    return numbers[0] if numbers else ""


def _fault(found: Found) -> str:
    return FAULTS[found.trouble].format(digits=found.digits) if found.trouble else ""
