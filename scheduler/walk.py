"""The one road of a wave that staff sent: everyone written down first, each brought it at its hour.

Opening is rows alone, so a hundred thousand people take seconds; what a person is owed is made
when they are asked, a chunk a transaction. Every call may be repeated from any point.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import Connection

from storage import audiences, blasts, waves
from storage.audiences import Due, Entry, State
from storage.blasts import BlastRow
from storage.reasons import OUTSIDE, WAITS
from storage.waves import Member, WaveRow

FILL = 2_000
"""People written down in one transaction: about 50 ms, so replies are not held up."""

ASK = 500
"""People asked in one transaction: they are owed a message each."""

LOOK_AGAIN = timedelta(seconds=20)
"""How late a survey may come whose person has just finished another."""

PREPARING = "sedang disiapkan"


@dataclass(frozen=True, slots=True)
class Look:
    """A wave about to be brought to people, at one moment; `wave_id` 0: it is not there yet."""

    wave_id: int
    form_id: str
    period: str
    basis: str
    now: datetime


class Brought(Protocol):
    """What a wave brings: the questions of a form, or news."""

    def sort(
        self, db: Connection, found: Sequence[Member], look: Look
    ) -> Iterator[tuple[Member, str, bool]]:
        """Yield (person, why they are owed nothing now or "", whether they have agreed).

        Who has it already is left out.
        """
        ...

    def owe(
        self, db: Connection, wave: WaveRow, blast: BlastRow,
        people: Sequence[tuple[Member, bool]], *, now: datetime,
    ) -> None:  # fmt: skip
        """Owe it to people, of whom is said whether they have agreed."""
        ...


@dataclass(frozen=True, slots=True)
class Walk:
    """One wave on its road. `channels` are kinds of address; `next_moment` gives, for a zone, the
    first moment from another on at which it may go.
    """

    wave: WaveRow
    blast: BlastRow
    brought: Brought
    channels: Sequence[str]
    next_moment: Callable[[str, datetime], datetime]

    def write_down(self, db: Connection, *, now: datetime, after: int) -> int | None:
        """Write down the next people whom the wave lacks; return the last one's key, None at the
        end.
        """
        wave = self.wave
        found = audiences.missing(db, wave.id, wave.cohort_id, after=after, limit=FILL)
        times = {zone: self.next_moment(zone, now) for zone in {one.zone for one in found}}
        audiences.add(
            db, wave.id, [_planned(one.respondent_id, times[one.zone], now) for one in found]
        )
        return found[-1].respondent_id if len(found) == FILL else None

    def ask(self, db: Connection, due: Sequence[Due], *, now: datetime) -> int:
        """Bring it to people of the wave who are due, or say why not; return to how many."""
        members = self.members(db, [one.respondent_id for one in due])
        wave = self.wave
        look = Look(wave.id, wave.form_id, wave.period, wave.basis, now)
        sorted_ = {one.respondent_id: (reason, has_agreed) for one, reason, has_agreed
                   in self.brought.sort(db, list(members.values()), look)}  # fmt: skip
        times = {zone: self.next_moment(zone, now) for zone in {one.zone for one in due}}
        moved: list[tuple[Due, Entry, int]] = []
        told: list[tuple[Member, bool]] = []
        for one in due:
            reason, has_agreed = sorted_.get(one.respondent_id, ("", False))
            if one.respondent_id not in members:
                moved.append((one, Entry(one.respondent_id, State.SKIPPED, OUTSIDE), 0))
            elif one.respondent_id not in sorted_:
                moved.append((one, Entry(one.respondent_id, State.OWED), 0))
            elif reason in WAITS:
                again = Entry(one.respondent_id, State.WAITING, reason, now + LOOK_AGAIN)
                moved.append((one, again, 0))
            elif reason:
                moved.append((one, Entry(one.respondent_id, State.SKIPPED, reason), 0))
            elif times[one.zone] > now:
                moved.append((one, _planned(one.respondent_id, times[one.zone], now), 0))
            else:
                told.append((members[one.respondent_id], has_agreed))
        audiences.move(db, moved)
        if told:
            self.brought.owe(db, wave, self.blast, told, now=now)
            blasts.become(db, self.blast.id, "running", allowed=["finished"])
        return len(told)

    def members(self, db: Connection, ids: Sequence[int]) -> dict[int, Member]:
        """Return those of some people who are of the wave's cohort still."""
        wave = self.wave
        found = waves.members(
            db, cohort_id=wave.cohort_id, form_id=wave.form_id, period=wave.period,
            channels=self.channels, limit=len(ids), only=ids,
        )  # fmt: skip
        return {one.respondent_id: one for one in found}


def _planned(respondent_id: int, at: datetime, now: datetime) -> Entry:
    return Entry(respondent_id, State.PLANNED, "" if at > now else PREPARING, at)
