"""Inviting a respondent: an interview is stored, and its first message is owed."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.office import Office, first_name
from bot.turn import Turns
from flows.events import Started
from flows.phrases import Phrases, origin
from flows.step import start
from scheduler.earlier import earlier_answers
from storage import cohorts, consents, inbox, interviews, respondents
from storage.cohorts import Batch
from storage.inbox import Arrival
from storage.languages import last_spoken
from storage.secrets import Vault


@dataclass(frozen=True, slots=True)
class Invited:
    """What became of an invitation: `reason` is empty when it is owed."""

    respondent_id: int
    name: str
    address_id: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Invitations:
    """Invites the members of a cohort to a form, by web chat."""

    vault: Vault
    office: Office
    words: Phrases
    turns: Turns

    def cohort(
        self, db: Connection, batch: Batch, form_pk: int, *, now: datetime, channel: str = "web"
    ) -> list[Invited]:
        """Invite everyone of a cohort who was not yet; safe to call again (law 4: all are told)."""
        return [
            self.person(db, one, batch, form_pk, now=now, channel=channel)
            for one in cohorts.members(db, batch.id)
        ]

    def person(
        self,
        db: Connection,
        respondent_id: int,
        batch: Batch,
        form_pk: int,
        *,
        now: datetime,
        channel: str = "web",
    ) -> Invited:
        """Invite one person; one who stopped or was invited before is left alone."""
        person = respondents.get(db, respondent_id)
        address_id = self.address(db, respondent_id, channel, now)
        if consents.is_stopped(db, respondent_id):
            return Invited(respondent_id, person.name, address_id, "berhenti menerima pesan")
        if interviews.has_one(db, respondent_id, form_pk, batch.id):
            return Invited(respondent_id, person.name, address_id, "sudah diundang")
        form = self.turns.form(db, form_pk)
        spoken = last_spoken(db, self.vault, [respondent_id])
        interview_id = interviews.create(
            db, self.vault, start(form), respondent_id=respondent_id, form_pk=form_pk,
            cohort_id=batch.id, at=now,
        )  # fmt: skip
        event = Started(
            now,
            given={
                "nama": first_name(person.name),
                "pelatihan": batch.programme,
                "prodi": batch.prodi,
            },
            facts={**self.office.facts(person.name), **origin(person.given_by, self.words)},
            zone=person.zone,
            seed=interview_id,
            consented=consents.has_agreed(
                db, respondent_id, form.form_id, self.words.consent_version
            ),
            language=spoken.get(respondent_id, ""),
            earlier=earlier_answers(db, self.vault, form, respondent_id, address_id),
        )
        arrival = Arrival(
            "office", f"invite:{interview_id}", respondent_id, address_id, event,
            interview_id=interview_id,
        )  # fmt: skip
        inbox.add(db, self.vault, arrival)
        self.turns.take(db, respondent_id, now=now)
        return Invited(respondent_id, person.name, address_id)

    def address(self, db: Connection, respondent_id: int, channel: str, now: datetime) -> int:
        """Return the person's web address, made now when there is none."""
        known = respondents.addresses(db, respondent_id)
        if channel not in known:
            value = secrets.token_urlsafe(12)
            respondents.add_address(db, respondent_id, channel, value, at=now)
            known = respondents.addresses(db, respondent_id)
        return known[channel].id
