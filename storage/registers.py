"""Everybody and every message, a few hundred rows at a time: for files, in flat memory."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from storage.respondents import Person, Reach, open_nik
from storage.secrets import Vault
from storage.tables import (
    Address,
    Attempt,
    Audience,
    Blast,
    Cohort,
    Interview,
    Membership,
    Merged,
    Owed,
    Respondent,
    Stop,
    StudentNumber,
    Wave,
)
from storage.tables.columns import table

_respondent = table(Respondent)
_address = table(Address)
_number = table(StudentNumber)
_membership = table(Membership)
_cohort = table(Cohort)
_merged = table(Merged)
_stop = table(Stop)
_outbox = table(Owed)
_attempt = table(Attempt)
_audience = table(Audience)
_interview = table(Interview)
_blast = table(Blast)
_wave = table(Wave)

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Belonging:
    """A cohort of somebody, and how they left it."""

    cohort: str
    prodi: str
    programme: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Registered:
    """One person with all the register has of them."""

    person: Person
    numbers: Sequence[tuple[str, str]]
    addresses: Sequence[Reach]
    cohorts: Sequence[Belonging]
    stopped_at: datetime | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message, or why there is none: `status` is empty for who was never owed one.

    `ordinal` is None for replies, 0 for an invitation, then the number of the reminder.
    """

    id: int | None
    blast_id: int | None
    wave_id: int | None
    ordinal: int | None
    form_id: str
    cohort: str
    period: str
    channel: str
    respondent_id: int
    name: str
    address: str
    status: str
    reason: str
    attempts: int
    created_at: datetime | None
    sent_at: datetime | None


def people(db: Connection, vault: Vault, *, nik: bool = False) -> Iterator[Registered]:
    """Yield everybody by key; NIK in clear only where it was asked for, and audited."""
    query = select(_respondent).where(
        _respondent.c.id.not_in(select(_merged.c.respondent_id)), _respondent.c.erased_at.is_(None)
    )
    for rows in _chunks(db, query, _respondent.c.id):
        keys = [row.id for row in rows]
        numbers = _by_person(db, _number, keys)
        addresses = _by_person(db, _address, keys)
        cohorts = _cohorts(db, keys)
        stops = _stops(db, keys)
        for row in rows:
            digits = open_nik(vault, row.nik) if nik else ""
            person = Person(
                row.id, row.name, row.zone, row.birth_date, row.gender, row.email, digits
            )
            yield Registered(
                person,
                [(one.institution, one.nim) for one in numbers[row.id]],
                [
                    Reach(one.id, row.id, one.channel, one.value, one.use)
                    for one in addresses[row.id]
                ],
                cohorts[row.id],
                stops.get(row.id),
            )


def deliveries(db: Connection) -> Iterator[Delivery]:
    """Yield every message owed, oldest first, then everybody of a wave who was owed none."""
    attempts = select(func.count()).where(_attempt.c.outbox_id == _outbox.c.id).scalar_subquery()
    query = (
        select(
            _outbox.c.id, _outbox.c.blast_id, _outbox.c.status, _outbox.c.reason,
            _outbox.c.created_at, _outbox.c.sent_at, attempts.label("attempts"),
            _blast.c.wave_id, _blast.c.ordinal, _address.c.channel, _address.c.value,
            _respondent.c.id.label("respondent_id"), _respondent.c.name, *_WAVE,
        )
        .join(_address, _address.c.id == _outbox.c.address_id)
        .join(_respondent, _respondent.c.id == _address.c.respondent_id)
        .join(_blast, _blast.c.id == _outbox.c.blast_id, isouter=True)
        .join(_wave, _wave.c.id == _blast.c.wave_id, isouter=True)
        .join(_interview, _interview.c.id == _outbox.c.interview_id, isouter=True)
        .join(
            _cohort,
            _cohort.c.id == func.coalesce(_wave.c.cohort_id, _interview.c.cohort_id),
            isouter=True,
        )
    )  # fmt: skip
    for rows in _chunks(db, query, _outbox.c.id):
        for row in rows:
            yield Delivery(
                row.id, row.blast_id, row.wave_id, row.ordinal, row.form_id, row.cohort,
                row.period, row.channel, row.respondent_id, row.name, row.value, row.status,
                row.reason, row.attempts, row.created_at, row.sent_at,
            )  # fmt: skip
    yield from _never_owed(db)


_WAVE = (
    func.coalesce(_wave.c.form_id, "").label("form_id"),
    func.coalesce(_wave.c.period, "").label("period"),
    func.coalesce(_cohort.c.name, "").label("cohort"),
)


def _never_owed(db: Connection) -> Iterator[Delivery]:
    query = (
        select(
            _audience.c.id, _audience.c.wave_id, _audience.c.reason, _respondent.c.name,
            _respondent.c.id.label("respondent_id"), *_WAVE,
        )
        .join(_respondent, _respondent.c.id == _audience.c.respondent_id)
        .join(_wave, _wave.c.id == _audience.c.wave_id)
        .join(_cohort, _cohort.c.id == _wave.c.cohort_id)
        .where(_audience.c.reason != "")
    )  # fmt: skip
    for rows in _chunks(db, query, _audience.c.id):
        for row in rows:
            yield Delivery(
                None, None, row.wave_id, None, row.form_id, row.cohort, row.period, "",
                row.respondent_id, row.name, "", "", row.reason, 0, None, None,
            )  # fmt: skip


def _chunks(db: Connection, query: Select[Any], key: Any) -> Iterator[Sequence[Any]]:
    """Yield the rows of a query in the order of a key, from the key on that was read last."""
    last = 0
    while True:
        rows = db.execute(query.where(key > last).order_by(key).limit(CHUNK)).all()
        if not rows:
            return
        yield rows
        last = rows[-1].id


def _by_person(db: Connection, what: Any, keys: Sequence[int]) -> Mapping[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    query = select(what).where(what.c.respondent_id.in_(keys)).order_by(what.c.id)
    for row in db.execute(query):
        found[row.respondent_id].append(row)
    return found


def _cohorts(db: Connection, keys: Sequence[int]) -> Mapping[int, list[Belonging]]:
    found: defaultdict[int, list[Belonging]] = defaultdict(list)
    query = (
        select(
            _membership.c.respondent_id, _membership.c.outcome, _cohort.c.name, _cohort.c.prodi,
            _cohort.c.programme,
        )
        .join(_cohort, _cohort.c.id == _membership.c.cohort_id)
        .where(_membership.c.respondent_id.in_(keys))
        .order_by(_cohort.c.name)
    )  # fmt: skip
    for row in db.execute(query):
        belongs = Belonging(row.name, row.prodi, row.programme, row.outcome)
        found[row.respondent_id].append(belongs)
    return found


def _stops(db: Connection, keys: Sequence[int]) -> dict[int, datetime]:
    query = select(_stop.c.respondent_id, _stop.c.at).where(
        _stop.c.respondent_id.in_(keys), _stop.c.lifted_at.is_(None)
    )
    return {row.respondent_id: row.at for row in db.execute(query)}
