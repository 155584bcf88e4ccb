"""Whoever was invited is reminded at the question where they stopped, until their own closing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from flows.events import Reminded
from flows.language import words_for
from flows.model import Form
from flows.prompts import prompt
from flows.state import OPEN
from flows.step import step
from scheduler.campaigns.timing import Timing
from scheduler.wave import QUIET, Ledger
from storage import audiences, blasts, inbox, interviews, outbox, progress
from storage.audiences import TIME_OVER, Due, Entry, State
from storage.inbox import Arrival
from storage.outbox import Invitation
from storage.progress import Invited
from storage.waves import WaveRow

UNSENT = timedelta(hours=1)
"""How often we look whether an invitation has left by now."""

LEFT_ALONE = timedelta(hours=3)
"""Somebody who wrote so lately is answering, and needs no reminder."""

APART = timedelta(days=2)
"""Nobody is reminded of one survey so soon after they were invited to another."""

NEVER_LEFT = timedelta(days=30)
"""An invitation that has not left by then never will."""


@dataclass(frozen=True, slots=True)
class Following:
    """One wave with all that reminding its people needs."""

    ledger: Ledger
    timing: Timing
    wave: WaveRow
    form: Form
    channel: str

    def follow(self, db: Connection, due: Sequence[Due], *, now: datetime) -> int:
        """Remind, leave alone or close people who were invited; return how many were reminded."""
        found = progress.invited(db, [one.interview_id for one in due if one.interview_id])
        moved = []
        reminded = 0
        for one in due:
            entry, times = self._judge(db, one, found, now)
            moved.append((one, entry, times))
            reminded += times > one.reminded and entry.state is State.OWED
        audiences.move(db, moved)
        return reminded

    def _judge(
        self, db: Connection, one: Due, found: Mapping[int, Invited], now: datetime
    ) -> tuple[Entry, int]:
        """Return where somebody stands now, and how often they were reminded."""
        invited = found.get(one.interview_id or 0)
        if invited is None or invited.status not in OPEN or invited.is_stopped:
            return self._closed(one), one.reminded
        if invited.sent_at is None:
            is_lost = now - invited.owed_at > NEVER_LEFT
            return self._closed(one) if is_lost else self._again(one, now + UNSENT), one.reminded
        if now >= self.timing.closes(one.zone, invited.sent_at):
            return self._closed(one, TIME_OVER), one.reminded
        number = self._passed(one, invited.sent_at, now)
        if number is None:
            moment = self.timing.follows(one.zone, invited.sent_at, one.reminded)
            return self._again(one, moment), one.reminded
        if now - invited.heard_at < LEFT_ALONE and invited.status != "invited":
            return self._again(one, invited.heard_at + LEFT_ALONE), one.reminded
        moment = self.timing.next(one.zone, now)
        if moment > now:
            return self._again(one, moment), one.reminded
        if now < invited.asked_at + APART:
            moment = self.timing.next(one.zone, invited.asked_at + APART)
            moment = min(moment, self.timing.closes(one.zone, invited.sent_at))
            return self._again(one, moment), one.reminded
        if invited.is_elsewhere:
            return self._again(one, now + UNSENT), one.reminded
        self._remind(db, invited, number, now)
        return self._again(one, self.timing.follows(one.zone, invited.sent_at, number)), number

    def _passed(self, one: Due, sent_at: datetime, now: datetime) -> int | None:
        """Return how many reminders are due by now, if one of them was not sent.

        After a clock stood still for days only the newest goes: two at once help nobody.
        """
        number = one.reminded
        while (moment := self.timing.reminds(one.zone, sent_at, number)) is not None:
            if moment > now:
                break
            number += 1
        return number if number > one.reminded else None

    def _remind(self, db: Connection, invited: Invited, number: int, now: datetime) -> None:
        """Owe a reminder, in the interview itself: it is an event as the invitation was."""
        vault = self.ledger.vault
        standing = interviews.get(db, vault, invited.interview_id)
        quiet = invited.channel in QUIET and not invited.window_until > now
        event = Reminded(now, link=self.timing.campaign.link, quiet=quiet)
        arrival = Arrival(
            "office", f"remind:{invited.interview_id}:{number}", standing.respondent_id,
            invited.address_id, event, interview_id=invited.interview_id,
        )  # fmt: skip
        cause = inbox.add_done(db, vault, arrival, at=now)
        if cause is None:
            return
        turn = step(self.form, standing.state, event)
        interviews.save(db, vault, standing, turn.state, at=now)
        message = prompt(turn.effects, words_for(turn.state.language, self.ledger.words))
        if message is None:
            raise ValueError("the reminder has no words")
        blast_id, _new = blasts.ensure(
            db, wave_id=self.wave.id, channel=self.channel, at=now, ordinal=number,
            created_by=f"kampanye {self.wave.campaign}",
        )  # fmt: skip
        blasts.become(db, blast_id, "running", allowed=["preparing", "finished"])
        facts = {**standing.state.facts, "pelatihan": self.wave.programme}
        invitation = Invitation(
            blast_id, cause, invited.address_id, invited.interview_id, message, facts
        )
        outbox.owe_invitation(db, vault, invitation, at=now)

    def _closed(self, one: Due, reason: str = "") -> Entry:
        return Entry(one.respondent_id, State.CLOSED, reason or one.reason)

    def _again(self, one: Due, moment: datetime) -> Entry:
        return Entry(one.respondent_id, State.OWED, one.reason, moment)
