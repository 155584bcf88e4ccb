"""A due slot becomes a wave: one row for everyone of its audience, in bulk.

Each call is one transaction of the caller's, and may be repeated from any point: the wave's
name and a person's place in it are unique.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from scheduler.campaigns.conditions import holds
from scheduler.campaigns.slots import NAMED, Slot
from scheduler.campaigns.timing import Timing
from storage import audiences, blasts, cohorts, forms, waves
from storage.audiences import Entry, Known, State
from storage.campaigns import Loaded
from storage.cohorts import Batch
from storage.waves import Opening, WaveRow

CHUNK = 2_000
"""People written down in one transaction: about 50 ms, so replies are not held up."""


def due(
    db: Connection, loaded: Loaded, timing: Timing, *, now: datetime
) -> Sequence[tuple[Batch, Slot]]:
    """Return the cohorts and slots whose wave is due and not opened yet."""
    if loaded.since is None:
        return ()
    opened = waves.opened(db, loaded.name)
    return [
        (batch, slot)
        for batch in audience_cohorts(db, timing)
        for slot in timing.due_slots(
            batch.ended_on, loaded.since, now, opened=opened.get(batch.id, ())
        )
    ]


def audience_cohorts(db: Connection, timing: Timing) -> Sequence[Batch]:
    """Return the cohorts a campaign is for."""
    audience = timing.campaign.audience
    found = cohorts.of_kinds(db, audience.kinds)
    return [one for one in found if not audience.prodi or one.prodi in audience.prodi]


def open_wave(
    db: Connection, loaded: Loaded, timing: Timing, batch: Batch, slot: Slot, *, now: datetime,
    channel: str,
) -> int | None:  # fmt: skip
    """Write a wave down with its invitation; return its key, None where it cannot be.

    It cannot while its form is not published, or where another campaign has the period.
    """
    form_pk = forms.newest(db, timing.campaign.form)
    if form_pk is None:
        return None
    opening = Opening(
        loaded.name, loaded.version_id, slot.key, slot.period, timing.campaign.form, form_pk,
        batch.id, slot.due_on, timing.campaign.legal_basis,
    )  # fmt: skip
    wave_id, is_new = waves.open_slot(db, opening, at=now)
    if wave_id is None or not is_new:
        return wave_id
    by = f"kampanye {loaded.name}"
    blast_id, _made = blasts.ensure(db, wave_id=wave_id, channel=channel, created_by=by, at=now)
    blasts.become(db, blast_id, "running", allowed=["preparing"])
    audiences.follow_adopted(db, wave_id)
    return wave_id


def fill(db: Connection, wave: WaveRow, timing: Timing, *, now: datetime, after: int) -> int | None:
    """Write down the next members whom a wave lacks; return the last one's key, None at the end."""
    if wave.due_on is None:
        return None
    status = timing.campaign.audience.status
    found = audiences.missing(db, wave.id, wave.cohort_id, after=after, limit=CHUNK, status=status)
    entries = _entries(db, wave, timing, found, now)
    audiences.add(db, wave.id, entries)
    if wave.closed_at is not None and any(one.state is State.PLANNED for one in entries):
        waves.reopen(db, wave.id)
    return found[-1].respondent_id if len(found) == CHUNK else None


def belongs(timing: Timing, one: Known, now: datetime) -> bool:
    """Whether a member of the cohort is of the campaign's audience now."""
    audience = timing.campaign.audience
    if audience.status and one.facts["status"] not in audience.status:
        return False
    return holds(audience.where, one.facts, now=now, zone=one.zone)


def _entries(
    db: Connection, wave: WaveRow, timing: Timing, found: Sequence[Known], now: datetime
) -> list[Entry]:
    if not found or wave.due_on is None:
        return []
    batch = cohorts.get(db, wave.cohort_id)
    ended_on = batch.ended_on if batch else None
    is_late = wave.slot != NAMED and timing.today(now) > timing.joins_until(wave.due_on)
    reason = timing.too_late(ended_on, wave.due_on) if is_late else ""
    times: dict[str, datetime] = {}
    entries = []
    for one in found:
        if not belongs(timing, one, now):
            continue
        if is_late:
            entries.append(Entry(one.respondent_id, State.SKIPPED, reason))
            continue
        if one.zone not in times:
            begins = timing.begins(wave.due_on, one.zone)
            times[one.zone] = timing.next(one.zone, max(begins, now))
        entries.append(Entry(one.respondent_id, State.PLANNED, next_at=times[one.zone]))
    return entries
