"""What becomes of messages nobody knows of, where the channel cannot be asked (law 3)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from storage import lost, outbox
from storage.outbox import Ending
from storage.secrets import Vault

SETTLED_S = 60
"""How long an outcome may come by itself: a tap, an answer."""

TRIES = 2
"""An unanswered question strands the person, so a lost one is asked once more; its buttons make
the repetition harmless."""

ELSEWHERE = "orangnya lanjut di saluran lain"


def settle(db: Connection, vault: Vault, channels: Sequence[str], *, now: datetime) -> None:
    """Record what later messages prove, and queue lost questions again."""
    proved = [
        (key, attempt, Ending("sent", now) if is_here else Ending("failed", now, ELSEWHERE))
        for key, attempt, is_here in lost.followed(db, channels)
    ]
    outbox.record_all(db, proved)
    again = lost.questions(db, vault, channels, now=now, settled_s=SETTLED_S, tries=TRIES)
    outbox.record_all(db, [(one.id, one.attempt, Ending("queued", now)) for one in again])
