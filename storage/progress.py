"""How far invited people are: what a campaign must know before it writes to them again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, Row, func, select

from flows.state import Status
from storage.tables import (
    Address,
    Audience,
    FormVersion,
    Inbound,
    Interview,
    Owed,
    Stop,
    Window,
)
from storage.tables.columns import table

_audience = table(Audience)
_interview = table(Interview)
_form = table(FormVersion)
_outbox = table(Owed)
_inbox = table(Inbound)
_address = table(Address)
_window = table(Window)
_stop = table(Stop)

TALKING = (Status.CONSENTING, Status.ASKING)
"""Statuses in which somebody has begun to talk."""

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation of a campaign and what came of it.

    `address_id` is where its person wrote last, else where the invitation went. `sent_at` None:
    it has not left. `is_elsewhere`: they have begun another survey since. `asked_at` is when they
    were invited to another one last.
    """

    interview_id: int
    status: Status
    owed_at: datetime
    heard_at: datetime
    sent_at: datetime | None
    address_id: int
    channel: str
    window_until: datetime
    is_stopped: bool
    is_elsewhere: bool
    asked_at: datetime


def invited(db: Connection, interview_ids: Sequence[int]) -> Mapping[int, Invited]:
    """Return interview → its invitation, of those that have one."""
    if not interview_ids:
        return {}
    wrote = (
        select(_inbox.c.interview_id, func.max(_inbox.c.seq).label("seq"))
        .where(_inbox.c.interview_id.in_(list(interview_ids)), _inbox.c.channel != "office")
        .group_by(_inbox.c.interview_id)
        .subquery()
    )
    other = _interview.alias("other")
    stopped = select(_stop.c.id).where(
        _stop.c.respondent_id == _interview.c.respondent_id, _stop.c.lifted_at.is_(None)
    )
    elsewhere = select(other.c.id).where(
        other.c.respondent_id == _interview.c.respondent_id,
        other.c.id != _interview.c.id,
        other.c.status.in_(TALKING),
        other.c.updated_at > _interview.c.updated_at,
    )
    beside = _audience.alias("beside")
    asked = select(func.max(beside.c.owed_at)).where(
        beside.c.respondent_id == _interview.c.respondent_id,
        beside.c.interview_id != _interview.c.id,
    )
    reached = func.coalesce(_inbox.c.address_id, _outbox.c.address_id)
    query = (
        select(
            _interview.c.id, _interview.c.status, _interview.c.updated_at, _audience.c.owed_at,
            _outbox.c.status.label("message"), _outbox.c.sent_at,
            _address.c.id.label("address_id"), _address.c.channel, _window.c.open_until,
            stopped.exists().label("is_stopped"), elsewhere.exists().label("is_elsewhere"),
            asked.scalar_subquery().label("asked_at"),
        )
        .join(_audience, _audience.c.interview_id == _interview.c.id)
        .join(_outbox, _outbox.c.interview_id == _interview.c.id)
        .join(wrote, wrote.c.interview_id == _interview.c.id, isouter=True)
        .join(_inbox, _inbox.c.seq == wrote.c.seq, isouter=True)
        .join(_address, _address.c.id == reached)
        .join(_window, _window.c.address_id == _address.c.id, isouter=True)
        .where(_interview.c.id.in_(list(interview_ids)), _outbox.c.blast_id.is_not(None))
        .order_by(_outbox.c.id.desc())
    )  # fmt: skip
    return {row.id: _invited(row) for row in db.execute(query)}


def was_told(interview_id: ColumnElement[int]) -> ColumnElement[bool]:
    """Return whether anything of an interview has gone to its person, or may still go.

    Nobody is held up by one whose invitation was cancelled or failed: they know nothing of it.
    """
    return (
        select(_outbox.c.id)
        .where(
            _outbox.c.interview_id == interview_id,
            _outbox.c.status.not_in(("canceled", "failed")),
        )
        .exists()
    )


def talking_since(db: Connection, ids: Sequence[int], moment: datetime) -> frozenset[int]:
    """Return which people are in the middle of an interview that moved since."""
    query = select(_interview.c.respondent_id).where(
        _interview.c.respondent_id.in_(list(ids)),
        _interview.c.status.in_(TALKING),
        _interview.c.updated_at > moment,
        was_told(_interview.c.id),
    )
    return frozenset(db.execute(query).scalars())


def finished_between(
    db: Connection, form_id: str, ids: Sequence[int], since: datetime, until: datetime
) -> Mapping[int, datetime]:
    """Return person → when they finished a form in a stretch of time."""
    query = (
        select(_interview.c.respondent_id, func.max(_interview.c.finished_at))
        .join(_form, _form.c.id == _interview.c.form_pk)
        .where(
            _interview.c.respondent_id.in_(list(ids)),
            _form.c.form_id == form_id,
            _interview.c.finished_at >= since,
            _interview.c.finished_at < until,
        )
        .group_by(_interview.c.respondent_id)
    )
    return {row[0]: row[1] for row in db.execute(query)}


def _invited(row: Row[tuple[object, ...]]) -> Invited:
    one = row._mapping
    has_left = one["message"] in ("sent", "delivered", "read")
    return Invited(
        interview_id=one["id"],
        status=Status(one["status"]),
        owed_at=one["owed_at"] or LONG_AGO,
        heard_at=one["updated_at"],
        sent_at=one["sent_at"] if has_left else None,
        address_id=one["address_id"],
        channel=one["channel"],
        window_until=one["open_until"] or LONG_AGO,
        is_stopped=bool(one["is_stopped"]),
        is_elsewhere=bool(one["is_elsewhere"]),
        asked_at=one["asked_at"] or LONG_AGO,
    )
