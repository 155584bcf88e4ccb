"""Dates and times: ISO text, and days since 1970.

Two day counts, as in ODK. `days` counts the calendar of the form's zone, so a
date is a whole number and `'2026-08-21' <= today()` means what it says.
`instant_days` counts from midnight UTC, which is what `decimal-date-time()` is.
"""

import math
import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

_EPOCH = date(1970, 1, 1).toordinal()
_UTC_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_ANY_DAY = date(2000, 1, 1)
_TIME = (
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.](?P<part>[0-9]+))?)?"
    r"(?P<offset>Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_DATE = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
_MOMENT = re.compile(rf"{_DATE}(?:[T ]{_TIME})?")
_CLOCK = re.compile(_TIME)


def looks_dated(text: str) -> bool:
    """Whether `text` may be a date at all: a glance before a reading."""
    return text[4:5] == "-"


def read_moment(text: str, zone: tzinfo) -> datetime | None:
    """The moment `text` names, in `zone`; a date is its midnight."""
    found = _MOMENT.fullmatch(text.strip())
    if found is None:
        return None
    try:
        day = date(int(found["year"]), int(found["month"]), int(found["day"]))
        return _at(day, found, zone)
    except (ValueError, OverflowError):
        return None


def read_clock(text: str, day: date, zone: tzinfo) -> datetime | None:
    """The moment a time of day such as `07:30` names on `day`."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    try:
        return _at(day, found, zone)
    except (ValueError, OverflowError):
        return None


def moment_of_days(days: float, zone: tzinfo) -> datetime | None:
    """The moment `days` after midnight of 1970-01-01 in `zone`'s own calendar."""
    try:
        midnight = datetime.combine(date.fromordinal(_EPOCH + math.floor(days)), time(), zone)
        return midnight + timedelta(days=days - math.floor(days))
    except (ValueError, OverflowError):
        return None


def days(text: str, zone: tzinfo) -> float:
    """Calendar days since 1970 of the date or moment in `text`, NaN if it is neither."""
    if len(text) == 10 and text[7] == "-":  # an ISO date and nothing more: four times faster
        try:
            return float(date.fromisoformat(text).toordinal() - _EPOCH)
        except ValueError:
            return math.nan
    moment = read_moment(text, zone)
    if moment is None:
        return math.nan
    return moment.toordinal() - _EPOCH + _clock(moment) / _DAY


def day_part(text: str, zone: tzinfo) -> float:
    """The part of the day gone by at the time in `text`, NaN if it is none."""
    if text[1:2] != ":" and text[2:3] != ":":
        return math.nan
    moment = read_clock(text, _ANY_DAY, zone)
    return math.nan if moment is None else _clock(moment) / _DAY


def instant_days(moment: datetime) -> float:
    return (moment - _UTC_EPOCH) / _DAY


def _clock(moment: datetime) -> timedelta:
    return timedelta(
        hours=moment.hour,
        minutes=moment.minute,
        seconds=moment.second,
        microseconds=moment.microsecond,
    )


def _at(day: date, found: re.Match[str], zone: tzinfo) -> datetime:
    if found["hour"] is None:
        return datetime.combine(day, time(), zone)
    clock = time(
        int(found["hour"]),
        int(found["minute"]),
        int(found["second"] or 0),
        int((found["part"] or "0")[:6].ljust(6, "0")),
    )
    if found["offset"] is None:
        return datetime.combine(day, clock, zone)
    return datetime.combine(day, clock, _offset(found["offset"])).astimezone(zone)


def _offset(text: str) -> tzinfo:
    if text == "Z":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    east = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(east if text[0] == "+" else -east)
