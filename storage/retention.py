"""What is forgotten, and when."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from storage import inbox, memos, staff_messages

PAYLOAD_DAYS = 7
"""Raw requests help to find faults for a week; the parsed event stays with its interview."""


MEMO_DAYS = 30
"""What was written to staff and strangers; its key keeps it from being said twice till then."""


def purge(db: Connection, *, now: datetime) -> int:
    """Forget what has been kept long enough; return how many raw requests went."""
    memos.purge(db, before=now - timedelta(days=MEMO_DAYS))
    staff_messages.purge(db, before=now - timedelta(days=PAYLOAD_DAYS))
    return inbox.purge_payloads(db, before=now - timedelta(days=PAYLOAD_DAYS))
