"""Why what is queued has not gone yet, and when it will."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from storage import blasts, tiers
from storage.audiences import AT_ITS_HOUR
from storage.blasts import BlastRow

TIER = "batas harian"
"""Why a message waits whose person would be one more than the provider allows in a day."""

TIERED = "whatsapp"
"""The one channel whose provider counts people (facts: channels §1.10)."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Reason → how many queued messages wait for it; `until` is when the first of them may go."""

    reasons: dict[str, int] = field(default_factory=dict)
    until: datetime | None = None


def waiting(db: Connection, blast: BlastRow, *, now: datetime, day_tier: int) -> Waiting:
    """Return what the queued messages of a blast wait for, other than their turn."""
    reasons, moments = dict[str, int](), list[datetime]()
    for reason, number, first in blasts.put_off(db, blast.id, now=now):
        reasons[reason or AT_ITS_HOUR] = number
        moments.append(first)
    counted = tiers.moments(db, now=now) if TIERED in blast.channel.split(",") else []
    if counted and len(counted) >= tiers.bulk_people(day_tier):
        held = tiers.waiting(db, blast.id, TIERED, now=now)
        if held:
            reasons[TIER] = held
            moments.append(counted[len(counted) - tiers.bulk_people(day_tier)] + tiers.DAY)
    return Waiting(reasons, min(moments, default=None))
