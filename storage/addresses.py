"""Whose an address is. A person is not a phone: several may share one (law 11)."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select, update

from flows.state import OPEN
from storage.respondents import Reach, Use
from storage.tables import Address, Interview, Owed
from storage.tables.columns import table

_address = table(Address)
_interview = table(Interview)
_outbox = table(Owed)

IN_USE = (Use.MAIN, Use.SPARE)
"""Uses in which an address identifies somebody."""

VERIFIED = ("office", "contact")
"""Sources that prove, with the birth date, who answers there (law 11, ADR 0030)."""


def holders(db: Connection, channel: str, value: str) -> Sequence[Reach]:
    """Return everyone reached at an address: who was written to there last comes first."""
    last = (
        select(func.coalesce(func.max(_outbox.c.id), 0))
        .where(_outbox.c.address_id == _address.c.id)
        .scalar_subquery()
    )
    query = (
        select(_address)
        .where(_address.c.channel == channel, _address.c.value == value, _address.c.use.in_(IN_USE))
        .order_by(last.desc(), _address.c.id)
    )
    return [Reach(r.id, r.respondent_id, r.channel, r.value) for r in db.execute(query)]


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
            _address.c.use.in_(IN_USE),
            _interview.c.status.in_(OPEN),
        )
    )
    return db.execute(query.limit(1)).scalar() is not None


def is_verified(db: Connection, address_id: int) -> bool:
    """Whether what a person knows of themselves may be shown there, or filled in for them.

    The address must be known from elsewhere than its own word, and be nobody else's too.
    """
    row = db.execute(select(_address).where(_address.c.id == address_id)).first()
    if row is None or row.use not in IN_USE or row.source not in VERIFIED:
        return False
    return len(holders(db, row.channel, row.value)) == 1


def deny(db: Connection, address_id: int) -> None:
    """Note that who has an address says it is not this person: it identifies nobody any more.

    What was owed there is not sent. No file brings the address back by itself.
    """
    row = update(_address).where(_address.c.id == address_id)
    db.execute(row.values(use=Use.DENIED))
    waiting = update(_outbox).where(_outbox.c.address_id == address_id)
    waiting = waiting.where(_outbox.c.status == "queued")
    db.execute(waiting.values(status="canceled", reason="nomornya milik orang lain"))


def prove(db: Connection, address_id: int) -> None:
    """Note that the owner of an address shared the number the office knows: more than a link."""
    weaker = _address.c.source.in_(("link", "claimed"))
    row = update(_address).where(_address.c.id == address_id, weaker)
    db.execute(row.values(source="contact"))


def is_claimed(db: Connection, address_id: int | None) -> bool:
    """Whether an address is somebody's by their own word only: they may answer, and no more."""
    query = select(_address.c.source).where(_address.c.id == address_id)
    return db.execute(query).scalar() == "claimed"


def find_denied(db: Connection, channel: str, value: str) -> Reach | None:
    """Return the address that was denied last, or None: who denied it may take it back."""
    query = select(_address).where(
        _address.c.channel == channel, _address.c.value == value, _address.c.use == Use.DENIED
    )
    row = db.execute(query.order_by(_address.c.id.desc()).limit(1)).first()
    return Reach(row.id, row.respondent_id, row.channel, row.value) if row else None


def claim(db: Connection, address_id: int) -> None:
    """Use a denied address again, by its owner's word only: they may answer, and no more."""
    row = update(_address).where(_address.c.id == address_id)
    db.execute(row.values(use=Use.SPARE, source="claimed"))


def provider_ids(db: Connection, address_id: int) -> Sequence[str]:
    """Return what the provider calls the messages we know it has for an address."""
    query = select(_outbox.c.provider_id).where(
        _outbox.c.address_id == address_id, _outbox.c.provider_id != ""
    )
    return list(db.execute(query).scalars())
