"""Who looked at or changed what."""

from datetime import datetime

from sqlalchemy import Connection, insert

from storage.tables import Audit
from storage.tables.columns import table


def note(db: Connection, *, actor: str, action: str, detail: str, at: datetime) -> None:
    """Write one line; `detail` names things and counts, never people's data."""
    db.execute(insert(table(Audit)).values(actor=actor, action=action, detail=detail, at=at))
