"""The people we may ask, and where they can be reached."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class Respondent(SQLModel, table=True):
    """A person. NIK is encrypted and found by its keyed hash (law 10)."""

    __tablename__ = "respondent"

    id: int | None = Field(default=None, primary_key=True)
    name: str
    nik: bytes | None = None
    nik_hash: bytes | None = Field(default=None, unique=True)
    birth_date: date | None = None
    gender: str = ""
    email: str = ""
    zone: str = "Asia/Jakarta"
    created_at: datetime = Field(sa_type=Moment)


class Address(SQLModel, table=True):
    """One way to reach a person. `value` is opaque text: people may have no phone number."""

    __tablename__ = "address"
    __table_args__ = (UniqueConstraint("respondent_id", "channel", "value"),)

    id: int | None = Field(default=None, primary_key=True)
    respondent_id: int = Field(foreign_key="respondent.id", index=True)
    channel: str
    value: str = Field(max_length=200, index=True)
    created_at: datetime = Field(sa_type=Moment)
