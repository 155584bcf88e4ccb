"""Interviews begun and their first messages owed, for many people at once; why others are not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection

from flows.effects import Say
from flows.events import Started
from flows.language import words_for
from flows.model import Form
from flows.phrases import Phrases, origin
from flows.prompts import Prompt, prompt
from flows.step import Turn, start, step
from scheduler.earlier import earlier_of_all
from storage import consents, inbox, interviews, invitations, outbox
from storage.blasts import BlastRow
from storage.inbox import Arrival
from storage.invitations import Place
from storage.languages import last_spoken
from storage.news import NEWS
from storage.outbox import Invitation
from storage.secrets import Vault
from storage.waves import Member, WaveRow

QUIET = frozenset({"whatsapp"})
"""Channels where a blast only invites, by a template; elsewhere it asks at once (ADR 0007)."""

SILENT_H = 24.0
"""After so many hours without a word an interview holds up no other survey."""


NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who is asked now; `next_at` is when a campaign looks after them again."""

    member: Member
    has_agreed: bool
    next_at: datetime | None = None
    given: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Writes waves down. `facts_of` gives the office's facts for a person's name."""

    vault: Vault
    words: Phrases
    facts_of: Callable[[str], Mapping[str, str]]
    silent_h: float = SILENT_H

    def opening(
        self, one: Member, form: Form, programme: str, now: datetime, *, has_agreed: bool,
        given: Mapping[str, str] = NOTHING, earlier: Mapping[str, Any] = NOTHING,
        language: str = "",
    ) -> tuple[Started, Turn, Prompt]:  # fmt: skip
        """Return the event that begins a person's interview, its turn, and their first message."""
        facts = self.facts_of(one.name)
        if not given.get("pemberi"):  # where the form itself says who gave the contact
            facts = {**facts, **origin(one.given_by, self.words)}
        event = Started(
            now,
            given={**given, "nama": facts["nama"], "pelatihan": programme},
            facts=facts,
            zone=one.zone,
            seed=one.respondent_id,
            consented=has_agreed,
            quiet=one.channel in QUIET,
            language=language,
            earlier=earlier,
        )
        turn = step(form, start(form), event)
        effects = [Say("invite", facts)] if event.quiet else turn.effects
        message = prompt(effects, words_for(turn.state.language, self.words))
        if message is None:
            raise ValueError("the invitation has no words")
        return event, turn, message

    def owe_all(
        self, db: Connection, wave: WaveRow, blast: BlastRow, form: Form,
        invited: Sequence[Invited], *, now: datetime,
    ) -> None:  # fmt: skip
        """Begin these people's interviews and owe them their first messages."""
        people = [one.member.respondent_id for one in invited]
        earlier = earlier_of_all(db, self.vault, form, [one.member for one in invited])
        spoken = last_spoken(db, self.vault, people)
        opened = [
            self.opening(
                one.member, form, wave.programme, now, has_agreed=one.has_agreed, given=one.given,
                earlier=earlier.get(one.member.respondent_id, {}),
                language=spoken.get(one.member.respondent_id, ""),
            )
            for one in invited
        ]  # fmt: skip
        states = [(person, turn.state) for person, (_, turn, _) in zip(people, opened, strict=True)]
        keys = interviews.create_all(
            db, self.vault, states, form_pk=wave.form_pk, cohort_id=wave.cohort_id, at=now
        )
        begun = list(zip(invited, opened, keys, strict=True))
        arrivals = [
            Arrival(
                "office", f"invite:{key}", one.member.respondent_id, one.member.address_id, event,
                interview_id=key,
            )
            for one, (event, *_), key in begun
        ]  # fmt: skip
        causes = inbox.add_all_done(db, self.vault, arrivals, at=now)
        owed = [
            Invitation(
                blast.id, cause, one.member.address_id or 0, key, message,
                {**event.facts, "pelatihan": wave.programme},
            )
            for (one, (event, _, message), key), cause in zip(begun, causes, strict=True)
        ]  # fmt: skip
        outbox.owe_invitations(db, self.vault, owed, at=now)
        places = [
            Place(one.member.respondent_id, key, next_at=one.next_at) for one, _, key in begun
        ]
        invitations.place(db, wave.id, places, at=now)


def withdrawn(db: Connection, people: Sequence[int], basis: str, form_id: str) -> frozenset[int]:
    """Return those of the people whom a wave's legal basis no longer covers.

    Consent stands until somebody says no to the notice: of the wave's form, or where it brings
    news, of whichever they were shown last.
    """
    if basis != consents.BASIS:
        return frozenset()
    return consents.withdrawn(db, people, "" if form_id.startswith(NEWS) else form_id)
