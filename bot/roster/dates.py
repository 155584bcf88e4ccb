"""Dates as Excel keeps them and as people type them; day before month, as everyone here writes.

A date that can be read in two ways is a fault, never a guess (law 7).
"""

import re
from datetime import date, datetime, timedelta

from bot.roster.cells import BROKEN_FORMULA, Cell, Read, excel_error, is_empty, text
from flows.answers.when import MONTH_OF

RIGHT = "tulis seperti 21/08/2026"
EARLIEST = 1930
LATEST = 2100
_EXCEL_DAY_0 = date(1899, 12, 30)
_NUMERIC = re.compile(r"(\d{1,2})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_WORDED = re.compile(r"(\d{1,2})\s?[-/. ]?\s?([a-z]+)\.?,?\s?[-/. ]?\s?'?(\d{4}|\d{2})")
_AMERICAN = re.compile(r"([a-z]+)\.? (\d{1,2}),? (\d{4})")
_BEFORE = re.compile(
    r"^(?:[a-z .']+,\s*)?(?:(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad)\s*,?\s*)?"
    r"(?:(?:tanggal|tgl)\b\.?\s*)?"
)
_TIME = re.compile(r"(?:[t ]|, )\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?(?: ?(?:z|wib|wita|wit))?$")


def read_date(cell: Cell, *, today: date | None = None) -> Read[date]:
    """Return the day a cell names. Two-digit years mean the past 90 or the coming 10 years."""
    if isinstance(cell, datetime):
        return _plausible(cell.date())
    if isinstance(cell, date):
        return _plausible(cell)
    if is_empty(cell):
        return Read()
    if excel_error(cell):
        return Read(fault=BROKEN_FORMULA)
    if isinstance(cell, bool):
        return Read(fault=f"isinya BENAR/SALAH, bukan tanggal; {RIGHT}")
    if isinstance(cell, int | float):
        return _number(cell)
    said = text(cell).casefold()
    if re.fullmatch(r"\d{5}(?:[.,]\d+)?", said):
        return _number(float(said.replace(",", ".")))
    if re.fullmatch(r"\d{8}", said):
        return _eight_digits(said)
    return _written(said, today)


def _written(said: str, today: date | None) -> Read[date]:
    bare = _BEFORE.sub("", _TIME.sub("", said), count=1).strip(" .,")
    if found := _ISO.fullmatch(bare):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMERIC.fullmatch(bare):
        day, month = int(found[1]), int(found[2])
        if month > 12 >= day:
            right = f"{month:02}/{day:02}/{found[3]}"
            return Read(fault=f"urutannya bulan dulu; tulis tanggal dulu: {right}")
        return _day(_year(found[3], today), month, day)
    if (found := _WORDED.fullmatch(bare)) and found[2] in MONTH_OF:
        return _day(_year(found[3], today), MONTH_OF[found[2]], int(found[1]))
    if (found := _AMERICAN.fullmatch(bare)) and found[1] in MONTH_OF:
        return _day(int(found[3]), MONTH_OF[found[1]], int(found[2]))
    if re.fullmatch(r"(?:19|20)\d\d|(?:[a-z]+|\d{1,2})[-/. ]?(?:19|20)\d\d", bare):
        return Read(fault=f"tanggalnya belum lengkap; {RIGHT}")
    return Read(fault=f"tanggal tidak terbaca; {RIGHT}")


def _number(number: float) -> Read[date]:
    """Excel's own count of days, or a date written without separators."""
    if not 0 < number < 1e9:
        return Read(fault=f"tanggal tidak terbaca; {RIGHT}")
    if float(number).is_integer() and number >= 10_000_000:
        return _eight_digits(str(int(number)))
    if 1900 <= number <= LATEST and float(number).is_integer():
        return Read(fault=f"ini tahun saja; {RIGHT}")
    if number > 80_000:
        return Read(fault=f"tanggal tidak terbaca; {RIGHT}")
    return _plausible(_EXCEL_DAY_0 + timedelta(days=int(number)))


def _eight_digits(said: str) -> Read[date]:
    """20260821 or 21082026; refused when it could be either."""
    said = said.zfill(8)
    ways = (
        _day(int(said[:4]), int(said[4:6]), int(said[6:])),
        _day(int(said[4:]), int(said[2:4]), int(said[:2])),
    )
    days = {way.value for way in ways if way.value}
    return Read(days.pop()) if len(days) == 1 else Read(fault=f"tanggal tidak terbaca; {RIGHT}")


def _year(digits: str, today: date | None) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    last = (today.year if today else 2040) % 100 + 10
    return year + (2000 if year <= last else 1900)


def _day(year: int, month: int, day: int) -> Read[date]:
    try:
        return _plausible(date(year, month, day))
    except ValueError:
        return Read(fault=f"tanggal ini tidak ada di kalender; {RIGHT}")


def _plausible(day: date) -> Read[date]:
    if not EARLIEST <= day.year <= LATEST:
        return Read(fault=f"tahun {day.year} tidak mungkin; {RIGHT}")
    return Read(day)
