"""The people a provider lets us write to first in a day, counted from the attempts (design §5).

WhatsApp counts each person to whom a template went outside their window, within a rolling day,
for all numbers of a portfolio together (facts: channels §1.10). One channel has such a tier, so
what is counted carries no channel.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    func,
    or_,
    select,
)

from storage.tables import Address, Attempt, Owed, Window
from storage.tables.columns import table

_attempt = table(Attempt)
_outbox = table(Owed)
_address = table(Address)
_window = table(Window)

DAY = timedelta(hours=24, minutes=1)
"""Rolling; a minute more than theirs, because clocks differ."""

HEADROOM = 20
"""One in so many of a tier's people is kept for replies whose window has closed."""


def bulk_people(tier: int) -> int:
    """Return how many people of a tier blasts may use."""
    return max(1, tier - tier // HEADROOM)


def counted_at(since: BindParameter[Any]) -> Select[Any]:
    """Return a query of the addresses counted since a moment: what provably never left is not."""
    return select(_attempt.c.opens).where(
        _attempt.c.opens.is_not(None),
        _attempt.c.started_at > since,
        _attempt.c.outcome != "queued",
        _attempt.c.outcome != "failed",
    )


def is_known(now: BindParameter[Any], since: BindParameter[Any]) -> ColumnElement[bool]:
    """Return whether a message adds nobody: its person wrote to us, or was counted, in the day."""
    writing = select(_window.c.address_id).where(_window.c.open_until > now)
    return _outbox.c.address_id.in_(writing.union(counted_at(since)))


_COUNTED = counted_at(bindparam("day")).subquery()
_NUMBER = select(func.count(_COUNTED.c.opens.distinct()))
_MOMENTS = (
    select(func.max(_attempt.c.started_at).label("at"))
    .where(
        _attempt.c.opens.is_not(None),
        _attempt.c.started_at > bindparam("day"),
        _attempt.c.outcome != "queued",
        _attempt.c.outcome != "failed",
    )
    .group_by(_attempt.c.opens)
    .order_by("at")
)


def counted(db: Connection, *, now: datetime) -> int:
    """Return how many people were counted within the last day."""
    return int(db.execute(_NUMBER, {"day": now - DAY}).scalar_one())


def moments(db: Connection, *, now: datetime) -> Sequence[datetime]:
    """Return when each person of the last day was counted last, oldest first."""
    return [row.at for row in db.execute(_MOMENTS, {"day": now - DAY})]


def known(db: Connection, *, now: datetime) -> frozenset[int]:
    """Return the addresses to which a message now would add nobody to the day."""
    writing = select(_window.c.address_id).where(_window.c.open_until > bindparam("now"))
    query = writing.union(counted_at(bindparam("day")))
    return frozenset(db.execute(query, {"now": now, "day": now - DAY}).scalars())


def waiting(db: Connection, blast_id: int, channel: str, *, now: datetime) -> int:
    """Return how many due messages of a blast would each add a person to the day."""
    query = (
        select(func.count())
        .select_from(_outbox)
        .join(_address, _address.c.id == _outbox.c.address_id)
        .where(
            _outbox.c.blast_id == blast_id,
            _outbox.c.status == "queued",
            or_(_outbox.c.not_before.is_(None), _outbox.c.not_before <= now),
            _address.c.channel == channel,
            ~is_known(bindparam("now"), bindparam("day")),
        )
    )
    return int(db.execute(query, {"now": now, "day": now - DAY}).scalar_one())
