"""A date as far as it is known: a day, a month or a year, never a made-up part."""

from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
_TYPED = {
    1: "januari jan january janwari",
    2: "februari pebruari feb peb february febuari pebuari",
    3: "maret mar mrt march",
    4: "april apr aprl",
    5: "mei may",
    6: "juni jun june juny juney",
    7: "juli jul july",
    8: "agustus agt agust ags agu agts agus august aug agstus",
    9: "september sept sep",
    10: "oktober okt october oct octber",
    11: "november nopember nov nop novemver",
    12: "desember des december dec desembr",
}
MONTH_OF = {word: month for month, words in _TYPED.items() for word in words.split()}
EARLIEST = 1930
LONG_AGO = 1955  # nothing asked of people in work lies further back, as a rule


@lru_cache(maxsize=1024)
def month_of(word: str) -> int:
    """The number of the month a word names, a slip of the thumb allowed; 0 when it names none."""
    if month := MONTH_OF.get(word):
        return month
    if len(word) < 4:
        return 0
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - most months are spelt right

    far = {name: OSA.distance(word, name) for name in MONTH_OF if len(name) > 3}
    least = min(far.values())
    months = {MONTH_OF[name] for name, distance in far.items() if distance == least}
    is_slip = least <= (1 if len(word) < 7 else 2) and any(name[0] == word[0] for name in far)
    return months.pop() if is_slip and len(months) == 1 else 0


class When(NamedTuple):
    """`reason` says what must be confirmed; without one the date is sure."""

    year: int
    month: int = 0
    day: int = 0
    approximate: bool = False
    reason: str = ""

    def is_possible(self) -> bool:
        if not (EARLIEST <= self.year <= 2100 and bool(self.day) <= self.month <= 12):
            return False
        if not self.day:
            return True
        try:
            date(self.year, self.month, self.day)
        except ValueError:
            return False
        return True

    def is_after(self, today: date) -> bool:
        """True when even its first moment lies ahead."""
        first = (self.year, self.month, self.day)
        return first > (today.year, self.month and today.month, self.day and today.day)

    def value(self) -> dict[str, Any]:
        """The ISO text cut to its precision."""
        precision = "day" if self.day else "month" if self.month else "year"
        text = f"{self.year:04}"
        text += f"-{self.month:02}" if self.month else ""
        text += f"-{self.day:02}" if self.day else ""
        approximate = {"approx": True} if self.approximate else {}
        return {"value": text, "precision": precision, **approximate}

    def in_words(self) -> str:
        parts = [str(self.day)] if self.day else []
        parts += [MONTHS[self.month - 1]] if 0 < self.month <= 12 else []
        return " ".join([*parts, str(self.year)])


def of_day(day: date, *, reason: str = "") -> When:
    return When(day.year, day.month, day.day, reason=reason)


def months_from(today: date, months: int) -> When:
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return When(year, month + 1)


def last_one(today: date, month: int, day: int = 0) -> When:
    """The nearest such month or day not after today; the year is ours, so it is confirmed."""
    when = When(today.year, month, day, reason="date_year_missing")
    return when._replace(year=today.year - 1) if when.is_after(today) else when


def in_century(year: int, today: date | None) -> int:
    """24 is 2024 and 98 is 1998: nobody names a year more than ten ahead."""
    latest = today.year + 10 if today else 2036
    return 2000 + year if 2000 + year <= latest else 1900 + year
