"""Whether words came before our last message could be read (ADR 0021)."""

from datetime import timedelta

from sqlalchemy import Connection

from storage import outbox
from storage.inbox import Waiting

AT_ONCE = frozenset({"web", "simulasi"})
"""Channels whose messages are on the screen the moment they are owed: the page is our own."""


def how_early(db: Connection, event: Waiting, interview_id: int, burst_s: int) -> tuple[bool, bool]:
    """Return whether words came before the interview's last message could be read.

    And, if so, whether it had left for the provider by then. `burst_s` is how long reading takes,
    in seconds; 0: nobody is early.
    """
    handed = outbox.handed_over(db, interview_id) if burst_s else None
    if handed is None:
        return False, False
    at = event.event.at
    if event.channel in AT_ONCE:
        return at < handed.owed_at, False
    if handed.status in ("queued", "sending"):
        return True, handed.status == "sending"
    read_by = handed.sent_at and handed.sent_at + timedelta(seconds=burst_s)
    is_early = read_by is not None and at < read_by
    return is_early, is_early
