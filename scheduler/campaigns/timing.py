"""A campaign's rules at work on one office's calendar: who is late, and until when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flows.words import long_date
from scheduler.campaigns.calendar import (
    closing,
    first_moment,
    may_go,
    next_moment,
    reminder_moment,
)
from scheduler.campaigns.model import Campaign, Hours, Late
from scheduler.campaigns.office_days import OfficeDays
from scheduler.campaigns.slots import Slot, following, slots

FIRST_ZONE = "Asia/Jayapura"
"""Where a day begins first: a wave opens when it is time there."""


@dataclass(frozen=True, slots=True)
class SendHours:
    """When messages may go that belong to no campaign."""

    hours: Hours
    days: OfficeDays

    def next(self, zone: str, since: datetime) -> datetime:
        """Return the next moment at which a message may go."""
        return next_moment(self.hours, self.days, zone, since)

    def may_go(self, zone: str, now: datetime) -> bool:
        """Whether a message may go now."""
        return may_go(self.hours, self.days, zone, now)


@dataclass(frozen=True, slots=True)
class Timing:
    """When a campaign's messages go. `zone` is the office's."""

    campaign: Campaign
    days: OfficeDays
    zone: str

    def today(self, now: datetime) -> date:
        """Return the office's date."""
        return now.astimezone(ZoneInfo(self.zone)).date()

    def due_slots(
        self, ended_on: date | None, since: date, now: datetime, *, opened: Collection[str] = ()
    ) -> list[Slot]:
        """Return a cohort's slots that are due by now, not `opened`, nor due before the campaign.

        What it may still catch up with when it begins counts as its business too.
        """
        first = since - timedelta(days=self.campaign.late_days)
        found = slots(self.campaign, ended_on, first, now.astimezone(ZoneInfo(FIRST_ZONE)).date())
        fresh = [slot for slot in found if slot.key not in opened]
        return [slot for slot in fresh if self.begins(slot.due_on, FIRST_ZONE) <= now]

    def begins(self, due_on: date, zone: str) -> datetime:
        """Return when a wave's messages begin to go in a zone."""
        return first_moment(self.campaign.hours, self.days, zone, due_on)

    def next(self, zone: str, since: datetime) -> datetime:
        """Return the next moment at which a message may go."""
        return next_moment(self.campaign.hours, self.days, zone, since)

    def may_go(self, zone: str, now: datetime) -> bool:
        """Whether a message may go now."""
        return may_go(self.campaign.hours, self.days, zone, now)

    def joins_until(self, due_on: date) -> date:
        """Return the last day on which somebody who comes late is still asked."""
        begins = self.begins(due_on, self.zone).astimezone(ZoneInfo(self.zone)).date()
        return begins + timedelta(days=self.campaign.late_days)

    def invites_until(self, due_on: date) -> date:
        """Return the last day on which somebody who had to wait is still asked."""
        begins = self.begins(due_on, self.zone).astimezone(ZoneInfo(self.zone)).date()
        return begins + timedelta(days=max(self.campaign.late_days, self.campaign.open.days))

    def closes(self, zone: str, sent_at: datetime) -> datetime:
        """Return until when somebody may answer whose invitation left then."""
        return closing(self.campaign.open, self.days, zone, sent_at)

    def reminds(self, zone: str, sent_at: datetime, number: int) -> datetime | None:
        """Return when the `number`-th reminder, from 0, is due; None: not before closing."""
        if number >= len(self.campaign.reminders):
            return None
        after = self.campaign.reminders[number]
        moment = reminder_moment(self.campaign.hours, self.days, zone, sent_at, after)
        return moment if moment < self.closes(zone, sent_at) else None

    def follows(self, zone: str, sent_at: datetime, number: int) -> datetime:
        """Return when somebody is looked after again: at a reminder, or at closing."""
        return self.reminds(zone, sent_at, number) or self.closes(zone, sent_at)

    def too_late(self, ended_on: date | None, due_on: date) -> str:
        """Return in staff's words what becomes of somebody who came too late."""
        late = self.campaign.late
        if late is Late.CATCH_UP:
            return f"terlambat: jadwalnya {_said(due_on)}, dikejar {self.campaign.late_days} hari"
        if late is Late.SKIP:
            return f"terlambat: gelombang {_said(due_on)} dilewati"
        after = following(self.campaign, ended_on, due_on)
        if after is None:
            return "terlambat: tidak ada gelombang berikutnya"
        return f"terlambat: ikut gelombang berikutnya, {_said(after.due_on)}"


def _said(day: date) -> str:
    return long_date(day.isoformat())
