"""One sending of a wave, and the approved messages that may open a conversation."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.tables.columns import Moment


class Blast(SQLModel, table=True):
    """The invitation (`ordinal` 0) or a reminder of a wave; `scheduler.blast` has its life.

    `channel` names the channels it may use, in order of preference, comma between. `refusals`
    counts refusals in a row; `reason` says in staff's words why it is paused.
    """

    __tablename__ = "blast"
    __table_args__ = (UniqueConstraint("wave_id", "ordinal"),)

    id: int | None = Field(default=None, primary_key=True)
    wave_id: int = Field(foreign_key="wave.id")
    ordinal: int
    channel: str
    status: str
    reason: str = ""
    refusals: int = 0
    created_by: str
    created_at: datetime = Field(sa_type=Moment)
    finished_at: datetime | None = Field(default=None, sa_type=Moment)


class MessageTemplate(SQLModel, table=True):
    """A message for Meta to approve, by its Twilio id; `variables` names its facts, comma between.

    `status` is what Meta said last: unsubmitted, received, pending, approved, rejected, paused or
    disabled; one noted by hand counts as approved until asked. `reason` is Meta's own word.
    """

    __tablename__ = "template"

    id: int | None = Field(default=None, primary_key=True)
    form_id: str = Field(index=True)
    sid: str
    variables: str
    name: str = Field(default="", sa_column_kwargs={"server_default": ""})
    language: str = Field(default="", sa_column_kwargs={"server_default": ""})
    category: str = Field(default="", sa_column_kwargs={"server_default": ""})
    body: str = Field(default="", sa_column_kwargs={"server_default": ""})
    status: str = Field(default="approved", sa_column_kwargs={"server_default": "approved"})
    reason: str = Field(default="", sa_column_kwargs={"server_default": ""})
    checked_at: datetime | None = Field(default=None, sa_type=Moment)
    created_by: str
    created_at: datetime = Field(sa_type=Moment)
