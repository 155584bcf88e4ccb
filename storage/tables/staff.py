"""Who operates Lacak."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class Staff(SQLModel, table=True):
    """One of the staff; `prodi` names what a coordinator sees. Revoked rows stay, for the audit."""

    __tablename__ = "staff"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    role: str
    prodi: str = ""
    created_at: datetime = Field(sa_type=Moment)
    revoked_at: datetime | None = Field(default=None, sa_type=Moment)


class StaffLink(SQLModel, table=True):
    """Where one of the staff writes from: alerts go there, and chat commands come from there."""

    __tablename__ = "staff_link"
    __table_args__ = (UniqueConstraint("channel", "value"),)

    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff.id")
    channel: str
    value: str = Field(max_length=200)
