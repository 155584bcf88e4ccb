"""The waves to come: which day, which cohort, how many people, before anything is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from scheduler.campaigns.opening import audience_cohorts, belongs
from scheduler.campaigns.slots import slots
from scheduler.campaigns.timing import Timing
from storage import audiences, campaigns, waves
from storage.campaigns import Loaded
from storage.cohorts import Batch

if TYPE_CHECKING:
    from bot.service import Service


@dataclass(frozen=True, slots=True)
class Planned:
    """A wave that is not opened yet. It goes on `goes_on`: `due_on` may be a day off.

    `people` are of its audience now; `too_late` says why they will not be asked, if so.
    """

    campaign: str
    cohort: str
    period: str
    due_on: date
    goes_on: date
    people: int
    too_late: str = ""


def coming(service: "Service", *, until: date, now: datetime, only: str = "") -> Sequence[Planned]:
    """Return the waves due by a day of the campaigns that are on, in order of their day.

    With `only`, those of that campaign, as if it were turned on now.
    """
    rules = service.campaigns.rules
    with service.database.read() as db:
        found = [
            one
            for loaded in campaigns.listed(db)
            if (loaded.name == only if only else loaded.since is not None)
            for one in _of_campaign(
                db, loaded, rules.of(loaded.version_id, loaded.content), until, now
            )
        ]
    return sorted(found, key=lambda one: (one.goes_on, one.campaign, one.cohort))


def _of_campaign(
    db: Connection, loaded: Loaded, timing: Timing, until: date, now: datetime
) -> list[Planned]:
    opened = waves.opened(db, loaded.name)
    today = timing.today(now)
    first = (loaded.since or today) - timedelta(days=timing.campaign.late_days)
    planned = []
    for batch in audience_cohorts(db, timing):
        due = [
            slot
            for slot in slots(timing.campaign, batch.ended_on, first, until)
            if slot.key not in opened.get(batch.id, ())
        ]
        people = _people(db, timing, batch, now) if due else 0
        for slot in due if people else ():
            begins = timing.begins(slot.due_on, timing.zone).astimezone(ZoneInfo(timing.zone))
            is_late = not slot.is_rolling and timing.joins_until(slot.due_on) < today
            late = timing.too_late(batch.ended_on, slot.due_on) if is_late else ""
            goes_on = max(begins.date(), today)
            planned.append(
                Planned(loaded.name, batch.name, slot.period, slot.due_on, goes_on, people, late)
            )
    return planned


def _people(db: Connection, timing: Timing, batch: Batch, now: datetime) -> int:
    """Return how many members of a cohort are of the audience now."""
    audience = timing.campaign.audience
    if not audience.where:
        return audiences.count_members(db, batch.id, status=audience.status)
    return sum(belongs(timing, one, now) for one in audiences.members(db, batch.id))
