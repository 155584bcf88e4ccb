"""What is known of the channels: whether they may send, how fast, and who may be written to."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class ChannelState(SQLModel, table=True):
    """One row a channel, shared by all who send: the rate, and whether it is paused.

    `next_free` is when the next permit is due, in seconds since 1970 (GCRA's theoretical
    arrival time). `paused` says in staff's words why nothing goes out; empty: it goes. Of blasts
    nothing goes before `bulk_after`, of the same kind; `bulk_step` is the wait it came from, in
    seconds.
    """

    __tablename__ = "channel"

    name: str = Field(primary_key=True)
    next_free: float = 0.0
    paused: str = ""
    bulk_after: float = Field(default=0.0, sa_column_kwargs={"server_default": "0"})
    bulk_step: float = Field(default=0.0, sa_column_kwargs={"server_default": "0"})


class Window(SQLModel, table=True):
    """Until when free text may go to an address: 24 hours after its last message to us."""

    __tablename__ = "window"

    address_id: int = Field(primary_key=True, foreign_key="address.id")
    open_until: datetime = Field(sa_type=Moment)


class Attempt(SQLModel, table=True):
    """One try at sending one message, written before anything leaves (law 3).

    `opens` is the address it wrote to outside the person's window, where a provider counts such
    people; no reference, for it outlives an address that is erased.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        Index(
            "ix_attempt_opens",
            "started_at",
            "opens",
            "outcome",
            sqlite_where=text("opens IS NOT NULL"),
            postgresql_where=text("opens IS NOT NULL"),
        ),
    )

    id: str = Field(primary_key=True, max_length=32)
    outbox_id: int = Field(foreign_key="outbox.id", index=True)
    started_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    outcome: str = ""
    code: int = 0
    opens: int | None = None


class Receipt(SQLModel, table=True):
    """What a provider said of a message, each thing once, in the order we heard it."""

    __tablename__ = "receipt"
    __table_args__ = (UniqueConstraint("channel", "provider_id", "progress", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    provider_id: str
    outbox_id: int | None = Field(default=None, foreign_key="outbox.id", index=True)
    progress: str
    code: int = 0
    at: datetime = Field(sa_type=Moment)
