"""Dates that lean on today: "kemarin", "2 bulan lalu", "mei tahun lalu"."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from flows.answers.when import When, last_one, months_from, of_day

_AGO = r"(?:yang )?(?:lalu|kemarin|silam|tadi)"
_DAYS = {
    "hari ini": 0,
    "today": 0,
    "yesterday": -1,
    "tadi pagi": 0,
    "tadi siang": 0,
    "tadi sore": 0,
    "kemarin": -1,
    "kemarin pagi": -1,
    "kemarin siang": -1,
    "kemarin sore": -1,
    "kemarin malam": -1,
    "besok": 1,
    "lusa": 2,
}
_LOOSE_DAYS = {"kemarin lusa": -2, "lusa kemarin": -2, "kemarin dulu": -2, "semalam": -1}
_LOOSE_DAYS |= {"sekarang": 0, "tadi": 0, "barusan": 0, "tadi malam": -1, "kemarin kemarin": -2}
_WEEKDAYS = {"senin": 0, "selasa": 1, "rabu": 2, "kamis": 3, "jumat": 4, "sabtu": 5, "ahad": 6}


def read_relative(words: str, today: date) -> When | None:
    if words in _DAYS:
        return of_day(today + timedelta(days=_DAYS[words]))
    if words in _LOOSE_DAYS:
        day = today + timedelta(days=_LOOSE_DAYS[words])
        return of_day(day, reason="date_meant")
    for pattern, meaning in _MEANINGS:
        if found := pattern.fullmatch(words):
            return meaning(found, today)
    return None


def _ago(found: re.Match[str], today: date) -> When:
    number = int(found["n"]) if (found["n"] or "").isdecimal() else 1
    match found["unit"]:
        case "hari":
            return of_day(today - timedelta(days=number))
        case "minggu":
            return _week(today - timedelta(weeks=number))
        case "bulan":
            return months_from(today, -number)
        case _:
            return When(today.year - number, approximate=bool(found["n"]))


def _week(day: date) -> When:
    """The month a week lies in; a week across two months is confirmed."""
    monday = day - timedelta(days=day.weekday())
    sunday = monday + timedelta(days=6)
    reason = "" if monday.month == sunday.month else "date_meant"
    return When(day.year, day.month, approximate=True, reason=reason)


def _this_or_next(found: re.Match[str], today: date) -> When:
    step = 1 if found["which"] == "depan" else 0
    if found["unit"] == "minggu":
        week = _week(today + timedelta(weeks=step))
        return week._replace(reason="date_in_future") if step else week
    return months_from(today, step) if found["unit"] == "bulan" else When(today.year + step)


def _day_of_month(found: re.Match[str], today: date) -> When:
    month = months_from(today, 0 if found["which"] == "ini" else -1)
    return month._replace(day=int(found["day"]))


def _named_month(found: re.Match[str], today: date) -> When:
    month, day = int(found["month"]), int(found["day"] or 0)
    if not found["year"]:
        return last_one(today, month, day)
    year = today.year if found["year"].endswith("ini") else today.year - 1
    return When(year, month, day)


def _weekday(found: re.Match[str], today: date) -> When:
    wanted = _WEEKDAYS.get(found["name"], 6)
    days = (today.weekday() - wanted - 1) % 7 + 1
    return of_day(today - timedelta(days=days), reason="date_meant")


def _half_year(_found: re.Match[str], today: date) -> When:
    return months_from(today, -6)._replace(approximate=True, reason="date_meant")


_MEANINGS: list[tuple[re.Pattern[str], Callable[[re.Match[str], date], When]]] = [
    (re.compile(rf"(?:(?P<n>\d{{1,3}}|se) ?)?(?P<unit>hari|minggu|bulan|tahun) {_AGO}"), _ago),
    (re.compile(r"(?P<unit>minggu|bulan|tahun) (?P<which>ini|depan)"), _this_or_next),
    (re.compile(r"tanggal (?P<day>\d{1,2}) bulan (?P<which>ini|lalu|kemarin)"), _day_of_month),
    (
        re.compile(
            r"(?:tanggal )?(?:(?P<day>\d{1,2}) )?(?:bulan )?#(?P<month>\d+)"
            r"(?: (?P<year>tahun (?:lalu|kemarin|ini))| lalu| kemarin| ini)"
        ),
        _named_month,
    ),
    (
        re.compile(
            rf"(?:hari )?(?P<name>{'|'.join(_WEEKDAYS)})(?: {_AGO})?|hari minggu(?: {_AGO})?"
        ),
        _weekday,
    ),
    (re.compile(rf"(?:0,5|setengah) tahun {_AGO}"), _half_year),
]
