"""A time of day: "07:30", "7.30", "jam 7 pagi", "setengah delapan".

A bare hour up to 12 may be morning or evening, so it is confirmed unless its part of the day is
said. "Setengah delapan" is half an hour before eight.
"""

import re
from typing import NamedTuple

from flows.answers.normal import FILLERS, fold, split, stance, vocabulary
from flows.answers.numerals import in_digits
from flows.answers.reading import Asked, Reading, confirm, reask, sure

_TIME = re.compile(r"(?<![\d.:])(\d{1,2})(?:\s?[.:]\s?(\d{2}))?(?![\d.:])")
_ZONES = vocabulary("wib wita wit")
_BESIDE = (
    FILLERS
    | _ZONES
    | vocabulary(
        "jam pukul pk pkl sekitar kira mulai saya biasanya setengah lewat kurang menit am pm teng"
        " pas tepat"
    )
)
_MORNING, _NOON, _EVENING = vocabulary("pagi subuh am dini"), "siang", vocabulary("sore malam pm")
_PARTS = _MORNING | _EVENING | {_NOON}
_HALF = re.compile(r"\bsetengah (\d{1,2})\b")
_PAST = re.compile(r"\b(\d{1,2}) (lewat|kurang) (\d{1,2}|seperempat)\b")


class Clock(NamedTuple):
    """An hour and minute; not `sure` when it may be meant twelve hours later."""

    hour: int
    minute: int
    sure: bool

    @property
    def text(self) -> str:
        return f"{self.hour:02}:{self.minute:02}"


def read(text: str, asked: Asked) -> Reading:  # noqa: ARG001 - every reader is called alike
    clock = find_clock(text)
    if clock is None:
        return reask(stance(split(fold(text))) or "time_not_understood")
    if clock.sure:
        return sure(clock.text)
    return confirm(clock.text, "time_meant", value=clock.text.replace(":", "."))


def find_clock(text: str) -> Clock | None:
    """Return the one time of day that a text names, or None."""
    folded = in_digits(_kept_half(fold(text)))
    folded, half = _HALF.subn(lambda found: f"{int(found[1]) - 1}:30", folded)
    folded, past = _PAST.subn(_moved, folded)
    found = _TIME.findall(folded)
    rest = set(split(_TIME.sub(" ", folded)))
    if len(found) != 1 or not rest <= _BESIDE | _PARTS:
        return None
    hour, minute = int(found[0][0]), int(found[0][1] or 0)
    if hour > 23 or minute > 59 or len(rest & _PARTS) > 1:
        return None
    parts = rest & _PARTS
    if not parts:
        is_sure = (bool(found[0][1]) or hour > 12) and not half and not past
        return Clock(hour, minute, is_sure)
    (part,) = parts
    return _in_part(hour, minute, part)


def _in_part(hour: int, minute: int, part: str) -> Clock | None:
    if hour > 12:
        return Clock(hour, minute, sure=True)
    if part in _MORNING:
        return Clock(hour % 12, minute, sure=True)
    if part == _NOON:
        return Clock(hour if hour >= 10 else hour + 12, minute, sure=True)
    return Clock(hour + 12 if hour < 12 else 0, minute, sure=True)


def _kept_half(folded: str) -> str:
    """`setengah` before a number word means half an hour less here, not half of a thing."""
    words = {"satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7}
    words |= {"delapan": 8, "sembilan": 9, "sepuluh": 10, "sebelas": 11, "dua belas": 12}
    for word in sorted(words, key=len, reverse=True):
        folded = folded.replace(f"setengah {word}", f"setengah {words[word]}")
    return folded


def _moved(found: re.Match[str]) -> str:
    minutes = 15 if found[3] == "seperempat" else int(found[3])
    total = int(found[1]) * 60 + (minutes if found[2] == "lewat" else -minutes)
    return f"{total // 60 % 24}:{total % 60:02}"
