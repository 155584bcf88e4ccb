"""Content resources made at Twilio: found by what they are, so that each is made once."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage.database import insert_ignore
from storage.tables import Content
from storage.tables.columns import table

_content = table(Content)


def find(db: Connection, key: str) -> str | None:
    """Return the id of the resource made for this, or None."""
    found: str | None = db.execute(select(_content.c.sid).where(_content.c.key == key)).scalar()
    return found


def keep(db: Connection, key: str, sid: str, *, at: datetime) -> None:
    """Note a resource; the first that was made for it stays."""
    insert_ignore(db, Content, {"key": key, "sid": sid, "created_at": at}, "key")


def forget(db: Connection, key: str) -> None:
    """Forget a resource that Twilio does not know any more."""
    db.execute(delete(_content).where(_content.c.key == key))
