"""Cohorts and who belongs to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, insert, select, update

from storage.bulk import chunks, insert_missing
from storage.database import insert_ignore
from storage.tables import Cohort, Membership
from storage.tables.columns import table

_cohort = table(Cohort)
_membership = table(Membership)


@dataclass(frozen=True, slots=True)
class Batch:
    """A cohort as other parts see one."""

    id: int
    name: str
    kind: str
    prodi: str
    programme: str
    started_on: date | None = None
    ended_on: date | None = None


def ensure(db: Connection, batch: Batch) -> int:
    """Return the key of the cohort of this name, stored now if it is new."""
    found = db.execute(select(_cohort.c.id).where(_cohort.c.name == batch.name)).scalar()
    if found is not None:
        return int(found)
    row = {name: getattr(batch, name) for name in Batch.__slots__ if name != "id"}
    return int(db.execute(insert(_cohort).values(**row).returning(_cohort.c.id)).scalar_one())


def join(db: Connection, cohort_id: int, respondent_id: int, outcome: str) -> bool:
    """Put the person into the cohort; False when they were in it."""
    row = {"cohort_id": cohort_id, "respondent_id": respondent_id, "outcome": outcome}
    return insert_ignore(db, Membership, row, "id") is not None


def join_all(db: Connection, rows: Sequence[tuple[int, int, str]]) -> None:
    """Put many people into cohorts: (cohort, respondent, outcome) of each."""
    names = ("cohort_id", "respondent_id", "outcome")
    insert_missing(db, Membership, [dict(zip(names, row, strict=True)) for row in rows])


def set_outcome(db: Connection, cohort_id: int, respondent_id: int, outcome: str) -> None:
    """Write how a member left the cohort."""
    member = (_membership.c.cohort_id == cohort_id) & (_membership.c.respondent_id == respondent_id)
    db.execute(update(_membership).where(member).values(outcome=outcome))


def move_dates(
    db: Connection, cohort_id: int, *, started_on: date | None, ended_on: date | None
) -> None:
    """Write when a cohort began and ended; a date that is not given stays."""
    given = {"started_on": started_on, "ended_on": ended_on}
    values = {name: day for name, day in given.items() if day is not None}
    db.execute(update(_cohort).where(_cohort.c.id == cohort_id).values(**values))


def named(db: Connection, names: Iterable[str]) -> Mapping[str, Batch]:
    """Return the cohorts of these names, by name."""
    found = {}
    for some in chunks(sorted(set(names))):
        for row in db.execute(select(_cohort).where(_cohort.c.name.in_(some))):
            found[row.name] = Batch(**row._mapping)
    return found


def of_person(db: Connection, respondent_id: int) -> Sequence[tuple[Batch, str]]:
    """Return the cohorts a person belongs to, each with how they left it."""
    query = (
        select(_cohort, _membership.c.outcome)
        .join(_membership, _membership.c.cohort_id == _cohort.c.id)
        .where(_membership.c.respondent_id == respondent_id)
        .order_by(_membership.c.id)
    )
    return [
        (Batch(**{k: v for k, v in row._mapping.items() if k != "outcome"}), row.outcome)
        for row in db.execute(query)
    ]


def find(db: Connection, name: str) -> Batch | None:
    """Return the cohort of this name, or None."""
    row = db.execute(select(_cohort).where(_cohort.c.name == name)).first()
    return Batch(**row._mapping) if row else None


def get(db: Connection, cohort_id: int) -> Batch | None:
    """Return the cohort with this key, or None."""
    row = db.execute(select(_cohort).where(_cohort.c.id == cohort_id)).first()
    return Batch(**row._mapping) if row else None


def of_kinds(db: Connection, kinds: Sequence[str]) -> Sequence[Batch]:
    """Return the cohorts of these kinds, by name."""
    query = select(_cohort).where(_cohort.c.kind.in_(list(kinds))).order_by(_cohort.c.name)
    return [Batch(**row._mapping) for row in db.execute(query)]


def listed(db: Connection) -> Sequence[tuple[Batch, int]]:
    """Return every cohort with how many belong to it, by name."""
    count = func.count(_membership.c.id)
    query = (
        select(_cohort, count.label("members"))
        .join(_membership, _membership.c.cohort_id == _cohort.c.id, isouter=True)
        .group_by(_cohort.c.id)
        .order_by(_cohort.c.name)
    )
    rows = db.execute(query).all()
    return [
        (Batch(**{k: v for k, v in row._mapping.items() if k != "members"}), row.members)
        for row in rows
    ]


def members(db: Connection, cohort_id: int) -> Sequence[int]:
    """Return who belongs to the cohort, in the order they joined."""
    query = select(_membership.c.respondent_id).where(_membership.c.cohort_id == cohort_id)
    return list(db.execute(query.order_by(_membership.c.id)).scalars())
