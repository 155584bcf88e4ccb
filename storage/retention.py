"""What is forgotten, and when."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from storage import inbox

PAYLOAD_DAYS = 7
"""Raw requests help to find faults for a week; the parsed event stays with its interview."""


def purge(db: Connection, *, now: datetime) -> int:
    """Forget what has been kept long enough; return how many raw requests went."""
    return inbox.purge_payloads(db, before=now - timedelta(days=PAYLOAD_DAYS))
