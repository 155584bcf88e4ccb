"""The rules of loaded campaigns, read once, on the office's calendar as its file says now."""

from collections.abc import Callable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.campaigns.office_calendar import OfficeCalendar
from scheduler.campaigns.model import Campaign, Hours
from scheduler.campaigns.read import read_campaign
from scheduler.campaigns.timing import SendHours, Timing


class Rules:
    """Reads campaign versions; each is immutable, the calendar's file may be edited."""

    def __init__(self, calendar: str, zone: str, send_hours: str) -> None:
        self.calendar = OfficeCalendar(calendar)
        self._zone = zone
        first, last = (time.fromisoformat(one.replace(".", ":")) for one in send_hours.split("-"))
        self._hours = Hours(send_at=first, until=last)
        self._known: dict[int, Campaign] = {}

    def of(self, version_id: int, content: str | Callable[[], str]) -> Timing:
        """Return a version's rules; `content` is asked for when they are not known yet."""
        if version_id not in self._known:
            text = content if isinstance(content, str) else content()
            self._known[version_id] = read_campaign(text.encode())
        return Timing(self._known[version_id], self.calendar.days(), self._zone)

    def office_hours(self) -> SendHours:
        """Return when messages may go that belong to no campaign."""
        return SendHours(self._hours, self.calendar.days())

    def today(self, now: datetime) -> date:
        """Return the office's date."""
        return now.astimezone(ZoneInfo(self._zone)).date()
