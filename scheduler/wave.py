"""A due wave becomes a ledger: one row for each of its people, owed or with the reason why not."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
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
from scheduler.progress import waiting
from storage import audiences, blasts, inbox, interviews, invitations, outbox, waves
from storage.blasts import BlastRow
from storage.inbox import Arrival
from storage.invitations import Known, Place, Question
from storage.languages import last_spoken
from storage.outbox import Invitation
from storage.secrets import Vault
from storage.waves import Member, WaveRow

QUIET = frozenset({"whatsapp"})
"""Channels where a blast only invites, by a template; elsewhere it asks at once (ADR 0007)."""

CHUNK = 500
"""People written down in one transaction: about 50 ms, so replies are not held up."""

STOPPED = "berhenti menerima pesan"
NO_ADDRESS = "tidak ada alamat di saluran ini"
ANSWERED = "sudah menjawab di periode ini"
TALKING = "sedang menjawab survei lain; dikirim sesudahnya"
SHARED = "nomornya dipakai bersama orang lain yang sedang menjawab; dikirim sesudahnya"
WAITS = frozenset({TALKING, SHARED})
"""Reasons that pass: who has one of them is looked at again until it has."""

SILENT_H = 24.0
"""After so many hours without a word an interview holds up no other survey."""


def began(period: str) -> datetime | None:
    """Return when a caturwulan began, None for a period of another kind."""
    found = re.fullmatch(r"(\d{4})-C([123])", period)
    return datetime(int(found[1]), int(found[2]) * 4 - 3, 1, tzinfo=UTC) if found else None


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
        self._write_down(db, wave, blast, form, found, now=now)
        return found[-1].respondent_id if len(found) == CHUNK else None

    def look_again(
        self, db: Connection, wave: WaveRow, blast: BlastRow, form: Form, *, now: datetime,
        channels: Sequence[str], after: int,
    ) -> int | None:  # fmt: skip
        """Invite those of the next who wait whose other interview is over or has fallen silent.

        Returns the last one's key, or None at the end, as `expand` does.
        """
        ids = invitations.waiting(db, wave.id, after=after, limit=CHUNK)
        found = waves.members(
            db, cohort_id=wave.cohort_id, form_id=wave.form_id, period=wave.period,
            channels=channels, only=ids,
        )  # fmt: skip
        self._write_down(db, wave, blast, form, found, now=now, are_waiting=True)
        return ids[-1] if len(ids) == CHUNK else None

    def sort(
        self, db: Connection, found: Sequence[Member], *, wave_id: int, form_id: str, period: str,
        now: datetime,
    ) -> Iterator[tuple[Member, str, bool]]:  # fmt: skip
        """Yield (person, why they are owed no message or nothing, whether they have agreed).

        Who is invited already is left out.
        """
        silent_since = now - timedelta(hours=self.silent_h)
        notice = self.words.consent_version
        known = invitations.known(
            db, [one.respondent_id for one in found],
            Question(wave_id, form_id, notice, silent_since, began(period)),
        )  # fmt: skip
        taken = set[tuple[str | None, str]]()
        for one in found:
            if one.respondent_id in known.invited:
                continue
            reason = _why_not(one, known)
            if not reason and one.value is not None:
                reason = SHARED if (one.channel, one.value) in taken else ""
                taken.add((one.channel, one.value))
            yield one, reason, one.respondent_id in known.agreed

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

    def _write_down(
        self, db: Connection, wave: WaveRow, blast: BlastRow, form: Form, found: Sequence[Member],
        *, now: datetime, are_waiting: bool = False,
    ) -> None:  # fmt: skip
        places: list[Place] = []
        invited: list[Invited] = []
        for one, reason, has_agreed in self.sort(
            db, found, wave_id=wave.id, form_id=wave.form_id, period=wave.period, now=now
        ):
            if not reason:
                invited.append(Invited(one, has_agreed))
            elif not (are_waiting and reason in WAITS):
                places.append(Place(one.respondent_id, reason=reason, waits=reason in WAITS))
        invitations.place(db, wave.id, places, at=now)
        self.owe_all(db, wave, blast, form, invited, now=now)

    def owe_all(
        self, db: Connection, wave: WaveRow, blast: BlastRow, form: Form,
        invited: Sequence[Invited], *, now: datetime,
    ) -> None:  # fmt: skip
        """Begin these people's interviews and owe them their first messages."""
        people = [one.member.respondent_id for one in invited]
        earlier = earlier_of_all(db, self.vault, form, [one.member for one in invited])
        spoken = last_spoken(db, self.vault, [one.member.respondent_id for one in invited])
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


def _why_not(one: Member, known: Known) -> str:
    """Return in staff's words why this person is owed no message, or nothing."""
    if one.is_stopped:
        return STOPPED
    if one.invited_in:
        return f"sudah diundang lewat angkatan {one.invited_in}"
    if one.respondent_id in known.answered:
        return ANSWERED
    if one.address_id is None:
        return NO_ADDRESS
    if one.respondent_id in known.talking:
        return TALKING
    return SHARED if one.respondent_id in known.sharing else ""


def figures(
    db: Connection, blast: BlastRow, wave: WaveRow, *, now: datetime, day_tier: int
) -> dict[str, object]:
    """Return how far a blast is: every person of its audience is in exactly one place.

    audience = owed + `to_come` + the people of `not_sent` who were never owed a message; of those
    owed, `sent` + failed + unknown + queued + canceled are all. A reminder's audience is whom it
    was owed to. `waiting` says what some of the queued wait for, other than their turn; `next_at`
    when the first of them may go.
    """
    held = waiting(db, blast, now=now, day_tier=day_tier)
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
        "waiting": held.reasons,
        "next_at": held.until.isoformat(timespec="seconds") if held.until else None,
    }
