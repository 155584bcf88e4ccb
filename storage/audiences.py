"""Everyone of a campaign's wave, each in one state with the reason for it (law 4)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, select, update

from storage.bulk import insert_missing
from storage.tables import Audience, Blast, Cohort, Membership, Respondent, Wave
from storage.tables.columns import table

_audience = table(Audience)
_membership = table(Membership)
_respondent = table(Respondent)
_cohort = table(Cohort)
_wave = table(Wave)
_blast = table(Blast)
_UNASKED = ("planned", "waiting")

AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)
"""When somebody is looked at again whose time must be worked out anew: at the next look."""

AT_ITS_HOUR = "menunggu jam kirimnya"


class State(StrEnum):
    """Where one person of a wave stands; every person is in exactly one."""

    PLANNED = "planned"  # the message goes at its hour
    WAITING = "waiting"  # not now; `reason` says why, and it is looked at again
    OWED = "owed"  # invited, reminded until closing
    CLOSED = "closed"  # answered, refused, or the time was over
    SKIPPED = "skipped"  # nothing will be sent; `reason` says why


TIME_OVER = "waktunya sudah lewat"
"""Why somebody who was invited is asked no more: their interview closes, as far as it came."""


@dataclass(frozen=True, slots=True)
class Known:
    """A member of a cohort, as far as a campaign's condition may ask about them."""

    respondent_id: int
    zone: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A person who is written down for a wave, or moved from one state to another."""

    respondent_id: int
    state: State
    reason: str = ""
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A person of a wave who is to be looked at now."""

    id: int
    wave_id: int
    respondent_id: int
    state: State
    reason: str
    interview_id: int | None
    reminded: int
    zone: str


def missing(
    db: Connection, wave_id: int, cohort_id: int, *, after: int, limit: int,
    status: Sequence[str] = (),
) -> Sequence[Known]:  # fmt: skip
    """Return the next members of the cohort whom the wave does not have yet."""
    there = select(_audience.c.id).where(
        _audience.c.wave_id == wave_id, _audience.c.respondent_id == _respondent.c.id
    )
    query = _known(cohort_id).where(_respondent.c.id > after, ~there.exists())
    if status:
        query = query.where(_membership.c.outcome.in_(list(status)))
    return [_person(row) for row in db.execute(query.order_by(_respondent.c.id).limit(limit))]


def members(db: Connection, cohort_id: int) -> Iterator[Known]:
    """Yield everyone of a cohort."""
    for row in db.execute(_known(cohort_id).order_by(_respondent.c.id)):
        yield _person(row)


def count_members(db: Connection, cohort_id: int, *, status: Sequence[str] = ()) -> int:
    """Return how many belong to a cohort, of those statuses if any are given."""
    query = select(func.count()).where(_membership.c.cohort_id == cohort_id)
    if status:
        query = query.where(_membership.c.outcome.in_(list(status)))
    return int(db.execute(query).scalar_one())


def known(db: Connection, cohort_id: int, ids: Sequence[int]) -> Mapping[int, Known]:
    """Return those of some people who are members of the cohort."""
    query = _known(cohort_id).where(_respondent.c.id.in_(list(ids)))
    return {row.id: _person(row) for row in db.execute(query)}


def lacking(db: Connection, *, since: date) -> Sequence[int]:
    """Return the campaigns' waves, due since a day, that lack a member of their cohort."""
    there = (
        select(_audience.c.id)
        .where(
            _audience.c.wave_id == _wave.c.id,
            _audience.c.respondent_id == _membership.c.respondent_id,
        )
        .correlate(_wave, _membership)
    )
    lacks = (
        select(_membership.c.id)
        .where(_membership.c.cohort_id == _wave.c.cohort_id, ~there.exists())
        .correlate(_wave)
    )
    query = select(_wave.c.id).where(
        _wave.c.campaign.is_not(None), _wave.c.due_on >= since, lacks.exists()
    )
    return list(db.execute(query.order_by(_wave.c.id)).scalars())


def add(db: Connection, wave_id: int, entries: Sequence[Entry]) -> None:
    """Write people down; who is there already stays as they are."""
    rows = [
        {
            "wave_id": wave_id, "respondent_id": one.respondent_id, "state": one.state,
            "reason": one.reason, "next_at": one.next_at, "reminded": 0,
        }
        for one in entries
    ]  # fmt: skip
    insert_missing(db, Audience, rows)


def due(
    db: Connection, states: Sequence[State], *, now: datetime, limit: int, wave_id: int = 0
) -> Sequence[Due]:
    """Return people to be looked at now; another clock leaves those alone until the commit.

    Nobody is asked anything in a wave whose invitation is paused. With `wave_id`, only its people.

    Ids first: an update by a limited sub-select is no limit on PostgreSQL (facts/engine §4).
    """
    rows: list[Any] = []
    for state in states:  # one by one: so the index gives them in order, and stops at the limit
        query = (
            select(_audience, _respondent.c.zone)
            .join(_respondent, _respondent.c.id == _audience.c.respondent_id)
            .where(_is_due([state], now))
            .order_by(_audience.c.next_at, _audience.c.id)
            .limit(limit - len(rows))
            .with_for_update(of=_audience, skip_locked=True)
        )
        if wave_id:
            query = query.where(_audience.c.wave_id == wave_id)
        rows += db.execute(query).all() if len(rows) < limit else ()
    return [
        Due(
            row.id, row.wave_id, row.respondent_id, State(row.state), row.reason,
            row.interview_id, row.reminded, row.zone,
        )
        for row in rows
    ]  # fmt: skip


def is_due(db: Connection, states: Sequence[State], *, now: datetime) -> bool:
    """Whether anybody is to be looked at now."""
    query = select(_audience.c.id).where(_is_due(states, now))
    return db.execute(query.limit(1)).first() is not None


_MOVE = (
    update(_audience)
    .where(_audience.c.id == bindparam("key"))
    .values(
        state=bindparam("became"), reason=bindparam("why"), next_at=bindparam("again_at"),
        reminded=bindparam("times"),
    )
)  # fmt: skip


def move(db: Connection, moved: Sequence[tuple[Due, Entry, int]]) -> None:
    """Write where people stand now: (who, where, how often reminded)."""
    if moved:
        db.execute(
            _MOVE,
            [
                {
                    "key": one.id, "became": to.state, "why": to.reason,
                    "again_at": to.next_at, "times": times,
                }
                for one, to, times in moved
            ],
        )  # fmt: skip


def look_anew(db: Connection, wave_id: int, *, at: datetime, is_hurried: bool = False) -> None:
    """Look again at everyone whom a wave left out: the reason may be over.

    `is_hurried`: also at those who wait for their hour.
    """
    states = (State.SKIPPED, State.PLANNED) if is_hurried else (State.SKIPPED,)
    db.execute(
        update(_audience)
        .where(_audience.c.wave_id == wave_id, _audience.c.state.in_(states))
        .values(state=State.PLANNED, reason="", next_at=at)
    )


def give_up(db: Connection, wave_id: int, reason: str) -> None:
    """Ask nobody more in a wave, and say why."""
    db.execute(
        update(_audience)
        .where(_audience.c.wave_id == wave_id, _audience.c.state.in_(_UNASKED))
        .values(state=State.SKIPPED, reason=reason, next_at=None)
    )


def reopen(db: Connection, interview_id: int, *, at: datetime) -> None:
    """Look after somebody again who had stopped or declined, and goes on within their time."""
    db.execute(
        update(_audience)
        .where(
            _audience.c.interview_id == interview_id,
            _audience.c.state == State.CLOSED,
            _audience.c.reason != TIME_OVER,
        )
        .values(state=State.OWED, next_at=at)
    )


def follow_adopted(db: Connection, wave_id: int) -> None:
    """Look after those whom staff had invited before a campaign took their wave over."""
    db.execute(
        update(_audience)
        .where(
            _audience.c.wave_id == wave_id,
            _audience.c.state == State.OWED,
            _audience.c.next_at.is_(None),
        )
        .values(next_at=AT_ONCE)
    )


def history(
    db: Connection, ids: Sequence[int], *, since: datetime, but: Sequence[int] = ()
) -> Mapping[int, tuple[int, datetime]]:
    """Return person → (how many invitations since, when the last), over all waves."""
    query = (
        select(_audience.c.respondent_id, func.count(), func.max(_audience.c.owed_at))
        .where(
            _audience.c.respondent_id.in_(list(ids)),
            _audience.c.owed_at >= since,
            _audience.c.wave_id.not_in(list(but)),
        )
        .group_by(_audience.c.respondent_id)
    )
    return {row[0]: (int(row[1]), row[2]) for row in db.execute(query)}


def retime(db: Connection, respondent_id: int) -> None:
    """Work out anew when a person is written to: their zone is another."""
    db.execute(
        update(_audience)
        .where(
            _audience.c.respondent_id == respondent_id,
            _audience.c.state == State.PLANNED,
        )
        .values(next_at=AT_ONCE)
    )


def standing(db: Connection, wave_id: int) -> Mapping[tuple[str, str], int]:
    """Return (state, reason) → how many of the wave; they add up to its audience."""
    query = (
        select(_audience.c.state, _audience.c.reason, func.count())
        .where(_audience.c.wave_id == wave_id)
        .group_by(_audience.c.state, _audience.c.reason)
    )
    return {(row[0], row[1]): int(row[2]) for row in db.execute(query)}


def to_come(db: Connection, wave_id: int) -> dict[str, int]:
    """Return why → how many of a campaign's wave are still to be asked."""
    found: dict[str, int] = {}
    for (state, reason), number in standing(db, wave_id).items():
        if state in (State.PLANNED, State.WAITING):
            said = reason or AT_ITS_HOUR
            found[said] = found.get(said, 0) + number
    return found


def planned(db: Connection, wave_id: int, ids: Sequence[int]) -> frozenset[int]:
    """Return those of some people who wait for their hour in a wave."""
    query = select(_audience.c.respondent_id).where(
        _audience.c.wave_id == wave_id,
        _audience.c.respondent_id.in_(list(ids)),
        _audience.c.state == State.PLANNED,
    )
    return frozenset(db.execute(query).scalars())


def first_planned(db: Connection, wave_id: int) -> datetime | None:
    """Return when the first of those who wait for their hour is asked, None where nobody does."""
    query = select(func.min(_audience.c.next_at)).where(
        _audience.c.wave_id == wave_id, _audience.c.state == State.PLANNED
    )
    return db.execute(query).scalar()


def _is_due(states: Sequence[State], now: datetime) -> ColumnElement[bool]:
    due = and_(_audience.c.state.in_(list(states)), _audience.c.next_at <= now)
    if State.OWED in states:
        return due
    paused = select(_blast.c.wave_id).where(_blast.c.status == "paused", _blast.c.ordinal == 0)
    return and_(due, _audience.c.wave_id.not_in(paused))


def _known(cohort_id: int) -> Any:
    return (
        select(
            _respondent.c.id, _respondent.c.zone, _respondent.c.gender, _respondent.c.birth_date,
            _membership.c.outcome, _cohort.c.prodi, _cohort.c.programme,
            _cohort.c.name.label("cohort"),
        )
        .join(_membership, _membership.c.respondent_id == _respondent.c.id)
        .join(_cohort, _cohort.c.id == _membership.c.cohort_id)
        .where(_membership.c.cohort_id == cohort_id)
    )  # fmt: skip


def _person(row: Any) -> Known:
    facts = {
        "jenis_kelamin": row.gender,
        "tanggal_lahir": row.birth_date.isoformat() if row.birth_date else "",
        "zona": row.zone,
        "status": row.outcome,
        "prodi": row.prodi,
        "pelatihan": row.programme,
        "angkatan": row.cohort,
    }
    return Known(row.id, row.zone, facts)
