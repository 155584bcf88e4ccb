"""One-time links: made, found, and used up by exactly one chat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from storage.database import for_update
from storage.tables import JoinLink
from storage.tables.columns import table

_link = table(JoinLink)


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link: whose it is, what follows it, until when, and whether a chat used it."""

    id: int
    channel: str
    respondent_id: int | None
    staff_id: int | None
    form_pk: int | None
    cohort_id: int | None
    expires_at: datetime
    used_by: bytes | None


def ensure(
    db: Connection,
    *,
    channel: str,
    at: datetime,
    expires_at: datetime,
    respondent_id: int | None = None,
    staff_id: int | None = None,
    form_pk: int | None = None,
    cohort_id: int | None = None,
) -> LinkRow:
    """Return an unused link for this, made now when there is none that still holds a while.

    A second call returns the same link, so a sheet printed before stays right. One that would
    expire within half of its time is made anew.
    """
    half = at + (expires_at - at) / 2
    query = select(_link).where(
        _link.c.channel == channel,
        _link.c.respondent_id == respondent_id,
        _link.c.staff_id == staff_id,
        _link.c.form_pk == form_pk,
        _link.c.cohort_id == cohort_id,
        _link.c.used_at.is_(None),
        _link.c.expires_at > half,
    )
    row = db.execute(query.order_by(_link.c.id.desc()).limit(1)).first()
    if row is None:
        fresh = {
            "channel": channel,
            "respondent_id": respondent_id,
            "staff_id": staff_id,
            "form_pk": form_pk,
            "cohort_id": cohort_id,
            "created_at": at,
            "expires_at": expires_at,
        }
        row = db.execute(insert(_link).values(**fresh).returning(_link)).one()
    return _row(row)


def take(db: Connection, link_id: int) -> LinkRow | None:
    """Return a link, locked until the commit: of two chats that open it at once one is first."""
    row = db.execute(for_update(select(_link).where(_link.c.id == link_id))).first()
    return None if row is None else _row(row)


def use(db: Connection, link_id: int, *, by: bytes, at: datetime) -> None:
    """Use a link up; `by` is the keyed hash of the address that did."""
    db.execute(update(_link).where(_link.c.id == link_id).values(used_at=at, used_by=by))


def revoke_staff(db: Connection, staff_id: int, *, at: datetime) -> None:
    """Make the unused links of one of the staff worthless."""
    db.execute(
        update(_link)
        .where(_link.c.staff_id == staff_id, _link.c.used_at.is_(None))
        .values(expires_at=at)
    )


def unused(db: Connection, respondent_ids: Sequence[int]) -> int:
    """Return how many links of these people were not used yet."""
    query = select(_link.c.id).where(
        _link.c.respondent_id.in_(list(respondent_ids)), _link.c.used_at.is_(None)
    )
    return len(db.execute(query).all())


def _row(row: object) -> LinkRow:
    names = LinkRow.__dataclass_fields__
    return LinkRow(**{name: getattr(row, name) for name in names})
