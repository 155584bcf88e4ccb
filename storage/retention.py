"""What is forgotten, and when."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from storage import inbox, memos, staff_messages

PAYLOAD_DAYS = 7
"""Raw requests help to find faults for a week; the parsed event stays with its interview."""


STAFF_DAYS = 30
"""What was written to and by staff in chat; the audit keeps what they did."""


def purge(db: Connection, *, now: datetime) -> int:
    """Forget what has been kept long enough; return how many raw requests went."""
    before = now - timedelta(days=STAFF_DAYS)
    memos.purge(db, before=before)
    staff_messages.purge(db, before=before)
    return inbox.purge_payloads(db, before=now - timedelta(days=PAYLOAD_DAYS))
