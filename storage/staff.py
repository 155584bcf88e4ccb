"""Staff and their roles."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from storage import join_links
from storage.database import insert_ignore
from storage.tables import Staff, StaffLink
from storage.tables.columns import table

_staff = table(Staff)
_link = table(StaffLink)

ROLES = ("admin", "operator", "supervisor", "coordinator")
"""admin: everything; operator: people and blasts; supervisor: approves; coordinator: own prodi."""


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One of the staff, with the addresses they are linked to."""

    id: int
    name: str
    role: str
    prodi: str
    links: tuple[str, ...] = ()


def add(db: Connection, name: str, role: str, *, prodi: str, at: datetime) -> None:
    """Take somebody on, or back on, with a role."""
    row = {"name": name, "role": role, "prodi": prodi, "created_at": at}
    if insert_ignore(db, Staff, row, "id") is None:
        again = {"role": role, "prodi": prodi, "revoked_at": None}
        db.execute(update(_staff).where(_staff.c.name == name).values(**again))


def find(db: Connection, name: str) -> StaffRow | None:
    """Return one of the staff who may act now, or None."""
    return next((one for one in listed(db) if one.name == name), None)


def listed(db: Connection) -> Sequence[StaffRow]:
    """Return everyone who may act now, by name."""
    links: dict[int, list[str]] = {}
    for row in db.execute(select(_link).order_by(_link.c.id)):
        links.setdefault(row.staff_id, []).append(f"{row.channel}:{row.value}")
    rows = db.execute(select(_staff).where(_staff.c.revoked_at.is_(None)).order_by(_staff.c.name))
    return [StaffRow(r.id, r.name, r.role, r.prodi, tuple(links.get(r.id, ()))) for r in rows]


def set_role(db: Connection, staff_id: int, role: str, *, prodi: str) -> None:
    """Change what somebody may do."""
    db.execute(update(_staff).where(_staff.c.id == staff_id).values(role=role, prodi=prodi))


def link(db: Connection, staff_id: int, channel: str, value: str) -> bool:
    """Link somebody to an address; False when it is somebody's already."""
    row = {"staff_id": staff_id, "channel": channel, "value": value}
    return insert_ignore(db, StaffLink, row, "id") is not None


def at(db: Connection, channel: str, value: str) -> StaffRow | None:
    """Return who of the staff writes from an address, or None."""
    query = (
        select(_staff)
        .join(_link, _link.c.staff_id == _staff.c.id)
        .where(_link.c.channel == channel, _link.c.value == value, _staff.c.revoked_at.is_(None))
    )
    row = db.execute(query).first()
    return None if row is None else StaffRow(row.id, row.name, row.role, row.prodi)


def chats(db: Connection, roles: Collection[str] = ROLES) -> Sequence[tuple[StaffRow, str, str]]:
    """Return (staff, channel, address) of every linked chat of these roles."""
    query = (
        select(_staff, _link.c.channel, _link.c.value)
        .join(_link, _link.c.staff_id == _staff.c.id)
        .where(_staff.c.revoked_at.is_(None), _staff.c.role.in_(list(roles)))
        .order_by(_link.c.id)
    )
    return [
        (StaffRow(r.id, r.name, r.role, r.prodi), r.channel, r.value) for r in db.execute(query)
    ]


def revoke(db: Connection, staff_id: int, *, at: datetime) -> None:
    """End what somebody may do; their links go, their audit lines stay."""
    db.execute(delete(_link).where(_link.c.staff_id == staff_id))
    join_links.revoke_staff(db, staff_id, at=at)
    db.execute(update(_staff).where(_staff.c.id == staff_id).values(revoked_at=at))
