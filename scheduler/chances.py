"""A second chance for a blast's message that one channel will not pass on to its person.

By another of the person's channels at once, if the blast may use it; else, when the provider
only spares the person for now (63049), a day later, then two days later (facts: channels §1.8).
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from scheduler.blast import BlastStatus
from scheduler.ports import Outcome
from storage import blasts, channels, resends

SPARED_H = 24
"""No sooner than so many hours after the first refusal, twice as many after the second."""

TRIES = 3


def give(db: Connection, message_id: int, outcome: Outcome, *, at: datetime, reason: str) -> bool:
    """Queue a message again that provably did not arrive; False: it stays as it is."""
    blast_id = resends.blast_of(db, message_id)
    blast = None if blast_id is None else blasts.get(db, blast_id)
    if blast is None or blast.status == BlastStatus.STOPPED:
        return False
    other = resends.other_address(db, message_id, blast.channel.split(","))
    if other is not None:
        is_given = resends.send_elsewhere(db, message_id, other)
    elif outcome is Outcome.HELD_BACK:
        tried = resends.count_tries(db, message_id)
        later = at + timedelta(hours=SPARED_H * tried)
        is_given = tried < TRIES and resends.put_off(db, message_id, until=later, reason=reason)
    else:
        is_given = False
    if is_given:
        blasts.become(db, blast.id, BlastStatus.RUNNING, allowed=[BlastStatus.FINISHED])
    return is_given


def use_template(db: Connection, message_id: int, *, at: datetime, reason: str) -> bool:
    """Queue a message again whose person's window has closed: now its template goes, if any."""
    channels.close_window(db, resends.address_of(db, message_id), at=at)
    return resends.requeue(db, message_id, not_before=at, tries=TRIES, reason=reason)
