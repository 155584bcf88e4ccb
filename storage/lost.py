"""Messages of unknown outcome on channels that cannot be asked what they sent (law 3).

A message that was followed by another of its interview arrived, or else its person went on
elsewhere; a lost question strands its person. All others stay unknown.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from flows.state import OPEN
from storage import outbox, unsettled
from storage.outbox import Message
from storage.secrets import Vault
from storage.tables import Address, Attempt, Interview, Owed
from storage.tables.columns import table

_outbox = table(Owed)
_later = _outbox.alias("later")
_address = table(Address)
_attempt = table(Attempt)
_interview = table(Interview)


def followed(db: Connection, channels: Sequence[str]) -> Sequence[tuple[int, str, bool]]:
    """Return (key, attempt, whether at the same address) of unknown messages that were followed."""
    here = _followed(_later.c.address_id == _outbox.c.address_id)
    query = (
        select(_outbox.c.id, _outbox.c.attempt, here.label("is_here"))
        .join(_address, _address.c.id == _outbox.c.address_id)
        .where(*_unknown(channels), _followed())
        .order_by(_outbox.c.id)
    )
    return [(row.id, row.attempt, bool(row.is_here)) for row in db.execute(query)]


def questions(
    db: Connection, vault: Vault, channels: Sequence[str], *, now: datetime, settled_s: float,
    tries: int,
) -> Sequence[Message]:  # fmt: skip
    """Return interview questions nobody heard of for `settled_s`, tried fewer than `tries` times.

    Not those of a blast: only a person may decide to send one of them twice.
    """
    tried = (
        select(func.count())
        .where(_attempt.c.outbox_id == _outbox.c.id)
        .correlate(_outbox)
        .scalar_subquery()
    )
    query = outbox.messages().where(
        *_unknown(channels),
        _outbox.c.blast_id.is_(None),
        _attempt.c.started_at < now - timedelta(seconds=settled_s),
        tried < tries,
        select(_interview.c.id)
        .where(_interview.c.id == _outbox.c.interview_id, _interview.c.status.in_(OPEN))
        .exists(),
        ~_followed(),
    )
    rows = db.execute(query.order_by(_outbox.c.id)).all()
    found = (outbox.message(vault, row, now, attempt=row.attempt) for row in rows)
    return [one for one in found if one.prompt.asks]


def _unknown(channels: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    """Return what holds for unknown messages on these channels; found by the index of blasts."""
    return (
        _outbox.c.id.in_(unsettled.in_status("unknown")),
        _outbox.c.status == "unknown",
        _address.c.channel.in_(list(channels)),
    )


def _followed(*more: ColumnElement[bool]) -> Any:
    return (
        select(_later.c.id)
        .where(_later.c.interview_id == _outbox.c.interview_id, _later.c.id > _outbox.c.id, *more)
        .correlate(_outbox)
        .exists()
    )
