"""Messages to staff and strangers: owed once, claimed before they are sent (law 3)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, or_, select, update

from flows import prompts
from flows.prompts import Prompt
from storage.database import insert_ignore
from storage.secrets import Vault
from storage.tables import Memo
from storage.tables.columns import table

_memo = table(Memo)
_VALUE, _BODY = "memo.value", "memo.body"

FAREWELL = "farewell"
"""Begins the key of a last word to somebody who was erased: forgotten once it went."""

LEASE = timedelta(seconds=60)
"""A claim older than this is `unknown`: twice the longest a provider may take to answer."""


@dataclass(frozen=True, slots=True)
class MemoRow:
    """A memo ready to be sent to the address `to`."""

    id: int
    channel: str
    to: str
    prompt: Prompt
    tries: int


def owe(
    db: Connection, vault: Vault, message: Prompt, *, key: str, channel: str, to: str, at: datetime
) -> bool:
    """Store that a message is owed to an address; False when this `key` was owed before."""
    row = {
        "key": key,
        "channel": channel,
        "value": vault.seal(to, _VALUE),
        "body": vault.seal(json.dumps(prompts.to_json(message)), _BODY),
        "status": "queued",
        "reason": "",
        "tries": 0,
        "created_at": at,
    }
    return insert_ignore(db, Memo, row, "id") is not None


def claim(
    db: Connection, vault: Vault, channels: Sequence[str], *, now: datetime, limit: int = 20
) -> Sequence[MemoRow]:
    """Take what is owed on these channels; the caller commits before any goes out."""
    due = or_(_memo.c.not_before.is_(None), _memo.c.not_before <= now)
    query = (
        select(_memo)
        .where(_memo.c.status == "queued", due, _memo.c.channel.in_(list(channels)))
        .order_by(_memo.c.id)
        .limit(limit)
    )
    rows = db.execute(query.with_for_update(skip_locked=True)).all()
    if rows:
        db.execute(
            update(_memo)
            .where(_memo.c.id.in_([row.id for row in rows]))
            .values(status="sending", started_at=now, tries=_memo.c.tries + 1)
        )
    return [
        MemoRow(
            row.id,
            row.channel,
            vault.open(row.value, _VALUE).decode(),
            prompts.from_json(json.loads(vault.open(row.body, _BODY))),
            row.tries + 1,
        )
        for row in rows
    ]


def record(
    db: Connection, memo_id: int, *, status: str, reason: str, not_before: datetime | None
) -> None:
    """Write how sending ended."""
    db.execute(
        update(_memo)
        .where(_memo.c.id == memo_id)
        .values(status=status, reason=reason, not_before=not_before)
    )


def lapse(db: Connection, *, now: datetime) -> int:
    """Set claims apart that nobody finished: they may have gone, so they do not go again."""
    found = db.execute(
        update(_memo)
        .where(_memo.c.status == "sending", _memo.c.started_at < now - LEASE)
        .values(status="unknown", reason="hasil kirim belum diketahui")
    )
    return int(found.rowcount)


def counts(db: Connection) -> dict[str, int]:
    """Return how many memos are in each status."""
    query = select(_memo.c.status, func.count()).group_by(_memo.c.status)
    return {row[0]: row[1] for row in db.execute(query)}
