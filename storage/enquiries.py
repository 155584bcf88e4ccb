"""Enquiries: what people ask that staff must answer, and what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from storage.secrets import Vault
from storage.tables import Enquiry, EnquiryLine, Respondent
from storage.tables.columns import table

_enquiry = table(Enquiry)
_line = table(EnquiryLine)
_respondent = table(Respondent)
_VALUE, _TEXT = "enquiry.value", "enquiry_line.text"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks and where: a respondent's address, or a stranger's (`respondent_id` None)."""

    channel: str
    value: str
    respondent_id: int | None = None
    address_id: int | None = None
    interview_id: int | None = None


@dataclass(frozen=True, slots=True)
class EnquiryRow:
    """An enquiry as staff see it; `name` is empty for a stranger."""

    id: int
    asker: Asker
    name: str
    reason: str
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said; `by` names the staff, empty: the person."""

    by: str
    text: str
    at: datetime


def add(
    db: Connection, vault: Vault, asker: Asker, text: str, *, reason: str, at: datetime
) -> tuple[int, bool]:
    """Store what somebody asks; return (its enquiry, whether that is new).

    Somebody with an open enquiry goes on in it.
    """
    query = select(_enquiry.c.id).where(_enquiry.c.closed_at.is_(None))
    if asker.respondent_id is not None:
        query = query.where(_enquiry.c.respondent_id == asker.respondent_id)
    else:
        query = query.where(
            _enquiry.c.respondent_id.is_(None),
            _enquiry.c.value_hash.in_(vault.hashes(f"{asker.channel}:{asker.value}")),
        )
    found = db.execute(query.limit(1)).scalar()
    enquiry_id = found if found is not None else _open(db, vault, asker, reason, at)
    if text.strip():
        say(db, vault, enquiry_id, text, by="", at=at)
    return enquiry_id, found is None


def say(db: Connection, vault: Vault, enquiry_id: int, text: str, *, by: str, at: datetime) -> int:
    """Write down one thing said; return its key."""
    row = {"enquiry_id": enquiry_id, "by": by, "text": vault.seal(text, _TEXT), "at": at}
    return int(db.execute(insert(_line).values(**row).returning(_line.c.id)).scalar_one())


def get(db: Connection, vault: Vault, enquiry_id: int) -> EnquiryRow | None:
    """Return an enquiry, or None."""
    row = db.execute(_rows().where(_enquiry.c.id == enquiry_id)).first()
    return None if row is None else _row(vault, row)


def listed(db: Connection, vault: Vault, *, closed: bool = False) -> Sequence[EnquiryRow]:
    """Return open enquiries, the longest waiting first; or the last hundred closed ones."""
    if closed:
        query = _rows().where(_enquiry.c.closed_at.is_not(None))
        query = query.order_by(_enquiry.c.closed_at.desc()).limit(100)
    else:
        query = _rows().where(_enquiry.c.closed_at.is_(None)).order_by(_enquiry.c.opened_at)
    return [_row(vault, row) for row in db.execute(query)]


def lines(db: Connection, vault: Vault, enquiry_id: int) -> Sequence[Line]:
    """Return what was said in an enquiry, oldest first."""
    query = select(_line).where(_line.c.enquiry_id == enquiry_id).order_by(_line.c.id)
    return [Line(r.by, vault.open(r.text, _TEXT).decode(), r.at) for r in db.execute(query)]


def lines_after(
    db: Connection, vault: Vault, after: int, *, since: datetime
) -> Sequence[tuple[int, int, str]]:
    """Return (key, enquiry, text) of what people said in open enquiries: the first fifty.

    After line `after`, and not before the moment `since`.
    """
    query = (
        select(_line)
        .join(_enquiry, _enquiry.c.id == _line.c.enquiry_id)
        .where(
            _line.c.id > after,
            _line.c.by == "",
            _line.c.at >= since,
            _enquiry.c.closed_at.is_(None),
        )
        .order_by(_line.c.id)
        .limit(50)
    )
    return [
        (row.id, row.enquiry_id, vault.open(row.text, _TEXT).decode()) for row in db.execute(query)
    ]


def close(db: Connection, enquiry_id: int, *, by: str, at: datetime) -> bool:
    """Close an enquiry; False when it was closed, or there is none."""
    found = db.execute(
        update(_enquiry)
        .where(_enquiry.c.id == enquiry_id, _enquiry.c.closed_at.is_(None))
        .values(closed_at=at, closed_by=by)
    )
    return found.rowcount == 1


def count_open(db: Connection) -> int:
    """Return how many enquiries wait for staff."""
    query = select(func.count()).select_from(_enquiry).where(_enquiry.c.closed_at.is_(None))
    return int(db.execute(query).scalar_one())


def _open(db: Connection, vault: Vault, asker: Asker, reason: str, at: datetime) -> int:
    row = {
        "respondent_id": asker.respondent_id,
        "address_id": asker.address_id,
        "interview_id": asker.interview_id,
        "channel": asker.channel,
        "value": vault.seal(asker.value, _VALUE),
        "value_hash": _hash(vault, asker),
        "reason": reason,
        "opened_at": at,
        "closed_by": "",
    }
    return int(db.execute(insert(_enquiry).values(**row).returning(_enquiry.c.id)).scalar_one())


def _hash(vault: Vault, asker: Asker) -> bytes:
    return vault.hash(f"{asker.channel}:{asker.value}")


def _rows() -> Any:
    return select(_enquiry, _respondent.c.name).join(
        _respondent, _respondent.c.id == _enquiry.c.respondent_id, isouter=True
    )


def _row(vault: Vault, row: Any) -> EnquiryRow:
    asker = Asker(
        row.channel,
        vault.open(row.value, _VALUE).decode(),
        row.respondent_id,
        row.address_id,
        row.interview_id,
    )
    return EnquiryRow(row.id, asker, row.name or "", row.reason, row.opened_at, row.closed_at)
