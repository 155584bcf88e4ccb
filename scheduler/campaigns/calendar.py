"""Calendar arithmetic: months, caturwulan, and the moments at which a message may go.

Dates are the person's own; moments are aware and returned in UTC.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduler.campaigns.model import Hours, Open, Range, Span
from scheduler.campaigns.office_days import OfficeDays

_FRIDAY, _SATURDAY = 4, 5
LOOKS_AHEAD = 400
"""Days searched for one on which messages may go; no calendar closes so many."""

CATURWULAN = ("C1", "C2", "C3")


def later(day: date, span: Span) -> date:
    """Return the day so much later. Months are the calendar's: 31 August + 1 is 30 September.

    A day that the month lacks becomes its last: 29 February 2024 + 12 months is 28 February 2025.
    """
    index = day.year * 12 + day.month - 1 + span.months
    year, month = divmod(index, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)) + timedelta(days=span.days)


def earlier(day: date, span: Span) -> date:
    """Return the day so much earlier."""
    return later(day, Span(-span.days, -span.months))


def caturwulan(day: date) -> str:
    """Return the period of a day: `2026-C3` is September to December 2026.

    Four months each; no Kemnaker text defines it (domain: kebekerjaan, confidence M).
    """
    return f"{day.year}-C{(day.month - 1) // 4 + 1}"


def caturwulan_days(period: str) -> tuple[date, date]:
    """Return the first day of a caturwulan and the first of the next."""
    year, number = int(period[:4]), int(period[-1])
    first = date(year, number * 4 - 3, 1)
    return first, later(first, Span(months=4))


def caturwulan_from(first: date, last: date) -> Iterator[str]:
    """Yield every caturwulan that has a day between two, both included."""
    day = caturwulan_days(caturwulan(first))[0]
    while day <= last:
        yield caturwulan(day)
        day = later(day, Span(months=4))


def openings(hours: Hours, days: OfficeDays, day: date) -> list[Range]:
    """Return between which times of a day messages may go; nothing on days off."""
    if days.is_off(day) and not hours.on_holidays:
        return []
    if day.weekday() >= _SATURDAY and not hours.on_weekends:
        return []
    first, last = hours.send_at, hours.until
    if hours.ramadan is not None and days.is_ramadan(day):
        first, last = max(first, hours.ramadan[0]), min(last, hours.ramadan[1])
    spans = [(first, last)]
    if hours.friday is not None and day.weekday() == _FRIDAY:
        spans = [(first, min(last, hours.friday[0])), (max(first, hours.friday[1]), last)]
    return [(one, end) for one, end in spans if one < end]


def next_moment(hours: Hours, days: OfficeDays, zone: str, since: datetime) -> datetime:
    """Return the first moment from `since` on at which a message may go to somebody in `zone`."""
    here = since.astimezone(ZoneInfo(zone))
    for ahead in range(LOOKS_AHEAD):
        day = here.date() + timedelta(days=ahead)
        for first, last in openings(hours, days, day):
            opens, closes = _at(day, first, zone), _at(day, last, zone)
            if since < closes:
                return max(opens, since).astimezone(UTC)
    raise ValueError("the calendar closes every day ahead")


def may_go(hours: Hours, days: OfficeDays, zone: str, now: datetime) -> bool:
    """Whether a message may go now to somebody in `zone`."""
    return next_moment(hours, days, zone, now) <= now


def first_moment(hours: Hours, days: OfficeDays, zone: str, due_on: date) -> datetime:
    """Return when a wave that is due on a day begins in `zone`: on a day off, the next day."""
    return next_moment(hours, days, zone, _at(due_on, time(), zone))


def reminder_moment(
    hours: Hours, days: OfficeDays, zone: str, sent_at: datetime, after: int
) -> datetime:
    """Return when somebody is reminded, so many days after their invitation left."""
    day = sent_at.astimezone(ZoneInfo(zone)).date() + timedelta(days=after)
    return first_moment(hours, days, zone, day)


def closing(opened: Open, days: OfficeDays, zone: str, sent_at: datetime) -> datetime:
    """Return until when somebody may answer whose invitation left at `sent_at`.

    Days are full days of 24 hours; working days end with the last of them, in `zone`.
    """
    if not opened.is_working:
        return sent_at + timedelta(days=opened.days)
    last = days.working_days_after(sent_at.astimezone(ZoneInfo(zone)).date(), opened.days)
    return _at(last + timedelta(days=1), time(), zone).astimezone(UTC)


def _at(day: date, moment: time, zone: str) -> datetime:
    return datetime.combine(day, moment, ZoneInfo(zone))
