"""Whoever of a wave is due is invited, or told to staff why not, or waits.

Nobody who is answering another survey is interrupted, nobody is asked too often, and nobody is
forgotten: who waits is looked at again until the wave's last day.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from flows.model import Form
from flows.words import long_date
from scheduler.campaigns.calendar import caturwulan, caturwulan_days
from scheduler.campaigns.opening import belongs
from scheduler.campaigns.slots import NAMED
from scheduler.campaigns.timing import Timing
from scheduler.wave import Invited, Ledger, withdrawn
from storage import audiences, blasts, invitations, namings, progress, waves
from storage.audiences import Due, Entry, Known, State
from storage.blasts import BlastRow
from storage.invitations import Question
from storage.reasons import AFTERWARDS, NO_ADDRESS, OUTSIDE, SHARED, STOPPED, TALKING, WITHDRAWN
from storage.waves import Member, WaveRow

CHUNK = 200
"""People asked in one transaction: about 50 ms, so replies are not held up."""

YEAR = timedelta(days=365)
LOOK_AGAIN = timedelta(minutes=15)
LOOK_TOMORROW = timedelta(hours=12)

ENDED = "siaran dihentikan petugas"
ENDED_FIRST = "gelombangnya berakhir lebih dulu"
NO_CHANNEL = "saluran kampanye ini belum disiapkan kantor"


@dataclass(frozen=True, slots=True)
class Now:
    """What is known, at one moment, of the people about to be asked."""

    at: datetime
    members: Mapping[int, Member]
    known: Mapping[int, Known]
    asked: Mapping[int, tuple[int, datetime]]
    talking: frozenset[int]
    answered: Mapping[int, datetime]
    sharing: frozenset[int] = frozenset()
    agreed: frozenset[int] = frozenset()
    unwilling: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Asking:
    """One wave with all that asking its people needs. `channels` are kinds of address.

    `asks_names`: another campaign asks whom the answers to this form name.
    """

    ledger: Ledger
    timing: Timing
    wave: WaveRow
    blast: BlastRow
    form: Form
    channels: Sequence[str]
    asks_names: bool = False

    def ask(self, db: Connection, due: Sequence[Due], *, now: datetime) -> int:
        """Invite people of the wave who are due, or say why not; return how many were invited."""
        seen = self._look(db, due, now)
        moved = []
        invited: list[Invited] = []
        taken = set[tuple[str | None, str | None]]()
        for one in due:
            member = seen.members.get(one.respondent_id)
            entry = self._judge(one, member, seen, taken)
            if entry is not None:
                moved.append((one, entry, one.reminded))
            elif member is not None and member.address_id is not None:
                taken.add((member.channel, member.value))
                again = self.timing.follows(one.zone, now, 0)
                given = self._given(db, one.respondent_id)
                has_agreed = one.respondent_id in seen.agreed
                invited.append(Invited(member, has_agreed, again, given))
        audiences.move(db, moved)
        self.ledger.owe_all(db, self.wave, self.blast, self.form, invited, now=now)
        if invited:
            blasts.become(db, self.blast.id, "running", allowed=["preparing", "finished"])
        return len(invited)

    def _given(self, db: Connection, respondent_id: int) -> Mapping[str, str]:
        """Return what the office knows beforehand; somebody named is told by whom."""
        wave = self.wave
        given = {"tanya_atasan": "ya"} if self.asks_names else {}
        given |= {"prodi": wave.prodi, "kegiatan": wave.programme, "posisi": wave.programme}
        if wave.slot == NAMED:
            giver = namings.giver(db, respondent_id)
            given |= {"pemberi": giver, "lulusan": giver}
        return given

    def _look(self, db: Connection, due: Sequence[Due], now: datetime) -> Now:
        ids = [one.respondent_id for one in due]
        wave = self.wave
        members = waves.members(
            db, cohort_id=wave.cohort_id, form_id=wave.form_id, period=wave.period,
            channels=self.channels or [NO_CHANNEL], limit=len(ids), only=ids,
        )  # fmt: skip
        answered: Mapping[int, datetime] = {}
        if self.timing.campaign.audience.unanswered and wave.due_on is not None:
            zone = ZoneInfo(self.timing.zone)
            span = caturwulan_days(caturwulan(wave.due_on))
            since, until = (datetime(day.year, day.month, day.day, tzinfo=zone) for day in span)
            answered = progress.finished_between(db, wave.form_id, ids, since, until)
        silent_since = now - timedelta(hours=self.ledger.silent_h)
        notice = self.ledger.words.consent_version
        found = invitations.known(db, ids, Question(wave.id, wave.form_id, notice, silent_since))
        return Now(
            now,
            {one.respondent_id: one for one in members},
            audiences.known(db, wave.cohort_id, ids),
            audiences.history(db, ids, since=now - YEAR, but=[wave.id]),
            progress.talking_since(db, ids, silent_since),
            answered,
            found.sharing,
            found.agreed,
            withdrawn(db, ids, wave.basis, wave.form_id),
        )

    def _judge(
        self, one: Due, member: Member | None, seen: Now, taken: Set[tuple[str | None, str | None]]
    ) -> Entry | None:
        """Return where somebody stands instead of being invited now, or None."""
        never = self._never(one, member, seen)
        if never or member is None:
            return Entry(one.respondent_id, State.SKIPPED, never or OUTSIDE)
        reason, again = self._later(one, member, seen, taken)
        if again is None:
            return None
        until = self.timing.invites_until(self.wave.due_on) if self.wave.due_on else None
        is_over = until is not None and self.timing.today(again) > until
        if reason and is_over and self.wave.slot != NAMED:
            return Entry(one.respondent_id, State.SKIPPED, reason.replace(AFTERWARDS, ENDED_FIRST))
        state = State.WAITING if reason else State.PLANNED
        return Entry(one.respondent_id, state, reason, again)

    def _never(self, one: Due, member: Member | None, seen: Now) -> str:
        """Return why somebody will not be asked in this wave, or nothing."""
        known, campaign = seen.known.get(one.respondent_id), self.timing.campaign
        if self.blast.status == "stopped":
            return ENDED
        if member is None or known is None or not belongs(self.timing, known, seen.at):
            return OUTSIDE
        if member.is_stopped:
            return STOPPED
        if one.respondent_id in seen.unwilling:
            return WITHDRAWN
        if member.invited_in:
            return f"sudah diundang lewat angkatan {member.invited_in}"
        if one.respondent_id in seen.answered:
            return f"sudah menjawab pada {self._said(seen.answered[one.respondent_id])}"
        number, _last = seen.asked.get(one.respondent_id, (0, None))
        if number >= campaign.yearly_cap:
            return f"sudah {number} survei dalam setahun; batasnya {campaign.yearly_cap}"
        return ""

    def _later(
        self, one: Due, member: Member, seen: Now, taken: Set[tuple[str | None, str | None]]
    ) -> tuple[str, datetime | None]:
        """Return (why, when somebody is looked at again); None: they are invited now."""
        now, zone = seen.at, one.zone
        if one.respondent_id in seen.talking:
            return TALKING, now + LOOK_AGAIN
        _number, last = seen.asked.get(one.respondent_id, (0, None))
        rests = timedelta(days=self.timing.campaign.cooling_off_days)
        if last is not None and now < last + rests:
            said = f"baru diminta mengisi survei lain pada {self._said(last)}"
            return said, self.timing.next(zone, last + rests)
        if not self.channels:
            return NO_CHANNEL, now + LOOK_TOMORROW
        if member.address_id is None:
            return NO_ADDRESS, now + LOOK_TOMORROW
        if one.respondent_id in seen.sharing or (member.channel, member.value) in taken:
            return SHARED, now + LOOK_AGAIN
        begins = max(now, self.timing.begins(self.wave.due_on, zone)) if self.wave.due_on else now
        moment = self.timing.next(zone, begins)
        return "", (moment if moment > now else None)

    def _said(self, moment: datetime) -> str:
        return long_date(self.timing.today(moment).isoformat())
