"""Days that a crontab line names, by APScheduler's reading of it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from apscheduler.triggers.cron import CronTrigger

NUMBERED_DAYS = "hari ditulis dengan huruf (mon, tue, …): angkanya tidak sama artinya di mana-mana"
ON_THE_HOUR = 'jamnya diatur hours: send_at; awali dengan "0 0"'
FIVE_FIELDS = 'tulis lima bagian: menit jam tanggal bulan hari, misalnya "0 0 15 7 *"'

NEVER = "hari itu tidak pernah ada"
_LEAP = date(2028, 1, 1)


def why_wrong(line: str) -> str:
    """Return why a crontab line cannot be used, or nothing."""
    parts = line.split()
    if len(parts) != 5:
        return FIVE_FIELDS
    if parts[:2] != ["0", "0"]:
        return ON_THE_HOUR
    if any(sign.isdigit() for sign in parts[4]):
        return NUMBERED_DAYS
    try:
        found = next(days(line, _LEAP, _LEAP + timedelta(days=1461)), None)
    except ValueError:
        return FIVE_FIELDS
    return "" if found else NEVER


def days(line: str, first: date, last: date) -> Iterator[date]:
    """Yield the days from `first` to `last` that the line names."""
    trigger, fired = _trigger(line), None
    at = datetime.combine(first, time(), UTC)
    while (fired := trigger.get_next_fire_time(fired, at)) is not None and fired.date() <= last:
        yield fired.date()
        at = fired + timedelta(days=1)


def _trigger(line: str) -> CronTrigger:
    return CronTrigger.from_crontab(line, timezone=UTC)
