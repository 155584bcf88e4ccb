"""What people ask of their own data, and the clock of each wish (UU 27/2022 Ps 30, 32, 40–45)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, select, update

from storage.database import insert_ignore
from storage.secrets import Vault
from storage.tables import PrivacyRequest, Respondent
from storage.tables.columns import table

_request = table(PrivacyRequest)
_respondent = table(Respondent)
_TEXT = "privacy_request.text"

WITHIN = timedelta(hours=72)
"""3×24 hours (Ps 30–32, 40–41)."""


class Kind(StrEnum):
    """What is asked for."""

    SHOW = "show"
    CHANGE = "change"
    ERASE = "erase"


class Outcome(StrEnum):
    """How a request ended."""

    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as staff see it; `tries` counts birth dates given in chat for it."""

    id: int
    respondent_id: int
    name: str
    address_id: int | None
    kind: Kind
    text: str
    opened_by: str
    opened_at: datetime
    due_at: datetime
    asked_at: datetime | None
    tries: int
    granted_at: datetime | None
    closed_at: datetime | None
    closed_by: str
    outcome: str

    def is_late(self, now: datetime) -> bool:
        """Whether it is open beyond what the law allows."""
        return self.closed_at is None and self.due_at < now


def open_one(
    db: Connection,
    vault: Vault,
    respondent_id: int,
    kind: Kind,
    *,
    text: str,
    at: datetime,
    address_id: int | None = None,
    by: str = "",
) -> tuple[Request, bool]:
    """Return the person's open request of this kind, and whether it was opened now.

    Asking again neither opens a second one nor moves the clock.
    """
    row = {
        "respondent_id": respondent_id,
        "address_id": address_id,
        "kind": kind,
        "text": vault.seal(text[:2000], _TEXT),
        "opened_by": by,
        "opened_at": at,
        "due_at": at + WITHIN,
        "tries": 0,
        "closed_by": "",
        "outcome": "",
    }
    is_new = insert_ignore(db, PrivacyRequest, row, "id") is not None
    found = find_open(db, vault, respondent_id, kind)
    if found is None:
        raise LookupError("the request that was just stored")
    return found, is_new


def find_open(db: Connection, vault: Vault, respondent_id: int, kind: Kind) -> Request | None:
    """Return a person's open request of a kind, or None."""
    query = _rows().where(
        _request.c.respondent_id == respondent_id,
        _request.c.kind == kind,
        _request.c.closed_at.is_(None),
    )
    row = db.execute(query).first()
    return _read(vault, row) if row else None


def get(db: Connection, vault: Vault, request_id: int) -> Request | None:
    """Return a request, or None."""
    row = db.execute(_rows().where(_request.c.id == request_id)).first()
    return _read(vault, row) if row else None


def listed(db: Connection, vault: Vault, *, closed: bool = False) -> Sequence[Request]:
    """Return open requests, the one due first before others; or the last hundred closed ones."""
    if closed:
        query = _rows().where(_request.c.closed_at.is_not(None))
        query = query.order_by(_request.c.closed_at.desc()).limit(100)
    else:
        query = _rows().where(_request.c.closed_at.is_(None)).order_by(_request.c.due_at)
    return [_read(vault, row) for row in db.execute(query)]


def opened_since(db: Connection, vault: Vault, moment: datetime) -> Sequence[Request]:
    """Return what was opened from a moment on and is open still."""
    query = _rows().where(_request.c.closed_at.is_(None), _request.c.opened_at >= moment)
    return [_read(vault, row) for row in db.execute(query.order_by(_request.c.id))]


def count_open(db: Connection, *, due_before: datetime | None = None) -> int:
    """Return how many requests are open, or only those due before a moment."""
    query = select(func.count()).select_from(_request).where(_request.c.closed_at.is_(None))
    if due_before is not None:
        query = query.where(_request.c.due_at < due_before)
    return int(db.execute(query).scalar_one())


def ask(db: Connection, request_id: int, *, at: datetime) -> None:
    """Note that the person was asked for the birth date, at this moment."""
    db.execute(update(_request).where(_request.c.id == request_id).values(asked_at=at))


def count_try(db: Connection, request_id: int) -> None:
    """Note that a birth date was given and was not the right one."""
    values = {"tries": _request.c.tries + 1}
    db.execute(update(_request).where(_request.c.id == request_id).values(**values))


def grant(db: Connection, request_id: int, *, at: datetime) -> None:
    """Let the file of a request be fetched from this moment on."""
    db.execute(update(_request).where(_request.c.id == request_id).values(granted_at=at))


def close(db: Connection, request_id: int, *, by: str, at: datetime, outcome: Outcome) -> bool:
    """Close a request; False when it was closed, or there is none."""
    found = db.execute(
        update(_request)
        .where(_request.c.id == request_id, _request.c.closed_at.is_(None))
        .values(closed_at=at, closed_by=by, outcome=outcome)
    )
    return found.rowcount == 1


def close_all(db: Connection, respondent_id: int, *, by: str, at: datetime) -> int:
    """Close whatever a person has open, because it is done; return how many."""
    found = db.execute(
        update(_request)
        .where(_request.c.respondent_id == respondent_id, _request.c.closed_at.is_(None))
        .values(closed_at=at, closed_by=by, outcome=Outcome.DONE)
    )
    return int(found.rowcount)


def _rows() -> Any:
    return select(_request, _respondent.c.name).join(
        _respondent, _respondent.c.id == _request.c.respondent_id
    )


def _read(vault: Vault, row: Any) -> Request:
    values = {name: getattr(row, name) for name in Request.__slots__}
    values["kind"] = Kind(row.kind)
    values["text"] = vault.open(row.text, _TEXT).decode()
    return Request(**values)
