"""What a ledger that was put back cannot know: what went out after it was copied."""

import uuid
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from storage.bulk import chunks
from storage.tables import Attempt, Owed
from storage.tables.columns import table

_outbox = table(Owed)
_attempt = table(Attempt)


def doubt_queued(db: Connection, *, since: datetime, reason: str) -> int:
    """Turn every queued message into `unknown`; return how many.

    It may have been tried at any time after `since`, so an attempt is written down that began
    then: the provider is asked from that moment on, and only what it never had goes (law 3).
    """
    queued = select(_outbox.c.id, _outbox.c.attempt).where(_outbox.c.status == "queued")
    rows = db.execute(queued.order_by(_outbox.c.id)).all()
    for chunk in chunks(rows):
        tried = [(row.id, row.attempt or uuid.uuid4().hex) for row in chunk]
        fresh = [
            {"id": attempt, "outbox_id": key, "started_at": since, "outcome": "", "code": 0}
            for (key, attempt), row in zip(tried, chunk, strict=True)
            if not row.attempt
        ]
        if fresh:
            db.execute(insert(_attempt), fresh)
        for key, attempt in tried:
            values = {"status": "unknown", "attempt": attempt, "reason": reason}
            db.execute(update(_outbox).where(_outbox.c.id == key).values(**values))
    return len(rows)
