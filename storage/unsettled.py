"""Messages whose fate is open: leases that ran out, unknown outcomes, failures to try again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CompoundSelect, Connection, func, or_, select, update

from storage import outbox
from storage.outbox import Message
from storage.secrets import Vault
from storage.tables import Address, Attempt, Blast, Owed, Receipt
from storage.tables.columns import table

_outbox, _address, _attempt = table(Owed), table(Address), table(Attempt)
_blast, _receipt = table(Blast), table(Receipt)


def lapse(db: Connection, channels: Sequence[str], *, now: datetime) -> int:
    """Turn messages whose lease ran out into `unknown` (never back to `queued`)."""
    query = (
        select(_outbox.c.id)
        .join(_address, _address.c.id == _outbox.c.address_id)
        .where(
            _outbox.c.id.in_(in_status("sending")),
            _outbox.c.status == "sending",
            _outbox.c.lease_until < now,
            _address.c.channel.in_(channels),
        )
    )
    ids = list(db.execute(query.with_for_update(of=_outbox)).scalars())
    if ids:
        db.execute(
            update(_outbox)
            .where(_outbox.c.id.in_(ids))
            .values(status="unknown", reason="hasil kirim belum diketahui", lease_until=None)
        )
    return len(ids)


def unknown(
    db: Connection, vault: Vault, channels: Sequence[str], *, now: datetime, settled_s: float
) -> Sequence[Message]:
    """Return messages whose outcome nobody knows, last tried more than `settled_s` ago."""
    before = now - timedelta(seconds=settled_s)
    query = outbox.messages().where(
        _outbox.c.id.in_(in_status("unknown")),
        _attempt.c.started_at < before,
        _address.c.channel.in_(channels),
    )
    rows = db.execute(query.order_by(_outbox.c.id).limit(100)).all()
    tries = select(func.count()).select_from(_attempt)
    return [
        outbox.message(
            vault,
            row,
            now,
            attempt=row.attempt,
            attempts=db.execute(tries.where(_attempt.c.outbox_id == row.id)).scalar_one(),
        )
        for row in rows
    ]


def unheard(
    db: Connection, channel: str, *, since: datetime, before: datetime
) -> Mapping[str, datetime]:
    """Return the provider's ids of messages sent in a stretch of time, and when, of which no
    receipt says that they arrived or failed."""
    query = select(_outbox.c.provider_id, _outbox.c.sent_at).join(
        _address, _address.c.id == _outbox.c.address_id
    )
    query = query.where(
        _outbox.c.id.in_(in_status("sent")),
        _outbox.c.sent_at.between(since, before),
        _outbox.c.provider_id != "",
        _address.c.channel == channel,
    )
    return {row.provider_id: row.sent_at for row in db.execute(query)}


def unknown_since(db: Connection, *, before: datetime, replies_after: datetime) -> dict[int, int]:
    """Return blast (0: replies) → how many of its messages are unknown, tried before a moment.

    Replies tried before `replies_after` are left out: nobody can do anything about them.
    """
    query = (
        select(func.coalesce(_outbox.c.blast_id, 0), func.count())
        .join(_attempt, _attempt.c.id == _outbox.c.attempt)
        .where(
            _outbox.c.id.in_(in_status("unknown")),
            _attempt.c.started_at < before,
            or_(_outbox.c.blast_id.is_not(None), _attempt.c.started_at > replies_after),
        )
        .group_by(_outbox.c.blast_id)
    )
    return {int(row[0]): int(row[1]) for row in db.execute(query)}


@dataclass(frozen=True, slots=True)
class Unsent:
    """A message of a blast that failed or is unknown: the provider's code, its last try, why."""

    id: int
    channel: str
    code: int
    tried_at: datetime | None
    reason: str


def unsent_of(db: Connection, blast_id: int, status: str) -> Sequence[Unsent]:
    """Return a blast's messages that failed, or are unknown."""
    reported = (
        select(func.max(_receipt.c.code))
        .where(_receipt.c.outbox_id == _outbox.c.id, _receipt.c.progress == "failed")
        .scalar_subquery()
    )
    query = (
        select(
            _outbox.c.id,
            _address.c.channel,
            func.coalesce(reported, _attempt.c.code, 0),
            _attempt.c.started_at,
            _outbox.c.reason,
        )
        .join(_address, _address.c.id == _outbox.c.address_id)
        .join(_attempt, _attempt.c.id == _outbox.c.attempt, isouter=True)
        .where(_outbox.c.blast_id == blast_id, _outbox.c.status == status)
        .order_by(_outbox.c.id)
    )
    return [Unsent(*row) for row in db.execute(query)]


def in_status(status: str) -> CompoundSelect[Any]:
    """Return a query of the keys of messages in a status, by the index of blasts.

    Asked for directly they cost a scan of every message ever owed.
    """
    replies = select(_outbox.c.id).where(_outbox.c.blast_id.is_(None), _outbox.c.status == status)
    bulk = select(_outbox.c.id).where(
        _outbox.c.blast_id.in_(select(_blast.c.id)), _outbox.c.status == status
    )
    return replies.union_all(bulk)
