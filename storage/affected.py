"""Whose data moved in a span of time: who may be affected by an incident then."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from storage.tables import Address, Inbound, Interview, Media, Merged, Owed, Respondent
from storage.tables.columns import table

_address, _inbox, _interview = table(Address), table(Inbound), table(Interview)
_media, _merged, _outbox = table(Media), table(Merged), table(Owed)
_respondent = table(Respondent)


def touched(
    db: Connection, since: datetime, until: datetime, *, everyone: bool = False
) -> Mapping[int, datetime]:
    """Return who was stored, heard, written to or changed from `since` to `until` → when last.

    `everyone`: all who were known before `until`, for an incident with the whole database.
    """
    into = {row.respondent_id: row.into_id for row in db.execute(select(_merged))}
    found: dict[int, datetime] = {}
    for query in _queries(since, until, everyone=everyone):
        for person, at in db.execute(query):
            key = into.get(person, person)
            found[key] = max(at, found.get(key, at))
    return found


def with_files(db: Connection) -> set[int]:
    """Return who attached files that are kept."""
    query = select(_media.c.respondent_id).where(_media.c.status == "kept").distinct()
    return set(db.execute(query).scalars())


def _queries(since: datetime, until: datetime, *, everyone: bool) -> list[Select[Any]]:
    def last(person: Any, at: Any) -> Select[Any]:
        return select(person, func.max(at)).where(at >= since, at < until).group_by(person)

    added = last(_respondent.c.id, _respondent.c.created_at)
    if everyone:
        known = _respondent.c.created_at < until
        added = select(_respondent.c.id, _respondent.c.created_at).where(known)
    sent = last(_address.c.respondent_id, _outbox.c.created_at)
    return [
        added,
        last(_inbox.c.respondent_id, _inbox.c.received_at),
        sent.join(_outbox, _outbox.c.address_id == _address.c.id),
        last(_interview.c.respondent_id, _interview.c.updated_at),
    ]
