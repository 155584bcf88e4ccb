"""Waves: who a survey is for, and what became of asking each of them (law 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, case, func, select, update

from storage.database import insert_ignore
from storage.tables import Address, Audience, Cohort, Interview, Membership, Respondent, Stop, Wave
from storage.tables.columns import table

_wave = table(Wave)
_audience = table(Audience)
_membership = table(Membership)
_respondent = table(Respondent)
_address = table(Address)
_used = _address.alias("used")
_stop = table(Stop)
_cohort = table(Cohort)
_interview = table(Interview)


@dataclass(frozen=True, slots=True)
class WaveRow:
    """A wave with the names people know it by; `form_pk` 0: it brings news, and asks nothing.

    `basis` is the law it goes by, where one was said. `keeps_hours`: staff sent it, and it waits
    for the office's send hours.
    """

    id: int
    form_id: str
    form_pk: int
    cohort_id: int
    cohort: str
    programme: str
    period: str
    prodi: str = ""
    campaign: str = ""
    slot: str = ""
    version_id: int = 0
    due_on: date | None = None
    closed_at: datetime | None = None
    basis: str = ""
    keeps_hours: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """One of a cohort as a wave sees them; `address_id` None: not reachable on its channels.

    The address is on the first of the wave's channels where they have one.
    """

    respondent_id: int
    name: str
    zone: str
    address_id: int | None
    channel: str | None
    is_stopped: bool
    invited_in: str
    value: str | None = None
    given_by: str = ""


def ensure(
    db: Connection, *, form_id: str, form_pk: int, cohort_id: int, period: str, at: datetime,
    basis: str = "", keeps_hours: bool = False,
) -> int:  # fmt: skip
    """Return the key of the wave, opened now when there is none; `form_pk` 0: it asks nothing."""
    row = {
        "form_id": form_id,
        "form_pk": form_pk or None,
        "cohort_id": cohort_id,
        "period": period,
        "opened_at": at,
        "basis": basis,
        "keeps_hours": keeps_hours,
    }
    opened = insert_ignore(db, Wave, row, "id")
    found = opened or find(db, form_id=form_id, cohort_id=cohort_id, period=period)
    if found is None:
        raise LookupError("the wave was neither made nor found")
    return int(found)


def drop_hours(db: Connection, wave_id: int) -> None:
    """Let a wave that staff sent wait for no send hours any more."""
    db.execute(update(_wave).where(_wave.c.id == wave_id).values(keeps_hours=False))


def find(db: Connection, *, form_id: str, cohort_id: int, period: str) -> int | None:
    """Return the key of the wave, or None when it was never opened."""
    query = select(_wave.c.id).where(
        _wave.c.form_id == form_id, _wave.c.cohort_id == cohort_id, _wave.c.period == period
    )
    return db.execute(query).scalar()


def get(db: Connection, wave_id: int) -> WaveRow | None:
    """Return the wave, or None."""
    query = select(_wave, _cohort.c.name, _cohort.c.programme, _cohort.c.prodi).join(
        _cohort, _cohort.c.id == _wave.c.cohort_id
    )
    row = db.execute(query.where(_wave.c.id == wave_id)).first()
    if row is None:
        return None
    return WaveRow(
        row.id, row.form_id, row.form_pk or 0, row.cohort_id, row.name, row.programme, row.period,
        row.prodi, row.campaign or "", row.slot or "", row.version_id or 0, row.due_on,
        row.closed_at, row.basis, row.keeps_hours,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opening:
    """A campaign's wave that is due: its slot makes it the same one, however often it is tried."""

    campaign: str
    version_id: int
    slot: str
    period: str
    form_id: str
    form_pk: int
    cohort_id: int
    due_on: date
    basis: str = ""


def open_slot(db: Connection, opening: Opening, *, at: datetime) -> tuple[int | None, bool]:
    """Return (key, whether it is new) of a campaign's wave.

    One that staff sent by hand in the same period becomes the campaign's; (None, False) when
    the period has a wave of another campaign.
    """
    row = {name: getattr(opening, name) for name in Opening.__slots__}
    made = insert_ignore(db, Wave, {**row, "opened_at": at}, "id")
    if made is not None:
        return int(made), True
    ours = select(_wave.c.id).where(
        _wave.c.campaign == opening.campaign,
        _wave.c.cohort_id == opening.cohort_id,
        _wave.c.slot == opening.slot,
    )
    found = db.execute(ours).scalar()
    if found is not None:
        return int(found), False
    by_hand = (
        update(_wave)
        .where(
            _wave.c.form_id == opening.form_id,
            _wave.c.cohort_id == opening.cohort_id,
            _wave.c.period == opening.period,
            _wave.c.campaign.is_(None),
        )
        .values({name: row[name] for name in ("campaign", "version_id", "slot", "due_on", "basis")})
    )
    adopted = db.execute(by_hand.returning(_wave.c.id)).scalar()
    return (int(adopted), True) if adopted is not None else (None, False)


def opened(db: Connection, campaign: str) -> Mapping[int, set[str]]:
    """Return cohort → the slots of a campaign that are opened."""
    query = select(_wave.c.cohort_id, _wave.c.slot).where(_wave.c.campaign == campaign)
    found: dict[int, set[str]] = {}
    for row in db.execute(query):
        found.setdefault(row.cohort_id, set()).add(row.slot)
    return found


def close_done(db: Connection, *, due_before: date, at: datetime) -> int:
    """Close campaigns' waves in which nothing is left to do; return how many."""
    busy = select(_audience.c.id).where(
        _audience.c.wave_id == _wave.c.id,
        _audience.c.state.in_(("planned", "waiting", "owed")),
    )
    query = select(_wave.c.id).where(
        _wave.c.campaign.is_not(None), _wave.c.closed_at.is_(None), _wave.c.due_on < due_before,
        ~busy.exists(),
    )  # fmt: skip
    done = list(db.execute(query).scalars())
    if done:
        db.execute(update(_wave).where(_wave.c.id.in_(done)).values(closed_at=at))
    return len(done)


def reopen(db: Connection, wave_id: int) -> None:
    """Open a wave again for somebody who came late and is still asked."""
    db.execute(update(_wave).where(_wave.c.id == wave_id).values(closed_at=None))


def members(
    db: Connection,
    *,
    cohort_id: int,
    form_id: str,
    period: str,
    channels: Sequence[str],
    after: int = 0,
    limit: int = 500,
    only: Sequence[int] = (),
) -> Sequence[Member]:
    """Return the cohort's next members after respondent `after`, with what a wave must know.

    With `only`, those of these people who are members.

    `invited_in` names another cohort whose wave of this form and period has the person: one
    person gets one invitation (law 11).
    """
    preference = case(
        {name: place for place, name in enumerate(channels)}, value=_address.c.channel
    )
    address = (
        select(_address.c.id)
        .where(
            _address.c.respondent_id == _respondent.c.id,
            _address.c.channel.in_(channels),
            _address.c.use == "main",
        )
        .order_by(preference, _address.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    stopped = (
        select(_stop.c.id)
        .where(_stop.c.respondent_id == _respondent.c.id, _stop.c.lifted_at.is_(None))
        .exists()
    )
    elsewhere = (
        select(func.min(_cohort.c.name))
        .select_from(_audience)
        .join(_wave, _wave.c.id == _audience.c.wave_id)
        .join(_cohort, _cohort.c.id == _wave.c.cohort_id)
        .where(
            _audience.c.respondent_id == _respondent.c.id,
            _audience.c.interview_id.is_not(None),
            _wave.c.form_id == form_id,
            _wave.c.period == period,
            _wave.c.cohort_id != cohort_id,
        )
        .scalar_subquery()
    )
    query = (
        select(
            _respondent.c.id,
            _respondent.c.name,
            _respondent.c.zone,
            _respondent.c.given_by,
            address.label("address_id"),
            _used.c.channel,
            _used.c.value,
            stopped.label("is_stopped"),
            func.coalesce(elsewhere, "").label("invited_in"),
        )
        .join(_membership, _membership.c.respondent_id == _respondent.c.id)
        .join(_used, _used.c.id == address, isouter=True)
        .where(_membership.c.cohort_id == cohort_id, _respondent.c.id > after)
        .order_by(_respondent.c.id)
        .limit(limit)
    )
    if only:
        query = query.where(_respondent.c.id.in_(list(only)))
    return [
        Member(
            r.id,
            r.name,
            r.zone,
            r.address_id,
            r.channel,
            bool(r.is_stopped),
            r.invited_in,
            r.value,
            r.given_by,
        )
        for r in db.execute(query)
    ]


def not_sent(db: Connection, wave_id: int) -> dict[str, int]:
    """Return reason → how many of the wave were never owed a message."""
    query = (
        select(_audience.c.reason, func.count())
        .where(
            _audience.c.wave_id == wave_id,
            _audience.c.reason != "",
            _audience.c.interview_id.is_(None),
            _audience.c.state.in_(("skipped", "closed")),
        )
        .group_by(_audience.c.reason)
        .order_by(_audience.c.reason)
    )
    return {row[0]: row[1] for row in db.execute(query)}


def size(db: Connection, wave_id: int) -> int:
    """Return how many people the wave is for."""
    query = select(func.count()).select_from(_audience).where(_audience.c.wave_id == wave_id)
    return int(db.execute(query).scalar_one())


def interviews_by_status(db: Connection, wave_id: int) -> dict[str, int]:
    """Return status → how many of the wave's interviews are in it."""
    query = (
        select(_interview.c.status, func.count())
        .join(_audience, _audience.c.interview_id == _interview.c.id)
        .where(_audience.c.wave_id == wave_id)
        .group_by(_interview.c.status)
    )
    return {row[0]: row[1] for row in db.execute(query)}


def listed(db: Connection) -> Sequence[WaveRow]:
    """Return every wave, newest first."""
    ids = db.execute(select(_wave.c.id).order_by(_wave.c.id.desc())).scalars().all()
    return [row for wave_id in ids if (row := get(db, wave_id))]
