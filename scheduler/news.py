"""News for a cohort: a message to everyone of it that begins no interview.

It goes the road of a survey's invitation: a row for everyone, owed or with the reason why not.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from flows.events import Wrote
from flows.prompts import Prompt
from scheduler.walk import Look
from scheduler.wave import SILENT_H, withdrawn
from storage import inbox, invitations, news, outbox
from storage.blasts import BlastRow
from storage.inbox import Arrival
from storage.invitations import Known, Place, Question
from storage.news import Heard, News
from storage.outbox import Invitation
from storage.reasons import NO_ADDRESS, SHARED, STOPPED, TALKING, WITHDRAWN
from storage.secrets import Vault
from storage.waves import Member, WaveRow

COOLING = "masa tenang: baru saja menerima kabar lain"
SAME_NUMBER = "nomornya dipakai bersama; kabarnya dikirim sekali"

NAMED = re.compile(r"\{\{\s*(\w+)\s*\}\}")
"""Where a fact stands in the words of news."""


@dataclass(frozen=True, slots=True)
class NewsLedger:
    """Fulfils `scheduler.walk.Brought` with news. `facts_of` gives the office's facts for a name.

    Nobody is brought two pieces of news within `cooling_days`.
    """

    said: News
    vault: Vault
    facts_of: Callable[[str], Mapping[str, str]]
    silent_h: float = SILENT_H
    cooling_days: int = 7

    def sort(
        self, db: Connection, found: Sequence[Member], look: Look
    ) -> Iterator[tuple[Member, str, bool]]:
        """See `Brought`; nobody is asked to agree."""
        ids = [one.respondent_id for one in found]
        silent_since = look.now - timedelta(hours=self.silent_h)
        known = invitations.known(db, ids, Question(look.wave_id, look.form_id, "", silent_since))
        since = look.now - timedelta(days=self.cooling_days)
        heard = news.heard(db, ids, look.wave_id, since=since)
        unwilling = withdrawn(db, ids, look.basis, look.form_id)
        taken = set[tuple[str | None, str]]()
        for one in found:
            if one.respondent_id in heard.owed:
                continue
            reason = _why_not(one, known, heard, unwilling)
            if not reason and one.value is not None:
                reason = SAME_NUMBER if (one.channel, one.value) in taken else ""
                taken.add((one.channel, one.value))
            yield one, reason, False

    def owe(
        self, db: Connection, wave: WaveRow, blast: BlastRow,
        people: Sequence[tuple[Member, bool]], *, now: datetime,
    ) -> None:  # fmt: skip
        """See `Brought`."""
        told = [one for one, _agreed in people]
        arrivals = [
            Arrival(
                "office", f"news:{wave.id}:{one.respondent_id}", one.respondent_id,
                one.address_id, Wrote(now, blast.created_by),
            )
            for one in told
        ]  # fmt: skip
        causes = inbox.add_all_done(db, self.vault, arrivals, at=now)
        owed = [
            Invitation(blast.id, cause, one.address_id or 0, None,
                       *self.message(one, wave.programme))
            for one, cause in zip(told, causes, strict=True)
        ]  # fmt: skip
        outbox.owe_invitations(db, self.vault, owed, at=now)
        invitations.place(db, wave.id, [Place(one.respondent_id) for one in told], at=now)

    def message(self, one: Member, programme: str) -> tuple[Prompt, Mapping[str, str]]:
        """Return what a person is told, and the facts that fill a template instead."""
        facts = {**self.facts_of(one.name), "pelatihan": programme}
        content = filled(self.said.content, facts)
        words = filled(self.said.words, {**facts, "isi": content})
        return Prompt(words), {**facts, "isi": " ".join(content.split())}


def filled(words: str, facts: Mapping[str, str]) -> str:
    """Return the words with their facts in place; one that is not known leaves nothing."""
    return NAMED.sub(lambda found: facts.get(found[1], "").strip(), words)


def _why_not(one: Member, known: Known, heard: Heard, unwilling: Set[int]) -> str:
    """Return in staff's words why this person is owed nothing, or nothing."""
    if one.is_stopped:
        return STOPPED
    if one.respondent_id in unwilling:
        return WITHDRAWN
    if one.respondent_id in heard.lately:
        return COOLING
    if one.respondent_id in known.talking:
        return TALKING
    if one.address_id is None:
        return NO_ADDRESS
    if one.respondent_id in heard.sharing:
        return SAME_NUMBER
    return SHARED if one.respondent_id in known.sharing else ""
