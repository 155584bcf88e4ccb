"""What came in, each event once and in order (law 1)."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from flows import events
from flows.events import Event
from storage import addresses
from storage.bulk import insert_all
from storage.database import insert_ignore
from storage.secrets import Vault
from storage.tables import Inbound, Stray
from storage.tables.columns import table

_inbox = table(Inbound)
_stray = table(Stray)
# Built once: a statement built per call costs five times its execution.
_WAITING = (
    select(_inbox)
    .where(_inbox.c.respondent_id == bindparam("person"), _inbox.c.done_at.is_(None))
    .order_by(_inbox.c.seq)
)
_DONE = (
    update(_inbox)
    .where(_inbox.c.seq == bindparam("key"))
    .values({name: bindparam(name) for name in ("done_at", "outcome", "interview_id")})
)
TAKEN = ("applied", "late")
"""Outcomes of what an interview took; `late` is a tap on what was not asked any more."""

_EVENT, _PAYLOAD = "inbox.event", "inbox.payload"


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event as a channel hands it over. `provider_id` is unique within its channel."""

    channel: str
    provider_id: str
    respondent_id: int
    address_id: int | None
    event: Event
    payload: bytes = b""
    interview_id: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A stored event that no turn has taken yet.

    `is_silent`: its person has stopped since, so nothing answers it; `is_unseen`: so what was
    said before it was not answered either.
    """

    seq: int
    channel: str
    provider_id: str
    respondent_id: int
    address_id: int | None
    interview_id: int | None
    event: Event
    is_silent: bool = False
    is_unseen: bool = False


def add(db: Connection, vault: Vault, arrival: Arrival) -> int | None:
    """Store an event and return its place in the order, or None when it was stored before."""
    row = {
        "channel": arrival.channel,
        "provider_id": arrival.provider_id,
        "address_id": arrival.address_id,
        "respondent_id": arrival.respondent_id,
        "interview_id": arrival.interview_id,
        "received_at": arrival.event.at,
        "payload": vault.seal(arrival.payload, _PAYLOAD) if arrival.payload else None,
        "event": vault.seal(json.dumps(events.to_json(arrival.event)), _EVENT),
        "outcome": "",
    }
    seq: int | None = insert_ignore(db, Inbound, row, "seq")
    return seq


def add_done(
    db: Connection, vault: Vault, arrival: Arrival, *, at: datetime, outcome: str = "applied"
) -> int | None:
    """Store an event whose turn is taken with it (an invitation written down in bulk)."""
    seq = add(db, vault, arrival)
    if seq is not None:
        done(db, seq, at=at, outcome=outcome, interview_id=arrival.interview_id)
    return seq


def add_all_done(
    db: Connection, vault: Vault, arrivals: Sequence[Arrival], *, at: datetime
) -> Sequence[int]:
    """Store events of ours whose turns are taken with them; return their places, in order."""
    rows = [
        {
            "channel": one.channel,
            "provider_id": one.provider_id,
            "address_id": one.address_id,
            "respondent_id": one.respondent_id,
            "interview_id": one.interview_id,
            "received_at": one.event.at,
            "payload": None,
            "event": vault.seal(json.dumps(events.to_json(one.event)), _EVENT),
            "outcome": "applied",
            "done_at": at,
        }
        for one in arrivals
    ]
    return insert_all(db, Inbound, rows, "seq")


def waiting(db: Connection, vault: Vault, respondent_id: int) -> Sequence[Waiting]:
    """Return a person's events that no turn has taken, in order."""
    return [
        Waiting(
            row.seq, row.channel, row.provider_id, row.respondent_id, row.address_id,
            row.interview_id, _event(vault, row.event),
        )
        for row in db.execute(_WAITING, {"person": respondent_id})
    ]  # fmt: skip


def waiting_people(db: Connection, *, limit: int = 1000) -> Sequence[int]:
    """Return whose events wait for a turn: what the sweep finds after a crash."""
    query = select(_inbox.c.respondent_id).where(_inbox.c.done_at.is_(None)).distinct()
    return list(db.execute(query.limit(limit)).scalars())


def done(db: Connection, seq: int, *, at: datetime, outcome: str, interview_id: int | None) -> None:
    """Mark an event as taken; `outcome` says what became of it."""
    values = {"key": seq, "done_at": at, "outcome": outcome, "interview_id": interview_id}
    db.execute(_DONE, values)


def put_event(db: Connection, vault: Vault, seq: int, event: Event) -> None:
    """Write down anew what an event that no turn has taken means.

    Its attachments are here now, or its turn found out that it came early, or after long.
    """
    sealed = vault.seal(json.dumps(events.to_json(event)), _EVENT)
    db.execute(
        update(_inbox).where(_inbox.c.seq == seq, _inbox.c.done_at.is_(None)).values(event=sealed)
    )


def event(db: Connection, vault: Vault, seq: int) -> Event | None:
    """Return an event that no turn has taken; None when one has."""
    query = select(_inbox.c.event).where(_inbox.c.seq == seq, _inbox.c.done_at.is_(None))
    sealed = db.execute(query).scalar()
    return None if sealed is None else _event(vault, sealed)


def outcome(db: Connection, channel: str, provider_id: str) -> str:
    """Return what became of an event; nothing while its turn is to come, or for none of ours."""
    query = select(_inbox.c.outcome).where(
        _inbox.c.channel == channel, _inbox.c.provider_id == provider_id
    )
    return str(db.execute(query).scalar() or "")


def add_stray(
    db: Connection, vault: Vault, *, channel: str, provider_id: str, at: datetime, content: bytes
) -> bool:
    """Store a message of nobody we know; False when it was stored before."""
    row = {
        "channel": channel,
        "provider_id": provider_id,
        "received_at": at,
        "content": vault.seal(content, "stray.content"),
    }
    return insert_ignore(db, Stray, row, "id") is not None


def known(db: Connection, channel: str, provider_ids: Sequence[str]) -> set[str]:
    """Return which of a provider's messages are stored already, strays included."""
    found: set[str] = set()
    for one in (_inbox, _stray):
        query = select(one.c.provider_id).where(
            one.c.channel == channel, one.c.provider_id.in_(list(provider_ids))
        )
        found |= set(db.execute(query).scalars())
    return found


def history(db: Connection, vault: Vault, interview_id: int) -> Iterator[tuple[int, Event]]:
    """Yield (seq, event) of what an interview took, in stored order: what replays it (law 9)."""
    query = select(_inbox.c.seq, _inbox.c.event).where(
        _inbox.c.interview_id == interview_id, _inbox.c.outcome.in_(TAKEN)
    )
    for row in db.execute(query.order_by(_inbox.c.seq)):
        yield row.seq, _event(vault, row.event)


def may_show(db: Connection, interview_id: int, address_id: int | None) -> bool:
    """Whether the answers of an interview may be shown at an address (law 11).

    They may where the office knew the person before, and where every one of them was given.
    """
    if address_id is None:
        return False
    if addresses.is_verified(db, address_id):
        return True
    query = select(_inbox.c.seq).where(
        _inbox.c.interview_id == interview_id,
        _inbox.c.channel != "office",
        func.coalesce(_inbox.c.address_id, 0) != address_id,
    )
    return db.execute(query.limit(1)).first() is None


def at_address(
    db: Connection, vault: Vault, address_id: int
) -> Sequence[tuple[int, datetime, Event]]:
    """Return (seq, received_at, event) of what came from an address, oldest first."""
    query = select(_inbox.c.seq, _inbox.c.received_at, _inbox.c.event).where(
        _inbox.c.address_id == address_id
    )
    rows = db.execute(query.order_by(_inbox.c.seq))
    return [(row.seq, row.received_at, _event(vault, row.event)) for row in rows]


def last_heard(db: Connection) -> dict[str, datetime]:
    """Return channel → when somebody last wrote on it."""
    query = select(_inbox.c.channel, func.max(_inbox.c.seq)).group_by(_inbox.c.channel)
    last = [row[1] for row in db.execute(query)]
    rows = select(_inbox.c.channel, _inbox.c.received_at).where(_inbox.c.seq.in_(last))
    return {row.channel: row.received_at for row in db.execute(rows)}


def count_waiting(db: Connection) -> int:
    """Return how many events wait for a turn."""
    query = select(func.count()).select_from(_inbox).where(_inbox.c.done_at.is_(None))
    return int(db.execute(query).scalar_one())


def _event(vault: Vault, sealed: bytes) -> Event:
    return events.from_json(json.loads(vault.open(sealed, _EVENT)))
