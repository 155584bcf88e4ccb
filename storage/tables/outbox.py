"""What we owe: one message to one respondent, from owed to sent."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class Owed(SQLModel, table=True):
    """A message owed for the inbox event `cause`: one event, one message (law 2).

    A blast's message is caused by the event that the person was invited.

    `body` is `flows.prompts.Prompt` as encrypted JSON: it may repeat an answer. `attempt` is
    the attempt under way or made last, `provider_id` what the provider calls the message. It is
    not sent before `not_before`. `reason` says in staff's words why it was not sent. `parts` is how
    many messages of the provider it took.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ux_outbox_blast_address", "blast_id", "address_id", unique=True),
        Index("ix_outbox_address", "address_id", "id"),
        Index("ix_outbox_blast", "blast_id", "status", "id"),
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
    blast_id: int | None = Field(default=None, foreign_key="blast.id")
    interview_id: int | None = Field(default=None, foreign_key="interview.id", index=True)
    address_id: int = Field(foreign_key="address.id")
    body: bytes
    status: str = "queued"
    reason: str = ""
    attempt: str = Field(default="", sa_column_kwargs={"server_default": ""})
    provider_id: str = Field(default="", index=True, sa_column_kwargs={"server_default": ""})
    parts: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    not_before: datetime | None = Field(default=None, sa_type=Moment)
    created_at: datetime = Field(sa_type=Moment)
    lease_until: datetime | None = Field(default=None, sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
