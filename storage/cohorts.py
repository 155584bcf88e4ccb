"""Cohorts and who belongs to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, insert, select

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


def find(db: Connection, name: str) -> Batch | None:
    """Return the cohort of this name, or None."""
    row = db.execute(select(_cohort).where(_cohort.c.name == name)).first()
    return Batch(**row._mapping) if row else None


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
