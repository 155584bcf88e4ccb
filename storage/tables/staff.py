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


class StaffMessage(SQLModel, table=True):
    """What one of the staff wrote to us, encrypted: stored once, then done once (law 1)."""

    __tablename__ = "staff_message"
    __table_args__ = (UniqueConstraint("channel", "provider_id"),)

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    provider_id: str = Field(max_length=200)
    staff_id: int = Field(foreign_key="staff.id")
    value: bytes
    text: bytes
    received_at: datetime = Field(sa_type=Moment)
    done_at: datetime | None = Field(default=None, sa_type=Moment, index=True)


class StaffPending(SQLModel, table=True):
    """What one of the staff asked for and has yet to confirm by typing `expected`."""

    __tablename__ = "staff_pending"

    staff_id: int = Field(primary_key=True, foreign_key="staff.id")
    command: str
    expected: str
    asked_at: datetime = Field(sa_type=Moment)
