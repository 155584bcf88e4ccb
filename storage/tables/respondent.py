"""The people we may ask, what identifies them, and where they can be reached."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class Respondent(SQLModel, table=True):
    """A person. NIK is encrypted and found by its keyed hash (law 10).

    `name_key` is the name as it is compared: no case, signs or degrees (law 11). `given_by` says
    who gave us this contact, where it was not the person. An erased person's row keeps its key.
    """

    __tablename__ = "respondent"
    __table_args__ = (Index("ix_respondent_name_birth", "name_key", "birth_date"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str
    name_key: str = Field(default="", sa_column_kwargs={"server_default": ""})
    nik: bytes | None = None
    nik_hash: bytes | None = Field(default=None, unique=True)
    birth_date: date | None = None
    gender: str = ""
    email: str = ""
    zone: str = "Asia/Jakarta"
    given_by: str = Field(default="", sa_column_kwargs={"server_default": ""})
    created_at: datetime = Field(sa_type=Moment)
    erased_at: datetime | None = Field(default=None, sa_type=Moment)


class StudentNumber(SQLModel, table=True):
    """A NIM, unique within its institution; empty is the office's own."""

    __tablename__ = "student_number"
    __table_args__ = (UniqueConstraint("institution", "nim"),)

    id: int | None = Field(default=None, primary_key=True)
    respondent_id: int = Field(foreign_key="respondent.id", index=True)
    institution: str = ""
    nim: str = Field(max_length=40)


class Merged(SQLModel, table=True):
    """A row found to be another person's: kept, so that old files and ledgers find them."""

    __tablename__ = "merged"

    respondent_id: int = Field(primary_key=True, foreign_key="respondent.id")
    into_id: int = Field(foreign_key="respondent.id", index=True)
    at: datetime = Field(sa_type=Moment)


class Address(SQLModel, table=True):
    """One way to reach a person. `value` is opaque text: people may have no phone number.

    `use` is `main` (messages go here), `spare` (a further number), `old` (replaced: numbers are
    given to others, so an old one identifies nobody) or `denied` (who has it says it is not this
    person). `source` says how we know it: from the `office`, a one-time `link`, a `contact` its
    owner shared, or `claimed` by somebody who knew a number and a birth date. What each proves
    of who answers: `storage.addresses.VERIFIED` (law 11).
    """

    __tablename__ = "address"
    __table_args__ = (UniqueConstraint("respondent_id", "channel", "value"),)

    id: int | None = Field(default=None, primary_key=True)
    respondent_id: int = Field(foreign_key="respondent.id", index=True)
    channel: str
    value: str = Field(max_length=200, index=True)
    use: str = Field(default="main", sa_column_kwargs={"server_default": "main"})
    source: str = Field(default="office", sa_column_kwargs={"server_default": "office"})
    created_at: datetime = Field(sa_type=Moment)


class ColumnMapping(SQLModel, table=True):
    """What the columns of one office's files hold: a mapping file, kept under a name."""

    __tablename__ = "column_mapping"

    name: str = Field(primary_key=True, max_length=60)
    content: str
    saved_at: datetime = Field(sa_type=Moment)
