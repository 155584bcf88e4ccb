"""A due wave becomes a ledger: one row for each of its people, owed or with the reason why not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from flows.effects import Say
from flows.events import Started
from flows.model import Form
from flows.phrases import Phrases
from flows.prompts import Prompt, prompt
from flows.step import Turn, start, step
from scheduler.earlier import earlier_answers
from storage import addresses, audiences, blasts, consents, inbox, interviews, outbox, waves
from storage.blasts import BlastRow
from storage.inbox import Arrival
from storage.outbox import Invitation
from storage.secrets import Vault
from storage.waves import Member, WaveRow

QUIET = frozenset({"whatsapp"})
"""Channels where a blast only invites, by a template; elsewhere it asks at once (ADR 0007)."""

CHUNK = 500
"""People written down in one transaction: about 50 ms, so replies are not held up."""

STOPPED = "berhenti menerima pesan"
NO_ADDRESS = "tidak ada alamat di saluran ini"
TALKING = "masih menjawab survei lain"
SHARED = "nomornya dipakai bersama orang lain yang sedang menjawab; kirim lagi sesudahnya"


@dataclass(frozen=True, slots=True)
class Ledger:
    """Writes waves down. `facts_of` gives the office's facts for a person's name."""

    vault: Vault
    words: Phrases
    facts_of: Callable[[str], Mapping[str, str]]

    def expand(
        self, db: Connection, wave: WaveRow, blast: BlastRow, form: Form, *, now: datetime,
        channels: Sequence[str], after: int,
    ) -> int | None:  # fmt: skip
        """Write down the next `CHUNK` people; return the last one's key, or None at the end.

        Safe to repeat from any point: who is invited is left alone, who was not is looked at anew.
        """
        found = waves.members(
            db, cohort_id=wave.cohort_id, form_id=wave.form_id, period=wave.period,
            channels=channels, after=after, limit=CHUNK,
        )  # fmt: skip
        for one in found:
            if not waves.is_invited(db, wave.id, one.respondent_id):
                self._write_down(db, wave, blast, form, one, now=now)
        return found[-1].respondent_id if len(found) == CHUNK else None

    def opening(
        self, db: Connection, one: Member, form: Form, programme: str, now: datetime
    ) -> tuple[Started, Turn, Prompt]:
        """Return the event that begins a person's interview, its turn, and their first message."""
        facts = self.facts_of(one.name)
        event = Started(
            now,
            given={"nama": facts["nama"], "pelatihan": programme},
            facts=facts,
            zone=one.zone,
            seed=one.respondent_id,
            consented=consents.has_agreed(
                db, one.respondent_id, form.form_id, self.words.consent_version
            ),
            quiet=one.channel in QUIET,
            earlier=earlier_answers(db, self.vault, form, one.respondent_id, one.address_id),
        )
        turn = step(form, start(form), event)
        effects = [Say("invite", facts)] if event.quiet else turn.effects
        message = prompt(effects, self.words)
        if message is None:
            raise ValueError("the invitation has no words")
        return event, turn, message

    def _write_down(
        self, db: Connection, wave: WaveRow, blast: BlastRow, form: Form, one: Member, *,
        now: datetime,
    ) -> None:  # fmt: skip
        reason = self.why_not(db, one)
        if reason or one.address_id is None:
            waves.account(db, wave.id, one.respondent_id, interview_id=None, reason=reason, at=now)
            return
        self.owe(db, wave, blast, form, one, one.address_id, now=now)

    def owe(
        self, db: Connection, wave: WaveRow, blast: BlastRow, form: Form, one: Member,
        address_id: int, *, now: datetime, next_at: datetime | None = None,
    ) -> None:  # fmt: skip
        """Begin a person's interview and owe them its first message."""
        event, turn, message = self.opening(db, one, form, wave.programme, now)
        interview_id = interviews.create(
            db, self.vault, turn.state, respondent_id=one.respondent_id, form_pk=wave.form_pk,
            cohort_id=wave.cohort_id, at=now,
        )  # fmt: skip
        arrival = Arrival(
            "office", f"invite:{interview_id}", one.respondent_id, address_id, event,
            interview_id=interview_id,
        )  # fmt: skip
        cause = inbox.add_done(db, self.vault, arrival, at=now)
        waves.account(
            db, wave.id, one.respondent_id, interview_id=interview_id, reason="", at=now,
            next_at=next_at,
        )  # fmt: skip
        if cause is not None:
            facts = {**event.facts, "pelatihan": wave.programme}
            invitation = Invitation(blast.id, cause, address_id, interview_id, message, facts)
            outbox.owe_invitation(db, self.vault, invitation, at=now)

    def why_not(self, db: Connection, one: Member) -> str:
        """Return in staff's words why this person is owed no message, or nothing."""
        if one.is_stopped:
            return STOPPED
        if one.invited_in:
            return f"sudah diundang lewat angkatan {one.invited_in}"
        if one.address_id is None:
            return NO_ADDRESS
        if interviews.is_open(db, one.respondent_id):
            return TALKING
        return SHARED if addresses.is_taken(db, one.address_id) else ""


def figures(db: Connection, blast: BlastRow, wave: WaveRow) -> dict[str, object]:
    """Return how far a blast is: every person of its audience is in exactly one place.

    audience = owed + `to_come` + the people of `not_sent` who were never owed a message; of those
    owed, `sent` + failed + unknown + queued + canceled are all. A reminder's audience is whom it
    was owed to.
    """
    by_status = blasts.messages(db, blast.id)
    talks = waves.interviews_by_status(db, wave.id)
    came = {rank: by_status.get(rank, 0) for rank in ("sent", "delivered", "read")}
    silent = {"new", "invited", "consenting", "lapsed"}
    is_reminder = blast.ordinal > 0
    not_sent = {} if is_reminder else dict(waves.not_sent(db, wave.id))
    later = {} if is_reminder else audiences.to_come(db, wave.id)
    for reason, number in blasts.reasons(db, blast.id).items():
        not_sent[reason] = not_sent.get(reason, 0) + number
    return {
        "blast": blast.id,
        "wave": wave.id,
        "form": wave.form_id,
        "cohort": wave.cohort,
        "period": wave.period,
        "channel": blast.channel,
        "status": blast.status,
        "reason": blast.reason,
        "audience": sum(by_status.values()) if is_reminder else waves.size(db, wave.id),
        "to_come": later,
        "owed": sum(by_status.values()),
        "queued": by_status.get("queued", 0) + by_status.get("sending", 0),
        "sent": sum(came.values()),
        "delivered": came["delivered"] + came["read"],
        "read": came["read"],
        "answered": sum(n for status, n in talks.items() if status not in silent),
        "finished": talks.get("finished", 0),
        "failed": by_status.get("failed", 0),
        "canceled": by_status.get("canceled", 0),
        "unknown": by_status.get("unknown", 0),
        "not_sent": not_sent,
    }
