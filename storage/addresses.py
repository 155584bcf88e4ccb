"""Whose an address is. A person is not a phone: several may share one (law 11)."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from flows.state import OPEN
from storage.respondents import Reach
from storage.tables import Address, Interview, Owed
from storage.tables.columns import table

_address = table(Address)
_interview = table(Interview)
_outbox = table(Owed)


def holders(db: Connection, channel: str, value: str) -> Sequence[Reach]:
    """Return everyone reached at an address: who was written to there last comes first."""
    last = (
        select(func.coalesce(func.max(_outbox.c.id), 0))
        .where(_outbox.c.address_id == _address.c.id)
        .scalar_subquery()
    )
    query = (
        select(_address)
        .where(_address.c.channel == channel, _address.c.value == value, _address.c.use != "old")
        .order_by(last.desc(), _address.c.id)
    )
    return [Reach(r.id, r.respondent_id, r.channel, r.value) for r in db.execute(query)]


def is_verified(db: Connection, address_id: int) -> bool:
    """Whether the office knew this address of the person: proof of who answers (law 11)."""
    query = select(_address.c.source, _address.c.use).where(_address.c.id == address_id)
    row = db.execute(query).one()
    return bool(row.source == "office" and row.use != "old")


def is_taken(db: Connection, address_id: int) -> bool:
    """Whether somebody else is being interviewed at the same address now.

    One address, one conversation at a time: so nobody's answers are taken for another's.
    """
    here = select(_address.c.channel, _address.c.value, _address.c.respondent_id).where(
        _address.c.id == address_id
    )
    row = db.execute(here).one()
    query = (
        select(_interview.c.id)
        .join(_address, _address.c.respondent_id == _interview.c.respondent_id)
        .where(
            _address.c.channel == row.channel,
            _address.c.value == row.value,
            _address.c.respondent_id != row.respondent_id,
            _address.c.use != "old",
            _interview.c.status.in_(OPEN),
        )
    )
    return db.execute(query.limit(1)).scalar() is not None


def provider_ids(db: Connection, address_id: int) -> Sequence[str]:
    """Return what the provider calls the messages we know it has for an address."""
    query = select(_outbox.c.provider_id).where(
        _outbox.c.address_id == address_id, _outbox.c.provider_id != ""
    )
    return list(db.execute(query).scalars())
