"""The rules of loaded campaigns, read once, on the office's calendar as its file says now."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from scheduler.campaigns.model import Campaign
from scheduler.campaigns.office_days import OfficeDays, national, read_office_days
from scheduler.campaigns.read import read_campaign
from scheduler.campaigns.timing import Timing


class Rules:
    """Reads campaign versions; each is immutable, the calendar's file may be edited."""

    def __init__(self, calendar: str, zone: str) -> None:
        self._calendar = Path(calendar)
        self._zone = zone
        self._known: dict[int, Campaign] = {}
        self._days: tuple[float, OfficeDays] | None = None

    def of(self, version_id: int, content: str | Callable[[], str]) -> Timing:
        """Return a version's rules; `content` is asked for when they are not known yet."""
        if version_id not in self._known:
            text = content if isinstance(content, str) else content()
            self._known[version_id] = read_campaign(text.encode())
        return Timing(self._known[version_id], self.days(), self._zone)

    def days(self) -> OfficeDays:
        """Return the office's calendar; read again when its file changed.

        Raises:
            CampaignFaults: the file cannot be used.
        """
        try:
            changed = self._calendar.stat().st_mtime
        except OSError:
            return national()
        if self._days is None or self._days[0] != changed:
            self._days = (changed, read_office_days(self._calendar.read_bytes()))
        return self._days[1]

    def today(self, now: datetime) -> date:
        """Return the office's date."""
        return now.astimezone(ZoneInfo(self._zone)).date()
