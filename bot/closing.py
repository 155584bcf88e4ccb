"""Closing interviews whose wave is over, or that a newer one took the place of.

What was answered stays as a partial response; a response whose change was never finished counts
as it stands. Closing is an event as the invitation was, so a replay comes to the same (law 9).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.turn import Turns
from flows.events import Closed
from flows.step import step
from storage import closings, inbox, interviews, respondents
from storage.inbox import Arrival
from storage.secrets import Vault

CHUNK = 100
"""Interviews closed in one transaction, so that replies are not held up."""

CHANGES_IN = timedelta(hours=24)
"""After so long without a word a finished response that is being changed counts as it stands."""


@dataclass(frozen=True, slots=True)
class Closings:
    """Closes what is due."""

    vault: Vault
    turns: Turns

    def close_due(self, db: Connection, *, now: datetime) -> int:
        """Close the next interviews that are due; return how many, 0 when none is left."""
        due = closings.due(db, unchanged_since=now - CHANGES_IN, limit=CHUNK)
        for interview_id in due:
            self._close(db, interview_id, now)
        return len(due)

    def _close(self, db: Connection, interview_id: int, now: datetime) -> None:
        vault = self.vault
        respondents.lock(db, interviews.get(db, vault, interview_id).respondent_id)
        standing = interviews.get(db, vault, interview_id)
        event = Closed(now)
        arrival = Arrival(
            "office", f"close:{interview_id}:{standing.revision}", standing.respondent_id, None,
            event, interview_id=interview_id,
        )  # fmt: skip
        turn = step(self.turns.form(db, standing.form_pk), standing.state, event)
        if inbox.add_done(db, vault, arrival, at=now) is not None:
            interviews.save(db, vault, standing, turn.state, at=now)
