"""News for a cohort: a message to everyone of it that begins no interview.

It goes the road of a survey's invitation: a row for everyone, owed or with the reason why not.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from flows.events import Wrote
from flows.prompts import Prompt
from scheduler.wave import CHUNK, NO_ADDRESS, SHARED, SILENT_H, STOPPED, TALKING, WAITS
from storage import inbox, invitations, news, outbox, waves
from storage.blasts import BlastRow
from storage.inbox import Arrival
from storage.invitations import Known, Place, Question
from storage.news import Heard, News
from storage.outbox import Invitation
from storage.secrets import Vault
from storage.waves import Member, WaveRow

COOLING = "masa tenang: baru saja menerima kabar lain"
SAME_NUMBER = "nomornya dipakai bersama; kabarnya dikirim sekali"

NAMED = re.compile(r"\{\{\s*(\w+)\s*\}\}")
"""Where a fact stands in the words of news."""


@dataclass(frozen=True, slots=True)
class NewsLedger:
    """Writes news down. `facts_of` gives the office's facts for a person's name.

    Nobody is brought two pieces of news within `cooling_days`.
    """

    vault: Vault
    facts_of: Callable[[str], Mapping[str, str]]
    silent_h: float = SILENT_H
    cooling_days: int = 7

    def expand(
        self, db: Connection, wave: WaveRow, blast: BlastRow, said: News, *, now: datetime,
        channels: Sequence[str], after: int,
    ) -> int | None:  # fmt: skip
        """Write down the next `CHUNK` people; return the last one's key, or None at the end."""
        found = waves.members(
            db, cohort_id=wave.cohort_id, form_id=wave.form_id, period=wave.period,
            channels=channels, after=after, limit=CHUNK,
        )  # fmt: skip
        self._write_down(db, wave, blast, said, found, now=now)
        return found[-1].respondent_id if len(found) == CHUNK else None

    def look_again(
        self, db: Connection, wave: WaveRow, blast: BlastRow, said: News, *, now: datetime,
        channels: Sequence[str], after: int,
    ) -> int | None:  # fmt: skip
        """Owe the news to those of the next who waited for an interview to be over."""
        ids = invitations.waiting(db, wave.id, after=after, limit=CHUNK)
        found = waves.members(
            db, cohort_id=wave.cohort_id, form_id=wave.form_id, period=wave.period,
            channels=channels, only=ids,
        )  # fmt: skip
        self._write_down(db, wave, blast, said, found, now=now, are_waiting=True)
        return ids[-1] if len(ids) == CHUNK else None

    def sort(
        self, db: Connection, found: Sequence[Member], *, wave_id: int, form_id: str, period: str,
        now: datetime,
    ) -> Iterator[tuple[Member, str, bool]]:  # fmt: skip
        """Yield (person, why they are owed nothing or "", False); who has the news is left out."""
        _ = period
        ids = [one.respondent_id for one in found]
        silent_since = now - timedelta(hours=self.silent_h)
        known = invitations.known(db, ids, Question(wave_id, form_id, "", silent_since))
        since = now - timedelta(days=self.cooling_days)
        heard = news.heard(db, ids, wave_id, since=since)
        taken = set[tuple[str | None, str]]()
        for one in found:
            if one.respondent_id in heard.owed:
                continue
            reason = _why_not(one, known, heard)
            if not reason and one.value is not None:
                reason = SAME_NUMBER if (one.channel, one.value) in taken else ""
                taken.add((one.channel, one.value))
            yield one, reason, False

    def message(self, one: Member, said: News, programme: str) -> tuple[Prompt, Mapping[str, str]]:
        """Return what a person is told, and the facts that fill a template instead."""
        facts = {**self.facts_of(one.name), "pelatihan": programme}
        content = filled(said.content, facts)
        words = filled(said.words, {**facts, "isi": content})
        return Prompt(words), {**facts, "isi": " ".join(content.split())}

    def _write_down(
        self, db: Connection, wave: WaveRow, blast: BlastRow, said: News, found: Sequence[Member],
        *, now: datetime, are_waiting: bool = False,
    ) -> None:  # fmt: skip
        places: list[Place] = []
        told: list[Member] = []
        for one, reason, _agreed in self.sort(
            db, found, wave_id=wave.id, form_id=wave.form_id, period=wave.period, now=now
        ):
            if not reason:
                told.append(one)
            if not (are_waiting and reason in WAITS):
                places.append(Place(one.respondent_id, reason=reason, waits=reason in WAITS))
        invitations.place(db, wave.id, places, at=now)
        self._owe(db, wave, blast, said, told, now=now)

    def _owe(
        self, db: Connection, wave: WaveRow, blast: BlastRow, said: News, told: Sequence[Member],
        *, now: datetime,
    ) -> None:  # fmt: skip
        arrivals = [
            Arrival(
                "office", f"news:{wave.id}:{one.respondent_id}", one.respondent_id,
                one.address_id, Wrote(now, blast.created_by),
            )
            for one in told
        ]  # fmt: skip
        causes = inbox.add_all_done(db, self.vault, arrivals, at=now)
        owed = [
            Invitation(
                blast.id, cause, one.address_id or 0, None, *self.message(one, said, wave.programme)
            )
            for one, cause in zip(told, causes, strict=True)
        ]
        outbox.owe_invitations(db, self.vault, owed, at=now)


def filled(words: str, facts: Mapping[str, str]) -> str:
    """Return the words with their facts in place; one that is not known leaves nothing."""
    return NAMED.sub(lambda found: facts.get(found[1], "").strip(), words)


def _why_not(one: Member, known: Known, heard: Heard) -> str:
    """Return in staff's words why this person is owed nothing, or nothing."""
    if one.is_stopped:
        return STOPPED
    if one.respondent_id in heard.lately:
        return COOLING
    if one.address_id is None:
        return NO_ADDRESS
    if one.respondent_id in heard.sharing:
        return SAME_NUMBER
    if one.respondent_id in known.talking:
        return TALKING
    return SHARED if one.respondent_id in known.sharing else ""
