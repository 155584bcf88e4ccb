"""A form brought to a cohort by staff: whom it asks now, and why it asks others later or not."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from flows.model import Form
from scheduler.walk import Look
from scheduler.wave import Invited, Ledger, withdrawn
from storage import invitations
from storage.blasts import BlastRow
from storage.invitations import Known, Question
from storage.reasons import ANSWERED, NO_ADDRESS, SHARED, STOPPED, TALKING, WITHDRAWN
from storage.waves import Member, WaveRow


@dataclass(frozen=True, slots=True)
class Survey:
    """Fulfils `scheduler.walk.Brought` with the questions of a form."""

    ledger: Ledger
    form: Form

    def sort(
        self, db: Connection, found: Sequence[Member], look: Look
    ) -> Iterator[tuple[Member, str, bool]]:
        """See `Brought`."""
        ids = [one.respondent_id for one in found]
        known = invitations.known(db, ids, self._question(look))
        unwilling = withdrawn(db, ids, look.basis, look.form_id)
        taken = set[tuple[str | None, str]]()
        for one in found:
            if one.respondent_id in known.invited:
                continue
            reason = _why_not(one, known, unwilling)
            if not reason and one.value is not None:
                reason = SHARED if (one.channel, one.value) in taken else ""
                taken.add((one.channel, one.value))
            yield one, reason, one.respondent_id in known.agreed

    def owe(
        self, db: Connection, wave: WaveRow, blast: BlastRow,
        people: Sequence[tuple[Member, bool]], *, now: datetime,
    ) -> None:  # fmt: skip
        """See `Brought`."""
        invited = [Invited(one, has_agreed) for one, has_agreed in people]
        self.ledger.owe_all(db, wave, blast, self.form, invited, now=now)

    def _question(self, look: Look) -> Question:
        ledger = self.ledger
        silent_since = look.now - timedelta(hours=ledger.silent_h)
        return Question(
            look.wave_id, look.form_id, ledger.words.consent_version, silent_since,
            _began(look.period),
        )  # fmt: skip


def _began(period: str) -> datetime | None:
    """Return when a caturwulan began, None for a period of another kind."""
    found = re.fullmatch(r"(\d{4})-C([123])", period)
    return datetime(int(found[1]), int(found[2]) * 4 - 3, 1, tzinfo=UTC) if found else None


def _why_not(one: Member, known: Known, unwilling: Set[int]) -> str:
    """Return in staff's words why this person is owed no message, or nothing."""
    if one.is_stopped:
        return STOPPED
    if one.respondent_id in unwilling:
        return WITHDRAWN
    if one.invited_in:
        return f"sudah diundang lewat angkatan {one.invited_in}"
    if one.respondent_id in known.answered:
        return ANSWERED
    if one.respondent_id in known.talking:
        return TALKING
    if one.address_id is None:
        return NO_ADDRESS
    return SHARED if one.respondent_id in known.sharing else ""
