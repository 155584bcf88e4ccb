"""What we owe, one row a message (law 2), and how far it got."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, or_, select, update

from flows import prompts
from flows.prompts import Prompt
from storage.database import for_update
from storage.secrets import Vault
from storage.tables import Address, Owed
from storage.tables.columns import table

_outbox = table(Owed)
_address = table(Address)
_BODY = "outbox.body"


@dataclass(frozen=True, slots=True)
class Message:
    """A message owed, ready to be given to its channel."""

    id: int
    address_id: int
    interview_id: int | None
    channel: str
    to: str
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as a page shows it: `cause` is the event it answers."""

    id: int
    cause: int
    at: datetime
    prompt: Prompt


def owe(
    db: Connection,
    vault: Vault,
    prompt: Prompt,
    *,
    cause: int,
    address_id: int,
    interview_id: int | None,
    at: datetime,
) -> int:
    """Store that a message is owed in answer to the event `cause`; return its key."""
    row = {
        "cause": cause,
        "interview_id": interview_id,
        "address_id": address_id,
        "body": vault.seal(json.dumps(prompts.to_json(prompt)), _BODY),
        "status": "queued",
        "reason": "",
        "created_at": at,
    }
    return int(db.execute(insert(_outbox).values(**row).returning(_outbox.c.id)).scalar_one())


def claim(
    db: Connection,
    vault: Vault,
    channels: Sequence[str],
    *,
    limit: int,
    lease_until: datetime,
) -> Sequence[Message]:
    """Take queued messages for sending; the caller commits before any goes out (law 3).

    Ids are selected first: `UPDATE … IN (SELECT … LIMIT … SKIP LOCKED)` claimed 1000 rows for
    8 on PostgreSQL (facts/engine §4).
    """
    query = (
        select(_outbox, _address.c.channel, _address.c.value)
        .join(_address, _address.c.id == _outbox.c.address_id)
        .where(_outbox.c.status == "queued", _address.c.channel.in_(channels))
        .order_by(_outbox.c.id)
        .limit(limit)
    )
    rows = db.execute(query.with_for_update(of=_outbox, skip_locked=True)).all()
    ids = [row.id for row in rows]
    if ids:
        db.execute(
            update(_outbox)
            .where(_outbox.c.id.in_(ids))
            .values(status="sending", lease_until=lease_until)
        )
    return [
        Message(r.id, r.address_id, r.interview_id, r.channel, r.value, _prompt(vault, r.body))
        for r in rows
    ]


def record(db: Connection, message_id: int, *, status: str, at: datetime, reason: str = "") -> bool:
    """Write what became of a message; late evidence wins over `unknown`. False: too late."""
    open_row = or_(_outbox.c.status == "sending", _outbox.c.status == "unknown")
    sent = {"sent_at": at} if status == "sent" else {}
    found = db.execute(
        update(_outbox)
        .where(_outbox.c.id == message_id, open_row)
        .values(status=status, reason=reason, lease_until=None, **sent)
    )
    return found.rowcount == 1


def lapse(db: Connection, *, now: datetime) -> Sequence[int]:
    """Turn messages whose lease ran out into `unknown` (never back to `queued`); return them."""
    query = select(_outbox.c.id).where(_outbox.c.status == "sending", _outbox.c.lease_until < now)
    ids = list(db.execute(for_update(query)).scalars())
    if ids:
        db.execute(
            update(_outbox)
            .where(_outbox.c.id.in_(ids))
            .values(status="unknown", reason="lease lapsed", lease_until=None)
        )
    return ids


def at_address(db: Connection, vault: Vault, address_id: int, *, after: int = 0) -> Sequence[Shown]:
    """Return the messages to an address with a key above `after`, oldest first."""
    query = select(_outbox).where(_outbox.c.address_id == address_id, _outbox.c.id > after)
    rows = db.execute(query.order_by(_outbox.c.id))
    return [Shown(r.id, r.cause, r.created_at, _prompt(vault, r.body)) for r in rows]


def counts(db: Connection) -> dict[str, int]:
    """Return how many messages are in each status."""
    query = select(_outbox.c.status, func.count()).group_by(_outbox.c.status)
    return {row[0]: row[1] for row in db.execute(query)}


def _prompt(vault: Vault, sealed: bytes) -> Prompt:
    return prompts.from_json(json.loads(vault.open(sealed, _BODY)))
