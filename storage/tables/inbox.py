"""What came in: stored before it is acknowledged (law 1)."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class Inbound(SQLModel, table=True):
    """One event from a provider, once, in the order it was stored (`seq`).

    `payload` is the provider's raw request, encrypted, purged after seven days; `event` is
    what it meant, encrypted, kept as long as its interview. `outcome` says what became of it:
    applied, late (a tap on what was not asked any more), no_interview, not_allowed, failed, or
    staff (they wrote to the person).
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "provider_id"),
        Index(
            "ix_inbox_undone",
            "respondent_id",
            "seq",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
        {"sqlite_autoincrement": True},  # an erased row's number is never given again
    )

    seq: int | None = Field(default=None, primary_key=True)
    channel: str
    provider_id: str = Field(max_length=200)
    address_id: int | None = Field(default=None, foreign_key="address.id")
    respondent_id: int = Field(foreign_key="respondent.id")
    interview_id: int | None = Field(default=None, foreign_key="interview.id", index=True)
    received_at: datetime = Field(sa_type=Moment, index=True)
    payload: bytes | None = None
    event: bytes
    done_at: datetime | None = Field(default=None, sa_type=Moment)
    outcome: str = ""


class Stray(SQLModel, table=True):
    """A message from an address that is nobody's: kept for staff, encrypted, until it is purged."""

    __tablename__ = "stray"
    __table_args__ = (UniqueConstraint("channel", "provider_id"),)

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    provider_id: str = Field(max_length=200)
    received_at: datetime = Field(sa_type=Moment)
    content: bytes
