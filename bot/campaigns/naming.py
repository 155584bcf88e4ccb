"""Whoever an answer names is asked too: supervisors whom graduates name in their tracer study.

The contact is somebody else's to give, so the first message says who gave it (UU 27/2022).
"""

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from flows.words import long_date
from scheduler.campaigns.model import Naming
from scheduler.campaigns.timing import Timing
from storage import addresses, cohorts, interviews, namings, respondents, tombstones
from storage.campaigns import Loaded
from storage.cohorts import Batch
from storage.respondents import Person, name_key
from storage.tombstones import Traits

if TYPE_CHECKING:
    from bot.service import Service

CHUNK = 40
"""Interviews looked at in one transaction."""

LONGEST = 200


def take_up(service: "Service", loaded: Loaded, timing: Timing, now: datetime) -> int:
    """Put the people whom new answers name into their cohorts; return how many answers did."""
    if loaded.since is None:
        return 0
    named = 0
    first = loaded.since - timedelta(days=timing.campaign.late_days)
    since = datetime.combine(first, time(), UTC)
    rules = [rule.naming for rule in timing.campaign.waves if rule.naming is not None]
    for naming in rules:
        found = CHUNK
        while found == CHUNK:
            with service.database.write() as db:
                ids = namings.unseen(db, naming.form, since=since, limit=CHUNK)
                named += sum(_look(service, db, timing, naming, one, now) for one in ids)
            found = len(ids)
    return named


def _look(
    service: "Service", db: Connection, timing: Timing, naming: Naming, interview_id: int,
    now: datetime,
) -> bool:  # fmt: skip
    """Look at one interview's answers, once; return whether they named somebody."""
    if not namings.note(db, interview_id, now):
        return False
    standing = interviews.get(db, service.vault, interview_id)
    form = service.turns.form(db, standing.form_pk)
    said = {
        item.path.rpartition("/")[2]: standing.state.answers.get(item.path) for item in form.asked
    }
    name, phone = said.get(naming.name), said.get(naming.phone)
    if not (isinstance(name, str) and isinstance(phone, str) and name.strip() and phone.strip()):
        return False
    batch = _cohort(db, timing, interviews.cohort_of(db, interview_id), now)
    giver = respondents.get(db, standing.respondent_id)
    given = Person(0, name.strip()[:LONGEST], giver.zone, given_by=giver.name)
    person = _person(service, db, given, phone.lstrip("+"), now)
    if person is None:
        return False
    namings.names(db, interview_id, person)
    cohorts.join(db, cohorts.ensure(db, batch), person, "")
    return True


def _cohort(db: Connection, timing: Timing, cohort_id: int | None, now: datetime) -> Batch:
    """Return this month's cohort of those named by graduates of one programme."""
    theirs = cohorts.get(db, cohort_id) if cohort_id is not None else None
    programme, prodi = (theirs.programme, theirs.prodi) if theirs else ("", "")
    today = timing.today(now)
    month = long_date(today.isoformat()[:7])
    name = " ".join(part for part in ("Atasan lulusan", programme or prodi, month) if part)
    return Batch(0, name, timing.campaign.audience.kinds[0], prodi, programme, ended_on=today)


def _person(
    service: "Service", db: Connection, given: Person, number: str, now: datetime
) -> int | None:
    """Return who has this name at this number, stored now if nobody has (law 11).

    None: whoever has the number refused to be given as a contact (ADR 0033).
    """
    for reach in addresses.holders(db, "whatsapp", number):
        if name_key(respondents.get(db, reach.respondent_id).name) == name_key(given.name):
            return reach.respondent_id
    traits = Traits(given.name, addresses=[("whatsapp", number)], given_by=given.given_by)
    if tombstones.buried(db, service.vault, [traits]):
        return None
    key = respondents.add(db, service.vault, given, at=now)
    respondents.add_address(db, key, "whatsapp", number, at=now)
    return key
