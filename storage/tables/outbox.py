"""What we owe: one message to one respondent, from owed to sent."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class Owed(SQLModel, table=True):
    """A message owed. `cause` is the inbox event it answers: one event, one reply (law 2).

    `body` is `flows.prompts.Prompt` as encrypted JSON: it may repeat an answer.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_address", "address_id", "id"),
        Index(
            "ix_outbox_open",
            "status",
            "id",
            sqlite_where=text("status IN ('queued', 'sending')"),
            postgresql_where=text("status IN ('queued', 'sending')"),
        ),
        {"sqlite_autoincrement": True},  # an erased row's number is never given again
    )

    id: int | None = Field(default=None, primary_key=True)
    cause: int = Field(foreign_key="inbox.seq", unique=True)
    interview_id: int | None = Field(default=None, foreign_key="interview.id")
    address_id: int = Field(foreign_key="address.id")
    body: bytes
    status: str = "queued"
    reason: str = ""
    created_at: datetime = Field(sa_type=Moment)
    lease_until: datetime | None = Field(default=None, sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
