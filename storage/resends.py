"""Queueing again what provably did not arrive, or what a person decides to send twice (law 3)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from storage.tables import Address, Attempt, Owed
from storage.tables.columns import table

_outbox = table(Owed)
_address = table(Address)
_attempt = table(Attempt)


def requeue(
    db: Connection, message_id: int, *, not_before: datetime, tries: int, reason: str = ""
) -> bool:
    """Queue a message again whose provider says it failed for a passing reason.

    False when it was tried `tries` times, or has come further meanwhile.
    """
    if count_tries(db, message_id) >= tries:
        return False
    return put_off(db, message_id, until=not_before, reason=reason)


def put_off(db: Connection, message_id: int, *, until: datetime, reason: str) -> bool:
    """Queue a message that provably did not arrive, for later; False: it came further."""
    return _queue_again(db, message_id, not_before=until, reason=reason)


def send_elsewhere(db: Connection, message_id: int, address_id: int) -> bool:
    """Queue a message that provably did not arrive, for another address of its person."""
    return _queue_again(db, message_id, address_id=address_id, not_before=None, reason="")


def count_tries(db: Connection, message_id: int) -> int:
    """Return how often a message was tried."""
    query = select(func.count()).select_from(_attempt).where(_attempt.c.outbox_id == message_id)
    return int(db.execute(query).scalar_one())


def blast_of(db: Connection, message_id: int) -> int | None:
    """Return which blast a message is of, or None: it is a reply."""
    return db.execute(select(_outbox.c.blast_id).where(_outbox.c.id == message_id)).scalar()


def address_of(db: Connection, message_id: int) -> int:
    """Return where a message goes."""
    query = select(_outbox.c.address_id).where(_outbox.c.id == message_id)
    return int(db.execute(query).scalar_one())


def is_latest(db: Connection, message_id: int, attempt: str) -> bool:
    """Whether a message was not tried again since this attempt; none named: it was not."""
    query = select(_outbox.c.attempt).where(_outbox.c.id == message_id)
    return not attempt or db.execute(query).scalar() == attempt


def other_address(db: Connection, message_id: int, channels: Sequence[str]) -> int | None:
    """Return the person's main address on the next of these channels after the message's own."""
    query = (
        select(_address.c.channel, _address.c.respondent_id)
        .join(_outbox, _outbox.c.address_id == _address.c.id)
        .where(_outbox.c.id == message_id)
    )
    here = db.execute(query).one()
    place = channels.index(here.channel) if here.channel in channels else len(channels)
    for name in channels[place + 1 :]:
        found = db.execute(
            select(_address.c.id)
            .where(
                _address.c.respondent_id == here.respondent_id,
                _address.c.channel == name,
                _address.c.use == "main",
            )
            .order_by(_address.c.id.desc())
            .limit(1)
        ).scalar()
        if found is not None:
            return int(found)
    return None


def resend(db: Connection, keys: Mapping[int, datetime | None], *, was: str) -> int:
    """Queue messages again because a person said so; return how many were still `was`.

    `keys` say when each may go at the soonest; None: now.
    """
    if not keys:
        return 0
    query = (
        update(_outbox)
        .where(_outbox.c.id == bindparam("key"), _outbox.c.status == was)
        .values(status="queued", not_before=bindparam("soonest"), lease_until=None)
    )
    rows = [{"key": key, "soonest": soonest} for key, soonest in keys.items()]
    return int(db.execute(query, rows).rowcount)


def _queue_again(db: Connection, message_id: int, **values: Any) -> bool:
    query = (
        update(_outbox)
        .where(
            _outbox.c.id == message_id,
            _outbox.c.status.in_(("sending", "unknown", "sent", "failed")),
        )
        .values(status="queued", lease_until=None, **values)
    )
    return db.execute(query).rowcount == 1
