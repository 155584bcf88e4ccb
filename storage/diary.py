"""What happened since a moment, counted."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from storage import inbox
from storage.tables import Inbound, Interview, Owed, Stop
from storage.tables.columns import table

_inbox = table(Inbound)
_outbox = table(Owed)
_interview = table(Interview)
_stop = table(Stop)

ANSWERED = (*inbox.TAKEN, "no_interview")
"""Outcomes of what people wrote themselves."""


@dataclass(frozen=True, slots=True)
class Happened:
    """Messages sent, people who wrote, interviews finished, people who stopped."""

    sent: int
    answered: int
    finished: int
    stopped: int


def since(db: Connection, moment: datetime) -> Happened:
    """Return what happened since a moment."""
    sent = select(func.count()).select_from(_outbox).where(_outbox.c.sent_at >= moment)
    answered = select(func.count(_inbox.c.respondent_id.distinct())).where(
        _inbox.c.received_at >= moment,
        _inbox.c.channel != "office",
        _inbox.c.outcome.in_(ANSWERED),
    )
    finished = (
        select(func.count()).select_from(_interview).where(_interview.c.finished_at >= moment)
    )
    stopped = select(func.count()).select_from(_stop).where(_stop.c.at >= moment)
    counts = (db.execute(query).scalar_one() for query in (sent, answered, finished, stopped))
    return Happened(*(int(number) for number in counts))
