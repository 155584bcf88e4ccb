"""Whose an address is. A person is not a phone: several may share one (law 11)."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

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


def provider_ids(db: Connection, address_id: int) -> Sequence[str]:
    """Return what the provider calls the messages we know it has for an address."""
    query = select(_outbox.c.provider_id).where(
        _outbox.c.address_id == address_id, _outbox.c.provider_id != ""
    )
    return list(db.execute(query).scalars())
