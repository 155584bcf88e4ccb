"""What one cell says, whatever a spreadsheet made of it, and how a fault may show it."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Cell = Any
"""Text, a number, a date, a time, a truth value or None: whatever openpyxl or csv hands over."""

LONGEST_SHOWN = 60
LONGEST_READ = 2000
"""A cell of Excel holds 32,767 signs; nothing we read needs more than these."""

_HUGE = 10**40
_NOTHING = frozenset(
    ("", "-", "--", "---", ".", "n/a", "na", "nihil", "null", "none", "nan", "kosong", "tidak ada",
     "tdk ada", "tidak punya", "belum ada", "belum punya", "xxx")
)  # fmt: skip
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_EXCEL_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|GETTING_DATA|SPILL!)")
_SCIENTIFIC = re.compile(r"([+-]?)(\d+)(?:[.,](\d+))?[eE]\+?(\d{1,2})")
_LONG_NUMBER = re.compile(r"\d(?:[ .\-]?\d){6,}")

BROKEN_FORMULA = "rumus Excel di sel ini rusak; ganti dengan isinya"
LOST_DIGITS = (
    "Excel sudah membuang sebagian angkanya; jadikan kolom ini Teks, lalu ketik ulang nomornya"
)


@dataclass(frozen=True, slots=True)
class Read(Generic[T]):
    """What a cell says, or why it cannot be used; an empty cell is neither."""

    value: T | None = None
    fault: str = ""
    remark: str = ""


def text(cell: Cell) -> str:
    """Return a cell as clean text: no invisible signs, single spaces, no Excel apostrophe."""
    if cell is None:
        return ""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _number_text(cell)
    if isinstance(cell, datetime | date):
        return cell.strftime("%d/%m/%Y") if cell.year >= 1000 else str(cell)
    said = str(cell)[:LONGEST_READ]
    folded = said if said.isascii() else unicodedata.normalize("NFKC", said)
    if not folded.isprintable():
        visible = (" " if c.isspace() else c for c in folded if c.isspace() or _is_visible(c))
        folded = "".join(visible)
    return " ".join(folded.split()).lstrip("'’‘`").strip()


def is_empty(cell: Cell) -> bool:
    """Whether a cell says nothing: blank, a dash, "tidak ada"."""
    return text(cell).casefold() in _NOTHING


def excel_error(cell: Cell) -> bool:
    """Whether the cell holds a formula's error instead of a value."""
    return bool(_EXCEL_ERROR.fullmatch(text(cell).upper()))


def digits_of(cell: Cell) -> Read[str]:
    """Return a number's text as it was typed, unless the spreadsheet lost some of its digits.

    Excel keeps 15 digits of a number and shows six; "8,12346E+11" can never be told back.
    """
    if isinstance(cell, bool):
        return Read(fault="isinya BENAR/SALAH, bukan nomor")
    if isinstance(cell, int | float):
        return _digits_of_number(cell)
    said = text(cell)
    found = _SCIENTIFIC.fullmatch(said.replace(" ", ""))
    if found:
        _sign, whole, fraction, exponent = found.groups()
        digits = whole + (fraction or "")
        if len(digits) < len(whole) + int(exponent):
            return Read(fault=LOST_DIGITS)
        return Read(digits) if len(digits) == len(whole) + int(exponent) else Read(said)
    return Read(re.sub(r"(?<=\d{9})[.,]0{1,2}$", "", said))


def masked(said: str) -> str:
    """Return a number so that its owner can find it and others cannot use it."""
    return said[:4] + "…" + said[-2:] if len(said) > 6 else said


def shown(cell: Cell) -> str:
    """Return a cell as a fault may repeat it: short, long numbers masked (law 10)."""
    said = _LONG_NUMBER.sub(lambda n: masked(re.sub(r"\D", "", n[0])), text(cell))
    return said if len(said) <= LONGEST_SHOWN else said[: LONGEST_SHOWN - 1] + "…"


def _number_text(number: float) -> str:
    if isinstance(number, float) and number.is_integer() and abs(number) < 1e16:
        return str(int(number))
    return str(number) if abs(number) < _HUGE else "angka yang sangat panjang"


def _digits_of_number(number: float) -> Read[str]:
    if number != number or number in (float("inf"), float("-inf")):  # noqa: PLR0124 -- NaN
        return Read(fault=LOST_DIGITS)
    if number < 0:
        return Read(
            fault="angkanya negatif; Excel mengira nomor ini rumus. Ketik ulang sebagai Teks"
        )
    if number >= 1e16 or number != int(number):
        return Read(fault=LOST_DIGITS)
    digits = str(int(number))
    if len(digits) >= 9 and (len(digits.rstrip("0")) <= 6 or digits.endswith("00000")):
        return Read(fault=LOST_DIGITS)
    return Read(digits)


def _is_visible(character: str) -> bool:
    return unicodedata.category(character) not in _INVISIBLE
