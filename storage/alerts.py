"""Alerts: trouble that began, was told once, and is over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.database import insert_ignore
from storage.tables import Alert
from storage.tables.columns import table

_alert = table(Alert)


@dataclass(frozen=True, slots=True)
class AlertRow:
    """An alert with the sentence staff read."""

    id: int
    key: str
    sentence: str
    began_at: datetime


def settle(db: Connection, troubles: Mapping[str, str], *, at: datetime) -> Sequence[AlertRow]:
    """Begin and end alerts so that `troubles` (key → sentence) stand; return the new ones."""
    standing = {one.key: one for one in standing_now(db)}
    over = [one.id for key, one in standing.items() if key not in troubles]
    if over:
        db.execute(update(_alert).where(_alert.c.id.in_(over)).values(ended_at=at))
    begun: list[AlertRow] = []
    for key, sentence in troubles.items():
        if key in standing:
            continue
        row = {"key": key, "sentence": sentence, "began_at": at}
        made = insert_ignore(db, Alert, row, "id")
        if made is not None:
            begun.append(AlertRow(int(made), key, sentence, at))
    return begun


def standing_now(db: Connection) -> Sequence[AlertRow]:
    """Return the alerts that are not over, oldest first."""
    query = select(_alert).where(_alert.c.ended_at.is_(None)).order_by(_alert.c.id)
    return [AlertRow(r.id, r.key, r.sentence, r.began_at) for r in db.execute(query)]
