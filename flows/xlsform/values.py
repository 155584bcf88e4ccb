"""What single cells may say: yes and no, limits, hours, words, a range."""

import math
import re
from collections.abc import Mapping

from flows.answers.normal import fold
from flows.model import Giving, Showing
from flows.xlsform.definition import parameters

REASKS = {str(times): times for times in range(1, 10)}
ON_FAIL = {"skip": Giving.SKIP, "end": Giving.END, "inbox": Giving.INBOX, "human": Giving.INBOX}
SHOWS = tuple(Showing)
SUMMARIES = ("ask", "tell", "no")
MOST_HOURS = 30 * 24
MOST_QUOTING = 100
"""Choices of a list whose labels quote answers: they are filled in each time they are shown."""
_YES = frozenset(("yes", "true", "true()", "1"))
_NO = frozenset(("no", "false", "false()", "0"))
_HOURS = re.compile(r"([1-9]\d{0,3})\s*(h|jam|d|hari)?")


def is_yes(text: str) -> bool:
    """Whether a cell says yes, in any way that XLSForm takes."""
    return text.strip().lower() in _YES


def is_no(text: str) -> bool:
    """Whether a cell says no in so many words."""
    return text.strip().lower() in _NO


def is_rule(text: str) -> bool:
    """Whether it is yes, no, or looks like a condition; a lone word is a slip."""
    return not text or is_yes(text) or is_no(text) or not text.isalnum()


def remind_hours(text: str) -> tuple[int, ...] | None:
    """Return `6h,24h` or `1d` as hours, rising; None when it cannot be read."""
    hours = []
    for part in filter(None, (part.strip() for part in re.split("[,;]", text))):
        found = _HOURS.fullmatch(part)
        if found is None:
            return None
        hours.append(int(found[1]) * (24 if found[2] in ("d", "hari") else 1))
    if hours != sorted(set(hours)) or (hours and hours[-1] > MOST_HOURS):
        return None
    return tuple(hours)


def skip_words(text: str) -> frozenset[str]:
    """Return the words that skip a question, as people's replies are compared with them."""
    return frozenset(fold(word).strip() for word in text.split(";") if word.strip())


def range_of(cells: Mapping[str, str]) -> tuple[float, float, float] | None:
    """Return (least, most, step) of a range's parameters; None when they make no range."""
    given = parameters(cells.get("parameters", ""))
    numbers = []
    for name, usual in (("start", "1"), ("end", "10"), ("step", "1")):
        try:
            numbers.append(float(given.get(name, usual)))
        except ValueError:
            return None
    least, most, step = numbers
    if not all(map(math.isfinite, numbers)) or step == 0 or least == most:
        return None
    return min(least, most), max(least, most), abs(step)
