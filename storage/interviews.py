"""Interviews: where each respondent stands."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Update,
    and_,
    bindparam,
    func,
    insert,
    select,
    update,
)

from flows.state import OPEN, State, Status
from storage.bulk import chunks, insert_all
from storage.secrets import Vault
from storage.tables import Cohort, FormVersion, Inbound, Interview, Owed, Respondent
from storage.tables.columns import table

_interview = table(Interview)
_respondent = table(Respondent)
_cohort = table(Cohort)
_form = table(FormVersion)
_inbox = table(Inbound)
_outbox = table(Owed)

PLACE = "interview.state"
_CHANGES = ("status", "state", "revision", "updated_at")
_TALKING = (*OPEN, Status.STOPPED, Status.DECLINED)
"""Statuses in which an interview still hears its respondent."""

_other = _outbox.alias("other")
UNREACHABLE: ColumnElement[bool] = and_(
    _interview.c.status.in_((Status.NEW, Status.INVITED, Status.CONSENTING)),
    _interview.c.id.in_(
        select(_outbox.c.interview_id).where(
            _outbox.c.status == "failed", _outbox.c.interview_id.is_not(None)
        )
    ),
    ~select(_other.c.id)
    .where(_other.c.interview_id == _interview.c.id, _other.c.status.not_in(("failed", "canceled")))
    .exists(),
)
"""The person answered nothing, and every message to them failed."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An interview and its state, since `moved_at`."""

    id: int
    respondent_id: int
    form_pk: int
    revision: int
    state: State
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """An interview with whose it is, for exports; `is_unreachable`: no message got through."""

    id: int
    respondent_id: int
    revision: int
    status: Status
    form_pk: int
    name: str
    cohort: str
    prodi: str
    programme: str
    changed_at: datetime
    finished_at: datetime | None
    state: State
    is_unreachable: bool = False


def create(
    db: Connection,
    vault: Vault,
    state: State,
    *,
    respondent_id: int,
    form_pk: int,
    cohort_id: int | None,
    at: datetime,
) -> int:
    """Store an interview that has not begun and return its key."""
    row = {
        "respondent_id": respondent_id,
        "cohort_id": cohort_id,
        "form_pk": form_pk,
        "status": state.status,
        "state": vault.seal(state.to_json(), PLACE),
        "revision": 0,
        "created_at": at,
        "updated_at": at,
    }
    return int(db.execute(insert(_interview).values(**row).returning(_interview.c.id)).scalar_one())


def create_all(
    db: Connection, vault: Vault, begun: Sequence[tuple[int, State]], *, form_pk: int,
    cohort_id: int | None, at: datetime,
) -> Sequence[int]:  # fmt: skip
    """Store the interviews of (respondent, state) and return their keys, in the same order."""
    same = {
        "cohort_id": cohort_id,
        "form_pk": form_pk,
        "revision": 0,
        "created_at": at,
        "updated_at": at,
    }
    rows = [
        {
            **same,
            "respondent_id": respondent_id,
            "status": state.status,
            "state": vault.seal(state.to_json(), PLACE),
        }
        for respondent_id, state in begun
    ]
    return insert_all(db, Interview, rows, "id")


def save(db: Connection, vault: Vault, standing: Standing, state: State, *, at: datetime) -> None:
    """Write where the interview stands now."""
    values = {
        "key": standing.id,
        "status": state.status,
        "state": vault.seal(state.to_json(), PLACE),
        "revision": standing.revision + 1,
        "updated_at": at,
    }
    if state.status is Status.FINISHED:
        db.execute(_saving((*_CHANGES, "finished_at")), {**values, "finished_at": at})
    else:
        db.execute(_saving(_CHANGES), values)


def get(db: Connection, vault: Vault, interview_id: int) -> Standing:
    """Return one interview."""
    row = db.execute(select(*_STANDING).where(_interview.c.id == interview_id)).one()
    return _standing(vault, row)


def cohort_of(db: Connection, interview_id: int) -> int | None:
    """Return the cohort an interview belongs to, or None."""
    query = select(_interview.c.cohort_id).where(_interview.c.id == interview_id)
    return db.execute(query).scalar()


def talking(db: Connection, vault: Vault, respondent_id: int) -> Standing | None:
    """Return the interview that hears this respondent now, or None.

    Of those still talking it is the one that moved last: a reminder makes an older one that.
    """
    return _newest(db, vault, respondent_id, _TALKING)


def newest(db: Connection, vault: Vault, respondent_id: int) -> Standing | None:
    """Return what a page of this respondent is about: the one talking, else the newest, or None."""
    return talking(db, vault, respondent_id) or _newest(db, vault, respondent_id, tuple(Status))


def last_finished(db: Connection, vault: Vault, respondent_id: int) -> Standing | None:
    """Return what the respondent finished last, or None."""
    return _newest(db, vault, respondent_id, (Status.FINISHED,))


def last_finished_of(
    db: Connection, vault: Vault, respondent_id: int, form_id: str
) -> State | None:
    """Return how the respondent finished a form last, in whichever version; None: never."""
    query = (
        select(*_STANDING)
        .join(_form, _form.c.id == _interview.c.form_pk)
        .where(
            _interview.c.respondent_id == respondent_id,
            _interview.c.status == Status.FINISHED,
            _form.c.form_id == form_id,
        )
        .order_by(_interview.c.id.desc())
        .limit(1)
    )
    row = db.execute(query).first()
    return _standing(vault, row).state if row else None


def finishers(db: Connection, form_id: str, people: Sequence[int]) -> set[int]:
    """Return who of these people finished a form, in whichever version."""
    found: set[int] = set()
    for some in chunks(people):
        query = (
            select(_interview.c.respondent_id)
            .join(_form, _form.c.id == _interview.c.form_pk)
            .where(
                _interview.c.respondent_id.in_(some),
                _interview.c.status == Status.FINISHED,
                _form.c.form_id == form_id,
            )
        )
        found.update(db.execute(query).scalars())
    return found


def last_closed(db: Connection, vault: Vault, respondent_id: int) -> Standing | None:
    """Return the respondent's interview that was closed last, or None."""
    return _newest(db, vault, respondent_id, (Status.CLOSED, Status.LAPSED))


def all_of(db: Connection, vault: Vault, respondent_id: int) -> list[Standing]:
    """Return every interview of a person, oldest first."""
    query = select(*_STANDING).where(_interview.c.respondent_id == respondent_id)
    return [_standing(vault, row) for row in db.execute(query.order_by(_interview.c.id))]


def is_open(db: Connection, respondent_id: int) -> bool:
    """Whether the person owes us an answer in any interview."""
    query = select(_interview.c.id).where(
        _interview.c.respondent_id == respondent_id, _interview.c.status.in_(OPEN)
    )
    return db.execute(query.limit(1)).scalar() is not None


def has_one(db: Connection, respondent_id: int, form_pk: int, cohort_id: int | None) -> bool:
    """Whether the respondent was invited to this form version for this cohort."""
    query = select(_interview.c.id).where(
        _interview.c.respondent_id == respondent_id,
        _interview.c.form_pk == form_pk,
        _interview.c.cohort_id == cohort_id,
    )
    return db.execute(query.limit(1)).scalar() is not None


def counts(db: Connection) -> dict[tuple[str, Status], int]:
    """Return how many interviews each cohort has in each status."""
    query = (
        select(_cohort.c.name, _interview.c.status, func.count())
        .join(_cohort, _cohort.c.id == _interview.c.cohort_id)
        .group_by(_cohort.c.name, _interview.c.status)
    )
    return {(name, Status(status)): n for name, status, n in db.execute(query)}


def counts_by_status(db: Connection) -> dict[str, int]:
    """Return how many interviews are in each status."""
    query = select(_interview.c.status, func.count()).group_by(_interview.c.status)
    return {row[0]: row[1] for row in db.execute(query)}


def check_key(db: Connection, vault: Vault) -> None:
    """Open the newest interview's state, if there is one.

    Raises:
        WrongKey: SECRET_KEY is not the one it was stored with.
    """
    query = select(_interview.c.state).order_by(_interview.c.id.desc()).limit(1)
    sealed = db.execute(query).scalar()
    if sealed is not None:
        vault.open(sealed, PLACE)


def recent(db: Connection, *, limit: int) -> list[tuple[str, Status, str]]:
    """Return (name, status, channel) of the interviews that moved last, newest first."""
    last = (
        select(_inbox.c.interview_id, func.max(_inbox.c.seq).label("seq"))
        .where(_inbox.c.outcome == "applied", _inbox.c.channel != "office")
        .group_by(_inbox.c.interview_id)
        .order_by(func.max(_inbox.c.seq).desc())
        .limit(limit)
        .subquery()
    )
    query = (
        select(_respondent.c.name, _interview.c.status, _inbox.c.channel)
        .join(last, last.c.interview_id == _interview.c.id)
        .join(_inbox, _inbox.c.seq == last.c.seq)
        .join(_respondent, _respondent.c.id == _interview.c.respondent_id)
        .order_by(last.c.seq.desc())
    )
    return [(row[0], Status(row[1]), row[2]) for row in db.execute(query)]


def newest_change(db: Connection) -> tuple[int, int]:
    """Return (how many interviews there are, the sum of their revisions): changes with any."""
    query = select(func.count(_interview.c.id), func.coalesce(func.sum(_interview.c.revision), 0))
    row = db.execute(query).one()
    return int(row[0]), int(row[1])


def failed_messages(db: Connection) -> int:
    """Return how many messages failed: a person out of reach is one whose messages all did."""
    query = select(func.count()).select_from(_outbox).where(_outbox.c.status == "failed")
    return int(db.execute(query).scalar_one())


def rows(
    db: Connection,
    vault: Vault,
    form_id: str,
    *,
    only: Sequence[int] | None = None,
    prodi: Collection[str] | None = None,
    erased: bool = False,
) -> Iterator[Row]:
    """Yield the interviews of a form, every one or `only` these, in the order they were created.

    With `prodi`, only those of cohorts whose prodi is spelled so; "" is that of no cohort.
    `erased`: also of people who were erased, for figures.
    """
    which: list[Any] = [_form.c.form_id == form_id]
    if not erased:
        which.append(_respondent.c.erased_at.is_(None))
    if prodi is not None:
        which.append(func.coalesce(_cohort.c.prodi, "").in_(list(prodi)))
    if only is None:
        yield from _rows(db, vault, *which)
        return
    for some in chunks(sorted(only)):
        yield from _rows(db, vault, *which, _interview.c.id.in_(some))


def _rows(db: Connection, vault: Vault, *which: Any) -> Iterator[Row]:
    query = (
        select(
            *_STANDING, _interview.c.status, _interview.c.finished_at,
            UNREACHABLE.label("is_unreachable"),
            _respondent.c.name,
            func.coalesce(_cohort.c.name, "").label("cohort"),
            func.coalesce(_cohort.c.prodi, "").label("prodi"),
            func.coalesce(_cohort.c.programme, "").label("programme"),
        )
        .join(_form, _form.c.id == _interview.c.form_pk)
        .join(_respondent, _respondent.c.id == _interview.c.respondent_id)
        .join(_cohort, _cohort.c.id == _interview.c.cohort_id, isouter=True)
        .where(*which)
        .order_by(_interview.c.id)
        .execution_options(yield_per=500)
    )  # fmt: skip
    for row in db.execute(query):
        state = State.from_json(vault.open(row.state, PLACE))
        yield Row(
            id=row.id,
            respondent_id=row.respondent_id,
            revision=row.revision,
            status=Status(row.status),
            form_pk=row.form_pk,
            name=row.name,
            cohort=row.cohort,
            prodi=row.prodi,
            programme=row.programme,
            changed_at=row.updated_at,
            finished_at=row.finished_at,
            state=state,
            is_unreachable=bool(row.is_unreachable),
        )


_STANDING = (
    _interview.c.id,
    _interview.c.respondent_id,
    _interview.c.form_pk,
    _interview.c.revision,
    _interview.c.state,
    _interview.c.updated_at,
)


def _newest(
    db: Connection, vault: Vault, respondent_id: int, statuses: tuple[Status, ...]
) -> Standing | None:
    row = db.execute(_newest_of(statuses), {"person": respondent_id}).first()
    return _standing(vault, row) if row else None


@cache
def _newest_of(statuses: tuple[Status, ...]) -> Select[Any]:
    """Return the statement, built once: building it costs five times its execution."""
    return (
        select(*_STANDING)
        .where(_interview.c.respondent_id == bindparam("person"), _interview.c.status.in_(statuses))
        .order_by(_interview.c.updated_at.desc(), _interview.c.id.desc())
        .limit(1)
    )


@cache
def _saving(names: tuple[str, ...]) -> Update:
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    return update(_interview).where(_interview.c.id == bindparam("key")).values(values)


def _standing(vault: Vault, row: Any) -> Standing:
    state = State.from_json(vault.open(row.state, PLACE))
    return Standing(row.id, row.respondent_id, row.form_pk, row.revision, state, row.updated_at)
