"""Consents and stops."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from storage.bulk import chunks
from storage.tables import Consent, Stop
from storage.tables.columns import table

_consent = table(Consent)
_stop = table(Stop)
_STOPPED = (
    select(_stop.c.id)
    .where(_stop.c.respondent_id == bindparam("person"), _stop.c.lifted_at.is_(None))
    .limit(1)
)
_STANDING = select(_stop.c.reason).where(
    _stop.c.respondent_id == bindparam("person"), _stop.c.lifted_at.is_(None)
)

BASIS = "persetujuan"
"""The legal basis that ends with a no (UU 27/2022, article 20 (2) a)."""

BY_PROVIDER = frozenset({"provider", "blocked"})
"""Reasons of stops that a provider told us of: the person blocked us, and may take us back."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """An answer to a notice, with its proof; see `tables.Consent`."""

    respondent_id: int
    form_id: str
    agreed: bool
    text_version: str
    text_sha256: str
    at: datetime
    channel: str
    message_id: str


def add(db: Connection, agreement: Agreement) -> None:
    """Store the answer to a notice."""
    db.execute(insert(_consent).values(**asdict(agreement)))


def has_agreed(db: Connection, respondent_id: int, form_id: str, text_version: str) -> bool:
    """Whether the person's last answer to this form's notice, in this version, was yes."""
    query = (
        select(_consent.c.agreed)
        .where(
            _consent.c.respondent_id == respondent_id,
            _consent.c.form_id == form_id,
            _consent.c.text_version == text_version,
        )
        .order_by(_consent.c.id.desc())
        .limit(1)
    )
    return bool(db.execute(query).scalar())


def withdrawn(db: Connection, people: Sequence[int], form_id: str) -> frozenset[int]:
    """Return those whose last answer to a form's notice, or without one to any, was no."""
    found = set[int]()
    for some in chunks(people):
        last = select(func.max(_consent.c.id)).where(_consent.c.respondent_id.in_(list(some)))
        last = last.where(_consent.c.form_id == form_id) if form_id else last
        last = last.group_by(_consent.c.respondent_id)
        query = select(_consent.c.respondent_id).where(_consent.c.id.in_(last), ~_consent.c.agreed)
        found.update(db.execute(query).scalars())
    return frozenset(found)


def history(db: Connection, respondent_id: int) -> list[tuple[datetime, str, str]]:
    """Return (when, about what, what was decided) of a person's consents and stops, by time."""
    agreed = select(_consent).where(_consent.c.respondent_id == respondent_id)
    stopped = select(_stop).where(_stop.c.respondent_id == respondent_id)
    found = [
        (row.at, row.form_id, "setuju" if row.agreed else "menolak") for row in db.execute(agreed)
    ]
    for row in db.execute(stopped):
        found.append((row.at, "semua pesan", "berhenti"))
        if row.lifted_at is not None:
            found.append((row.lifted_at, "semua pesan", "mulai lagi"))
    return sorted(found)


def stop(
    db: Connection, respondent_id: int, *, reason: str, at: datetime, channel: str, message_id: str
) -> None:
    """Store the wish for no more messages; one that stands already is not stored again.

    A wish the person spoke is stored beside a provider's word: only the latter ends by itself.
    """
    standing = db.execute(_STANDING, {"person": respondent_id}).scalars().all()
    if standing and (reason in BY_PROVIDER or set(standing) - BY_PROVIDER):
        return
    db.execute(
        insert(_stop).values(
            respondent_id=respondent_id,
            reason=reason,
            at=at,
            channel=channel,
            message_id=message_id,
            lifted_by="",
        )
    )


def resume(db: Connection, respondent_id: int, *, at: datetime, message_id: str) -> None:
    """Lift the stop: the person asked to start again."""
    db.execute(
        update(_stop)
        .where(_stop.c.respondent_id == respondent_id, _stop.c.lifted_at.is_(None))
        .values(lifted_at=at, lifted_by=message_id)
    )


def unblock(db: Connection, respondent_id: int, channel: str, *, at: datetime) -> None:
    """Lift what stood only because the person had blocked us on a channel, and no longer does."""
    db.execute(
        update(_stop)
        .where(
            _stop.c.respondent_id == respondent_id,
            _stop.c.lifted_at.is_(None),
            _stop.c.channel == channel,
            _stop.c.reason.in_(sorted(BY_PROVIDER)),
        )
        .values(lifted_at=at, lifted_by="unblocked")
    )


def stopped_by(db: Connection, respondent_id: int) -> frozenset[str]:
    """Return the providers' ids of the messages by which the person's stops stand."""
    query = select(_stop.c.message_id).where(
        _stop.c.respondent_id == respondent_id, _stop.c.lifted_at.is_(None)
    )
    return frozenset(db.execute(query).scalars())


def is_stopped(db: Connection, respondent_id: int) -> bool:
    """Whether the person asked for no more messages."""
    return db.execute(_STOPPED, {"person": respondent_id}).scalar() is not None
