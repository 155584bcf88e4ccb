"""Blasts: one sending of a wave, and how far it is."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, or_, select, update

from storage.database import insert_ignore
from storage.tables import Address, Audience, Blast, MessageTemplate, Owed, Respondent, Wave
from storage.tables.columns import table

_blast = table(Blast)
_wave = table(Wave)
_audience = table(Audience)
_outbox = table(Owed)
_address = table(Address)
_respondent = table(Respondent)
_template = table(MessageTemplate)
_RUNNING = (
    select(_blast.c.id, _blast.c.channel).where(_blast.c.status == "running").order_by(_blast.c.id)
)


@dataclass(frozen=True, slots=True)
class BlastRow:
    """A blast with the form and wave it is of; `form_pk` 0: it brings news."""

    id: int
    wave_id: int
    form_id: str
    form_pk: int
    channel: str
    status: str
    reason: str
    created_by: str
    created_at: datetime
    ordinal: int = 0


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """An approved message: its Twilio id, and the names of the facts that fill it, in order.

    `body` is what it says, empty where nobody wrote that down.
    """

    form_id: str
    sid: str
    variables: tuple[str, ...]
    body: str = ""


def ensure(
    db: Connection, *, wave_id: int, channel: str, created_by: str, at: datetime, ordinal: int = 0
) -> tuple[int, bool]:
    """Return (key, whether it is new) of the wave's invitation: the same send twice is one.

    `ordinal` counts its reminders from 1.
    """
    row = {
        "wave_id": wave_id,
        "ordinal": ordinal,
        "channel": channel,
        "status": "preparing",
        "reason": "",
        "refusals": 0,
        "created_by": created_by,
        "created_at": at,
    }
    made = insert_ignore(db, Blast, row, "id")
    if made is not None:
        return int(made), True
    query = select(_blast.c.id).where(_blast.c.wave_id == wave_id, _blast.c.ordinal == ordinal)
    return int(db.execute(query).scalar_one()), False


def get(db: Connection, blast_id: int) -> BlastRow | None:
    """Return the blast, or None."""
    rows = _rows(db, [blast_id])
    return rows[0] if rows else None


def listed(db: Connection) -> Sequence[BlastRow]:
    """Return every blast, newest first."""
    return _rows(db, None)


def running(db: Connection, channels: Collection[str]) -> Sequence[int]:
    """Return the keys of the blasts that may send on any of these channels, oldest first."""
    wanted = set(channels)
    return [r.id for r in db.execute(_RUNNING) if wanted.intersection(r.channel.split(","))]


def of_wave(db: Connection, wave_id: int) -> Sequence[BlastRow]:
    """Return the blasts of a wave: the invitation, then its reminders."""
    query = select(_blast.c.id).where(_blast.c.wave_id == wave_id)
    ids = list(db.execute(query).scalars())
    return sorted(_rows(db, ids), key=lambda one: one.ordinal)


def in_hours(db: Connection) -> Sequence[tuple[int, int]]:
    """Return (blast, wave) of the running blasts that keep send hours and have something queued."""
    queued = select(_outbox.c.id).where(
        _outbox.c.blast_id == _blast.c.id, _outbox.c.status == "queued"
    )
    query = (
        select(_blast.c.id, _blast.c.wave_id)
        .join(_wave, _wave.c.id == _blast.c.wave_id)
        .where(
            _blast.c.status == "running",
            or_(_wave.c.campaign.is_not(None), _wave.c.keeps_hours),
            queued.exists(),
        )
    )
    return [(row.id, row.wave_id) for row in db.execute(query)]


def hold(db: Connection, blast_id: int, *, zone: str, now: datetime, until: datetime) -> int:
    """Let a blast's messages to people in a zone wait: it is no hour for them; return how many."""
    there = (
        select(_outbox.c.id)
        .join(_address, _address.c.id == _outbox.c.address_id)
        .join(_respondent, _respondent.c.id == _address.c.respondent_id)
        .where(
            _outbox.c.blast_id == blast_id,
            _outbox.c.status == "queued",
            _outbox.c.not_before.is_(None) | (_outbox.c.not_before <= now),
            _respondent.c.zone == zone,
        )
    )
    ids = list(db.execute(there.limit(1_000)).scalars())
    waits = update(_outbox).where(_outbox.c.id.in_(ids), _outbox.c.status == "queued")
    return int(db.execute(waits.values(not_before=until)).rowcount) if ids else 0


def become(
    db: Connection, blast_id: int, status: str, *, allowed: Collection[str], reason: str = ""
) -> bool:
    """Change a blast's status if it is in one of `allowed`; whoever changes the row owns it."""
    found = db.execute(
        update(_blast)
        .where(_blast.c.id == blast_id, _blast.c.status.in_(list(allowed)))
        .values(status=status, reason=reason, refusals=0)
    )
    return found.rowcount == 1


def refused(db: Connection, blast_id: int) -> int:
    """Count a refusal; return how many there were in a row."""
    query = (
        update(_blast)
        .where(_blast.c.id == blast_id)
        .values(refusals=_blast.c.refusals + 1)
        .returning(_blast.c.refusals)
    )
    return int(db.execute(query).scalar() or 0)


def accepted(db: Connection, blast_id: int) -> None:
    """Forget the refusals in a row: a message went."""
    db.execute(
        update(_blast).where(_blast.c.id == blast_id, _blast.c.refusals > 0).values(refusals=0)
    )


def finish_done(db: Connection, *, at: datetime) -> Sequence[int]:
    """Finish running blasts that have nothing left to send or to find out; return them.

    One that staff sent goes on while people of its wave are still to be asked.
    """
    unsettled = ("queued", "sending", "unknown")
    left = (
        select(_outbox.c.id)
        .where(_outbox.c.blast_id == _blast.c.id, _outbox.c.status.in_(unsettled))
        .exists()
    )
    waits = (
        select(_audience.c.id)
        .join(_wave, _wave.c.id == _audience.c.wave_id)
        .where(
            _audience.c.wave_id == _blast.c.wave_id,
            _audience.c.state.in_(("planned", "waiting")),
            _wave.c.campaign.is_(None),
            _blast.c.ordinal == 0,
        )
        .exists()
    )
    query = select(_blast.c.id).where(_blast.c.status == "running", ~left, ~waits)
    done = list(db.execute(query).scalars())
    if done:
        db.execute(
            update(_blast).where(_blast.c.id.in_(done)).values(status="finished", finished_at=at)
        )
    return done


def messages(db: Connection, blast_id: int) -> dict[str, int]:
    """Return status → how many of the blast's messages are in it."""
    query = (
        select(_outbox.c.status, func.count())
        .where(_outbox.c.blast_id == blast_id)
        .group_by(_outbox.c.status)
    )
    return {row[0]: row[1] for row in db.execute(query)}


def reasons(db: Connection, blast_id: int) -> dict[str, int]:
    """Return reason → how many of the blast's messages did not go for it."""
    query = (
        select(_outbox.c.reason, func.count())
        .where(
            _outbox.c.blast_id == blast_id,
            _outbox.c.status.in_(("failed", "canceled")),
            _outbox.c.reason != "",
        )
        .group_by(_outbox.c.reason)
        .order_by(_outbox.c.reason)
    )
    return {row[0]: row[1] for row in db.execute(query)}


def put_off(db: Connection, blast_id: int, *, now: datetime) -> Sequence[tuple[str, int, datetime]]:
    """Return (reason, how many, when the first may go) of the queued messages that are not due."""
    first = func.min(_outbox.c.not_before)
    query = (
        select(_outbox.c.reason, func.count(), first)
        .where(
            _outbox.c.blast_id == blast_id,
            _outbox.c.status == "queued",
            _outbox.c.not_before > now,
        )
        .group_by(_outbox.c.reason)
        .order_by(_outbox.c.reason)
    )
    return [(row[0], row[1], row[2]) for row in db.execute(query)]


def queued_before(db: Connection, channel: str) -> int:
    """Return how many messages of running blasts are queued on a channel."""
    query = (
        select(func.count())
        .select_from(_outbox)
        .join(_blast, _blast.c.id == _outbox.c.blast_id)
        .join(_address, _address.c.id == _outbox.c.address_id)
        .where(
            _blast.c.status == "running",
            _outbox.c.status == "queued",
            _address.c.channel == channel,
        )
    )
    return int(db.execute(query).scalar_one())


def cancel_queued(db: Connection, blast_id: int, reason: str) -> int:
    """Take back what is still queued; return how many messages."""
    found = db.execute(
        update(_outbox)
        .where(_outbox.c.blast_id == blast_id, _outbox.c.status == "queued")
        .values(status="canceled", reason=reason)
    )
    return int(found.rowcount)


def add_template(db: Connection, template: TemplateRow, *, created_by: str, at: datetime) -> None:
    """Note an approved message for a form; the newest is used."""
    db.execute(
        insert(_template).values(
            form_id=template.form_id,
            sid=template.sid,
            variables=",".join(template.variables),
            body=template.body,
            created_by=created_by,
            created_at=at,
        )
    )


def template(db: Connection, form_id: str) -> TemplateRow | None:
    """Return the form's newest approved message, or None."""
    query = select(_template).where(
        _template.c.form_id == form_id, _template.c.status == "approved"
    )
    row = db.execute(query.order_by(_template.c.id.desc()).limit(1)).first()
    return _template_row(row) if row else None


def templates(db: Connection) -> Sequence[TemplateRow]:
    """Return every approved message, oldest first."""
    return [_template_row(row) for row in db.execute(select(_template).order_by(_template.c.id))]


def _rows(db: Connection, ids: Sequence[int] | None) -> list[BlastRow]:
    query = select(_blast, _wave.c.form_id, _wave.c.form_pk).join(
        _wave, _wave.c.id == _blast.c.wave_id
    )
    query = query.order_by(_blast.c.id.desc())
    if ids is not None:
        query = query.where(_blast.c.id.in_(ids))
    return [
        BlastRow(
            r.id, r.wave_id, r.form_id, r.form_pk or 0, r.channel, r.status, r.reason, r.created_by,
            r.created_at, r.ordinal,
        )
        for r in db.execute(query)
    ]  # fmt: skip


def _template_row(row: object) -> TemplateRow:
    names = ("form_id", "sid", "variables", "body")
    form_id, sid, variables, body = (getattr(row, name) for name in names)
    return TemplateRow(form_id, sid, tuple(filter(None, variables.split(","))), body)
